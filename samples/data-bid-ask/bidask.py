"""Read a file that has bid and ask prices rather than bars, with lines of their own.

A feed declares the lines `bid` and `ask` and the columns they come from. Indicators take any line:
``--sma`` prints an average of the bids, too.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class BidAsk(bt.feeds.GenericCSVData):
    """Rows of moment, bid and ask, and nothing else."""

    linesoverride = True  # the usual lines of a bar are not wanted
    lines = ("bid", "ask", "datetime")
    params = (
        ("bid", 1),
        ("ask", 2),
        ("dtformat", "%m/%d/%Y %H:%M:%S"),
        # with days, the default, each row would count as the end of its day
        ("timeframe", bt.TimeFrame.Ticks),
    )


class ShowQuotes(bt.Strategy):
    """Print each quote with its spread."""

    params = (("sma", False), ("period", 3))

    def __init__(self):
        self.average = bt.ind.SMA(self.data.bid, period=self.p.period) if self.p.sma else None

    def next(self):
        bid, ask = self.data.bid[0], self.data.ask[0]
        text = f"{len(self):3d} {self.data.datetime.datetime(0)} bid {bid:.4f} ask {ask:.4f}"
        text += f" spread {10000 * (ask - bid):.1f}"
        if self.average is not None:
            text += f" mean {self.average[0]:.5f}"
        print(text)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(BidAsk(dataname=args.data, dtformat=args.dtformat))
    cerebro.addstrategy(ShowQuotes, sma=args.sma, period=args.period)
    cerebro.run()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", "-d", default=str(DATAS / "bidask.csv"), help="file of quotes")
    add("--dtformat", "-dt", default="%m/%d/%Y %H:%M:%S", help="of the moments")
    add("--sma", action="store_true", help="print an average of the bids")
    add("--period", type=int, default=3, help="of that average")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
