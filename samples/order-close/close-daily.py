"""Be filled at the close of the very bar that decides: an order of type `Close`.

In daily bars an order placed in `next` is too late for the close of that day; it is filled at the
close of the next one. The feed's session end tells the broker when a day is over.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class AtClose(bt.Strategy):
    """Buy at the close of some days, and sell at that of the day after."""

    params = (("every", 20), ("exectype", bt.Order.Close))

    def next(self):
        if self.position:
            self.close(exectype=self.p.exectype)
        elif len(self) % self.p.every == 0:
            self.buy(exectype=self.p.exectype)

    def notify_order(self, order):
        if order.status == order.Completed:
            data = self.data
            print(
                f"{bt.num2date(order.created.dt).date()} {order.ordtypename():4} filled on"
                f" {bt.num2date(order.executed.dt).date()} at {order.executed.price:.2f};"
                f" open {data.open[0]:.2f} close {data.close[0]:.2f}"
            )


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.infile, fromdate=args.fromdate, todate=args.todate)
    )
    exectype = bt.Order.Market if args.market else bt.Order.Close
    cerebro.addstrategy(AtClose, every=args.every, exectype=exectype)
    cerebro.run()
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--infile", "-i", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--every", type=int, default=20, help="bars between entries")
    add("--market", action="store_true", help="order at market, for comparison")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
