"""Bars in the form of Yahoo: from a file, or downloaded.

Without ``--online`` a file is read (``--reverse`` for files whose newest row comes first); with it
``--data`` is a ticker. Prices are adjusted for splits and dividends unless ``--no-adjclose`` is
given.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class ShowYears(bt.Strategy):
    """Print the first bar of each year, and how the average stands."""

    def __init__(self):
        self.average = bt.ind.SMA(period=30)

    def next(self):
        today, before = self.data.datetime.date(0), self.data.datetime.date(-1)
        if today.year != before.year:
            data = self.data
            print(
                f"{today} {data.open[0]:.2f} {data.high[0]:.2f} {data.low[0]:.2f}"
                f" {data.close[0]:.2f} {data.volume[0]:.0f} average {self.average[0]:.4f}"
            )

    def stop(self):
        print(f"{len(self)} bars, the last of {self.data.datetime.date(0)}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    terms = {
        "dataname": args.data,
        "fromdate": args.fromdate,
        "todate": args.todate,
        "adjclose": not args.no_adjclose,
        "reverse": args.reverse,
    }
    feed = bt.feeds.YahooFinanceData if args.online else bt.feeds.YahooFinanceCSVData
    cerebro.adddata(feed(**terms))
    cerebro.addstrategy(ShowYears)
    cerebro.run()
    if args.plot:
        cerebro.plot(style="candle")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "yhoo-1996-2015.txt"), help="file, or ticker with --online")
    add(
        "--fromdate",
        "-f",
        default="1999-06-01",
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
    add("--online", action="store_true", help="download from Yahoo")
    add("--reverse", action="store_true", help="the newest row comes first")
    add("--no-adjclose", action="store_true", help="prices as they were then")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
