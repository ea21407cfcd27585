"""Collect what pyfolio and quantstats take: returns, positions, transactions and leverage.

Trades two stocks and looks at the raw results of the analyzer `PyFolio`. `pyfolio2/pyfoliotest.py`
hands them on.
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


class TwoStocks(bt.Strategy):
    """Hold each stock that is above its average, by target shares of the account."""

    params = (("period", 30), ("printout", False))

    def __init__(self):
        self.above = [data > bt.ind.SMA(data, period=self.p.period) for data in self.datas]

    def next(self):
        for data, above in zip(self.datas, self.above, strict=True):
            if bool(above[0]) != bool(self.getposition(data)):
                self.order_target_percent(data, target=0.45 * above[0])

    def notify_order(self, order):
        if self.p.printout and order.status == order.Completed:
            print(
                f"{self.datetime.date(0)} {order.data._name} {order.executed.size:6d}"
                f" at {order.executed.price:.2f}"
            )


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(args.cash)
    for name, path in (("first", args.data0), ("second", args.data1)):
        cerebro.adddata(
            bt.feeds.YahooFinanceCSVData(dataname=path, fromdate=args.fromdate, todate=args.todate),
            name=name,
        )
    cerebro.addstrategy(TwoStocks, period=args.period, printout=args.printout)
    cerebro.addanalyzer(bt.analyzers.PyFolio)
    (strategy,) = cerebro.run()
    results = strategy.analyzers.pyfolio.get_analysis()
    returns, transactions = results["returns"], results["transactions"]
    total = 1.0
    for value in returns.values():
        total *= 1.0 + value
    print(f"{len(returns)} returns, together {100 * (total - 1):.2f} %")
    print(f"{sum(len(rows) for rows in transactions.values()) - 1} transactions, the first:")
    (moment, rows), *_ = list(transactions.items())[1:]
    print(moment, rows[0])
    print(f"Highest leverage {max(results['gross_lev'].values()):.4f}")
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
    add("--data1", default=str(DATAS / "orcl-1995-2014.txt"), help="file of daily bars")
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
    add("--printout", action="store_true", help="print orders")
    add("--cash", type=float, default=50000.0, help="starting cash")
    add("--period", type=int, default=30, help="of the averages")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
