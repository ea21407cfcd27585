"""Compare the volume of a bar with that of the same minute in the sessions before.

Once each session has the same number of bars (`SessionFilter`, `SessionFiller`), the bar a session
ago is a fixed number of bars ago, and an indicator can look it up.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class SameMinute(bt.Indicator):
    """The volume as a share of that `bars` ago."""

    lines = ("share",)
    params = (("bars", 510),)

    def __init__(self):
        self.lines.share = bt.DivByZero(self.data.volume, self.data.volume(-self.p.bars), zero=1.0)


class ShowShares(bt.Strategy):
    """Print every `every`-th value."""

    params = (("bars", 510), ("every", 60))

    def __init__(self):
        self.share = SameMinute(bars=self.p.bars)

    def next(self):
        if len(self) % self.p.every == 0:
            print(f"{self.data.datetime.datetime(0)} {self.share[0]:.3f}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    data = bt.feeds.BacktraderCSVData(
        dataname=args.data,
        timeframe=bt.TimeFrame.Minutes,
        sessionstart=args.sstart,
        sessionend=args.send,
    )
    data.addfilter(bt.filters.SessionFilter)
    data.addfilter(bt.filters.SessionFiller, fill_vol=1.0)
    cerebro.adddata(data)
    minutes = (args.send.hour - args.sstart.hour) * 60 + args.send.minute - args.sstart.minute
    cerebro.addstrategy(ShowShares, bars=minutes, every=args.every)
    cerebro.run()
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--data",
        "-d",
        default=str(DATAS / "2006-01-02-volume-min-001.txt"),
        help="file of one-minute bars",
    )
    add("--sstart", type=datetime.time.fromisoformat, default="09:00", help="begin of the session")
    add("--send", type=datetime.time.fromisoformat, default="17:30", help="end of the session")
    add("--every", type=int, default=60, help="print one value out of so many")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
