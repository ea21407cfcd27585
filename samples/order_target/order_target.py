"""Order by what the position is to be: a size, a value, or a share of the account.

The target goes with the day of the month, upwards in odd months and downwards in even ones. One of
``--target-size``, ``--target-value`` and ``--target-percent`` has to be chosen.
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


class Targets(bt.Strategy):
    """Set a target on some days of each month."""

    params = (("kind", "size"), ("days", (1, 10, 20)), ("show", 12))

    def __init__(self):
        self.order = None
        self.shown = 0

    def notify_order(self, order):
        if order.alive():
            return
        self.order = None
        self.shown += 1
        if self.shown <= self.p.show:
            print(
                f"  {order.ordtypename():4} {order.executed.size} at {order.executed.price:.2f}:"
                f" position {self.position.size}"
            )

    def next(self):
        day = self.data.datetime.date(0)
        if self.order or day.day // 10 == self.data.datetime.date(-1).day // 10:
            return
        amount = day.day if day.month % 2 else 31 - day.day
        if self.p.kind == "size":
            target, order = amount, self.order_target_size
        elif self.p.kind == "value":
            target, order = amount * 1000.0, self.order_target_value
        else:
            target, order = amount / 100.0, self.order_target_percent
        self.order = order(target=target)
        if self.shown < self.p.show:
            value = self.broker.getvalue([self.data])
            print(f"{day} target {self.p.kind} {target}, now {self.position.size}, {value:.2f}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(args.cash)
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.addstrategy(Targets, kind=args.kind)
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
    add("--data", default=str(DATAS / "yhoo-1996-2015.txt"), help="file of daily bars")
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
        default="2006-12-31",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--cash", type=float, default=1000000.0, help="starting cash")
    kinds = parser.add_mutually_exclusive_group()
    for kind in ("size", "value", "percent"):
        kinds.add_argument(
            f"--target-{kind}",
            dest="kind",
            action="store_const",
            const=kind,
            default="size",
            help=f"order by target {kind}",
        )
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
