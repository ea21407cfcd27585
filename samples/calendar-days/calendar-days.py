"""Fill weekends and holidays with bars, so that there is one for each day of the calendar.

Without ``--calendar`` the file is shown as it is. With it the filter `CalendarDays` puts in what is
missing; ``--fillprice`` chooses the prices of the new bars, ``--fillvol`` their volume.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

FILL = {"close": 0, "mid": -1}  # what the filter takes for the last close, and for (high + low) / 2


class ShowDays(bt.Strategy):
    """Print days, and count them by day of the week."""

    params = (("show", 10),)

    def __init__(self):
        self.counts = [0] * 7

    def next(self):
        day = self.data.datetime.date(0)
        self.counts[day.weekday()] += 1
        if len(self) <= self.p.show:
            print(f"{day:%a %Y-%m-%d} {self.data.close[0]:.2f} {self.data.volume[0]:.0f}")

    def stop(self):
        print(f"{len(self)} bars, Monday to Sunday: {self.counts}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    data = bt.feeds.BacktraderCSVData(
        dataname=args.data, fromdate=args.fromdate, todate=args.todate
    )
    if args.calendar:
        price = FILL[args.fillprice] if args.fillprice in FILL else float(args.fillprice)
        data.addfilter(bt.filters.CalendarDays, fill_price=price, fill_vol=args.fillvol)
    cerebro.adddata(data)
    cerebro.addstrategy(ShowDays, show=args.show)
    cerebro.run(stdstats=False)
    if args.plot:
        cerebro.plot(style="bar", numfigs=args.numfigs)


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", "-d", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--calendar", "-cal", action="store_true", help="fill the days that are missing")
    add("--fillprice", default="close", help="close, mid or a number")
    add("--fillvol", type=float, default=0.0, help="volume of the new bars")
    add("--show", type=int, default=10, help="days to print")
    add("--plot", "-p", action="store_true", help="show a chart")
    add("--numfigs", "-n", type=int, default=1, help="figures to spread the chart over")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
