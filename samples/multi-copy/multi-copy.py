"""Let two strategies trade copies of one feed, so that each has a position of its own.

With ``--copydata`` the second strategy gets the copy that ``data.copyas`` made; without it both
trade the same feed and share its position.
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


class Trader(bt.Strategy):
    """Follow the crossing of price and average on one of the feeds."""

    params = (("period", 15), ("datanum", 0), ("label", "first"))

    def __init__(self):
        data = self.traded = self.datas[self.p.datanum]
        self.cross = bt.ind.CrossOver(data, bt.ind.SMA(data, period=self.p.period))

    def next(self):
        if self.cross > 0:
            self.buy(data=self.traded)
        elif self.cross < 0 and self.getposition(self.traded).size > 0:
            self.close(data=self.traded)

    def stop(self):
        position = self.getposition(self.traded)
        print(f"{self.p.label}: {self.traded._name}, position {position.size}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    data = bt.feeds.YahooFinanceCSVData(
        dataname=args.data0, fromdate=args.fromdate, todate=args.todate
    )
    cerebro.adddata(data, name="original")
    if args.copydata:
        copy = data.copyas("copy")
        copy.plotinfo.plotmaster = data
        cerebro.adddata(copy)
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(Trader, label="first", **keywords(args.st0))
    second = {"period": 25, "datanum": 1 if args.copydata else 0, **keywords(args.st1)}
    cerebro.addstrategy(Trader, label="second", **second)
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
    add("--data0", default=str(DATAS / "yhoo-1996-2014.txt"), help="file of daily bars")
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
    add("--copydata", action="store_true", help="give the second strategy a copy of the feed")
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--broker", default="", metavar="kwargs", help="parameters of the broker")
    add("--sizer", default="", metavar="kwargs", help="parameters of the sizer")
    add("--st0", default="", metavar="kwargs", help="parameters of the first strategy")
    add("--st1", default="", metavar="kwargs", help="parameters of the second strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
