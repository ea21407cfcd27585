"""Join futures that expire to one feed that goes on: `cerebro.rolloverdata`.

Four contracts are made out of one file, with an overlap. ``--rollover`` with ``--checkdate``
changes over in the week of the expiry; with ``--checkcondition``, too, only once the next contract
is traded more. Without ``--rollover`` the contracts are chained: each begins where the one before
it ends.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

ENDS = tuple(datetime.date(2006, month, 15) for month in (3, 6, 9, 12))


def check_date(moment, data):
    """Whether the contract that `data` is ends within a week."""
    end = datetime.datetime.strptime(data._name, "until %Y-%m-%d")
    return moment >= end - datetime.timedelta(days=7)


def check_volume(current, following):
    """Whether the next contract is traded more than the present one."""
    return following.volume[0] > current.volume[0]


class Fading:
    """A filter that takes volume away from a contract as its end comes near, and adds it before."""

    def __init__(self, data, end):
        self.end = end

    def __call__(self, data):
        left = (self.end - data.datetime.date(0)).days
        data.volume[0] *= 1.0 if 5 < left < 100 else 0.4
        return False


class ShowChanges(bt.Strategy):
    """Print the bars at which another contract delivers."""

    def __init__(self):
        self.current = None

    def next(self):
        if self.data._d is not self.current:  # the contract that delivers
            self.current = self.data._d
            print(f"{len(self):3d} {self.data.datetime.date(0)} {self.current._name}")

    def stop(self):
        print(f"{len(self)} bars until {self.data.datetime.date(0)}")


def main(args=None):
    args = parse_args(args)
    contracts = []
    for end in ENDS:
        until = datetime.datetime.combine(end, datetime.time(23, 59))
        contract = bt.feeds.BacktraderCSVData(
            dataname=args.data,
            name=f"until {end}",
            fromdate=until - datetime.timedelta(days=120),
            todate=until,
        )
        contract.addfilter(Fading, end=end)
        contracts.append(contract)
    cerebro = bt.Cerebro(stdstats=False)
    if args.rollover:
        rules = {}
        if args.checkdate:
            rules["checkdate"] = check_date
        if args.checkcondition:
            rules["checkcondition"] = check_volume
        if args.no_cerebro:
            cerebro.adddata(bt.feeds.RollOver(*contracts, **rules), name="rolled")
        else:
            cerebro.rolloverdata(*contracts, name="rolled", **rules)
    elif args.no_cerebro:
        cerebro.adddata(bt.feeds.Chainer(*contracts), name="chained")
    else:
        cerebro.chaindata(*contracts, name="chained")
    cerebro.addstrategy(ShowChanges)
    cerebro.run()
    if args.plot:
        cerebro.plot(style="bar")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--data",
        default=str(DATAS / "2006-volume-day-001.txt"),
        help="file of daily bars with volume",
    )
    add("--no-cerebro", action="store_true", help="make the joined feed without Cerebro's help")
    add("--rollover", action="store_true", help="roll over rather than chain")
    add("--checkdate", action="store_true", help="change in the last week")
    add("--checkcondition", action="store_true", help="change once the next is traded more")
    add("--plot", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
