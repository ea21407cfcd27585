"""Compute a Sharpe ratio by hand and compare it with the analyzer's.

Mean and deviation of yearly returns over the risk-free rate: with the deviation of a sample
(``--stddev-sample``) and without.
"""

import argparse
import datetime
import math
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class Holding(bt.Strategy):
    """Buy once and hold."""

    def nextstart(self):
        self.order_target_percent(target=0.95)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.addstrategy(Holding)
    cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=bt.TimeFrame.Years, _name="years")
    cerebro.addanalyzer(
        bt.analyzers.SharpeRatio,
        timeframe=bt.TimeFrame.Years,
        riskfreerate=args.riskfreerate,
        stddev_sample=args.stddev_sample,
        _name="sharpe",
    )
    (strategy,) = cerebro.run()
    returns = list(strategy.analyzers.years.get_analysis().values())
    excess = [value - args.riskfreerate for value in returns]
    mean = sum(excess) / len(excess)
    freedom = len(excess) - (1 if args.stddev_sample else 0)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in excess) / freedom)
    print("Returns", " ".join(f"{100 * value:.2f}" for value in returns))
    print(f"Mean over the rate {mean:.6f}, deviation {deviation:.6f}")
    print(f"By hand      {mean / deviation:.8f}")
    print(f"The analyzer {strategy.analyzers.sharpe.get_analysis()['sharperatio']:.8f}")


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
        default="2012-12-31",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--riskfreerate", type=float, default=0.01, help="a year, as a fraction")
    add("--stddev-sample", action="store_true", help="divide by one less")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
