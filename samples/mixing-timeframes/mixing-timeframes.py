"""Compare days with the pivot of the month: an indicator on large bars, coupled to small ones.

Pivot points come from monthly bars. Calling a line of the large feed, ``pivot.s1()``, gives it a
value for each day, so that it can take part in expressions with daily prices.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class BelowSupport(bt.Strategy):
    """Print the days whose close is below the first support of the month before."""

    params = (("multi", True), ("show", 12))

    def __init__(self):
        self.pivot = bt.ind.PivotPoint(self.data1)
        self.pivot.autoplot = True
        if self.p.multi:
            self.signal = self.data0.close < self.pivot.s1()
        else:
            # what the coupling stands for, written out
            self.signal = None
        self.days = 0

    def next(self):
        below = self.signal[0] if self.p.multi else self.data0.close[0] < self.pivot.s1[0]
        self.days += bool(below)
        if below and self.days <= self.p.show:
            print(
                f"{self.data0.datetime.date(0)} day {len(self.data0)} month {len(self.data1)}:"
                f" close {self.data0.close[0]:.2f} below {self.pivot.s1[0]:.2f}"
            )

    def stop(self):
        print(f"{self.days} days below support")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(runonce=args.runonce)
    data = bt.feeds.BacktraderCSVData(dataname=args.data)
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Months)
    cerebro.addstrategy(BelowSupport, multi=args.multi)
    cerebro.run()
    if args.plot:
        cerebro.plot(style="bar")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "2005-2006-day-001.txt"), help="file of daily bars")
    add("--multi", action="store_true", help="couple the lines rather than look at them in next")
    add("--runonce", action="store_true", help="compute in a batch")
    add("--plot", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
