"""Compare indicators of this package with those of TA-Lib, which `bt.talib` offers.

``--ind`` chooses; both are computed over the same bars, and the script prints the largest
difference of each line, once both have values. ``--use-next`` computes bar by bar.
"""

import argparse
import ast
import datetime
import math
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


def keywords(text):
    """Return the arguments of a text such as ``runonce=False, preload=True``."""
    call = ast.parse(f"dict({text})", mode="eval").body
    return {word.arg: ast.literal_eval(word.value) for word in call.keywords}


# name -> ours, its parameters; TA-Lib's, its parameters
PAIRS = {
    "sma": ("SMA", {"period": 30}, "SMA", {"timeperiod": 30}),
    "ema": ("EMA", {"period": 30}, "EMA", {"timeperiod": 30}),
    "wma": ("WMA", {"period": 30}, "WMA", {"timeperiod": 30}),
    "dema": ("DEMA", {"period": 15}, "DEMA", {"timeperiod": 15}),
    "tema": ("TEMA", {"period": 15}, "TEMA", {"timeperiod": 15}),
    "kama": ("KAMA", {"period": 30}, "KAMA", {"timeperiod": 30}),
    "rsi": ("RSI", {"period": 14}, "RSI", {"timeperiod": 14}),
    "roc": ("ROC100", {"period": 12}, "ROC", {"timeperiod": 12}),
    "trix": ("Trix", {"period": 15}, "TRIX", {"timeperiod": 15}),
    "macd": ("MACD", {}, "MACD", {}),
    "bollinger": (
        "BollingerBands",
        {},
        "BBANDS",
        {"timeperiod": 20, "nbdevup": 2.0, "nbdevdn": 2.0},
    ),
}
EXPLAIN = 'this sample needs TA-Lib: pip install "TA-Lib"'


class Compare(bt.Strategy):
    """Run both, and remember how far apart they are."""

    params = (("ind", "sma"),)

    def __init__(self):
        name, terms, other, other_terms = PAIRS[self.p.ind]
        self.ours = getattr(bt.ind, name)(self.data, **terms)
        self.theirs = getattr(bt.talib, other)(self.data.close, **other_terms)
        self.number = min(self.ours.size(), self.theirs.size())
        self.apart = [0.0] * self.number

    def order(self, line):
        """Return which of TA-Lib's lines is the one: its bands begin with the upper."""
        return (1, 0, 2)[line] if self.p.ind == "bollinger" else line

    def next(self):
        for number in range(self.number):
            ours = self.ours.lines[number][0]
            theirs = self.theirs.lines[self.order(number)][0]
            if not math.isnan(ours) and not math.isnan(theirs):
                self.apart[number] = max(self.apart[number], abs(ours - theirs))

    def stop(self):
        for name, apart in zip(self.ours.lines.getlinealiases(), self.apart, strict=False):
            print(f"{name:10} the same" if apart < 1e-6 else f"{name:10} up to {apart:.6f} apart")


def main(args=None):
    args = parse_args(args)
    if not hasattr(bt.talib, "SMA"):
        raise SystemExit(EXPLAIN)
    cerebro = bt.Cerebro(stdstats=False, runonce=not args.use_next)
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(
            dataname=args.data0, fromdate=args.fromdate, todate=args.todate
        )
    )
    cerebro.addstrategy(Compare, ind=args.ind)
    cerebro.run()
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
    add("--ind", choices=PAIRS, default="sma", help="which indicator")
    add("--use-next", action="store_true", help="compute bar by bar")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
