"""Make larger bars out of small ones: days become weeks or months.

Each bar is delivered when it is complete; ``--oldrs`` uses the filter that was there before
``cerebro.resampledata``.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

FRAMES = {"daily": bt.TimeFrame.Days, "weekly": bt.TimeFrame.Weeks, "monthly": bt.TimeFrame.Months}


class ShowBars(bt.Strategy):
    """Print each bar."""

    params = (("show", 12),)

    def next(self):
        if len(self) <= self.p.show:
            data = self.data
            prices = (data.open[0], data.high[0], data.low[0], data.close[0])
            print(data.datetime.date(0), " ".join(f"{price:.2f}" for price in prices))

    def stop(self):
        print(f"{len(self)} bars")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    data = bt.feeds.BacktraderCSVData(dataname=args.dataname)
    frame = FRAMES[args.timeframe]
    if args.oldrs:
        old = {"weekly": bt.ResamplerWeekly, "monthly": bt.ResamplerMonthly}
        data.addfilter(old.get(args.timeframe, bt.ResamplerDaily), compression=args.compression)
        cerebro.adddata(data)
    else:
        cerebro.resampledata(data, timeframe=frame, compression=args.compression)
    cerebro.addstrategy(ShowBars, show=args.show)
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
    add("--timeframe", choices=FRAMES, default="weekly", help="of the bars to make")
    add("--compression", type=int, default=1, help="units in a bar")
    add("--oldrs", action="store_true", help="use a filter in place of cerebro.resampledata")
    add("--show", type=int, default=12, help="bars to print")
    add("--plot", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
