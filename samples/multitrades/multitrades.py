"""Have several trades at once in one thing: `tradeid` tells them apart.

With ``--mtrade`` each entry takes the next of three numbers, and its exit gives the same, so that
the profit is booked on the trade it belongs to. Without it all are one.
"""

import argparse
import datetime
import itertools
from pathlib import Path

from mtradeobserver import MTradeObserver

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class Numbered(bt.Strategy):
    """Reverse on each crossing, entries being numbered in turn."""

    params = (("period", 15), ("stake", 1), ("mtrade", False), ("onlylong", False))

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.data, bt.ind.SMA(period=self.p.period))
        self.numbers = itertools.cycle((0, 1, 2) if self.p.mtrade else (0,))
        self.number = None

    def next(self):
        if not self.cross[0]:
            return
        if self.number is not None:
            self.close(tradeid=self.number)
            self.number = None
        if self.cross > 0 or not self.p.onlylong:
            self.number = next(self.numbers)
            enter = self.buy if self.cross > 0 else self.sell
            enter(size=self.p.stake, tradeid=self.number)

    def notify_trade(self, trade):
        if trade.isclosed:
            print(f"{self.data.datetime.date(0)} trade {trade.tradeid}: {trade.pnlcomm:9.2f}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.addstrategy(
        Numbered,
        period=args.period,
        stake=args.stake,
        mtrade=args.mtrade,
        onlylong=args.onlylong,
    )
    cerebro.broker.setcash(args.cash)
    cerebro.broker.setcommission(commission=args.comm, mult=args.mult, margin=args.margin)
    cerebro.addobserver(MTradeObserver)
    (strategy,) = cerebro.run()
    counts = strategy.observers.mtradeobserver.counts
    print(f"Trades closed, by number: {counts}; final value {cerebro.broker.getvalue():.2f}")
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
    add("--mtrade", action="store_true", help="number the trades")
    add("--period", type=int, default=15, help="of the average")
    add("--onlylong", "-ol", action="store_true", help="never go short")
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
