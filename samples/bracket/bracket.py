"""Enter with a bracket: an entry, a stop loss and a profit taker that cancel each other.

When two averages cross, a limit order is placed a little below the close. The two orders that
leave the position wait until it is filled; the first of them to be filled cancels the other. With
``--strat usebracket=True`` `buy_bracket` makes the three orders, otherwise they are put together
by hand from `parent` and `transmit`; the printed orders are the same.
"""

import argparse
import ast
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


def keywords(text):
    """Return the arguments of a text such as ``runonce=False, preload=True``."""
    call = ast.parse(f"dict({text})", mode="eval").body
    return {word.arg: ast.literal_eval(word.value) for word in call.keywords}


class Bracketed(bt.Strategy):
    """Buy with a bracket on each upward crossing."""

    params = (
        ("ma", bt.ind.SMA),
        ("p1", 5),
        ("p2", 15),
        ("limit", 0.005),
        ("limdays", 3),
        ("limdays2", 1000),
        ("hold", 10),
        ("usebracket", False),
        ("switchp1p2", False),
    )

    def __init__(self):
        averages = [self.p.ma(period=self.p.p1), self.p.ma(period=self.p.p2)]
        if self.p.switchp1p2:
            averages.reverse()
        self.cross = bt.ind.CrossOver(*averages)
        self.waiting = set()
        self.names = {}
        self.since = 0

    def notify_order(self, order):
        if order.status == order.Completed:
            self.since = len(self)
        if not order.alive():
            self.waiting.discard(order.ref)
        when = self.data.datetime.date(0)
        print(f"{when} {self.names[order.ref]:6} {order.getstatusname()}")

    def next(self):
        if self.waiting:
            return
        if not self.position and self.cross > 0:
            self.enter(self.data.close[0] * (1.0 - self.p.limit))
        elif self.position and len(self) - self.since >= self.p.hold:
            self.remember("exit", self.close())

    def enter(self, price):
        loss, gain = price - 0.02 * self.data.close[0], price + 0.02 * self.data.close[0]
        short = datetime.timedelta(days=self.p.limdays)
        long = datetime.timedelta(days=self.p.limdays2)
        if self.p.usebracket:
            entry, stop, take = self.buy_bracket(
                price=price,
                valid=short,
                exectype=bt.Order.Limit,
                stopprice=loss,
                stopargs={"valid": long},
                limitprice=gain,
                limitargs={"valid": long},
            )
        else:
            entry = self.buy(exectype=bt.Order.Limit, price=price, valid=short, transmit=False)
            child = {"parent": entry, "valid": long, "size": entry.size}
            stop = self.sell(exectype=bt.Order.Stop, price=loss, transmit=False, **child)
            take = self.sell(exectype=bt.Order.Limit, price=gain, transmit=True, **child)
        print(f"{self.data.datetime.date(0)} enter at {price:.2f}: {loss:.2f} to {gain:.2f}")
        for name, order in (("entry", entry), ("stop", stop), ("take", take)):
            self.remember(name, order)

    def remember(self, name, order):
        self.names[order.ref] = name
        self.waiting.add(order.ref)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data0, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(Bracketed, **keywords(args.strat))
    cerebro.run(**keywords(args.cerebro))
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "2005-2006-day-001.txt"), help="file of daily bars")
    add(
        "--fromdate",
        "-f",
        default="2006-01-01",
        type=datetime.datetime.fromisoformat,
        help="first day",
    )
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--broker", default="", metavar="kwargs", help="parameters of the broker")
    add("--sizer", default="", metavar="kwargs", help="parameters of the sizer")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
