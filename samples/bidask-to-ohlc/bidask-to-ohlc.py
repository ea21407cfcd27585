"""Make bars of open, high, low and close out of a file of bid and ask quotes.

The feed gets two more lines, `bid` and `ask`; a filter puts one price out of both into the four
prices of each quote, and resampling joins the quotes to bars. ``--price`` chooses what counts.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class Quotes(bt.feeds.GenericCSVData):
    """Reads rows of moment, bid and ask."""

    lines = ("bid", "ask")
    params = (
        ("dtformat", "%m/%d/%Y %H:%M:%S"),
        ("bid", 1),
        ("ask", 2),
        # the filter below fills these
        ("open", -1),
        ("high", -1),
        ("low", -1),
        ("close", -1),
        ("volume", -1),
        ("openinterest", -1),
        ("timeframe", bt.TimeFrame.Ticks),
    )


class OnePrice:
    """A filter that trades each quote at its bid, its ask or the middle."""

    WEIGHTS = {"bid": 0.0, "mid": 0.5, "ask": 1.0}

    def __init__(self, data, price):
        self.weight = self.WEIGHTS[price]

    def __call__(self, data):
        price = data.bid[0] + self.weight * (data.ask[0] - data.bid[0])
        for line in (data.open, data.high, data.low, data.close):
            line[0] = price
        data.volume[0] = 0.0
        return False  # the bar stays in the stream


class ShowBars(bt.Strategy):
    """Print each bar."""

    def next(self):
        prices = (
            f"{line[0]:.5f}"
            for line in (self.data.open, self.data.high, self.data.low, self.data.close)
        )
        print(f"{len(self):3d} {self.data.datetime.datetime(0)} {' '.join(prices)}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    data = Quotes(dataname=args.data)
    data.addfilter(OnePrice, price=args.price)
    cerebro.resampledata(
        data,
        timeframe=getattr(bt.TimeFrame, args.timeframe.capitalize()),
        compression=args.compression,
    )
    cerebro.addstrategy(ShowBars)
    cerebro.run()
    if args.plot:
        cerebro.plot(style="bar")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "bidask2.csv"), help="file of quotes")
    add("--price", choices=OnePrice.WEIGHTS, default="mid", help="price of a quote")
    add("--timeframe", choices=("seconds", "minutes"), default="minutes", help="unit of the bars")
    add("--compression", type=int, default=5, help="units in a bar")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
