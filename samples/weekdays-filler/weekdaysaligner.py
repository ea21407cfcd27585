"""Bring two feeds into step that do not trade on the same days.

With ``--filler`` each gets the weekdays it lacks (``--filler0``, ``--filler1`` one of them alone),
and a strategy that waits for both no longer sees one stand still. ``--online`` takes tickers from
Yahoo in place of the files.
"""

import argparse
import datetime
from pathlib import Path

from weekdaysfiller import WeekDaysFiller

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class CountAligned(bt.Strategy):
    """Count the steps at which both feeds are at the same day."""

    def __init__(self):
        self.aligned = 0

    def next(self):
        self.aligned += self.data0.datetime.date(0) == self.data1.datetime.date(0)

    def stop(self):
        print(f"{len(self)} steps, {self.aligned} of them aligned")
        print(f"{len(self.data0)} and {len(self.data1)} bars")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    span = {"fromdate": args.fromdate, "todate": args.todate}
    feed = bt.feeds.YahooFinanceData if args.online else bt.feeds.BacktraderCSVData
    for path, wanted in ((args.data0, args.filler0), (args.data1, args.filler1)):
        data = feed(dataname=path, **span)
        if wanted or args.filler:
            data.addfilter(WeekDaysFiller, fillclose=args.fillclose)
        cerebro.adddata(data)
    cerebro.addstrategy(CountAligned)
    cerebro.run()
    if args.plot:
        cerebro.plot(style="bar")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--online", action="store_true", help="--data0 and --data1 are tickers")
    add("--data0", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add(
        "--data1",
        default=str(DATAS / "2006-day-002.txt"),
        help="file of daily bars that lacks some days",
    )
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--filler", action="store_true", help="fill both")
    add("--filler0", action="store_true", help="fill the first")
    add("--filler1", action="store_true", help="fill the second")
    add("--fillclose", action="store_true", help="at the last close rather than NaN")
    add("--plot", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
