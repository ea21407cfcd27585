"""See each day twice: its open first, and the whole bar later.

The filter `DayStepsFilter` delivers a bar that has only the open, without volume, and then the bar
itself. The length stays the same in between: the bar is being replayed.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class ShowSteps(bt.Strategy):
    """Print the steps."""

    params = (("show", 10),)

    def __init__(self):
        self.called = 0

    def next(self):
        self.called += 1
        if self.called > self.p.show:
            return
        data = self.data
        prices = (data.open[0], data.high[0], data.low[0], data.close[0])
        print(
            f"call {self.called:2d} length {len(data):2d} {data.datetime.date(0)}",
            " ".join(f"{price:.2f}" for price in prices),
        )

    def stop(self):
        print(f"{self.called} calls, {len(self.data)} bars")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    data = bt.feeds.BacktraderCSVData(dataname=args.data)
    data.addfilter(bt.filters.DayStepsFilter)
    cerebro.adddata(data)
    cerebro.addstrategy(ShowSteps, show=args.show)
    cerebro.run()
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--show", type=int, default=10, help="calls to print")
    add("--plot", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
