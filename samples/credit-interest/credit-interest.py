"""Pay interest on what a short position borrows, and on a long one where asked for.

The interest of ``--interest`` a year is due for each day that a short position is held (long ones,
too, with ``--interest_long``) and is taken from the cash. The sum is what a run without interest
has more at the end, so the script runs twice.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class Reverser(bt.Strategy):
    """Follow the crossing of two averages, on the allowed sides."""

    params = (("p1", 10), ("p2", 30), ("long", True), ("short", True))

    def __init__(self):
        fast, slow = bt.ind.EMA(period=self.p.p1), bt.ind.EMA(period=self.p.p2)
        self.cross = bt.ind.CrossOver(fast, slow)
        self.days = 0

    def next(self):
        if self.position.size < 0:
            self.days += 1
        if self.cross > 0:
            self.order_target_size(target=1000 if self.p.long else 0)
        elif self.cross < 0:
            self.order_target_size(target=-1000 if self.p.short else 0)

    def stop(self):
        print(f"{self.days} bars with a short position")


def one_run(args, interest):
    """Run the strategy and return the value at the end."""
    cerebro = bt.Cerebro()
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.addstrategy(
        Reverser,
        p1=args.period1,
        p2=args.period2,
        long=not args.short,
        short=not args.long,
    )
    cerebro.broker.setcash(args.cash)
    cerebro.broker.setcommission(interest=interest, interest_long=args.interest_long)
    cerebro.run()
    if args.plot and interest:
        cerebro.plot()
    return cerebro.broker.getvalue()


def main(args=None):
    args = parse_args(args)
    free, paid = one_run(args, 0.0), one_run(args, args.interest)
    print(f"Value without interest {free:.2f}, with {paid:.2f}")
    print(f"Interest paid {free - paid:.2f}, at {100 * args.interest:.2f} % a year")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", "-d", default=str(DATAS / "yhoo-1996-2014.txt"), help="file of daily bars")
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
    add("--cash", type=float, default=50000.0, help="starting cash")
    add("--period1", type=int, default=10, help="of the fast average")
    add("--period2", type=int, default=30, help="of the slow average")
    add("--interest", type=float, default=0.15, help="a year, as a fraction")
    add("--interest_long", action="store_true", help="long positions pay, too")
    side = parser.add_mutually_exclusive_group()
    side.add_argument("--long", action="store_true", help="never go short")
    side.add_argument("--short", action="store_true", help="never go long")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
