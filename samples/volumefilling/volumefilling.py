"""Fill orders by what was traded: an order of many pieces takes several bars.

``--filler`` is `FixedSize` (so many pieces a bar), `FixedBarPerc` (a share of the volume) or
`BarPointPerc` (the share that was traded at the price); ``--filler-args`` has its parameters. Each
partial execution is printed with the volume of its bar.
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


FILLERS = ("FixedSize", "FixedBarPerc", "BarPointPerc")


class LargeOrder(bt.Strategy):
    """Order a share of the first bar's volume, several times over."""

    params = (("stakeperc", 250.0),)

    def __init__(self):
        self.order = None
        self.filled = 0

    def notify_order(self, order):
        if order.status in (order.Partial, order.Completed):
            now, left = order.executed.size, order.executed.remsize
            print(
                f"{self.data.datetime.datetime(0)} {order.getstatusname():9}"
                f" {now - self.filled:5.0f} pieces of a volume of {self.data.volume[0]:.0f},"
                f" left {left:.0f}"
            )
            self.filled = now
        elif order.status == order.Expired:
            print(f"{self.data.datetime.datetime(0)} Expired, left {order.executed.remsize:.0f}")

    def next(self):
        if self.order is None:
            size = int(self.data.volume[0] * self.p.stakeperc / 100.0)
            self.order = self.buy(
                size=size,
                exectype=bt.Order.Limit,
                price=self.data.close[0] * 1.01,
                valid=self.data.datetime.datetime(0) + datetime.timedelta(minutes=30),
            )
            print(f"{self.data.datetime.datetime(0)} order of {size}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(args.cash)
    if args.filler:
        filler = getattr(bt.fillers, args.filler)
        cerebro.broker.set_filler(filler(**keywords(args.filler_args)))
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(
            dataname=args.data,
            fromdate=args.fromdate,
            todate=args.todate,
            timeframe=bt.TimeFrame.Minutes,
        )
    )
    cerebro.addstrategy(LargeOrder, stakeperc=args.stakeperc)
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
        default=str(DATAS / "2006-01-02-volume-min-001.txt"),
        help="file of one-minute bars with volume",
    )
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--cash", type=float, default=500e6, help="starting cash")
    add("--filler", choices=FILLERS, help="how much is filled on a bar; all, without")
    add("--filler-args", default="", metavar="kwargs", help="parameters of the filler")
    add("--stakeperc", type=float, default=250.0, help="size, in per cent of a bar's volume")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
