"""Indicators written by users, in each of the ways users write them."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from ..modes import ALL, COMMON
from .indicators import holding
from .registry import Make, family, scenario
from .setting import setting

ind = bt.indicators


class OnlyNext(bt.Indicator):
    """The mean of high and low, bar by bar."""

    lines = ("middle",)

    def next(self) -> None:
        self.lines.middle[0] = (self.data.high[0] + self.data.low[0]) / 2.0


class NextWithPeriod(bt.Indicator):
    """The range of the last bars; asks for its minimum period itself."""

    lines = ("range",)
    params = (("period", 5),)

    def __init__(self) -> None:
        self.addminperiod(self.p.period)

    def next(self) -> None:
        window = self.data.get(size=self.p.period)
        self.lines.range[0] = max(window) - min(window)


class WithOnce(bt.Indicator):
    """The change over some bars, with a batch form."""

    lines = ("change",)
    params = {"back": 3}

    def __init__(self) -> None:
        self.addminperiod(self.p.back + 1)

    def next(self) -> None:
        self.lines.change[0] = self.data[0] - self.data[-self.p.back]

    def once(self, start: int, end: int) -> None:
        out, source, back = self.lines.change.array, self.data.array, self.p.back
        for place in range(start, end):
            out[place] = source[place] - source[place - back]


class Smoothed(bt.Indicator):
    """A recursion that starts in `nextstart`."""

    lines = ("smooth",)
    params = (("period", 6),)

    def __init__(self) -> None:
        self.factor = 2.0 / (self.p.period + 1.0)
        self.addminperiod(self.p.period)

    def nextstart(self) -> None:
        self.lines.smooth[0] = sum(self.data.get(size=self.p.period)) / self.p.period

    def next(self) -> None:
        before = self.lines.smooth[-1]
        self.lines.smooth[0] = before + self.factor * (self.data[0] - before)


class WithPrenext(bt.Indicator):
    """Counts the bars before its period is reached, and after."""

    lines = ("count", "sum")
    params = (("period", 4),)

    def __init__(self) -> None:
        self.addminperiod(self.p.period)

    def prenext(self) -> None:
        self.lines.count[0] = -len(self)

    def nextstart(self) -> None:
        self.lines.count[0] = 0.0
        self.lines.sum[0] = 0.0

    def next(self) -> None:
        self.lines.count[0] = len(self)
        self.lines.sum[0] = self.lines.sum[-1] + self.lines.count[0]


class Composed(bt.Indicator):
    """Made of other indicators only, lines bound by assignment."""

    lines = ("mean", "spread", "signal")
    params = (("period", 5),)

    def __init__(self) -> None:
        mean = ind.SMA(self.data, period=self.p.period)
        self.lines.mean = mean
        self.lines.spread = self.data - mean
        self.l.signal = ind.CrossOver(self.data, mean)


class ComposedAndNext(bt.Indicator):
    """Holds indicators as attributes and works out its line from them bar by bar."""

    lines = ("score",)

    def __init__(self) -> None:
        self.fast = ind.EMA(self.data, period=3)
        self.slow = ind.EMA(self.data, period=9)
        self.away = self.fast - self.slow

    def next(self) -> None:
        self.lines.score[0] = 1.0 if self.away[0] > 0 else -self.away[0]


class OnTwoDatas(bt.Indicator):
    """The ratio of two datas, and its mean."""

    lines = ("ratio", "mean")

    def __init__(self) -> None:
        self.lines.ratio = self.data0.close / self.data1.close
        self.lines.mean = ind.SMA(self.lines.ratio, period=4)


class NextOnTwoDatas(bt.Indicator):
    """The larger close of two datas, bar by bar."""

    lines = ("larger",)

    def next(self) -> None:
        self.lines.larger[0] = max(self.data0.close[0], self.data1.close[0])


class Inherited(Composed):
    """Adds a line and changes a default of what it derives from."""

    lines = ("double",)
    params = (("period", 7), ("factor", 2.0))

    def __init__(self) -> None:
        super().__init__()
        self.lines.double = self.lines.mean * self.p.factor


class Unfinished(bt.Indicator):
    """Writes its line on some bars only."""

    lines = ("seldom",)

    def next(self) -> None:
        if len(self) % 3 == 0:
            self.lines.seldom[0] = self.data.close[0]


class Trailing(bt.Indicator):
    """A recursion without a period of its own over an indicator."""

    lines = ("stop",)
    _mindatas = 1

    def __init__(self) -> None:
        self.top = ind.Highest(self.data.high, period=3)

    def nextstart(self) -> None:
        self.lines.stop[0] = self.top[0] - 2.0

    def next(self) -> None:
        self.lines.stop[0] = max(self.lines.stop[-1] - 0.1, self.top[0] - 2.0)


class OnAny(bt.Indicator):
    """Takes whatever it is given first, counts its datas."""

    lines = ("sum",)

    def __init__(self) -> None:
        self.addminperiod(2)

    def next(self) -> None:
        self.lines.sum[0] = sum(data[0] for data in self.datas) + 1000 * len(self.datas)


KINDS = (
    OnlyNext,
    NextWithPeriod,
    WithOnce,
    Smoothed,
    WithPrenext,
    Composed,
    ComposedAndNext,
    Inherited,
    Unfinished,
    Trailing,
)


@family(ALL, **{kind.__name__: (kind,) for kind in KINDS})
def user(make: Make, kind: Any) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        strategy.own = kind(strategy.data)
        strategy.mean = ind.SMA(strategy.own, period=3)
        strategy.above = strategy.own > strategy.mean

    return holding(make, build)


@family(
    COMMON, **{kind.__name__: (kind,) for kind in (NextWithPeriod, WithOnce, Smoothed, Composed)}
)
def user_on_lines(make: Make, kind: Any) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        kind(strategy.data.high)
        kind(ind.SMA(period=6))
        kind(strategy.data.high - strategy.data.low)
        kind(kind(strategy.data))

    return holding(make, build)


@family(
    COMMON,
    bound=(OnTwoDatas, "day", "day_b"),
    bound_holes=(OnTwoDatas, "day", "holes"),
    stepped=(NextOnTwoDatas, "day", "day_b"),
    stepped_late=(NextOnTwoDatas, "day", "late"),
    any=(OnAny, "day", "day_b"),
)
def user_on_two_datas(make: Make, kind: Any, *names: str) -> bt.Cerebro:
    return holding(make, lambda strategy: kind(*strategy.datas), *names)


@scenario(COMMON)
def user_on_mixed_inputs(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        OnAny(strategy.data.close, ind.SMA(period=4), strategy.data.high - strategy.data.low)
        OnAny(strategy.data, ind.EMA(period=3))

    return holding(make, build)


class OnlyOnce(bt.Indicator):
    """Has a batch form alone."""

    lines = ("double",)

    def once(self, start: int, end: int) -> None:
        for place in range(start, end):
            self.lines.double.array[place] = 2.0 * self.data.array[place]


@scenario()
def user_only_once(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        OnlyOnce(strategy.data.high)
        OnlyOnce(strategy.data)

    return holding(make, build)


class Pair(bt.Indicator):
    """Takes two datas, those of the strategy where it is given none."""

    lines = ("apart", "mean")
    params = (("period", 3),)
    _mindatas = 2

    def __init__(self) -> None:
        self.lines.apart = self.data0.close - self.data1.close
        self.lines.mean = ind.SMA(self.lines.apart, period=self.p.period)


class SteppedPair(bt.Indicator):
    """Takes two datas and works bar by bar, with a memory."""

    lines = ("ratio", "top")
    _mindatas = 2

    def __init__(self) -> None:
        self.addminperiod(2)

    def nextstart(self) -> None:
        self.lines.top[0] = self.data0[0]
        self.next()

    def next(self) -> None:
        self.lines.ratio[0] = self.data0[0] / self.data1[-1]
        self.lines.top[0] = max(self.lines.top[-1], self.lines.ratio[0])


@family(
    COMMON,
    bound=(Pair, "day", "day_b"),
    stepped=(SteppedPair, "day", "day_b"),
    stepped_week=(SteppedPair, "day", "week"),
    stepped_holes=(SteppedPair, "holes", "day"),
)
def user_with_mindatas(make: Make, kind: Any, *names: str) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        kind(*strategy.datas)
        kind()
        kind(strategy.data0.high, strategy.data1.low) if kind is SteppedPair else kind(period=5)

    return holding(make, build, *names)


@family(COMMON, **{kind.__name__: (kind,) for kind in (OnlyNext, WithOnce, Smoothed, WithPrenext)})
def user_on_timeframes(make: Make, kind: Any) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        for data in strategy.datas:
            ind.SMA(kind(data), period=2)

    return holding(make, build, "day", "week")


class PeriodSetters(bt.Strategy):
    """Changes minimum periods by hand."""

    def __init__(self) -> None:
        self.mean = ind.SMA(period=5)
        self.addminperiod(12)

    def prenext(self) -> None:
        print("before", len(self))

    def nextstart(self) -> None:
        print("first", len(self))

    def next(self) -> None:
        print("next", len(self), self.mean[0])


@scenario(COMMON)
def period_added_by_strategy(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "short")
    cerebro.adddata(setting(make, "day").datas[0])
    cerebro.addstrategy(PeriodSetters)
    return cerebro


class PeriodForced(bt.Strategy):
    """Sets and raises minimum periods of an indicator and of itself."""

    def __init__(self) -> None:
        self.mean = ind.SMA(period=5)
        self.mean.updateminperiod(9)
        self.later = ind.EMA(self.mean, period=2)
        self.setminperiod(4)


@scenario(COMMON)
def period_forced(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(PeriodForced)
    return cerebro


class MadeInStart(bt.Strategy):
    """Makes an indicator in `start`, as some scripts do."""

    def start(self) -> None:
        self.mean = ind.SMA(self.data, period=4)

    def next(self) -> None:
        if len(self) % 20 == 0:
            print(len(self), self.mean[0])


@scenario(COMMON)
def indicator_made_in_start(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(MadeInStart)
    return cerebro


class MadeByHelpers(bt.Strategy):
    """Makes indicators in a helper, in a list, and without keeping them."""

    def __init__(self) -> None:
        self.means = [self.mean_of(data) for data in self.datas]
        ind.Highest(period=6)
        self.by_name = {data._name: ind.EMA(data, period=3) for data in self.datas}

    def mean_of(self, data: Any) -> Any:
        """Return a mean of the data."""
        return ind.SMA(data, period=5)


@scenario(COMMON)
def indicators_made_by_helpers(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "day", "day_b")
    cerebro.addstrategy(MadeByHelpers)
    return cerebro


class WithLines(bt.Strategy):
    """A strategy with a line of its own."""

    lines = ("signal",)

    def __init__(self) -> None:
        self.mean = ind.SMA(period=5)

    def next(self) -> None:
        self.lines.signal[0] = self.data.close[0] - self.mean[0]


@scenario(COMMON)
def strategy_with_lines(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(WithLines)
    return cerebro


class Tracing(bt.Indicator):
    """Prints each of its callbacks."""

    lines = ("value",)

    def __init__(self) -> None:
        self.addminperiod(3)

    def told(self, where: str) -> None:
        """Print where it is and how far."""
        print(where, len(self), self.data[0])
        self.lines.value[0] = len(self)

    def prenext(self) -> None:
        self.told("prenext")

    def nextstart(self) -> None:
        self.told("nextstart")

    def next(self) -> None:
        self.told("next")


class Traced(bt.Strategy):
    """Prints beside a tracing indicator."""

    def __init__(self) -> None:
        self.trace = Tracing(ind.SMA(period=2))

    def next(self) -> None:
        print("strategy", len(self), self.trace[0], self.trace[-1])


@scenario(ALL)
def callbacks_of_an_indicator(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "short")
    cerebro.addstrategy(Traced)
    return cerebro
