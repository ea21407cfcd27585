"""A sizer decides how much, the strategy only when.

Two sizers are compared by ``--longonly``: one never sells more than there is, the other reverses a
position by selling twice as much. The strategy's code is the same.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class NeverShort(bt.Sizer):
    """Buy the stake, sell what is there."""

    params = (("stake", 1),)

    def _getsizing(self, comminfo, cash, data, isbuy):
        if isbuy:
            return self.p.stake
        return min(self.p.stake, max(0, self.broker.getposition(data).size))


class Reverser(bt.Sizer):
    """Order the stake to enter, twice as much to reverse."""

    params = (("stake", 1),)

    def _getsizing(self, comminfo, cash, data, isbuy):
        return self.p.stake * (2 if self.broker.getposition(data).size else 1)


class CloseSMA(bt.Strategy):
    """Buy above the average, sell below."""

    params = (("period", 15),)

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.data, bt.ind.SMA(period=self.p.period))

    def next(self):
        if self.cross > 0:
            self.buy()
        elif self.cross < 0:
            self.sell()

    def notify_order(self, order):
        if order.status == order.Completed:
            print(
                f"{self.data.datetime.date(0)} {order.ordtypename():4} {order.executed.size:3d}:"
                f" position {self.position.size}"
            )


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(args.cash)
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(
            dataname=args.data0, fromdate=args.fromdate, todate=args.todate
        )
    )
    cerebro.addstrategy(CloseSMA, period=args.period)
    cerebro.addsizer(NeverShort if args.longonly else Reverser, stake=args.stake)
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
    add("--data0", default=str(DATAS / "yhoo-1996-2015.txt"), help="file of daily bars")
    add(
        "--fromdate",
        "-f",
        default="2005-01-01",
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
    add("--cash", type=float, default=50000.0, help="starting cash")
    add("--longonly", action="store_true", help="use the sizer that never goes short")
    add("--stake", type=int, default=10, help="given to the sizers")
    add("--period", type=int, default=15, help="of the average")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
