"""Turn bars into bricks: a new one whenever the price has moved by the size of a brick.

The filter `Renko` takes time out of a chart; ``--renko`` has its parameters, as in ``size=1.0`` or
``hilo=True, autosize=20``, and ``--no-renko`` shows the bars.
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


class CountBricks(bt.Strategy):
    """Print the first bricks, and how many rise and fall."""

    params = (("show", 12),)

    def __init__(self):
        self.rising = 0

    def next(self):
        data = self.data
        self.rising += data.close[0] > data.open[0]
        if len(self) <= self.p.show:
            prices = (data.open[0], data.high[0], data.low[0], data.close[0])
            print(data.datetime.date(0), " ".join(f"{price:.3f}" for price in prices))

    def stop(self):
        print(f"{len(self)} bars, {self.rising} of them rising")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False, **keywords(args.cerebro))
    data = bt.feeds.YahooFinanceCSVData(
        dataname=args.data0, fromdate=args.fromdate, todate=args.todate
    )
    if not args.no_renko:
        data.addfilter(bt.filters.Renko, **keywords(args.renko))
    cerebro.adddata(data)
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(CountBricks, **keywords(args.strat))
    cerebro.run()
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "yhoo-1996-2014.txt"), help="file of daily bars")
    add(
        "--fromdate",
        "-f",
        default="2005-01-01",
        type=datetime.datetime.fromisoformat,
        help="first day",
    )
    add(
        "--todate",
        "-t",
        default="2006-12-31",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--broker", default="", metavar="kwargs", help="parameters of the broker")
    add("--sizer", default="", metavar="kwargs", help="parameters of the sizer")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--renko", default="size=0.5", metavar="kwargs", help="parameters of the filter")
    add("--no-renko", action="store_true", help="leave the filter out")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
