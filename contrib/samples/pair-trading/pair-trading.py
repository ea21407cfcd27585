"""Trade two stocks against each other when their spread leaves its usual range.

A regression over ``--period`` bars says how the two move together; the z-score of what it does not
explain is the signal. Above ``--upper`` the first is sold and the second bought, below ``--lower``
the other way round, and both are closed once the spread is usual again.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[3] / "datas"


class Pair(bt.Strategy):
    """Hold both sides of a spread, or none."""

    params = (("period", 60), ("upper", 2.0), ("lower", -2.0), ("exit", 0.5), ("value", 20000.0))

    def __init__(self):
        self.score = bt.ind.OLS_TransformationN(self.data0, self.data1, period=self.p.period).zscore
        self.side = 0

    def next(self):
        score = self.score[0]
        if self.side == 0:
            if score > self.p.upper:
                self.enter(-1)
            elif score < self.p.lower:
                self.enter(1)
        elif abs(score) < self.p.exit:
            self.enter(0)

    def enter(self, side):
        self.side = side
        self.order_target_value(self.data0, target=side * self.p.value)
        self.order_target_value(self.data1, target=-side * self.p.value)
        word = {1: "buy the first", -1: "sell the first", 0: "close"}[side]
        print(f"{self.data0.datetime.date(0)} score {self.score[0]:6.3f}: {word}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(args.cash)
    cerebro.broker.setcommission(commission=0.0005)
    for path in (args.data0, args.data1):
        cerebro.adddata(
            bt.feeds.YahooFinanceCSVData(dataname=path, fromdate=args.fromdate, todate=args.todate)
        )
    cerebro.addstrategy(Pair, period=args.period, upper=args.upper, lower=args.lower)
    cerebro.run()
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    day = datetime.datetime.fromisoformat
    add("--data0", "-0", default=str(DATAS / "yhoo-1996-2014.txt"), help="file of the first")
    add("--data1", "-1", default=str(DATAS / "orcl-1995-2014.txt"), help="file of the second")
    add("--fromdate", "-f", default="2005-01-01", type=day, help="first day")
    add("--todate", "-t", default="2006-12-31", type=day, help="last day")
    add("--period", type=int, default=60, help="bars in the regression")
    add("--upper", type=float, default=2.0, help="score that sells the first")
    add("--lower", type=float, default=-2.0, help="score that buys the first")
    add("--cash", type=float, default=100000.0, help="starting cash")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
