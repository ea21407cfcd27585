"""Several datas: aligned or not, of other starts, ends and timeframes; coupling across clocks."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from ..modes import ALL, COMMON
from .registry import Make, family, scenario
from .setting import Crossing, feed, setting

ind = bt.indicators


class EachData(bt.Strategy):
    """A mean and a crossing on each data; trades each on its own signal."""

    params = (("period", 7),)

    def __init__(self) -> None:
        self.signals = []
        for data in self.datas:
            mean = ind.SMA(data, period=self.p.period)
            self.signals.append(ind.CrossOver(data.close, mean))

    def next(self) -> None:
        for data, signal in zip(self.datas, self.signals, strict=True):
            held = self.getposition(data).size
            if signal[0] > 0 and not held:
                self.buy(data=data, size=2)
            elif signal[0] < 0 and held:
                self.close(data=data)


@family(
    ALL,
    aligned=("day", "day_b"),
    holes=("day", "holes"),
    holes_first=("holes", "day"),
    both_holes=("holes", "holes_b"),
    late=("day", "late"),
    late_first=("late", "day"),
    early_end=("day", "early_end"),
    early_end_first=("early_end", "day"),
    week=("day", "week"),
    three=("day", "holes", "late"),
)
def datas(make: Make, *names: str) -> bt.Cerebro:
    cerebro = setting(make, *names)
    cerebro.addstrategy(EachData)
    return cerebro


@scenario(COMMON)
def datas_week_first(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "week", "day")
    cerebro.addstrategy(EachData, period=3)
    return cerebro


@scenario(COMMON)
def datas_minutes_and_day(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "five_minutes", "short")
    cerebro.addstrategy(EachData, period=2)
    return cerebro


@scenario(COMMON)
def portfolio_with_observers(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "day", "day_b", "day_c", "holes", "holes_b", stdstats=True)
    cerebro.addstrategy(EachData)
    return cerebro


class WithoutNext(bt.Strategy):
    """Sees how far each data is at each bar, before and after the minimum period."""

    def __init__(self) -> None:
        self.mean = ind.SMA(self.data1, period=5)

    def told(self, where: str) -> None:
        """Print the state of the datas."""
        ends = [data.datetime.date(0).isoformat() if len(data) else "-" for data in self.datas]
        print(where, len(self), [len(data) for data in self.datas], ends)

    def prenext(self) -> None:
        self.told("before")

    def next(self) -> None:
        self.told("next")


@family(
    COMMON,
    late=("day", "late"),
    week=("day", "week"),
    holes=("holes", "holes_b"),
    ended=("day", "early_end"),
)
def steps_printed(make: Make, *names: str) -> bt.Cerebro:
    cerebro = setting(make, *names)
    cerebro.addstrategy(WithoutNext)
    return cerebro


class Coupled(bt.Strategy):
    """Uses a slow data on the clock of the fast one."""

    def __init__(self) -> None:
        slow = ind.SMA(self.data1, period=4)
        self.on_day = slow()
        self.coupled_close = self.data1.close()
        self.spread = self.data.close - self.data1.close()

    def next(self) -> None:
        if len(self) % 9 == 0:
            print(self.on_day[0], self.coupled_close[0], self.spread[0])


@family(
    COMMON,
    week=("day", "week"),
    late=("day", "late"),
    holes=("day", "holes"),
    first_holes=("holes", "day"),
)
def coupled(make: Make, *names: str) -> bt.Cerebro:
    cerebro = setting(make, *names)
    cerebro.addstrategy(Coupled)
    return cerebro


class CoupledInExpression(bt.Strategy):
    """Compares a mean with one of a slower clock; trades on it."""

    def __init__(self) -> None:
        fast = ind.SMA(self.data0, period=12)
        slow = ind.SMA(self.data1, period=2)
        self.above = fast > slow()

    def next(self) -> None:
        if self.above[0] and not self.position:
            self.buy()
        elif self.position and not self.above[0]:
            self.close()


@family(COMMON, week=("day", "week"), late=("day", "late"), holes=("holes", "day"))
def coupled_in_expression(make: Make, *names: str) -> bt.Cerebro:
    cerebro = setting(make, *names)
    cerebro.addstrategy(CoupledInExpression)
    return cerebro


class CoupledWhole(bt.Strategy):
    """Couples a whole data, and builds indicators on the coupled one."""

    def __init__(self) -> None:
        self.slow = self.data1()
        self.mean = ind.SMA(self.slow, period=3)
        self.range = self.slow.high - self.slow.low


@scenario(COMMON)
def coupled_whole_data(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "day", "week")
    cerebro.addstrategy(CoupledWhole)
    return cerebro


class OnBoth(bt.Strategy):
    """Expressions and indicators over two datas of one calendar."""

    def __init__(self) -> None:
        self.ratio = self.data0.close / self.data1.close
        self.mean = ind.SMA(self.ratio, period=5)
        self.cross = ind.CrossOver(self.data0.close, self.data1.close * 2.5)
        self.high = bt.Max(self.data0.high, self.data1.high, 101.0)
        self.both = bt.And(self.data0.close > self.data0.open, self.data1.close > self.data1.open)

    def next(self) -> None:
        if self.both[0] and not self.position:
            self.buy()
        elif self.ratio[0] < self.mean[0]:
            self.close()


@family(COMMON, aligned=("day", "day_b"), holes=("day", "holes"))
def expressions_on_both(make: Make, *names: str) -> bt.Cerebro:
    cerebro = setting(make, *names)
    cerebro.addstrategy(OnBoth)
    return cerebro


@family(COMMON, one=("one",), short=("short",))
def too_short(make: Make, name: str) -> bt.Cerebro:
    cerebro = setting(make, name)
    cerebro.addstrategy(Crossing)
    return cerebro


class OnlySecond(bt.Strategy):
    """Has an indicator on the second data alone, with delays on the first."""

    def __init__(self) -> None:
        self.mean = ind.EMA(self.data1, period=6)
        self.before = self.data0.close(-3)

    def next(self) -> None:
        if self.mean[0] > self.mean[-1] and not self.getposition(self.data1).size:
            self.buy(data=self.data1)
        elif self.getposition(self.data1).size:
            self.close(data=self.data1)


@family(COMMON, late=("day", "late"), week=("day", "week"))
def indicator_on_the_second(make: Make, *names: str) -> bt.Cerebro:
    cerebro = setting(make, *names)
    cerebro.addstrategy(OnlySecond)
    return cerebro


class Delivered(bt.Strategy):
    """Prints the times of the datas as users read them."""

    def next(self) -> None:
        if len(self) % 25 == 1:
            for data in self.datas:
                moment: Any = data.datetime
                print(moment.date(0), moment.time(0), moment.datetime(0), data._name, data.close[0])


@scenario(COMMON)
def times_printed(make: Make) -> bt.Cerebro:
    cerebro = make(stdstats=False)
    cerebro.adddata(feed("five_minutes"))
    cerebro.addstrategy(Delivered)
    return cerebro
