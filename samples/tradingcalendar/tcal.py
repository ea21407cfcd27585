"""Close weekly bars on the last day that is traded rather than on a Friday: trading calendars.

Without a calendar resampling learns that a week is over by the first bar of the next: it is late.
With ``--owncal`` the feed has a calendar with the holidays of the files; ``--pandascal`` takes one
of ``pandas_market_calendars`` by name, such as NYSE.
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


FRAMES = {"weeks": bt.TimeFrame.Weeks, "months": bt.TimeFrame.Months, "years": bt.TimeFrame.Years}


class SampleCalendar(bt.TradingCalendar):
    """Weekdays, but for the holidays that the sample data knows."""

    params = {
        "holidays": [
            datetime.date(year, month, day)
            for year in range(2000, 2016)
            for month, day in ((1, 1), (5, 1), (12, 25), (12, 26))
        ],
        "open": datetime.time(9, 0),
        "close": datetime.time(17, 30),
    }


class ShowWeeks(bt.Strategy):
    """Print when a larger bar was delivered, where that is not the day it ends on."""

    def __init__(self):
        self.larger = self.late = 0

    def next(self):
        if len(self.data1) == self.larger:
            return
        self.larger = len(self.data1)
        today, end = self.data0.datetime.date(0), self.data1.datetime.date(0)
        if today > end:
            self.late += 1
            if self.late <= 6:
                print(f"bar {self.larger:2d} of {end:%a %Y-%m-%d} came with {today:%a %Y-%m-%d}")

    def stop(self):
        print(f"{self.larger} bars, {self.late} of them late")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False, **keywords(args.cerebro))
    terms = {}
    if args.owncal:
        terms["calendar"] = SampleCalendar()
    elif args.pandascal:
        terms["calendar"] = args.pandascal
    data = bt.feeds.BacktraderCSVData(
        dataname=args.data0, fromdate=args.fromdate, todate=args.todate, **terms
    )
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=FRAMES[args.timeframe])
    cerebro.addstrategy(ShowWeeks)
    cerebro.run()
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "2005-2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    calendar = parser.add_mutually_exclusive_group()
    calendar.add_argument("--pandascal", metavar="NAME", help="of pandas_market_calendars")
    calendar.add_argument("--owncal", action="store_true", help="the calendar of this script")
    add("--timeframe", choices=FRAMES, default="weeks", help="of the larger bars")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
