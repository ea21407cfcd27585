"""Replay orders that were executed elsewhere, and have them analysed here.

``cerebro.add_order_history`` takes moments, sizes and prices; no strategy has to decide anything.
``--order-history`` uses a list out of this script; without it the strategy trades on its own.
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


HISTORY = (
    ("2005-02-01", 100, 5.85),
    ("2005-03-14", -100, 5.60),
    ("2005-06-01", 200, 6.05),
    ("2005-08-01", -100, 6.50),
    ("2005-11-15", -100, 6.40),
)


class Own(bt.Strategy):
    """Trade a crossing, unless the orders come from a history."""

    params = (("sma1", 10), ("sma2", 20), ("decide", True))

    def __init__(self):
        fast, slow = bt.ind.SMA(period=self.p.sma1), bt.ind.SMA(period=self.p.sma2)
        self.cross = bt.ind.CrossOver(fast, slow)

    def notify_order(self, order):
        if not order.alive():
            done = order.executed
            print(f"order {order.ordtypename():4} {done.size} at {done.price:.2f}")

    def notify_trade(self, trade):
        if trade.isclosed:
            print(f"trade on {trade.data._name} net {trade.pnlcomm:.2f}")

    def next(self):
        if not self.p.decide:
            return
        if self.cross > 0:
            self.buy()
        elif self.cross < 0 and self.position:
            self.close()


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    data = bt.feeds.YahooFinanceCSVData(
        dataname=args.data0, fromdate=args.fromdate, todate=args.todate
    )
    cerebro.adddata(data, name="data")
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(Own, decide=not args.order_history, **keywords(args.strat))
    if args.order_history:
        history = [(datetime.datetime.fromisoformat(day), *rest) for day, *rest in HISTORY]
        cerebro.add_order_history(history, notify=True)
    cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=bt.TimeFrame.Years, _name="years")
    (strategy,) = cerebro.run()
    for year, value in strategy.analyzers.years.get_analysis().items():
        print(f"{year.year}: {100 * value:.4f} %")
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "yhoo-1996-2015.txt"), help="file of daily bars")
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
        default="2005-12-31",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--order-history", action="store_true", help="replay the orders of the list")
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--broker", default="", metavar="kwargs", help="parameters of the broker")
    add("--sizer", default="", metavar="kwargs", help="parameters of the sizer")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
