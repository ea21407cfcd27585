"""Take bars out of a session that do not belong there, and put in those that are missing.

``--filter`` drops what lies outside of ``--sstart`` and ``--send``; ``--filler`` adds a bar for
each minute of the session that has none. Compare the number of bars, and their times, with those
of the plain file.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class CountBars(bt.Strategy):
    """Count bars by session."""

    def __init__(self):
        self.sessions = {}

    def next(self):
        moment = self.data.datetime.datetime(0)
        first, _, number = self.sessions.get(moment.date(), (moment, None, 0))
        self.sessions[moment.date()] = first, moment, number + 1

    def stop(self):
        for day, (first, last, number) in self.sessions.items():
            print(f"{day} {first:%H:%M} to {last:%H:%M}: {number} bars")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False)
    data = bt.feeds.BacktraderCSVData(
        dataname=args.data,
        timeframe=bt.TimeFrame.Minutes,
        compression=1,
        sessionstart=args.sstart,
        sessionend=args.send,
    )
    if args.filter:
        data.addfilter(bt.filters.SessionFilter)
    if args.filler:
        data.addfilter(bt.filters.SessionFiller, fill_vol=args.fillvol)
    cerebro.adddata(data)
    cerebro.addstrategy(CountBars)
    if args.writer:
        cerebro.addwriter(bt.WriterFile, csv=args.wrcsv, rounding=2)
    cerebro.run()
    if args.plot:
        cerebro.plot(numfigs=args.numfigs, volume=False)


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
    add("--send", type=datetime.time.fromisoformat, default="17:35", help="end of the session")
    add("--filter", "-ft", action="store_true", help="drop bars outside of the session")
    add("--filler", "-fl", action="store_true", help="add the bars that are missing")
    add("--fillvol", type=float, default=0.0, help="volume of bars that are added")
    add("--writer", "-w", action="store_true", help="print a summary of the run")
    add("--wrcsv", "-wc", action="store_true", help="print all bars, with --writer")
    add("--plot", "-p", action="store_true", help="show a chart")
    add("--numfigs", "-n", type=int, default=1, help="figures to spread the chart over")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
