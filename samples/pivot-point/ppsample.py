"""Use the pivot points of the last month on daily bars.

The days are resampled to months, the indicator runs on those. ``--usepp1`` takes the one that is
written bar by bar; ``--plot-on-daily`` draws the levels over the days, which needs the months'
lines stretched to days.
"""

import argparse
from pathlib import Path

from pivotpoint import LEVELS, PivotPoint, PivotPoint1

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class Levels(bt.Strategy):
    """Print the levels each time there is a new month."""

    params = (("usepp1", False), ("plot_on_daily", False))

    def __init__(self):
        self.pivot = (PivotPoint1 if self.p.usepp1 else PivotPoint)(self.data1)
        self.library = bt.ind.PivotPoint(self.data1)
        if self.p.plot_on_daily:
            self.pivot.plotinfo.plotmaster = self.data0
        self.months = 0

    def next(self):
        if len(self.data1) == self.months:
            return
        self.months = len(self.data1)
        values = [getattr(self.pivot.lines, name)[0] for name in LEVELS]
        same = all(
            abs(value - getattr(self.library.lines, name)[0]) < 1e-9
            for value, name in zip(values, LEVELS, strict=True)
        )
        print(
            f"{self.data0.datetime.date(0)} after {len(self.data0):3d} days:",
            " ".join(f"{name} {value:.2f}" for name, value in zip(LEVELS, values, strict=True))
            + ("" if same else " unlike the library"),
        )


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    data = bt.feeds.BacktraderCSVData(dataname=args.data)
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Months)
    cerebro.addstrategy(Levels, usepp1=args.usepp1, plot_on_daily=args.plot_on_daily)
    cerebro.run(runonce=False)
    if args.plot:
        cerebro.plot(style="bar")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--usepp1", action="store_true", help="use the indicator written with next")
    add("--plot-on-daily", action="store_true", help="draw the levels over the days")
    add("--plot", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
