"""What Cerebro itself does: several strategies, optimisation, stops, errors, added components."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from ..modes import ALL, COMMON
from .registry import Make, family, scenario
from .setting import Crossing, setting
from .user_indicators import OnlyNext, Smoothed

ind = bt.indicators


@scenario(ALL)
def several_strategies(make: Make) -> bt.Cerebro:
    cerebro = setting(make, stdstats=True)
    cerebro.addstrategy(Crossing, fast=3, slow=9)
    cerebro.addstrategy(Crossing, fast=5, slow=20, short=True, size=4)
    cerebro.addstrategy(bt.Strategy)
    return cerebro


@scenario(ALL)
def no_strategy(make: Make) -> bt.Cerebro:
    cerebro = setting(make, stdstats=True)
    cerebro.addindicator(ind.SMA, period=10)
    return cerebro


@scenario(COMMON)
def optimised(make: Make) -> bt.Cerebro:
    cerebro = setting(make, maxcpus=1)
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="trades")
    cerebro.optstrategy(Crossing, fast=range(3, 5), slow=(8, 12), short=True)
    return cerebro


@scenario()
def optimised_with_whole_results(make: Make) -> bt.Cerebro:
    cerebro = setting(make, maxcpus=1, optreturn=False, optdatas=False)
    cerebro.optstrategy(Crossing, fast=(3, 4), slow=8)
    return cerebro


class Stopping(Crossing):
    """Stops the run after a while."""

    params = (("last", 40),)

    def next(self) -> None:
        super().next()
        if len(self) == self.p.last:
            self.env.runstop()


@scenario(ALL)
def run_stopped(make: Make) -> bt.Cerebro:
    cerebro = setting(make, stdstats=True)
    cerebro.addstrategy(Stopping)
    return cerebro


@scenario(COMMON)
def run_stopped_by_one_of_two(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(Crossing)
    cerebro.addstrategy(Stopping, last=20)
    return cerebro


@scenario(COMMON)
def indicators_added_to_cerebro(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "day", "day_b")
    cerebro.addindicator(ind.SMA, period=4)
    cerebro.addindicator(OnlyNext)
    cerebro.addindicator(Smoothed, period=9)
    cerebro.addstrategy(Crossing)
    return cerebro


class Failing(bt.Strategy):
    """Raises in one of its callbacks."""

    params = (("where", "next"),)

    def failed(self, where: str) -> None:
        """Raise when this is the place, on a bar in the middle."""
        if where == self.p.where and len(self) in (0, 7, 12):
            raise LookupError(where)

    def start(self) -> None:
        self.failed("start")

    def next(self) -> None:
        self.failed("next")
        if len(self) == 5:
            self.buy()

    def notify_order(self, order: Any) -> None:
        if self.p.where == "notify_order":
            raise ArithmeticError(order.getstatusname())


@family(COMMON, start=("start",), next=("next",), notify_order=("notify_order",))
def error(make: Make, where: str) -> bt.Cerebro:
    cerebro = setting(make, "short")
    cerebro.addstrategy(Failing, where=where)
    return cerebro


class Misspelt(bt.Strategy):
    """Uses an attribute, a line, or a parameter that is not there."""

    params = (("kind", ""),)

    def __init__(self) -> None:
        if self.p.kind == "line":
            print(self.data.lines.clsoe)
        elif self.p.kind == "attribute":
            print(self.data.clsoe)
        elif self.p.kind == "parameter":
            ind.SMA(priod=3)
        else:
            print(self.p.knid)


@family(line=("line",), attribute=("attribute",), parameter=("parameter",), own=("",))
def misspelt(make: Make, kind: str) -> bt.Cerebro:
    cerebro = setting(make, "short")
    cerebro.addstrategy(Misspelt, kind=kind)
    return cerebro


@scenario()
def unknown_parameter_of_a_strategy(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "short")
    cerebro.addstrategy(Crossing, fsat=3)
    return cerebro


class Skipping(bt.Strategy):
    """Skips its creation when told to."""

    params = (("skip", True),)

    def __init__(self) -> None:
        if self.p.skip:
            raise bt.errors.StrategySkipError


@scenario()
def strategy_skipped(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "short")
    cerebro.addstrategy(Skipping)
    cerebro.addstrategy(Skipping, skip=False)
    return cerebro


class Lifecycle(bt.Strategy):
    """Prints the order of its callbacks and what is known in each."""

    params = dict(period=3)

    def __init__(self) -> None:
        self.mean = ind.SMA(period=self.p.period)
        print("init", len(self.datas), self.p.period, self.params.period, self.data._name)

    def start(self) -> None:
        print("start", len(self), self.broker.getcash())

    def prenext(self) -> None:
        print("prenext", len(self), self.data.datetime.date(0))

    def nextstart(self) -> None:
        print("nextstart", len(self))
        self.next()

    def next(self) -> None:
        print("next", len(self), self.mean[0], self.data.close[0], len(self.data.close))

    def stop(self) -> None:
        print("stop", len(self), self.data.close[0], self.mean[0], self.broker.getvalue())


@scenario(ALL)
def lifecycle_printed(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "short")
    cerebro.addstrategy(Lifecycle, period=4)
    return cerebro


class Bare(bt.Strategy):
    """Never calls the initialiser of its base, takes arguments, and merges parameters."""

    params = (("factor", 3), ("label", "bare"))

    def __init__(self, *words: str) -> None:
        self.words = words

    def next(self) -> None:
        if len(self) == 3:
            print(self.words, self.p.factor, self.p.label, self.params.isdefault("factor"))


class Derived(Bare):
    """Changes a parameter of its base."""

    params = {"label": "derived", "extra": None}


@scenario()
def arguments_and_parameters(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "short")
    cerebro.addstrategy(Bare, "one", "two", factor=4)
    cerebro.addstrategy(Derived, "three")
    return cerebro


@scenario()
def no_data(make: Make) -> bt.Cerebro:
    cerebro = make(stdstats=False)
    cerebro.addstrategy(bt.Strategy)
    return cerebro
