"""An observer of your own: one that marks orders, and those that expire.

`orderobserver.py` beside this script has it. The strategy buys by limit orders, below the close and
valid for a week, of which some are never filled.
"""

import argparse
import datetime
import math
from pathlib import Path

from orderobserver import OrderObserver

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class LimitBuyer(bt.Strategy):
    """Place a limit order on each upward crossing."""

    params = (("period", 15), ("below", 0.5), ("days", 7))

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.data, bt.ind.SMA(period=self.p.period))
        self.order = None

    def notify_order(self, order):
        if not order.alive():
            print(f"{self.data.datetime.date(0)} {order.ordtypename()} {order.getstatusname()}")
            self.order = None

    def next(self):
        if self.position:
            if self.cross < 0:
                self.close()
        elif self.cross > 0 and self.order is None:
            self.order = self.buy(
                exectype=bt.Order.Limit,
                price=self.data.close[0] * (1.0 - self.p.below / 100.0),
                valid=self.data.datetime.date(0) + datetime.timedelta(days=self.p.days),
            )


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=args.data))
    cerebro.addobserver(OrderObserver)
    cerebro.addstrategy(LimitBuyer, below=args.below)
    (strategy,) = cerebro.run()
    observer = strategy.observers.orderobserver
    for name in ("created", "expired"):
        line = getattr(observer.lines, name)
        marks = [value for value in line.get(size=len(strategy)) if not math.isnan(value)]
        print(f"Marks for {name}: {len(marks)}")
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--below", type=float, default=0.5, help="distance of the limit in per cent")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
