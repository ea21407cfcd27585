"""Be called at a time of the day, or at some days of the week: timers.

``--strat timer=True`` adds a timer at the start of the session, with ``cheat=True`` before the
broker sees the bar; ``weekdays=[5]`` (Monday is 1) restricts it. Each call is printed, and where it
falls between the calls of `next`.
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


class Scheduled(bt.Strategy):
    """Print the calls of a timer."""

    params = (
        ("when", "start"),  # or "end", or a time of the day such as "10:30"
        ("timer", True),
        ("cheat", False),
        ("offset", 0),  # minutes
        ("repeat", 0),  # minutes
        ("weekdays", []),
        ("weekcarry", True),
        ("show", 12),
    )

    def __init__(self):
        self.average = bt.ind.SMA(period=3)
        self.calls = 0
        if self.p.timer:
            fixed = {"start": bt.Timer.SESSION_START, "end": bt.Timer.SESSION_END}
            when = fixed.get(self.p.when)
            self.add_timer(
                when=datetime.time.fromisoformat(self.p.when) if when is None else when,
                offset=datetime.timedelta(minutes=self.p.offset),
                repeat=datetime.timedelta(minutes=self.p.repeat),
                weekdays=self.p.weekdays,
                weekcarry=self.p.weekcarry,
                cheat=self.p.cheat,
            )

    def notify_timer(self, timer, when, *args, **kwargs):
        self.calls += 1
        if self.calls <= self.p.show:
            print(
                f"timer {self.calls:2d} for {when} on {when:%a}, next was called for"
                f" {len(self)} bars, cash {self.broker.getcash():.2f}"
            )
        if self.calls == 5:
            self.buy()

    def notify_order(self, order):
        if order.status == order.Completed:
            print(f"order filled on {bt.num2date(order.executed.dt)} at {order.executed.price:.2f}")

    def stop(self):
        print(f"{self.calls} calls in {len(self)} bars")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(**keywords(args.cerebro))
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(
            dataname=args.data0,
            fromdate=args.fromdate,
            todate=args.todate,
            sessionstart=datetime.time(9, 0),
            sessionend=datetime.time(17, 30),
        )
    )
    cerebro.broker = bt.brokers.BackBroker(**keywords(args.broker))
    cerebro.addsizer(bt.sizers.FixedSize, **keywords(args.sizer))
    cerebro.addstrategy(Scheduled, **keywords(args.strat))
    cerebro.run()
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "2005-2006-day-001.txt"), help="file of daily bars")
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
        default="2005-12-31",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--cerebro", default="", metavar="kwargs", help="parameters of Cerebro")
    add("--broker", default="", metavar="kwargs", help="parameters of the broker")
    add("--sizer", default="", metavar="kwargs", help="parameters of the sizer")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
