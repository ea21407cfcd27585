"""Show any line or expression in the chart, and to a writer, with `LinePlotterIndicator`.

An expression such as ``data.high - data.low`` is a line, but no indicator: nothing draws it. The
plotter wraps it, under a name of its choice.
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


class Spread(bt.Strategy):
    """Plot the range of each bar, and where in it the close is."""

    params = (("every", 25),)

    def __init__(self):
        data = self.data
        self.spread = bt.LinePlotterIndicator(data.high - data.low, name="spread")
        self.gap = bt.LinePlotterIndicator(data.high - data.close, name="gap")

    def next(self):
        if len(self) % self.p.every == 0:
            print(
                f"{self.data.datetime.date(0)} spread {self.spread.spread[0]:.2f}"
                f" gap {self.gap.gap[0]:.2f}"
            )


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.addstrategy(Spread, **keywords(args.strat))
    cerebro.run()
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
