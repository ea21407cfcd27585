"""Buy at the close of the very day that makes a new high, and sell at a close some days later.

A daily bar is over when a strategy sees it, too late for its close. The filter `DaySplitter_Close`
cuts it in two: what is known shortly before the close, and the close. With ``cerebro.replaydata``
both are steps of one bar, and a market order from the first is filled by the second;
``--no-replay`` makes them two bars, and two days of holding one.
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


class NewHigh(bt.Strategy):
    """Hold for some days after a new high."""

    params = (("highperiod", 20), ("sellafter", 2))

    def __init__(self):
        self.highest = bt.ind.Highest(self.data.high, period=self.p.highperiod)
        self.order = None
        self.bought = 0

    def notify_order(self, order):
        if order.status == order.Completed:
            print(
                f"{self.data.datetime.date(0)} {order.ordtypename():4} {order.executed.size}"
                f" at {order.executed.price:.2f}, close {self.data.close[0]:.2f}"
            )
        if not order.alive():
            self.order = None

    def next(self):
        if self.order:
            return
        if self.position:
            if len(self) - self.bought >= self.p.sellafter:
                self.order = self.close()
        elif self.data.high[0] >= self.highest[0] and self.bought < len(self):
            self.order = self.buy()
            self.bought = len(self)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    cerebro.broker.setcash(args.cash)
    data = bt.feeds.YahooFinanceCSVData(
        dataname=args.data,
        fromdate=args.fromdate,
        todate=args.todate,
        # parts of a day, not days: there is something to replay
        timeframe=bt.TimeFrame.Minutes,
    )
    data.addfilter(bt.filters.DaySplitter_Close)
    if args.no_replay:
        cerebro.adddata(data)
    else:
        cerebro.replaydata(data, timeframe=bt.TimeFrame.Days)
    cerebro.addstrategy(NewHigh, highperiod=args.highperiod, sellafter=args.sellafter)
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.run()
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot is not None:
        cerebro.plot(numfigs=args.numfigs, **keywords(args.plot))


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
        default="2005-06-30",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--cash", type=float, default=50000.0, help="starting cash")
    add("--sellafter", type=int, default=2, help="bars to hold")
    add("--highperiod", type=int, default=20, help="bars in which the high is the highest")
    add("--no-replay", action="store_true", help="make the two parts of a day two bars")
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--sizer", default="", metavar="kwargs", help="parameters of the sizer")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    add("--numfigs", "-n", type=int, default=1, help="figures to spread the chart over")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
