"""Compare the return of a strategy with that of what it trades, or of something else.

The observer `Benchmark` shows both over periods of ``--timeframe``; ``--benchdata1`` compares with
the second feed, and ``--timereturn`` shows the strategy alone, by the observer `TimeReturn`.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

FRAMES = {
    "none": None,
    "days": bt.TimeFrame.Days,
    "weeks": bt.TimeFrame.Weeks,
    "months": bt.TimeFrame.Months,
    "years": bt.TimeFrame.Years,
    "notimeframe": bt.TimeFrame.NoTimeFrame,
}


class Crossing(bt.Strategy):
    """Hold the first feed while it is above its average."""

    params = (("period", 30), ("stake", 1000), ("printout", False))

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.data, bt.ind.SMA(period=self.p.period))

    def next(self):
        if self.cross > 0:
            self.buy(size=self.p.stake)
        elif self.cross < 0 and self.position:
            self.close()

    def notify_order(self, order):
        if self.p.printout and order.status == order.Completed:
            print(
                f"{self.data.datetime.date(0)} {order.ordtypename():4} {order.executed.size}"
                f" at {order.executed.price:.2f}"
            )


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    for number, path in enumerate((args.data0, args.data1)):
        cerebro.adddata(
            bt.feeds.YahooFinanceCSVData(dataname=path, fromdate=args.fromdate, todate=args.todate),
            name=f"data{number}",
        )
    cerebro.addstrategy(Crossing, period=args.period, stake=args.stake, printout=args.printout)
    cerebro.broker.setcash(args.cash)
    frame = FRAMES[args.timeframe]
    if args.timereturn:
        cerebro.addobserver(bt.observers.TimeReturn, timeframe=frame)
    else:
        other = cerebro.datas[1 if args.benchdata1 else 0]
        cerebro.addobserver(bt.observers.Benchmark, data=other, timeframe=frame)
    (strategy,) = cerebro.run()
    observer = strategy.observers[-1]
    for name in observer.lines.getlinealiases():
        print(f"{name:10} {100 * getattr(observer.lines, name)[0]:8.2f} % in the last period")
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "yhoo-1996-2015.txt"), help="file of what is traded")
    add("--data1", default=str(DATAS / "orcl-1995-2014.txt"), help="file of something else")
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
        default="2006-12-31",
        type=datetime.datetime.fromisoformat,
        help="last day",
    )
    add("--printout", action="store_true", help="print orders")
    add("--cash", type=float, default=50000.0, help="starting cash")
    add("--period", type=int, default=30, help="of the average")
    add("--stake", type=int, default=1000, help="pieces per order")
    add("--timereturn", action="store_true", help="show the strategy alone")
    add("--timeframe", choices=FRAMES, default="notimeframe", help="length of the periods")
    add("--benchdata1", action="store_true", help="compare with the second feed")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
