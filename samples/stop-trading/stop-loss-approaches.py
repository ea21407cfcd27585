"""Three ways to protect a position by a stop.

``manual`` places the stop once `notify_order` tells of the entry, ``manualcheat`` right after the
entry was ordered, ``auto`` as a child of the entry, which the broker activates. ``--strat
trail=0.02`` takes a trailing stop, ``buy_limit=True`` enters by a limit order that may expire.
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


class Protected(bt.Strategy):
    """Buy on a crossing; subclasses protect the position."""

    params = (
        ("fast_ma", 10),
        ("slow_ma", 20),
        ("stop_loss", 0.02),
        ("trail", False),
        ("buy_limit", False),
    )

    def __init__(self):
        fast, slow = bt.ind.EMA(period=self.p.fast_ma), bt.ind.EMA(period=self.p.slow_ma)
        self.cross = bt.ind.CrossOver(fast, slow)
        self.entry = None

    def next(self):
        if self.position or self.entry and self.entry.alive():
            return
        if self.cross > 0:
            terms = {"transmit": self.transmits()}
            if self.p.buy_limit:
                valid = datetime.timedelta(days=3)
                price = 0.995 * self.data.close[0]
                terms.update(exectype=bt.Order.Limit, price=price, valid=valid)
            self.entry = self.buy(**terms)
            self.ordered(self.data.close[0])

    def protect(self, price, **terms):
        if self.p.trail:
            self.sell(exectype=bt.Order.StopTrail, trailpercent=self.p.trail, **terms)
        else:
            stop = price * (1.0 - self.p.stop_loss)
            self.sell(exectype=bt.Order.Stop, price=stop, **terms)

    def transmits(self):
        return True

    def ordered(self, price):
        """Called when the entry has been ordered."""

    def notify_order(self, order):
        if not order.alive():
            word = order.getstatusname()
            price = f" at {order.executed.price:.2f}" if order.status == order.Completed else ""
            print(f"{self.data.datetime.date(0)} {order.ordtypename():4} {word}{price}")


class Manual(Protected):
    """Place the stop when the entry has been filled."""

    def notify_order(self, order):
        super().notify_order(order)
        if order.status == order.Completed and order.isbuy():
            self.protect(order.executed.price)


class ManualCheat(Protected):
    """Place the stop with the entry: it may be filled on the same bar."""

    def ordered(self, price):
        if not self.p.buy_limit:
            self.protect(price)


class Auto(Protected):
    """Give the entry a child."""

    def transmits(self):
        return False

    def ordered(self, price):
        self.protect(price, parent=self.entry, transmit=True)


APPROACHES = {"manual": Manual, "manualcheat": ManualCheat, "auto": Auto}


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data0, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.broker = bt.brokers.BackBroker(**{"cash": 100000.0, **keywords(args.broker)})
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(APPROACHES[args.approach], **keywords(args.strat))
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
    add("approach", nargs="?", choices=APPROACHES, default="manual", help="how to protect")
    add("--data0", default=str(DATAS / "2005-2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--broker", default="", metavar="kwargs", help="parameters of the broker")
    add("--sizer", default="", metavar="kwargs", help="parameters of the sizer")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
