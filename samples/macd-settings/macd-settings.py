"""Trade the MACD with a trend filter, and protect profits by a stop that follows at some ATRs.

Buys when the MACD crosses its signal while an average points down, as a rebound; the stop only ever
rises. The analyzers show what each setting is worth: ``--macd1``, ``--macd2``, ``--macdsig``,
``--atrperiod``, ``--atrdist``, ``--smaperiod``, ``--dirperiod``.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

SETS = {
    "yhoo": "yhoo-1996-2014.txt",
    "orcl": "orcl-1995-2014.txt",
    "nvda": "nvda-1999-2014.txt",
}


class Rebound(bt.Strategy):
    """Long from a crossing of the MACD until the price falls to the stop."""

    params = (
        ("macd1", 12),
        ("macd2", 26),
        ("macdsig", 9),
        ("atrperiod", 14),
        ("atrdist", 3.0),
        ("smaperiod", 30),
        ("dirperiod", 10),
    )

    def __init__(self):
        macd = bt.ind.MACD(
            period_me1=self.p.macd1, period_me2=self.p.macd2, period_signal=self.p.macdsig
        )
        self.cross = bt.ind.CrossOver(macd.macd, macd.signal)
        self.atr = bt.ind.ATR(period=self.p.atrperiod)
        average = bt.ind.SMA(period=self.p.smaperiod)
        self.direction = average - average(-self.p.dirperiod)
        self.stop_price = None

    def next(self):
        close, distance = self.data.close[0], self.p.atrdist * self.atr[0]
        if not self.position:
            if self.cross > 0 and self.direction < 0:
                self.buy()
                self.stop_price = close - distance
        elif close < self.stop_price:
            self.close()
        else:
            self.stop_price = max(self.stop_price, close - distance)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(args.cash)
    cerebro.broker.setcommission(commission=args.commperc)
    path = str(DATAS / SETS[args.dataset]) if args.dataset else args.data
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(dataname=path, fromdate=args.fromdate, todate=args.todate)
    )
    names = ("macd1", "macd2", "macdsig", "atrperiod", "atrdist", "smaperiod", "dirperiod")
    cerebro.addstrategy(Rebound, **{name: getattr(args, name) for name in names})
    cerebro.addsizer(bt.sizers.PercentSizer, percents=100.0 * args.cashalloc)
    cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=bt.TimeFrame.Years, _name="years")
    cerebro.addanalyzer(
        bt.analyzers.SharpeRatio,
        timeframe=bt.TimeFrame.Years,
        riskfreerate=args.riskfreerate,
        _name="sharpe",
    )
    cerebro.addanalyzer(bt.analyzers.SQN, _name="sqn")
    cerebro.addanalyzer(bt.analyzers.DrawDown, _name="drawdown")
    (strategy,) = cerebro.run()
    found = {name: analyzer.get_analysis() for name, analyzer in strategy.analyzers.getitems()}
    for year, value in found["years"].items():
        print(f"{year.year}: {100 * value:7.2f} %")
    print(f"Sharpe ratio {found['sharpe']['sharperatio']:.4f}")
    print(f"SQN {found['sqn'].sqn:.4f} out of {found['sqn'].trades} trades")
    print(f"Deepest drawdown {found['drawdown'].max.drawdown:.2f} %")
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--data", default=str(DATAS / SETS["yhoo"]), help="file in Yahoo's form")
    source.add_argument("--dataset", choices=SETS, help="one of the sample files")
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
    add("--cash", type=float, default=50000.0, help="starting cash")
    add("--cashalloc", type=float, default=0.20, help="share of the cash in an entry")
    add("--commperc", type=float, default=0.0033, help="commission as a fraction")
    add("--macd1", type=int, default=12, help="shorter period of the MACD")
    add("--macd2", type=int, default=26, help="longer period of the MACD")
    add("--macdsig", type=int, default=9, help="period of its signal")
    add("--atrperiod", type=int, default=14, help="period of the ATR")
    add("--atrdist", type=float, default=3.0, help="distance of the stop, in ATRs")
    add("--smaperiod", type=int, default=30, help="period of the trend")
    add("--dirperiod", type=int, default=10, help="bars over which the trend is measured")
    add("--riskfreerate", type=float, default=0.01, help="a year, as a fraction")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
