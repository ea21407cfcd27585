"""Timers on bars of minutes: at a moment of the session, and again every while.

``--strat offset=15,repeat=60`` calls fifteen minutes after the session has begun and every hour
after; ``when='10:30'`` names a time of the day.
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


class Minutes(bt.Strategy):
    """Print the calls of a timer."""

    params = (
        ("when", "start"),
        ("timer", True),
        ("cheat", False),
        ("offset", 15),  # minutes
        ("repeat", 180),  # minutes
        ("weekdays", []),
        ("show", 12),
    )

    def __init__(self):
        self.calls = 0
        if self.p.timer:
            at = bt.Timer.SESSION_START
            if self.p.when != "start":
                at = datetime.time.fromisoformat(self.p.when)
            self.add_timer(
                when=at,
                offset=datetime.timedelta(minutes=self.p.offset),
                repeat=datetime.timedelta(minutes=self.p.repeat),
                weekdays=self.p.weekdays,
                cheat=self.p.cheat,
            )

    def notify_timer(self, timer, when, *args, **kwargs):
        self.calls += 1
        if self.calls <= self.p.show:
            moment = self.data.datetime.datetime(0)
            print(f"timer for {when}, bar of {moment}, close {self.data.close[0]:.2f}")

    def stop(self):
        print(f"{self.calls} calls in {len(self)} bars")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=False, **keywords(args.cerebro))
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(
            dataname=args.data0,
            fromdate=args.fromdate,
            todate=args.todate,
            timeframe=bt.TimeFrame.Minutes,
            compression=5,
            sessionstart=datetime.time(9, 0),
            sessionend=datetime.time(17, 30),
        )
    )
    cerebro.addstrategy(Minutes, **keywords(args.strat))
    cerebro.run()
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "2006-min-005.txt"), help="file of five-minute bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
