"""Compare the volume of each bar with its average, in sessions that have all their bars.

An indicator shows the volume of the current bar as a multiple of the mean of the last ``--period``
bars; minutes without trades have to be there, with no volume, for that to be fair.
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


class RelativeVolume(bt.Indicator):
    """Volume as a multiple of its mean."""

    lines = ("relvol",)
    params = (("period", 20), ("volisnan", True))

    def __init__(self):
        mean = bt.ind.SMA(self.data.volume, period=self.p.period)
        zero = float("nan") if self.p.volisnan else 0.0
        self.lines.relvol = bt.DivByZero(self.data.volume, mean, zero=zero)


class ShowPeaks(bt.Strategy):
    """Print the bars with the most volume for their time."""

    params = (("period", 20), ("above", 1.85))

    def __init__(self):
        self.relative = RelativeVolume(period=self.p.period)

    def next(self):
        if self.relative[0] > self.p.above:
            print(
                f"{self.data.datetime.datetime(0)} {self.data.volume[0]:.0f}:"
                f" {self.relative[0]:.3f}"
            )


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    data = bt.feeds.BacktraderCSVData(
        dataname=args.data,
        timeframe=bt.TimeFrame.Minutes,
        sessionstart=datetime.time(9, 0),
        sessionend=datetime.time(17, 30),
    )
    data.addfilter(bt.filters.SessionFilter)
    data.addfilter(bt.filters.SessionFiller, fill_vol=0.0)
    cerebro.adddata(data)
    cerebro.addstrategy(ShowPeaks, period=args.period, above=args.above)
    cerebro.run()
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--data",
        "-d",
        default=str(DATAS / "2006-01-02-volume-min-001.txt"),
        help="file of one-minute bars",
    )
    add("--period", type=int, default=20, help="bars in the mean")
    add("--above", type=float, default=1.85, help="print what is above")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
