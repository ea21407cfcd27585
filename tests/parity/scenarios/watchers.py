"""Observers and analyzers, the library's and the user's, and what the strategy sees of them."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from ..modes import ALL, COMMON
from .registry import Make, family, scenario
from .setting import Crossing, setting

ind = bt.indicators


def crossing(make: Make, *names: str, **kwargs: Any) -> bt.Cerebro:
    """Return a Cerebro with a strategy that trades both ways and pays commission."""
    cerebro = setting(make, *names, **kwargs)
    cerebro.broker.setcommission(commission=0.001)
    cerebro.addstrategy(Crossing, fast=4, slow=9, short=True, size=10)
    return cerebro


@scenario(ALL)
def observers_by_default(make: Make) -> bt.Cerebro:
    return crossing(make, stdstats=True)


@scenario(COMMON)
def observers_of_several_datas(make: Make) -> bt.Cerebro:
    return crossing(make, "day", "holes", "day_b", stdstats=True)


@family(
    COMMON,
    Broker=(bt.observers.Broker,),
    Trades=(bt.observers.Trades,),
    BuySell=(bt.observers.BuySell,),
    Cash=(bt.observers.Cash,),
    Value=(bt.observers.Value,),
)
def observer(make: Make, kind: Any) -> bt.Cerebro:
    cerebro = crossing(make)
    cerebro.addobserver(kind)
    return cerebro


class Held(bt.Observer):
    """The size of the position and the length of the strategy."""

    lines = ("size", "count")
    plotinfo = {"plot": True, "subplot": True}

    def next(self) -> None:
        self.lines.size[0] = self._owner.position.size
        self.lines.count[0] = len(self._owner)


class HeldByData(bt.Observer):
    """Observes one data."""

    lines = ("held",)
    params = {"factor": 1}

    def next(self) -> None:
        self.lines.held[0] = self._owner.getposition(self.data).size * self.p.factor


@scenario(ALL)
def observer_of_the_user(make: Make) -> bt.Cerebro:
    cerebro = crossing(make)
    cerebro.addobserver(Held)
    return cerebro


@scenario(COMMON)
def observers_of_each_data(make: Make) -> bt.Cerebro:
    cerebro = crossing(make, "day", "day_b")
    cerebro.addobservermulti(HeldByData, factor=2)
    return cerebro


@scenario(COMMON)
def observers_read_by_the_strategy(make: Make) -> bt.Cerebro:
    cerebro = setting(make, stdstats=True)
    cerebro.addobserver(Held)
    cerebro.addstrategy(ReadsStats)
    return cerebro


class ReadsStats(Crossing):
    """Reads its observers in `next`."""

    def next(self) -> None:
        super().next()
        if len(self) % 15 == 1:
            print(self.stats.broker.value[0], self.stats.broker.cash[-1], self.stats.held.size[0])


ANALYZERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "trades": (bt.analyzers.TradeAnalyzer, {}),
    "sharpe_year": (bt.analyzers.SharpeRatio, {}),
    "sharpe_week": (
        bt.analyzers.SharpeRatio,
        {"timeframe": bt.TimeFrame.Weeks, "riskfreerate": 0.02},
    ),
    "sharpe_day": (
        bt.analyzers.SharpeRatio,
        {"timeframe": bt.TimeFrame.Days, "annualize": True, "stddev_sample": True},
    ),
    "sharpe_month": (
        bt.analyzers.SharpeRatio,
        {"timeframe": bt.TimeFrame.Months, "convertrate": False, "riskfreerate": 0.001},
    ),
    "drawdown": (bt.analyzers.DrawDown, {}),
    "sqn": (bt.analyzers.SQN, {}),
    "returns": (bt.analyzers.Returns, {}),
    "returns_week": (bt.analyzers.Returns, {"timeframe": bt.TimeFrame.Weeks, "tann": 52}),
    "time_return_year": (bt.analyzers.TimeReturn, {}),
    "time_return_day": (bt.analyzers.TimeReturn, {"timeframe": bt.TimeFrame.Days}),
    "time_return_week": (bt.analyzers.TimeReturn, {"timeframe": bt.TimeFrame.Weeks}),
    "time_return_month": (bt.analyzers.TimeReturn, {"timeframe": bt.TimeFrame.Months}),
    "time_return_total": (bt.analyzers.TimeReturn, {"timeframe": bt.TimeFrame.NoTimeFrame}),
}


def _with_all_analyzers(cerebro: bt.Cerebro) -> bt.Cerebro:
    for name, (kind, terms) in ANALYZERS.items():
        cerebro.addanalyzer(kind, _name=name, **terms)
    return cerebro


@scenario(ALL)
def analyzers(make: Make) -> bt.Cerebro:
    return _with_all_analyzers(crossing(make, stdstats=True))


@family(COMMON, rise=("rise",), fall=("fall",), constant=("constant",), minutes=("five_minutes",))
def analyzers_on(make: Make, name: str) -> bt.Cerebro:
    return _with_all_analyzers(crossing(make, name))


@scenario(COMMON)
def analyzers_on_several_datas(make: Make) -> bt.Cerebro:
    return _with_all_analyzers(crossing(make, "day", "holes", "late"))


@scenario(COMMON)
def analyzers_without_trades(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(bt.Strategy)
    return _with_all_analyzers(cerebro)


@scenario()
def time_return_of_a_data(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addanalyzer(
        bt.analyzers.TimeReturn, timeframe=bt.TimeFrame.Months, data=cerebro.datas[0], _name="own"
    )
    cerebro.addstrategy(bt.Strategy)
    return cerebro


class Counting(bt.Analyzer):
    """Counts its callbacks in the order in which they come."""

    params = (("label", "count"),)

    def create_analysis(self) -> None:
        self.rets = bt.AutoOrderedDict()
        self.calls: list[str] = []

    def counted(self, what: str) -> None:
        """Note one callback."""
        self.calls.append(f"{what} {len(self.strategy)}")

    def start(self) -> None:
        self.counted("start")

    def prenext(self) -> None:
        self.counted("prenext")

    def nextstart(self) -> None:
        self.counted("nextstart")

    def next(self) -> None:
        self.counted("next")

    def notify_order(self, order: Any) -> None:
        self.counted(f"order {order.getstatusname()}")

    def notify_trade(self, trade: Any) -> None:
        self.counted(f"trade {trade.status}")

    def notify_cashvalue(self, cash: float, value: float) -> None:
        self.counted(f"cash {cash:.6f} {value:.6f}")

    def notify_fund(self, cash: float, value: float, fundvalue: float, shares: float) -> None:
        self.counted(f"fund {fundvalue:.6f} {shares:.6f}")

    def stop(self) -> None:
        self.counted("stop")
        self.rets.calls = self.calls
        self.rets.nested.deep.number = len(self.calls)
        self.rets.data = self.data._name


@scenario(ALL)
def analyzer_of_the_user(make: Make) -> bt.Cerebro:
    cerebro = crossing(make)
    cerebro.addanalyzer(Counting, label="own")
    return cerebro


class Nested(bt.Analyzer):
    """Holds another analyzer and passes on its result."""

    def __init__(self) -> None:
        self.inner = bt.analyzers.TimeReturn(timeframe=bt.TimeFrame.Months)

    def get_analysis(self) -> dict[str, Any]:
        return {"months": len(self.inner.get_analysis()), "inner": self.inner.get_analysis()}


@scenario(COMMON)
def analyzer_within_an_analyzer(make: Make) -> bt.Cerebro:
    cerebro = crossing(make)
    cerebro.addanalyzer(Nested)
    return cerebro


@scenario()
def analyzer_printed(make: Make) -> bt.Cerebro:
    cerebro = crossing(make)
    cerebro.addanalyzer(bt.analyzers.DrawDown)
    cerebro.addstrategy(PrintsAnalyzers)
    return cerebro


class PrintsAnalyzers(Crossing):
    """Prints its analyzers when it stops."""

    def stop(self) -> None:
        for analyzer in self.analyzers:
            analyzer.print()
            analyzer.pprint()


class Noticing(Crossing):
    """Prints all that it is told."""

    def notify_order(self, order: Any) -> None:
        print(len(self), "order", order.getstatusname(), order.executed.size)

    def notify_trade(self, trade: Any) -> None:
        print(len(self), "trade", trade.status, trade.size, trade.pnl)

    def notify_cashvalue(self, cash: float, value: float) -> None:
        print(len(self), "cash", cash, value)


@scenario(COMMON)
def notifications_printed(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(Noticing, fast=3, slow=6)
    return cerebro
