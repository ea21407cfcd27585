"""Write down what a run consists of and what came out: the writer.

Without options it prints the parameters of all parts and the results of the analyzers; with
``--writercsv`` all lines as CSV, bar by bar, before that.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class LongShort(bt.Strategy):
    """Follow the crossing of price and average."""

    params = (("period", 15), ("stake", 1), ("onlylong", False), ("csvcross", False))

    def __init__(self):
        average = bt.ind.SMA(period=self.p.period)
        self.cross = bt.ind.CrossOver(self.data.close, average)
        self.cross.csv = self.p.csvcross

    def next(self):
        if self.cross > 0:
            self.order_target_size(target=self.p.stake)
        elif self.cross < 0:
            self.order_target_size(target=0 if self.p.onlylong else -self.p.stake)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate),
        name="data",
    )
    names = ("period", "stake", "onlylong", "csvcross")
    cerebro.addstrategy(LongShort, **{name: getattr(args, name) for name in names})
    cerebro.broker.setcash(args.cash)
    cerebro.broker.setcommission(commission=args.comm, mult=args.mult, margin=args.margin)
    cerebro.addanalyzer(bt.analyzers.SQN)
    cerebro.addwriter(bt.WriterFile, csv=args.writercsv, rounding=4)
    cerebro.run()
    if args.plot:
        cerebro.plot(numfigs=args.numfigs)


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", "-d", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--period", type=int, default=15, help="of the average")
    add("--onlylong", "-ol", action="store_true", help="never go short")
    add("--writercsv", "-wcsv", action="store_true", help="print all lines as CSV")
    add("--csvcross", action="store_true", help="with the crossing")
    add("--cash", type=float, default=100000.0, help="starting cash")
    add("--comm", type=float, default=2.0, help="commission per piece")
    add("--mult", type=float, default=10.0, help="worth of one point")
    add("--margin", type=float, default=2000.0, help="margin per piece")
    add("--stake", type=int, default=1, help="pieces per order")
    add("--plot", "-p", action="store_true", help="show a chart")
    add("--numfigs", "-n", type=int, default=1, help="figures to spread the chart over")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
