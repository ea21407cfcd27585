"""Pay for being late: slippage in per cent or in points.

``--slip-perc`` and ``--slip-fixed`` say how far the price runs away. ``--slip_open`` has orders
that are filled at the open slip as well, ``--no-slip_match`` refuses a fill that would lie outside
of the bar rather than capping it, ``--slip_out`` allows it. Compare prices and the final value.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class Slipping(bt.Strategy):
    """Follow the crossing of two averages."""

    params = (("p1", 10), ("p2", 30), ("longonly", False))

    def __init__(self):
        fast, slow = bt.ind.SMA(period=self.p.p1), bt.ind.SMA(period=self.p.p2)
        self.cross = bt.ind.CrossOver(fast, slow)

    def notify_order(self, order):
        if order.status == order.Completed:
            data = self.data
            print(
                f"{data.datetime.date(0)} {order.ordtypename():4} at {order.executed.price:.4f}"
                f" (open {data.open[0]:.2f}, {data.low[0]:.2f} to {data.high[0]:.2f})"
            )

    def next(self):
        if self.cross > 0:
            self.order_target_size(target=1)
        elif self.cross < 0:
            self.order_target_size(target=0 if self.p.longonly else -1)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(args.cash)
    terms = {
        "slip_open": args.slip_open,
        "slip_match": not args.no_slip_match,
        "slip_out": args.slip_out,
    }
    if args.slip_perc is not None:
        cerebro.broker.set_slippage_perc(args.slip_perc, **terms)
    elif args.slip_fixed is not None:
        cerebro.broker.set_slippage_fixed(args.slip_fixed, **terms)
    cerebro.adddata(
        bt.feeds.YahooFinanceCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.addstrategy(Slipping, p1=args.period1, p2=args.period2, longonly=args.longonly)
    cerebro.run()
    print(f"Final value {cerebro.broker.getvalue():.4f}")
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "yhoo-1996-2014.txt"), help="file of daily bars")
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
    add("--cash", type=float, default=50000.0, help="starting cash")
    add("--period1", type=int, default=10, help="of the fast average")
    add("--period2", type=int, default=30, help="of the slow average")
    add("--longonly", action="store_true", help="never go short")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--slip-perc", "--slip_perc", type=float, help="as a fraction")
    kind.add_argument("--slip-fixed", "--slip_fixed", type=float, help="in points")
    add("--slip-open", "--slip_open", action="store_true", help="slip at the open, too")
    add("--no-slip-match", "--no-slip_match", action="store_true", help="no fill at the limits")
    add("--slip-out", "--slip_out", action="store_true", help="allow prices out of the bar")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
