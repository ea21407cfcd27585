"""The parabolic stop and reverse on five and on fifteen minutes at once.

As `psar.py`, with bars of minutes and of fifteen minutes that are made out of them.
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


class Both(bt.Strategy):
    """Count how often the two indicators agree about the side."""

    def __init__(self):
        small, large = bt.ind.PSAR(self.data0), bt.ind.PSAR(self.data1)
        self.small, self.large = self.data0.close > small, self.data1.close > large
        self.agreed = self.steps = 0

    def next(self):
        self.steps += 1
        self.agreed += self.small[0] == self.large[0]

    def stop(self):
        print(f"{len(self.data0)} bars of five minutes, {len(self.data1)} of fifteen")
        print(f"On the same side in {self.agreed} of {self.steps} steps")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False, **keywords(args.cerebro))
    data = bt.feeds.BacktraderCSVData(
        dataname=args.data0,
        fromdate=args.fromdate,
        todate=args.todate,
        timeframe=bt.TimeFrame.Minutes,
        compression=5,
    )
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Minutes, compression=15)
    cerebro.addstrategy(Both, **keywords(args.strat))
    cerebro.run()
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "2006-min-005.txt"), help="file of five-minute bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
