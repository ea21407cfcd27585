"""Try Visual Chart out: live bars and orders by its COM interface.

Needs Windows, Visual Chart 6 running, and ``pip install comtypes``; elsewhere it says so.
"""

import argparse
import datetime

import backtrader as bt

FRAMES = bt.TimeFrame.Names


class Watch(bt.Strategy):
    """Print the bars, and with `trade` buy on the first live one."""

    params = (("trade", False), ("stake", 1), ("stopafter", 0), ("smaperiod", 5))

    def __init__(self):
        self.average = bt.ind.SMA(period=self.p.smaperiod)
        self.live = False
        self.order = None

    def notify_data(self, data, status, *args, **kwargs):
        print(f"data  {data._name}: {data._getstatusname(status)}")
        self.live = status == data.LIVE

    def notify_order(self, order):
        print(f"order {order.ordtypename()} {order.getstatusname()} {order.executed.price}")

    def next(self):
        print(f"bar   {self.data.datetime.datetime(0)} {self.data.close[0]} {self.average[0]:.2f}")
        if not self.live:
            return
        if self.p.trade and self.order is None:
            self.order = self.buy(size=self.p.stake)
        self.p.stopafter -= 1
        if self.p.stopafter == 0:
            self.env.runstop()


def main(args=None):
    args = parse_args(args)
    try:
        store = bt.stores.VCStore()
    except (bt.errors.BacktraderError, ImportError) as missing:
        print(f"Visual Chart cannot be used here. {missing}")
        return
    cerebro = bt.Cerebro(exactbars=args.exactbars, stdstats=False)
    data = store.getdata(
        dataname=args.data0,
        historical=args.historical,
        fromdate=args.fromdate,
        timeframe=bt.TimeFrame.TFrame(args.timeframe),
        compression=args.compression,
    )
    cerebro.adddata(data)
    if args.broker or args.trade:
        cerebro.setbroker(store.getbroker(account=args.account))
    cerebro.addstrategy(
        Watch,
        trade=args.trade,
        stake=args.stake,
        stopafter=args.stopafter,
        smaperiod=args.smaperiod,
    )
    cerebro.run()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--exactbars", type=int, default=1, help="bounded memory")
    add("--stopafter", type=int, default=0, help="end after so many live bars; 0 for never")
    add("--data0", default="010ES", help="symbol")
    add("--historical", action="store_true", help="fetch the past and end")
    add("--fromdate", type=datetime.datetime.fromisoformat, help="begin of the history")
    add("--smaperiod", type=int, default=5, help="of the average")
    add("--timeframe", choices=FRAMES, default="Minutes", help="unit of the bars")
    add("--compression", type=int, default=1, help="units in a bar")
    add("--broker", action="store_true", help="use the account")
    add("--account", help="account to trade with")
    add("--trade", action="store_true", help="buy on the first live bar; implies --broker")
    add("--stake", type=int, default=1, help="pieces per order")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
