"""Try OANDA out: history, live bars and orders.

Needs an account (the practice one will do) and its token: ``--token`` and ``--account``, or the
variables OANDA_TOKEN and OANDA_ACCOUNT; without them it says so. ``--live`` leaves the practice
account.
"""

import argparse
import datetime
import os

import backtrader as bt

FRAMES = bt.TimeFrame.Names
NEEDS = """\
This sample trades with OANDA and needs an account there:
  --token    a personal access token   (or OANDA_TOKEN)
  --account  the number of the account (or OANDA_ACCOUNT)
A practice account is free; nothing is sent without them."""


class Watch(bt.Strategy):
    """Print the bars, and with `trade` buy on the first live one and sell again."""

    params = (("trade", False), ("stake", 10), ("stopafter", 0), ("smaperiod", 5))

    def __init__(self):
        self.average = bt.ind.SMA(period=self.p.smaperiod)
        self.live = False
        self.order = None

    def notify_data(self, data, status, *args, **kwargs):
        print(f"data  {data._name}: {data._getstatusname(status)}")
        self.live = status == data.LIVE

    def notify_store(self, msg, *args, **kwargs):
        print(f"store {msg}")

    def notify_order(self, order):
        print(f"order {order.ordtypename()} {order.getstatusname()} {order.executed.price}")

    def next(self):
        print(f"bar   {self.data.datetime.datetime(0)} {self.data.close[0]} {self.average[0]:.5f}")
        if not self.live:
            return
        if self.p.trade and self.order is None:
            self.order = self.buy(size=self.p.stake)
        elif self.position:
            self.close()
        self.p.stopafter -= 1
        if self.p.stopafter == 0:
            self.env.runstop()


def main(args=None):
    args = parse_args(args)
    token = args.token or os.environ.get("OANDA_TOKEN")
    account = args.account or os.environ.get("OANDA_ACCOUNT")
    if not token or not account:
        print(NEEDS)
        return
    store = bt.stores.OandaStore(token=token, account=account, practice=not args.live)
    cerebro = bt.Cerebro(exactbars=args.exactbars, stdstats=False)
    size = {"timeframe": bt.TimeFrame.TFrame(args.timeframe), "compression": args.compression}
    data = store.getdata(
        dataname=args.data0,
        historical=args.historical,
        fromdate=args.fromdate,
        qcheck=args.qcheck,
        bidask=not args.no_bidask,
        backfill_start=not args.no_backfill_start,
        backfill=not args.no_backfill,
        **(size if args.historical else {}),
    )
    if args.historical:
        cerebro.adddata(data)
    else:
        cerebro.resampledata(data, **size)
    if args.broker or args.trade:
        cerebro.setbroker(store.getbroker())
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
    add("--token", help="access token")
    add("--account", help="number of the account")
    add("--live", action="store_true", help="an account with real money")
    add("--exactbars", type=int, default=1, help="bounded memory")
    add("--stopafter", type=int, default=0, help="end after so many live bars; 0 for never")
    add("--qcheck", type=float, default=0.5, help="seconds between looks at the clock")
    add("--data0", default="EUR_USD", help="instrument")
    add("--no-bidask", action="store_true", help="use the middle")
    add("--no-backfill_start", action="store_true", help="no history at the start")
    add("--no-backfill", action="store_true", help="no history after a reconnection")
    add("--historical", action="store_true", help="fetch the past and end")
    add("--fromdate", type=datetime.datetime.fromisoformat, help="begin of the history")
    add("--smaperiod", type=int, default=5, help="of the average")
    add("--timeframe", choices=FRAMES, default="Minutes", help="unit of the bars")
    add("--compression", type=int, default=1, help="units in a bar")
    add("--broker", action="store_true", help="use the account")
    add("--trade", action="store_true", help="buy, and sell again; implies --broker")
    add("--stake", type=int, default=10, help="units per order")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
