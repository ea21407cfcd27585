"""Hand a run to pyfolio or quantstats.

`get_pf_items` returns what ``pyfolio.create_full_tear_sheet`` takes, as data frames of pandas.
``--report`` writes a page with quantstats where that is installed; what is printed needs pandas
alone.
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


class Crossing(bt.SignalStrategy):
    """Be long or short as two averages say."""

    params = (("p1", 10), ("p2", 30))

    def __init__(self):
        fast, slow = bt.ind.SMA(period=self.p.p1), bt.ind.SMA(period=self.p.p2)
        self.signal_add(bt.SIGNAL_LONG, bt.ind.CrossOver(fast, slow))


def write_report(returns, path):
    """Write a page about the returns."""
    try:
        import quantstats
    except ImportError:
        raise SystemExit('--report needs quantstats: pip install "quantstats"') from None
    quantstats.reports.html(returns.tz_localize(None), output=path)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(
            dataname=args.data0, fromdate=args.fromdate, todate=args.todate
        ),
        name="stock",
    )
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.PercentSizer, **{"percents": 50, **keywords(args.sizer)})
    cerebro.addstrategy(Crossing, **keywords(args.strat))
    cerebro.addanalyzer(bt.analyzers.PyFolio, _name="pyfolio", **keywords(args.pyfolio))
    (strategy,) = cerebro.run()
    returns, positions, transactions, leverage = strategy.analyzers.pyfolio.get_pf_items()
    print(f"{len(returns)} returns, {returns.index[0].date()} to {returns.index[-1].date()}")
    print(f"Mean of the returns {returns.mean():.8f}, worst {returns.min():.6f}")
    print(f"Columns of the positions: {', '.join(map(str, positions.columns))}")
    print(f"{len(transactions)} transactions, highest leverage {leverage.max():.4f}")
    if args.report:
        write_report(returns, args.report)
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "yhoo-1996-2015.txt"), help="file of daily bars")
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
    add("--pyfolio", default="", metavar="kwargs", help="parameters of the analyzer")
    add("--report", metavar="FILE", help="write a page with quantstats")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
