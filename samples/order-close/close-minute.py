"""Be filled at the close of the session in intraday bars: an order of type `Close`.

The order waits until the session is over and takes the last price of the day. ``--tend`` says when
that is: a bar at that time or later ends the day.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class AtSessionEnd(bt.Strategy):
    """Order an hour into the session, to be filled when it ends."""

    params = (("hour", 10),)

    def __init__(self):
        self.day = None

    def next(self):
        now = self.data.datetime.datetime(0)
        if now.hour == self.p.hour and now.date() != self.day:
            self.day = now.date()
            order = self.close if self.position else self.buy
            order(exectype=bt.Order.Close)

    def notify_order(self, order):
        if order.status == order.Completed:
            created, filled = (bt.num2date(part.dt) for part in (order.created, order.executed))
            print(
                f"{order.ordtypename():4} ordered {created:%Y-%m-%d %H:%M}, filled"
                f" {filled:%Y-%m-%d %H:%M} at {order.executed.price:.2f}"
            )


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(
            dataname=args.infile,
            fromdate=args.fromdate,
            todate=args.todate,
            timeframe=bt.TimeFrame.Minutes,
            compression=5,
            sessionend=args.tend,
        )
    )
    cerebro.addstrategy(AtSessionEnd)
    cerebro.broker.set_eosbar(args.eosbar)
    cerebro.run()
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--infile", "-i", default=str(DATAS / "2006-min-005.txt"), help="file of five-minute bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--tend", type=datetime.time.fromisoformat, default="17:30", help="end of the session")
    add("--eosbar", action="store_true", help="the bar at --tend is the last of the session")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
