"""One observer more than the default ones: the drawdown.

Its lines tell, bar by bar, how far below its peak the value of the account is, and how deep the
deepest such fall has been.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class WatchFall(bt.Strategy):
    """Print each new deepest drawdown."""

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.data, bt.ind.SMA(period=15))
        self.deepest = 0.0

    def next(self):
        if self.cross > 0:
            self.buy()
        elif self.cross < 0 and self.position:
            self.close()
        if len(self.stats.drawdown) and self.stats.drawdown.maxdrawdown[0] > self.deepest + 0.1:
            self.deepest = self.stats.drawdown.maxdrawdown[0]
            print(f"{self.data.datetime.date(-1)} deepest drawdown {self.deepest:.2f} %")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=args.data))
    cerebro.addobserver(bt.observers.DrawDown)
    cerebro.addstrategy(WatchFall)
    (strategy,) = cerebro.run()
    drawdown = strategy.observers.drawdown
    print(f"At the end {drawdown.drawdown[0]:.2f} %, deepest {drawdown.maxdrawdown[0]:.2f} %")
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
