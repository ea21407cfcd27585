"""The parabolic SAR of TA-Lib beside the one of this package.

They begin differently (TA-Lib with the direction of the first two bars) and agree once the first
side has changed.
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


EXPLAIN = 'this sample needs TA-Lib: pip install "TA-Lib"'


class Compare(bt.Strategy):
    """Count the bars on which both say the same."""

    def __init__(self):
        self.ours = bt.ind.PSAR()
        self.theirs = bt.talib.SAR(self.data.high, self.data.low)
        self.same = self.bars = 0

    def next(self):
        self.bars += 1
        self.same += abs(self.ours[0] - self.theirs[0]) < 1e-6

    def stop(self):
        print(f"The same on {self.same} of {self.bars} bars")


def main(args=None):
    args = parse_args(args)
    if not hasattr(bt.talib, "SAR"):
        raise SystemExit(EXPLAIN)
    cerebro = bt.Cerebro(stdstats=False, **keywords(args.cerebro))
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(
            dataname=args.data0, fromdate=args.fromdate, todate=args.todate
        )
    )
    cerebro.addstrategy(Compare)
    cerebro.run()
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
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
