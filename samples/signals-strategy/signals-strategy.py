"""Trade without a strategy: indicators that are signals, added to Cerebro.

``--signal`` says how the entry is meant (long and short, or one side only), ``--exitsignal`` adds
one that leaves. The value is the price less its average: positive is long, negative short.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

ENTRIES = {
    "longshort": bt.SIGNAL_LONGSHORT,
    "longonly": bt.SIGNAL_LONG,
    "shortonly": bt.SIGNAL_SHORT,
}
EXITS = {"longexit": bt.SIGNAL_LONGEXIT, "shortexit": bt.SIGNAL_SHORTEXIT}


class PriceLessAverage(bt.Indicator):
    """A signal: above the average or below."""

    lines = ("signal",)
    params = (("period", 30),)

    def __init__(self):
        self.lines.signal = self.data - bt.ind.SMA(period=self.p.period)


class AverageCross(bt.Indicator):
    """A signal to leave: the crossing of a short and a longer average."""

    lines = ("signal",)
    params = (("p1", 5), ("p2", 20))

    def __init__(self):
        fast, slow = bt.ind.SMA(period=self.p.p1), bt.ind.SMA(period=self.p.p2)
        self.lines.signal = bt.ind.CrossOver(fast, slow)


class CountTrades(bt.Analyzer):
    """Count closed trades by side."""

    def create_analysis(self):
        self.rets = {"long": 0, "short": 0}

    def notify_trade(self, trade):
        if trade.isclosed:
            self.rets["long" if trade.long else "short"] += 1


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(args.cash)
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.add_signal(ENTRIES[args.signal], PriceLessAverage, period=args.smaperiod)
    if args.exitsignal:
        cerebro.add_signal(EXITS[args.exitsignal], AverageCross, p1=args.exitperiod)
    cerebro.addanalyzer(CountTrades, _name="trades")
    (strategy,) = cerebro.run()
    trades = strategy.analyzers.trades.get_analysis()
    print(f"Trades closed: {trades['long']} long, {trades['short']} short")
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "2005-2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--cash", type=float, default=50000.0, help="starting cash")
    add("--smaperiod", type=int, default=30, help="of the average of the entry")
    add("--exitperiod", type=int, default=5, help="of the shorter average of the exit")
    add("--signal", choices=ENTRIES, default="longshort", help="what the entry means")
    add("--exitsignal", choices=EXITS, help="what the exit means")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
