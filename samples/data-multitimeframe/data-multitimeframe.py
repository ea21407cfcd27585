"""Run one strategy on days and on weeks at once.

The weeks come from resampling the days or, with ``--noresample``, from a file of their own. Watch
the lengths: the weekly feed moves at the end of each week, and
`next` waits until the average of the weeks has its period.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

FRAMES = {"daily": bt.TimeFrame.Days, "weekly": bt.TimeFrame.Weeks, "monthly": bt.TimeFrame.Months}


class TwoFrames(bt.Strategy):
    """Print the bars at which the larger feed moves."""

    params = (("period", 10), ("indicators", False))

    def __init__(self):
        self.averages = [
            bt.ind.SMA(data, period=self.p.period) for data in self.datas if self.p.indicators
        ]
        self.called = 0
        self.length = 0

    def next(self):
        self.called += 1
        if len(self.data1) > self.length:
            self.length = len(self.data1)
            values = " ".join(f"{average[0]:.2f}" for average in self.averages)
            print(
                f"{self.data.datetime.date(0)} {len(self.data):3d} days, {self.length:2d} larger"
                f" bars, the last of {self.data1.datetime.date(0)} {values}".rstrip()
            )

    def stop(self):
        print(f"next was called {self.called} times")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(
        stdstats=False,
        runonce=not args.runnext,
        preload=not args.nopreload,
        oldsync=args.oldsync,
    )
    days = bt.feeds.BacktraderCSVData(dataname=args.dataname)
    cerebro.adddata(days)
    frame = FRAMES[args.timeframe]
    if args.noresample:
        cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=args.dataname2, timeframe=frame))
    else:
        cerebro.resampledata(days, timeframe=frame, compression=args.compression)
    cerebro.addstrategy(TwoFrames, period=args.period, indicators=args.indicators)
    cerebro.run()
    if args.plot:
        cerebro.plot(style="bar")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--dataname", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--dataname2", default=str(DATAS / "2006-week-001.txt"), help="file of weekly bars")
    add("--noresample", action="store_true", help="read the weeks from --dataname2")
    add("--timeframe", choices=FRAMES, default="weekly", help="of the larger bars")
    add("--compression", type=int, default=1, help="units in a larger bar")
    add("--indicators", action="store_true", help="compute an average of either feed")
    add("--period", type=int, default=10, help="of the averages")
    add("--runnext", action="store_true", help="compute indicators bar by bar")
    add("--nopreload", action="store_true", help="do not load the files beforehand")
    add("--oldsync", action="store_true", help="let the first feed drive the other")
    add("--plot", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
