"""Select by an RSI that compares two horizons, and hold until a signal says to leave.

A signal strategy out of an entry and an exit: the entry is the crossing of a short and a long RSI
(smoothed by a KAMA), the exit a fall of the close below its own KAMA.
"""

import argparse
import ast
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


def keywords(text):
    """Return the arguments of a text such as ``runonce=False, preload=True``."""
    call = ast.parse(f"dict({text})", mode="eval").body
    return {word.arg: ast.literal_eval(word.value) for word in call.keywords}


class TwoHorizons(bt.Indicator):
    """The short RSI less the long one, smoothed."""

    lines = ("signal",)
    params = (("short", 5), ("long", 14), ("smooth", 10))

    def __init__(self):
        short, long = bt.ind.RSI(period=self.p.short), bt.ind.RSI(period=self.p.long)
        self.lines.signal = bt.ind.KAMA(short - long, period=self.p.smooth)


class Below(bt.Indicator):
    """Negative while the close is below its KAMA."""

    lines = ("signal",)
    params = (("period", 30),)

    def __init__(self):
        self.lines.signal = self.data - bt.ind.KAMA(self.data, period=self.p.period)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(
            dataname=args.data0, fromdate=args.fromdate, todate=args.todate
        )
    )
    cerebro.add_signal(bt.SIGNAL_LONG, TwoHorizons, **keywords(args.strat))
    cerebro.add_signal(bt.SIGNAL_LONGEXIT, Below)
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="trades")
    (strategy,) = cerebro.run()
    trades = strategy.analyzers.trades.get_analysis()
    print(f"{trades.total.closed} trades, {trades.won.total} won, net {trades.pnl.net.total:.2f}")
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "yhoo-1996-2014.txt"), help="file of daily bars")
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
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--broker", default="", metavar="kwargs", help="parameters of the broker")
    add("--sizer", default="", metavar="kwargs", help="parameters of the sizer")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
