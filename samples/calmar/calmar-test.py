"""Compare the return of a strategy with its deepest fall: the Calmar ratio, as it develops.

The analyzer computes the ratio over a window of 36 months (``--calmar period=12`` for a year) at
the end of each month; the last value is what the whole run achieved.
"""

import argparse
import ast
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


def keywords(text):
    """Return the arguments of a text such as ``runonce=False, preload=True``."""
    call = ast.parse(f"dict({text})", mode="eval").body
    return {word.arg: ast.literal_eval(word.value) for word in call.keywords}


class Crossing(bt.SignalStrategy):
    """Be long or short as two averages say."""

    params = (("p1", 10), ("p2", 30))

    def __init__(self):
        fast, slow = bt.ind.SMA(period=self.p.p1), bt.ind.SMA(period=self.p.p2)
        self.signal_add(bt.SIGNAL_LONGSHORT, bt.ind.CrossOver(fast, slow))


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(
            dataname=args.data0, fromdate=args.fromdate, todate=args.todate
        )
    )
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.PercentSizer, **{"percents": 90, **keywords(args.sizer)})
    cerebro.addstrategy(Crossing, **keywords(args.strat))
    cerebro.addanalyzer(bt.analyzers.Calmar, **keywords(args.calmar))
    (strategy,) = cerebro.run(**keywords(args.cerebro))
    calmar = strategy.analyzers.calmar
    for month, ratio in list(calmar.get_analysis().items())[-args.months :]:
        print(f"{month:%Y-%m} {ratio:8.4f}")
    print(f"Calmar ratio {calmar.calmar:.4f}, deepest fall {calmar._maxdd.maxdd:.2f} %")
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "yhoo-1996-2015.txt"), help="file of daily bars")
    add(
        "--fromdate",
        "-f",
        default="2006-01-01",
        type=datetime.datetime.fromisoformat,
        help="first day",
    )
    add(
        "--todate",
        "-t",
        default="2012-12-31",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--broker", default="", metavar="kwargs", help="parameters of the broker")
    add("--sizer", default="", metavar="kwargs", help="parameters of the sizer")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--calmar", default="", metavar="kwargs", help="parameters of the analyzer")
    add("--months", type=int, default=12, help="months to print")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
