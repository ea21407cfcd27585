"""Draw only a part of what was run: the arguments `start` and `end` of `plot`.

They are dates, or numbers of bars; a negative start counts from the end. The default draws the last
half year: ``--plot "start=0, end=50"`` draws the first bars.
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


class Averages(bt.Strategy):
    """Compute something to draw."""

    def __init__(self):
        bt.ind.SMA()
        self.stochastic = bt.ind.Stochastic()

    def stop(self):
        print(f"{len(self)} bars, from {self.data.datetime.date(1 - len(self))}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(
            dataname=args.data0, fromdate=args.fromdate, todate=args.todate
        )
    )
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(Averages, **keywords(args.strat))
    cerebro.run()
    if args.plot is not None:
        options = keywords(args.plot)
        if "start" not in options:
            options["start"] = datetime.date(2005, 7, 1)
            options["end"] = datetime.date(2006, 1, 31)
        figures = cerebro.plot(**options)
        for figure in figures[0]:
            print(f"Figure with {len(figure.axes)} axes")


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
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
