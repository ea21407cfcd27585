"""How closely do two things move together? A correlation as an indicator.

The indicator computes Pearson's coefficient over a window, out of means and deviations of lines.
Users know this script with gold and an index; the default files are two made-up stocks, any two
files of Yahoo's form do.
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


class Correlation(bt.Indicator):
    """Pearson's coefficient of two datas over a window."""

    _mindatas = 2
    lines = ("correlation",)
    params = (("period", 20),)
    plotinfo = {"plothlines": [-1.0, 0.0, 1.0]}

    def __init__(self):
        def mean(line):
            return bt.ind.SMA(line, period=self.p.period)

        x, y = self.data0.close, self.data1.close
        shared = mean(x * y) - mean(x) * mean(y)
        spread = bt.ind.StdDev(x, period=self.p.period) * bt.ind.StdDev(y, period=self.p.period)
        self.lines.correlation = bt.DivByZero(shared, spread)


class Watch(bt.Strategy):
    """Print the coefficient at the end of each quarter."""

    params = (("period", 20),)

    def __init__(self):
        self.both = Correlation(self.data0, self.data1, period=self.p.period)

    def next(self):
        today, before = self.data.datetime.date(0), self.data.datetime.date(-1)
        if today.month != before.month and today.month % 3 == 1:
            print(f"{before} {self.both[-1]:+.4f}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    for name in (args.data0, args.data1):
        span = {"fromdate": args.fromdate, "todate": args.todate}
        offline = args.offline or Path(name).exists()
        feed = bt.feeds.YahooFinanceCSVData if offline else bt.feeds.YahooFinanceData
        cerebro.adddata(feed(dataname=name, **span))
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(Watch, **keywords(args.strat))
    cerebro.run()
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "yhoo-1996-2015.txt"), help="file, or ticker to download")
    add("--data1", default=str(DATAS / "orcl-1995-2014.txt"), help="file, or ticker to download")
    add("--offline", action="store_true", help="both are files")
    add(
        "--fromdate",
        "-f",
        default="2010-01-01",
        type=datetime.datetime.fromisoformat,
        help="first day",
    )
    add(
        "--todate",
        "-t",
        default="2012-12-31",
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
