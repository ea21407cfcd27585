"""Let an optimisation choose between strategies rather than between periods.

What is optimised is a class that makes one of several strategies, by number. Analyzers compare
them; the best comes last.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class AverageCross(bt.SignalStrategy):
    """Two averages."""

    params = (("p1", 10), ("p2", 30))

    def __init__(self):
        fast, slow = bt.ind.SMA(period=self.p.p1), bt.ind.SMA(period=self.p.p2)
        self.signal_add(bt.SIGNAL_LONG, bt.ind.CrossOver(fast, slow))


class PriceCross(bt.SignalStrategy):
    """The price and an average."""

    params = (("period", 10),)

    def __init__(self):
        average = bt.ind.SMA(period=self.p.period)
        self.signal_add(bt.SIGNAL_LONG, bt.ind.CrossOver(self.data, average))


CHOICE = (AverageCross, PriceCross)


class Chosen:
    """Make the strategy of a number."""

    def __new__(cls, *args, idx, **kwargs):
        return CHOICE[idx](*args, **kwargs)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False, maxcpus=args.maxcpus, optreturn=args.optreturn)
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=bt.TimeFrame.NoTimeFrame, _name="total")
    cerebro.addsizer(bt.sizers.PercentSizer, percents=90)
    cerebro.optstrategy(Chosen, idx=range(len(CHOICE)))
    totals = []
    for number, (run,) in enumerate(cerebro.run()):
        (total,) = run.analyzers.total.get_analysis().values()
        totals.append((total, CHOICE[number].__name__))
    for total, name in sorted(totals):
        print(f"{name:13} {100 * total:8.3f} %")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "yhoo-1996-2014.txt"), help="file of daily bars")
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
    add("--maxcpus", type=int, default=1, help="processes")
    add("--optreturn", action="store_true", help="bring home parameters and analyzers alone")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
