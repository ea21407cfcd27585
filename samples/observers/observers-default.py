"""The observers that are there without being asked for: `Broker`, `Trades` and `BuySell`.

A chart shows them; a strategy reads them by ``self.stats``, one bar behind, for they are told of a
bar after `next`.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class ReadObservers(bt.Strategy):
    """Print what the observers said about the bar before."""

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.data, bt.ind.SMA(period=15))

    def next(self):
        if self.cross > 0:
            self.buy()
        elif self.cross < 0 and self.position:
            self.close()

    def notify_trade(self, trade):
        if trade.isclosed:
            cash, value = self.stats.broker.cash[0], self.stats.broker.value[0]
            print(f"{self.data.datetime.date(-1)} cash {cash:.2f} value {value:.2f}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=args.data))
    cerebro.addstrategy(ReadObservers)
    (strategy,) = cerebro.run()
    print("Observers:", ", ".join(type(each).__name__ for each in strategy.observers))
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
