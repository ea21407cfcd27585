"""A trading calendar for minutes: days that end early.

The calendar says when each session opens and closes; a daily bar made of minutes is delivered with
the last minute of its session, also on a day that closes at noon.
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


EARLY = datetime.date(2006, 1, 4)


class HalfDay(bt.TradingCalendar):
    """Sessions from nine to half past five, but for one that ends at noon."""

    params = {
        "open": datetime.time(9, 0),
        "close": datetime.time(17, 30),
        "earlydays": [(EARLY, datetime.time(9, 0), datetime.time(12, 0))],
    }


class UntilNoon:
    """A filter that takes away what the early day would not have had."""

    def __init__(self, data):
        self.noon = datetime.datetime.combine(EARLY, datetime.time(12, 0))

    def __call__(self, data):
        moment = data.datetime.datetime(0)
        if moment.date() == EARLY and moment > self.noon:
            data.backwards()
            return True
        return False


class ShowDays(bt.Strategy):
    """Print with which minute a daily bar came."""

    def __init__(self):
        self.days = 0

    def next(self):
        if len(self.data1) > self.days:
            self.days = len(self.data1)
            if self.days <= 6:
                moment = self.data0.datetime.datetime(0)
                day = self.data1.datetime.date(0)
                print(f"day {day} came at {moment}, close {self.data1.close[0]:.2f}")

    def stop(self):
        print(f"{self.days} days of {len(self.data0)} bars")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False, **keywords(args.cerebro))
    terms = {}
    if args.owncal:
        terms["calendar"] = HalfDay()
    elif args.pandascal:
        terms["calendar"] = args.pandascal
    data = bt.feeds.BacktraderCSVData(
        dataname=args.data0,
        fromdate=args.fromdate,
        todate=args.todate,
        timeframe=bt.TimeFrame.Minutes,
        compression=5,
        sessionend=datetime.time(17, 30),
        **terms,
    )
    data.addfilter(UntilNoon)
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Days)
    cerebro.addstrategy(ShowDays)
    cerebro.run()
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "2006-min-005.txt"), help="file of five-minute bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    calendar = parser.add_mutually_exclusive_group()
    calendar.add_argument("--pandascal", metavar="NAME", help="of pandas_market_calendars")
    calendar.add_argument("--owncal", action="store_true", help="the calendar of this script")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
