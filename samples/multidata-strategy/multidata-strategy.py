"""Trade one thing on the signals of another.

The average of the second feed gives the signals, orders go to the first. Notifications tell of
both; see `valid`, by which an order that is not filled within some days expires.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class OtherSignals(bt.Strategy):
    """Buy `data0` while `data1` is above its average."""

    params = (("period", 15), ("stake", 10))

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.data1, bt.ind.SMA(self.data1, period=self.p.period))
        self.order = None

    def notify_order(self, order):
        if order.status == order.Completed:
            print(
                f"{self.data0.datetime.date(0)} {order.ordtypename():4} {order.executed.size}"
                f" at {order.executed.price:.2f}"
            )
        if not order.alive():
            self.order = None

    def next(self):
        if self.order:
            return
        if not self.position and self.cross > 0:
            self.order = self.buy(size=self.p.stake)
        elif self.position and self.cross < 0:
            self.order = self.sell(size=self.p.stake)

    def stop(self):
        print(f"Bars: {len(self.data0)} traded, {len(self.data1)} watched, {len(self)} steps")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(runonce=not args.runnext, preload=not args.nopreload, oldsync=args.oldsync)
    for path in (args.data0, args.data1):
        cerebro.adddata(
            bt.feeds.YahooFinanceCSVData(dataname=path, fromdate=args.fromdate, todate=args.todate)
        )
    cerebro.addstrategy(OtherSignals, period=args.period, stake=args.stake)
    cerebro.broker.setcash(args.cash)
    cerebro.broker.setcommission(commission=args.commperc)
    cerebro.run()
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot:
        cerebro.plot(numfigs=args.numfigs, volume=False)


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", "-d0", default=str(DATAS / "orcl-2003-2005.txt"), help="file of what is traded")
    add(
        "--data1",
        "-d1",
        default=str(DATAS / "yhoo-2003-2005.txt"),
        help="file of what gives the signals",
    )
    add(
        "--fromdate",
        "-f",
        default="2003-01-01",
        type=datetime.datetime.fromisoformat,
        help="first day",
    )
    add(
        "--todate",
        "-t",
        default="2005-12-31",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--period", type=int, default=15, help="of the average")
    add("--stake", type=int, default=10, help="pieces per order")
    add("--cash", type=float, default=100000.0, help="starting cash")
    add("--commperc", type=float, default=0.005, help="commission as a fraction")
    add("--runnext", action="store_true", help="compute indicators bar by bar")
    add("--nopreload", action="store_true", help="do not load the files beforehand")
    add("--oldsync", action="store_true", help="let the first feed drive the other")
    add("--plot", "-p", action="store_true", help="show a chart")
    add("--numfigs", "-n", type=int, default=1, help="figures to spread the chart over")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
