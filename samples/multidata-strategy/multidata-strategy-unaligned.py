"""Two feeds that do not trade on the same days.

The second file lacks days of the first. A strategy steps whenever either has a bar: the feed
without one keeps its last, and its length stands still, by which `next` can tell. ``--oldsync`` has
the first feed drive, as versions long ago did.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class Lengths(bt.Strategy):
    """Print the steps at which only one of the feeds moves."""

    params = (("show", 8),)

    def __init__(self):
        self.before = [0, 0]
        self.alone = 0

    def prenext(self):
        self.next()

    def next(self):
        lengths = [len(data) for data in self.datas]
        moved = [now > then for now, then in zip(lengths, self.before, strict=True)]
        self.before = lengths
        if all(moved):
            return
        self.alone += 1
        if self.alone <= self.p.show:
            dates = [str(data.datetime.date(0)) if len(data) else "no bar" for data in self.datas]
            print(f"step {len(self):3d}: {dates[0]} ({lengths[0]}), {dates[1]} ({lengths[1]})")

    def stop(self):
        print(f"{len(self)} steps, {self.alone} of them with one feed alone")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(
        stdstats=False,
        runonce=not args.runnext,
        preload=not args.nopreload,
        oldsync=args.oldsync,
    )
    for path in (args.data0, args.data1):
        cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=path))
    cerebro.addstrategy(Lengths)
    cerebro.run()
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", "-d0", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add(
        "--data1",
        "-d1",
        default=str(DATAS / "2006-day-002.txt"),
        help="file of daily bars that lacks some days",
    )
    add("--runnext", action="store_true", help="compute indicators bar by bar")
    add("--nopreload", action="store_true", help="do not load the files beforehand")
    add("--oldsync", action="store_true", help="let the first feed drive the other")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
