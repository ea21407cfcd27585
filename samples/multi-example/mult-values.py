"""Trade several feeds from one strategy, each with orders, sizes and targets of its own.

Each feed has an average; each day the position of each is set to what ``--strat`` asks for: a fixed
size for the first, a share of the value for the others.
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


class Several(bt.Strategy):
    """Hold what is above its average."""

    params = (("period", 20), ("size", 100), ("share", 0.2), ("dprint", True))

    def __init__(self):
        self.above = [data > bt.ind.SMA(data, period=self.p.period) for data in self.datas]
        self.held = [False] * len(self.datas)

    def next(self):
        for number, (data, above) in enumerate(zip(self.datas, self.above, strict=True)):
            if bool(above[0]) == self.held[number]:
                continue
            self.held[number] = bool(above[0])
            if number == 0:
                self.order_target_size(data, target=self.p.size * self.held[number])
            else:
                self.order_target_percent(data, target=self.p.share * self.held[number])

    def notify_order(self, order):
        if order.status == order.Completed and self.p.dprint:
            done = order.executed
            print(
                f"{self.datetime.date(0)} {order.data._name}: {order.ordtypename():4}"
                f" {done.size} at {done.price:.2f}"
            )

    def stop(self):
        for data in self.datas:
            print(f"{data._name}: position {self.getposition(data).size}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    for number, path in enumerate((args.data0, args.data1, args.data2)):
        data = bt.feeds.YahooFinanceCSVData(
            dataname=path, fromdate=args.fromdate, todate=args.todate
        )
        cerebro.adddata(data, name=f"d{number}")
    cerebro.broker = bt.brokers.BackBroker(**{"cash": 100000.0, **keywords(args.broker)})
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(Several, **keywords(args.strat))
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
    add("--data0", default=str(DATAS / "nvda-1999-2014.txt"), help="file of daily bars")
    add("--data1", default=str(DATAS / "yhoo-1996-2014.txt"), help="file of daily bars")
    add("--data2", default=str(DATAS / "orcl-1995-2014.txt"), help="file of daily bars")
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
        default="2005-06-30",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--broker", default="", metavar="kwargs", help="parameters of the broker")
    add("--sizer", default="", metavar="kwargs", help="parameters of the sizer")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
