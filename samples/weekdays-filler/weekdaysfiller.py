"""A filter of your own: put in the weekdays that are missing from a file.

A filter may take a bar from the stream and put others in its place. This one adds a bar for each
weekday without one; with ``fillclose`` at the last close, without as NaN, which charts leave out.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

DAY = datetime.timedelta(days=1)


class WeekDaysFiller:
    """Deliver a bar for each day from Monday to Friday."""

    def __init__(self, data, fillclose=False):
        self.fillclose = fillclose
        self.latest = None  # a filter's `last` is what is called at the end of the file
        self.close = float("nan")

    def __call__(self, data):
        day = data.datetime.date(0)
        gap = list(self.missing(day)) if self.latest is not None else []
        if gap:
            whole = [line[0] for line in data.lines]
            data.backwards()
            price = self.close if self.fillclose else float("nan")
            for each in gap:
                data._add2stack(self.bar(data, each, price))
            data._add2stack(whole)
            self.close = whole[data.Close]
        else:
            self.close = data.close[0]
        self.latest = day
        return bool(gap)

    def missing(self, day):
        """Yield the weekdays between the last bar and `day`."""
        each = self.latest + DAY
        while each < day:
            if each.weekday() < 5:
                yield each
            each += DAY

    @staticmethod
    def bar(data, day, price):
        """Return the values of a bar that was not traded."""
        values = [price] * data.size()
        values[data.Volume] = values[data.OpenInterest] = 0.0
        moment = datetime.datetime.combine(day, data.p.sessionend)
        values[data.DateTime] = data.date2num(moment)
        return values


class ShowAdded(bt.Strategy):
    """Print the bars that were added."""

    def __init__(self):
        self.added = 0

    def next(self):
        if self.data.close[0] != self.data.close[0] or self.data.open[0] == self.data.close[-1]:
            self.added += 1
            if self.added <= 8:
                print(f"{self.data.datetime.date(0):%a %Y-%m-%d} {self.data.close[0]:.2f}")

    def stop(self):
        print(f"{len(self)} bars, {self.added} added")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    data = bt.feeds.BacktraderCSVData(
        dataname=args.data, fromdate=args.fromdate, todate=args.todate
    )
    if args.filler:
        data.addfilter(WeekDaysFiller, fillclose=args.fillclose)
    cerebro.adddata(data)
    cerebro.addstrategy(ShowAdded)
    cerebro.run()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--data",
        default=str(DATAS / "2006-day-002.txt"),
        help="file of daily bars that lacks some days",
    )
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--filler", action="store_true", help="add what is missing")
    add("--fillclose", action="store_true", help="at the last close rather than NaN")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
