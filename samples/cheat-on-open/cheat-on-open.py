"""Decide at the open of a bar and be filled at that open: cheat-on-open.

With ``--cerebro cheat_on_open=True`` Cerebro calls `next_open` before the broker sees the orders of
the bar, so that a size can be computed from the price at which it will be filled. Compare the dates
of decision and execution with those of a run without it; ``--broker coo=False`` takes the cheating
away from the broker again.
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


class OpenTrader(bt.Strategy):
    """Trade the crossing of two averages, at the open where that is possible."""

    params = (("periods", [10, 30]), ("matype", bt.ind.SMA))

    def __init__(self):
        self.cheating = self.cerebro.p.cheat_on_open
        fast, slow = (self.p.matype(period=period) for period in self.p.periods)
        self.cross = bt.ind.CrossOver(fast, slow)
        self.order = None

    def notify_order(self, order):
        if order.alive():
            return
        when = bt.num2date(order.executed.dt).date() if order.executed.dt else None
        print(f"  {order.getstatusname()} on {when} at {order.executed.price:.2f}")
        self.order = None

    def next_open(self):
        # the feed has this bar in full, indicators are still those of the bar before
        if self.cheating:
            self.decide()

    def next(self):
        if not self.cheating:
            self.decide()

    def decide(self):
        if self.order or not self.cross[0]:
            return
        long = self.cross[0] > 0
        if long == bool(self.position):
            return
        word = "next_open" if self.cheating else "next"
        print(f"{self.data.datetime.date(0)} {word}: {'buy' if long else 'close'}")
        self.order = self.buy() if long else self.close()


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(
            dataname=args.data0, fromdate=args.fromdate, todate=args.todate
        )
    )
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(OpenTrader, **keywords(args.strat))
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
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--broker", default="", metavar="kwargs", help="parameters of the broker")
    add("--sizer", default="", metavar="kwargs", help="parameters of the sizer")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
