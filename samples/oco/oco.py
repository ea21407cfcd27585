"""One cancels others: three limit orders of which only one can be filled.

The orders are placed at different distances and for different times. With ``--strat do_oco=True``
(the default) they form a group; ``oco1oco2=True`` names the second, rather than the first, as the
other of the third: the group is the same. ``do_oco=False`` lets all of them be filled.
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


class Group(bt.Strategy):
    """Enter by a group of limit orders, leave some days later."""

    params = (
        ("ma", bt.ind.SMA),
        ("p1", 5),
        ("p2", 15),
        ("limit", 0.005),
        ("limdays", 3),
        ("limdays2", 1000),
        ("hold", 10),
        ("switchp1p2", False),
        ("oco1oco2", False),
        ("do_oco", True),
    )

    def __init__(self):
        periods = [self.p.p1, self.p.p2]
        if self.p.switchp1p2:
            periods.reverse()
        fast, slow = (self.p.ma(period=period) for period in periods)
        self.cross = bt.ind.CrossOver(fast, slow)
        self.waiting = {}
        self.entered = 0

    def notify_order(self, order):
        name = self.waiting.get(order.ref, "exit")
        if not order.alive():
            self.waiting.pop(order.ref, None)
            print(f"{self.data.datetime.date(0)} {name:5} {order.getstatusname()}")
        if order.status == order.Completed:
            self.entered = len(self)

    def next(self):
        if self.waiting:
            return
        if self.position:
            if len(self) - self.entered >= self.p.hold:
                self.close()
        elif self.cross > 0:
            self.enter()

    def enter(self):
        close = self.data.close[0]
        short = datetime.timedelta(days=self.p.limdays)
        long = datetime.timedelta(days=self.p.limdays2)

        def limit(share, valid, other):
            return self.buy(
                exectype=bt.Order.Limit,
                price=close * (1.0 - share),
                valid=valid,
                oco=other if self.p.do_oco else None,
            )

        near = limit(self.p.limit, short, None)
        middle = limit(2.0 * self.p.limit, short, near)
        far = limit(3.0 * self.p.limit, long, middle if self.p.oco1oco2 else near)
        self.waiting = {near.ref: "near", middle.ref: "mid", far.ref: "far"}
        print(f"{self.data.datetime.date(0)} three orders below {close:.2f}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data0, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.broker = bt.brokers.BackBroker(**{"cash": 100000.0, **keywords(args.broker)})
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(Group, **keywords(args.strat))
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
