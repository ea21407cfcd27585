"""Make bars out of ticks: of seconds, of minutes, or of a number of ticks.

Where do bars begin and end, and which moment do they carry? ``--no-bar2edge`` counts units from
the first tick rather than from a full minute, ``--no-adjbartime`` leaves bars the moment of their
last tick, ``--no-rightedge`` gives them the moment of their begin.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

FRAMES = {
    "ticks": bt.TimeFrame.Ticks,
    "microseconds": bt.TimeFrame.MicroSeconds,
    "seconds": bt.TimeFrame.Seconds,
    "minutes": bt.TimeFrame.Minutes,
    "daily": bt.TimeFrame.Days,
}


class ShowBars(bt.Strategy):
    """Print each bar."""

    params = (("show", 12),)

    def next(self):
        data = self.data
        if len(self) <= self.p.show:
            prices = (data.open[0], data.high[0], data.low[0], data.close[0])
            print(
                f"{data.datetime.datetime(0):%H:%M:%S.%f}",
                " ".join(f"{price:.2f}" for price in prices),
                f"{data.volume[0]:.0f}",
            )

    def stop(self):
        print(f"{len(self)} bars")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    data = bt.feeds.GenericCSVData(
        dataname=args.dataname,
        dtformat="%Y-%m-%dT%H:%M:%S.%f",
        timeframe=bt.TimeFrame.Ticks,
    )
    cerebro.resampledata(
        data,
        timeframe=FRAMES[args.timeframe],
        compression=args.compression,
        bar2edge=not args.no_bar2edge,
        adjbartime=not args.no_adjbartime,
        rightedge=not args.no_rightedge,
    )
    cerebro.addstrategy(ShowBars, show=args.show)
    cerebro.run()
    if args.plot:
        cerebro.plot(style="bar")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--dataname", default=str(DATAS / "ticksample.csv"), help="file of ticks")
    add("--timeframe", choices=FRAMES, default="seconds", help="unit of the bars")
    add("--compression", type=int, default=60, help="units in a bar")
    add("--no-bar2edge", action="store_true", help="begin with the first tick")
    add("--no-adjbartime", action="store_true", help="keep the moment of the last tick")
    add("--no-rightedge", action="store_true", help="the begin of a bar is its moment")
    add("--show", type=int, default=12, help="bars to print")
    add("--plot", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
