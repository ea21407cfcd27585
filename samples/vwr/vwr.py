"""The variability-weighted return: what a run earned, less for an uneven way to it.

It stands beside the Sharpe ratio, which looks at the deviation alone. ``--tau`` and ``--sigma-max``
are its parameters; a sigma below the actual deviation makes it 0.
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


FRAMES = {
    name: getattr(bt.TimeFrame, name.capitalize()) for name in ("days", "weeks", "months", "years")
}


class Crossing(bt.SignalStrategy):
    """Long while a short average is above a longer one."""

    params = (("p1", 10), ("p2", 30))

    def __init__(self):
        fast, slow = bt.ind.SMA(period=self.p.p1), bt.ind.SMA(period=self.p.p2)
        self.signal_add(bt.SIGNAL_LONG, bt.ind.CrossOver(fast, slow))


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(args.cash)
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.addstrategy(Crossing, **keywords(args.strat))
    cerebro.addsizer(bt.sizers.PercentSizer, percents=args.percents)
    terms = {"timeframe": FRAMES[args.tframe]} if args.tframe else {}
    for name, value in (("tau", args.tau), ("sigma_max", args.sigma_max)):
        if value is not None:
            terms[name] = value
    cerebro.addanalyzer(bt.analyzers.VWR, _name="vwr", **terms)
    cerebro.addanalyzer(bt.analyzers.SharpeRatio_A, _name="sharpe")
    cerebro.addanalyzer(bt.analyzers.Returns, _name="returns")
    (strategy,) = cerebro.run()
    found = {name: analyzer.get_analysis() for name, analyzer in strategy.analyzers.getitems()}
    print(f"Return {100 * found['returns']['rtot']:.4f} % in all (logarithmic)")
    print(f"Return {found['returns']['rnorm100']:.4f} % a year")
    print(f"Sharpe ratio {found['sharpe']['sharperatio']:.6f}")
    print(f"VWR {found['vwr']['vwr']:.6f}")
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


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
        default="2008-12-31",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--cash", type=float, default=50000.0, help="starting cash")
    add("--percents", type=float, default=80.0, help="of the cash in a position")
    add("--tframe", choices=FRAMES, help="periods of the deviation")
    add("--tau", type=float, help="weight of the deviation")
    add("--sigma-max", type=float, help="deviation that is worth nothing")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
