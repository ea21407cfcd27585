"""The types of orders: Market, Close, Limit, Stop and StopLimit, with and without an end.

``--exectype`` chooses one. Prices are ``--perc1`` per cent from the close (the limit of a StopLimit
``--perc2`` per cent from that), and ``--valid`` days are given to be filled. See when orders are
accepted, filled, or expire.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class Executions(bt.Strategy):
    """Buy on upward crossings by the chosen type of order, sell at market."""

    params = (
        ("smaperiod", 15),
        ("exectype", "Market"),
        ("perc1", 3.0),
        ("perc2", 0.1),
        ("valid", 4),
    )

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.data, bt.ind.SMA(period=self.p.smaperiod))
        self.order = None

    def tell(self, text):
        print(f"{self.data.datetime.date(0)} {text}")

    def notify_order(self, order):
        if order.status in (order.Submitted, order.Accepted):
            return
        text = f"{order.ordtypename()} {order.getstatusname()}"
        if order.status == order.Completed:
            text += f" at {order.executed.price:.2f}, commission {order.executed.comm:.2f}"
        self.tell(text)
        self.order = None

    def next(self):
        if self.order:
            # an order without an end is not left waiting for ever
            if not self.p.valid and self.cross < 0:
                self.cancel(self.order)
        elif self.position:
            if self.cross < 0:
                self.order = self.sell()
        elif self.cross > 0:
            self.order = self.enter()

    def enter(self):
        close, kind = self.data.close[0], self.p.exectype
        terms = {"exectype": getattr(bt.Order, kind)}
        if self.p.valid:
            terms["valid"] = self.data.datetime.date(0) + datetime.timedelta(days=self.p.valid)
        if kind == "Limit":
            terms["price"] = close * (1.0 - self.p.perc1 / 100.0)
        elif kind in ("Stop", "StopLimit"):
            terms["price"] = close * (1.0 + self.p.perc1 / 100.0)
        if kind == "StopLimit":
            terms["plimit"] = terms["price"] * (1.0 + self.p.perc2 / 100.0)
        price = f" at {terms['price']:.2f}" if "price" in terms else ""
        self.tell(f"{kind} order{price}, close {close:.2f}")
        return self.buy(**terms)


FORMATS = {
    "bt": bt.feeds.BacktraderCSVData,
    "visualchart": bt.feeds.VChartCSVData,
    "sierrachart": bt.feeds.SierraChartCSVData,
    "yahoo": bt.feeds.YahooFinanceCSVData,
}


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(
        FORMATS[args.csvformat](dataname=args.infile, fromdate=args.fromdate, todate=args.todate)
    )
    names = ("smaperiod", "exectype", "perc1", "perc2", "valid")
    cerebro.addstrategy(Executions, **{name: getattr(args, name) for name in names})
    cerebro.run()
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot:
        cerebro.plot(style=args.plotstyle, numfigs=args.numfigs)


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--infile", "-i", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--csvformat", "-c", choices=FORMATS, default="bt", help="format of the file")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--smaperiod", "-s", type=int, default=15, help="of the average")
    kinds = ("Market", "Close", "Limit", "Stop", "StopLimit")
    add("--exectype", "-e", choices=kinds, default="Market", help="type of the orders")
    add("--valid", "-v", type=int, default=0, help="days to be filled; 0 for no end")
    add("--perc1", "-p1", type=float, default=0.3, help="distance of the price in per cent")
    add("--perc2", "-p2", type=float, default=0.1, help="distance of the limit in per cent")
    add("--plot", "-p", action="store_true", help="show a chart")
    add("--plotstyle", "-ps", choices=("bar", "line", "candle"), default="bar", help="its style")
    add("--numfigs", "-n", type=int, default=1, help="figures to spread the chart over")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
