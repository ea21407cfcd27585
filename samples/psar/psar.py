"""The parabolic stop and reverse, on days and on weeks.

Two indicators of the same kind run on two feeds; the script prints where the daily one changes its
side.
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


class Sides(bt.Strategy):
    """Print each change of side."""

    def __init__(self):
        self.days, self.weeks = bt.ind.ParabolicSAR(self.data0), bt.ind.PSAR(self.data1)
        self.cross = bt.ind.CrossOver(self.data0.close, self.days)

    def next(self):
        if self.cross[0]:
            print(
                f"{self.data0.datetime.date(0)} {'up' if self.cross > 0 else 'down':4}"
                f" stop {self.days[0]:.2f}, of the weeks {self.weeks[0]:.2f}"
            )


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False, **keywords(args.cerebro))
    data = bt.feeds.BacktraderCSVData(
        dataname=args.data0, fromdate=args.fromdate, todate=args.todate
    )
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Weeks)
    cerebro.addstrategy(Sides, **keywords(args.strat))
    cerebro.run()
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "2005-2006-day-001.txt"), help="file of daily bars")
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
        default="2005-08-31",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
