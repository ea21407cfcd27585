"""Measure the return of each year, and of any other period, with analyzers.

A long and short crossing of price and average is watched by `TimeReturn` (or, with
``--legacyannual``, by `AnnualReturn`), `SQN` and `TradeAnalyzer`. See how the returns of the
periods follow from the value of the account, and how ``--tframe months`` changes their number.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

FRAMES = {
    "days": bt.TimeFrame.Days,
    "weeks": bt.TimeFrame.Weeks,
    "months": bt.TimeFrame.Months,
    "years": bt.TimeFrame.Years,
}


class AlwaysIn(bt.Strategy):
    """Be long above the average and short (or out of the market) below it."""

    params = (("period", 15), ("stake", 1), ("onlylong", False))

    def __init__(self):
        self.side = bt.ind.CrossOver(self.data, bt.ind.SMA(self.data, period=self.p.period))

    def next(self):
        if self.side > 0:
            self.order_target_size(target=self.p.stake)
        elif self.side < 0:
            self.order_target_size(target=0 if self.p.onlylong else -self.p.stake)


def report(analyzers):
    for name, analyzer in analyzers.getitems():
        results = analyzer.get_analysis()
        if name == "return":
            for period, value in results.items():
                print(f"{str(period)[:10]}: {100 * value:8.4f} %")
        elif name == "sqn":
            print(f"SQN {results.sqn:.4f} out of {results.trades} trades")
        elif name == "trades":
            print(f"Won {results.won.total}, lost {results.lost.total}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    data = bt.feeds.BacktraderCSVData(
        dataname=args.data, fromdate=args.fromdate, todate=args.todate
    )
    cerebro.adddata(data, name="data")
    cerebro.addstrategy(AlwaysIn, period=args.period, stake=args.stake, onlylong=args.onlylong)
    cerebro.broker.setcash(args.cash)
    cerebro.broker.setcommission(commission=args.comm, mult=args.mult, margin=args.margin)
    if args.legacyannual:
        cerebro.addanalyzer(bt.analyzers.AnnualReturn, _name="return")
    else:
        cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=FRAMES[args.tframe], _name="return")
    cerebro.addanalyzer(bt.analyzers.SQN, _name="sqn")
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="trades")
    if args.writercsv:
        cerebro.addwriter(bt.WriterFile, csv=True, rounding=4)
    (strategy,) = cerebro.run()
    report(strategy.analyzers)
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot:
        cerebro.plot(numfigs=args.numfigs)


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", "-d", default=str(DATAS / "2005-2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--period", type=int, default=15, help="of the average")
    add("--onlylong", "-ol", action="store_true", help="never go short")
    add("--tframe", choices=FRAMES, default="years", help="length of the periods")
    add("--legacyannual", action="store_true", help="use the analyzer AnnualReturn")
    add("--writercsv", "-wcsv", action="store_true", help="print all lines as CSV")
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
