"""Watch larger bars grow: replay days as the weeks that they belong to.

`next` is called for each day while the length counts weeks. High, low and close of the current bar
change as the week goes on, and the average with them.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

FRAMES = {"daily": bt.TimeFrame.Days, "weekly": bt.TimeFrame.Weeks, "monthly": bt.TimeFrame.Months}


class ShowGrowth(bt.Strategy):
    """Print bars as they grow."""

    params = (("period", 10), ("show", 15))

    def __init__(self):
        self.average = bt.ind.SMA(period=self.p.period)
        self.called = 0

    def next(self):
        self.called += 1
        if self.called <= self.p.show:
            data = self.data
            print(
                f"bar {len(data):2d} on {data.datetime.date(0)} {data.datetime.date(0):%a}"
                f" {data.open[0]:.2f} {data.high[0]:.2f} {data.low[0]:.2f} {data.close[0]:.2f}"
                f" average {self.average[0]:.2f}"
            )

    def stop(self):
        print(f"{len(self.data)} bars, next was called {self.called} times")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False, runonce=not args.runnext, preload=args.preload)
    data = bt.feeds.BacktraderCSVData(dataname=args.dataname)
    frame = FRAMES[args.timeframe]
    if args.oldrp:
        data.addfilter(bt.ReplayerWeekly if frame == bt.TimeFrame.Weeks else bt.ReplayerMonthly)
        cerebro.adddata(data)
    else:
        cerebro.replaydata(data, timeframe=frame, compression=args.compression)
    cerebro.addstrategy(ShowGrowth, period=args.period, show=args.show)
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
    add("--timeframe", choices=FRAMES, default="weekly", help="of the bars that grow")
    add("--compression", type=int, default=1, help="units in a bar")
    add("--period", type=int, default=10, help="of the average, in bars")
    add("--oldrp", action="store_true", help="use a filter in place of cerebro.replaydata")
    add("--runnext", action="store_true", help="compute indicators bar by bar")
    add("--preload", action="store_true", help="load the file beforehand")
    add("--show", type=int, default=15, help="calls to print")
    add("--plot", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
