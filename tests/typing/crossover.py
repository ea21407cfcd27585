"""What users write, checked by mypy as it is: strategy, indicator, analyzer and their run."""

from __future__ import annotations

import datetime

import backtrader as bt


class Distance(bt.Indicator):
    """How far the price is from its average, in percent."""

    lines = ("distance",)
    params = (("period", 20),)

    def __init__(self) -> None:
        mean = bt.indicators.SMA(self.data, period=self.p.period)
        self.l.distance = 100.0 * (self.data / mean - 1.0)


class CrossOver(bt.Strategy):
    """Holds a position while a fast average is above a slow one."""

    params = (("fast", 10), ("slow", 30), ("stake", 10))

    def __init__(self) -> None:
        fast = bt.ind.SMA(self.data.close, period=self.p.fast)
        slow = bt.ind.SMA(self.data.close, period=self.p.slow)
        self.cross = bt.ind.CrossOver(fast, slow)
        self.distance = Distance(self.data, period=self.p.slow)
        self.order: bt.Order | None = None
        self.profits: list[float] = []

    def log(self, text: str) -> None:
        when: datetime.date = self.data.datetime.date(0)
        print(f"{when.isoformat()} {text}")

    def notify_order(self, order: bt.Order) -> None:
        if order.status == order.Completed:
            self.log(f"{order.executed.size} at {order.executed.price:.2f}")
        if not order.alive():
            self.order = None

    def notify_trade(self, trade: bt.Trade) -> None:
        if trade.isclosed:
            self.profits.append(trade.pnlcomm)

    def next(self) -> None:
        if self.order is not None:
            return
        if not self.position.size and self.cross[0] > 0:
            self.order = self.buy(size=self.p.stake, exectype=bt.Order.Limit, price=self.data[0])
        elif self.position.size and self.cross < 0:
            self.order = self.close()


class Deals(bt.Analyzer):
    """Counts closed trades."""

    def __init__(self) -> None:
        self.count = 0

    def notify_trade(self, trade: bt.Trade) -> None:
        self.count += trade.isclosed

    def get_analysis(self) -> dict[str, int]:
        return {"deals": self.count}


def run(path: str) -> float:
    """Run the strategy over a file; return the value at the end."""
    cerebro = bt.Cerebro(stdstats=False)
    feed = bt.feeds.BacktraderCSVData(dataname=path, fromdate=datetime.datetime(2005, 1, 1))
    cerebro.adddata(feed, name="sample")
    cerebro.resampledata(feed, timeframe=bt.TimeFrame.Weeks, compression=1)
    cerebro.addstrategy(CrossOver, fast=5)
    cerebro.addanalyzer(Deals, _name="deals")
    cerebro.addsizer(bt.sizers.FixedSize, stake=5)
    cerebro.broker.setcash(50_000.0)
    cerebro.broker.setcommission(commission=0.001)
    strategy = cerebro.run()[0]
    print(strategy.analyzers.deals.get_analysis(), strategy.summary())
    value: float = cerebro.broker.getvalue()
    return value
