"""A stop that follows the price: `StopTrail` and `StopTrailLimit`.

``--strat trailpercent=0.02`` or ``trailamount=50.0`` set the distance,
``stoptype='StopTrailLimit'`` the kind. Each line shows the close and the stop that has followed it.
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


class Trailing(bt.Strategy):
    """Enter on a crossing, leave by a stop that trails."""

    params = (
        ("ma", bt.ind.SMA),
        ("p1", 10),
        ("p2", 30),
        ("stoptype", "StopTrail"),
        ("trailamount", 0.0),
        ("trailpercent", 0.02),
        ("show", 20),
    )

    def __init__(self):
        fast, slow = self.p.ma(period=self.p.p1), self.p.ma(period=self.p.p2)
        self.cross = bt.ind.CrossUp(fast, slow)
        self.stop_order = None
        self.shown = 0

    def notify_order(self, order):
        if order.status == order.Completed:
            done = order.executed
            print(f"{self.data.datetime.date(0)} {order.ordtypename()} at {done.price:.2f}")
            if order.issell():
                self.stop_order = None

    def next(self):
        if not self.position:
            if self.cross > 0:
                self.buy()
        elif self.stop_order is None:
            kind = getattr(bt.Order, self.p.stoptype)
            terms = {"exectype": kind}
            if self.p.trailamount:
                terms["trailamount"] = self.p.trailamount
            else:
                terms["trailpercent"] = self.p.trailpercent
            if kind == bt.Order.StopTrailLimit:
                terms["price"] = self.data.close[0]
                terms["plimit"] = self.data.close[0] * 0.999
            self.stop_order = self.sell(**terms)
        elif self.shown < self.p.show:
            self.shown += 1
            close, stop = self.data.close[0], self.stop_order.created.price
            print(f"{self.data.datetime.date(0)} close {close:.2f} stop {stop:.2f}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data0, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(Trailing, **keywords(args.strat))
    cerebro.run()
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
