"""Pay commission per piece or in per cent, for stocks or for futures.

``--commtype`` is ``none`` (as upstream always did it: a margin makes it a future with a fixed
commission, none a stock with a percentage), ``perc`` or ``fixed``; ``--stocklike`` says what kind
of thing is traded. Watch commission, cash and value after the first orders.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

KINDS = {
    "none": None,
    "perc": bt.CommInfoBase.COMM_PERC,
    "fixed": bt.CommInfoBase.COMM_FIXED,
}


class LongOnly(bt.Strategy):
    """Hold `stake` pieces while the price is above its average."""

    params = (("stake", 10), ("period", 30))

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.data, bt.ind.SMA(period=self.p.period))

    def next(self):
        if self.cross > 0 and not self.position:
            self.buy(size=self.p.stake)
        elif self.cross < 0 and self.position:
            self.close()

    def notify_order(self, order):
        if order.status == order.Completed:
            done = order.executed
            print(
                f"{self.data.datetime.date(0)} {order.ordtypename():4} at {done.price:.2f}:"
                f" value {done.value:.2f}, commission {done.comm:.2f},"
                f" cash {self.broker.getcash():.2f}"
            )
        elif order.status == order.Margin:
            print(f"{self.data.datetime.date(0)} {order.ordtypename()}: not enough cash")

    def notify_trade(self, trade):
        if trade.isclosed:
            print(f"{'':10} trade: gross {trade.pnl:.2f}, net {trade.pnlcomm:.2f}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.addstrategy(LongOnly, stake=args.stake, period=args.period)
    cerebro.broker.setcash(args.cash)
    cerebro.broker.setcommission(
        commission=args.comm,
        mult=args.mult,
        margin=args.margin,
        percabs=not args.percrel,
        commtype=KINDS[args.commtype],
        stocklike=args.stocklike,
    )
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
    add("--data", "-d", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--stake", type=int, default=10, help="pieces per order")
    add("--period", type=int, default=30, help="of the average")
    add("--cash", type=float, default=100000.0, help="starting cash")
    add("--comm", type=float, default=2.0, help="commission per piece, or rate")
    add("--mult", type=float, default=10.0, help="worth of one point")
    add("--margin", type=float, default=2000.0, help="margin per piece; 0 for none")
    add("--commtype", choices=KINDS, default="none", help="what --comm is")
    add("--stocklike", action="store_true", help="trade a stock rather than a future")
    add("--percrel", action="store_true", help="--comm is in per cent, not a fraction")
    add("--plot", "-p", action="store_true", help="show a chart")
    add("--numfigs", "-n", type=int, default=1, help="figures to spread the chart over")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
