"""Trade the crossing of two moving averages and print what happens."""

import argparse
import datetime
import os
import tempfile

import backtrader as bt

DATAS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "datas")


class CrossOver(bt.Strategy):
    """Be long while the fast moving average is above the slow one."""

    params = (
        ("fast", 10),
        ("slow", 30),
    )

    def __init__(self):
        fast = bt.indicators.SMA(self.data.close, period=self.p.fast)
        slow = bt.indicators.SMA(self.data.close, period=self.p.slow)
        self.crossing = bt.indicators.CrossOver(fast, slow)
        self.order = None

    def log(self, text):
        print(f"{self.data.datetime.date(0).isoformat()}  {text}")

    def notify_order(self, order):
        if order.status in (order.Submitted, order.Accepted):
            return
        if order.status == order.Completed:
            side = "BUY " if order.isbuy() else "SELL"
            done = order.executed
            self.log(f"{side} {abs(done.size)} at {done.price:.2f}, commission {done.comm:.2f}")
        else:
            self.log(f"order not executed: {order.getstatusname()}")
        self.order = None

    def notify_trade(self, trade):
        if trade.isclosed:
            self.log(f"TRADE closed, gross {trade.pnl:.2f}, net {trade.pnlcomm:.2f}")

    def next(self):
        if self.order:
            return
        if self.position:
            if self.crossing < 0:
                self.order = self.close()
        elif self.crossing > 0:
            self.order = self.buy()

    def stop(self):
        self.log(f"averages of {self.p.fast} and {self.p.slow} days")


def run(args):
    cerebro = bt.Cerebro()
    cerebro.addstrategy(CrossOver, fast=args.fast, slow=args.slow)
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(
            dataname=args.data,
            fromdate=datetime.datetime(2005, 1, 1),
            todate=datetime.datetime(2006, 12, 31),
        )
    )
    cerebro.broker.setcash(args.cash)
    cerebro.broker.setcommission(commission=0.001)
    cerebro.addsizer(bt.sizers.FixedSize, stake=10)
    cerebro.addanalyzer(bt.analyzers.DrawDown, _name="drawdown")

    print(f"Starting value: {cerebro.broker.getvalue():.2f}")
    results = cerebro.run()
    print(f"Final value: {cerebro.broker.getvalue():.2f}")
    print(f"Deepest drawdown: {results[0].analyzers.drawdown.get_analysis().max.drawdown:.2f} %")
    if args.plot:
        cerebro.plot(style="candlestick")
    else:
        save_charts(cerebro, args.charts)


def save_charts(cerebro, folder):
    """Write the chart as a picture, and as a page to zoom into with a browser."""
    picture, page = os.path.join(folder, "chart.png"), os.path.join(folder, "chart.html")
    try:
        cerebro.plot(style="candlestick", savefig=picture, dpi=150)
        cerebro.plot(style="candlestick", output=page)
    except bt.errors.MissingDependencyError as missing:
        print(f"No chart: {missing}")
    else:
        print(f"Chart: {os.path.abspath(picture)}")
        print(f"Interactive chart: {os.path.abspath(page)}")


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument(
        "--data",
        default=os.path.join(DATAS, "2005-2006-day-001.txt"),
        help="CSV file with Date,Open,High,Low,Close,Volume,OpenInterest",
    )
    parser.add_argument("--cash", type=float, default=100000.0, help="starting cash")
    parser.add_argument("--fast", type=int, default=10, help="period of the fast average")
    parser.add_argument("--slow", type=int, default=30, help="period of the slow average")
    parser.add_argument("--plot", action="store_true", help="show the chart in a window")
    parser.add_argument(
        "--charts", default=tempfile.gettempdir(), help="folder for chart.png and chart.html"
    )
    return parser.parse_args()


if __name__ == "__main__":
    run(parse_args())
