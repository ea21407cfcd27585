"""Buy the dip: be in the market for some days after each fall of one per cent or more.

The fall is measured as ``--strat approach=...`` says: from the high to the low (``highlow``), from
the close of the day before (``closeclose``), from the open (``openclose``) or from the high
(``highclose``) to the close. The result is compared with buying once and holding.
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


class BuyTheDip(bt.Strategy):
    """Buy at the open after a fall, sell `hold` days later."""

    params = (
        ("fall", -0.01),
        ("hold", 2),
        ("approach", "highlow"),
        ("target", 1.0),
        ("prorder", False),
        ("prtrade", False),
        ("prdata", False),
    )

    def __init__(self):
        data = self.data
        before, after = {
            "closeclose": (data.close(-1), data.close),
            "openclose": (data.open, data.close),
            "highclose": (data.high, data.close),
            "highlow": (data.high, data.low),
        }[self.p.approach]
        self.change = after / before - 1.0
        self.leave = None
        self.dips = self.trades = 0

    def next(self):
        if self.p.prdata:
            print(f"{self.data.datetime.date(0)} {100 * self.change[0]:6.2f} %")
        if self.position:
            if len(self) >= self.leave:
                self.close()
        elif self.change <= self.p.fall:
            self.dips += 1
            self.order_target_percent(target=self.p.target)
            self.leave = len(self) + self.p.hold

    def notify_order(self, order):
        if self.p.prorder and order.status in (order.Completed, order.Margin):
            done = order.executed
            print(f"{order.getstatusname()} {order.ordtypename()} {done.size} at {done.price:.4f}")

    def notify_trade(self, trade):
        self.trades += trade.isclosed
        if self.p.prtrade and trade.isclosed:
            print(f"{self.data.datetime.date(0)} trade: {trade.pnlcomm:.2f}")

    def stop(self):
        print(f"Dips bought {self.dips}, trades closed {self.trades}")


def feed(args):
    """Return the feed: a file that is there, or what Yahoo has under a name."""
    span = {"fromdate": args.fromdate, "todate": args.todate}
    if args.offline or Path(args.data).exists():
        return bt.feeds.YahooFinanceCSVData(dataname=args.data, **span)
    return bt.feeds.YahooFinanceData(dataname=args.data, **span)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(feed(args))
    cerebro.addstrategy(BuyTheDip, **keywords(args.strat))
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.broker.setcommission(**keywords(args.comminfo))
    cerebro.addobserver(bt.observers.Benchmark, timeframe=bt.TimeFrame.NoTimeFrame)
    if args.valobserver:
        cerebro.addobserver(bt.observers.Value)
    (strategy,) = cerebro.run(**keywords(args.cerebro))
    benchmark = strategy.observers.benchmark
    print(f"Buying the dips {100 * benchmark.lines.timereturn[0]:.2f} %")
    print(f"Buy and hold    {100 * benchmark.lines.benchmark[0]:.2f} %")
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--offline", action="store_true", help="--data is a file, whatever it looks like")
    add(
        "--data",
        default=str(DATAS / "yhoo-1996-2015.txt"),
        help="file in the form of Yahoo, or a ticker to download",
    )
    add(
        "--fromdate",
        "-f",
        default="2012-01-01",
        type=datetime.datetime.fromisoformat,
        help="first day",
    )
    add(
        "--todate",
        "-t",
        default="2015-12-31",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--broker", default="cash=100000.0, coc=False", metavar="kwargs", help="of the broker")
    add("--valobserver", action="store_true", help="draw the value in a pane of its own")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--comminfo", default="leverage=2.0", metavar="kwargs", help="of the commission scheme")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
