"""Every operator on lines, the functions on lines, delays, and plain floats in `next`."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Callable
from typing import Any

import backtrader as bt

from ..modes import ALL, BATCH_AND_STEP, COMMON
from .indicators import holding
from .registry import Make, family, scenario
from .setting import setting

ind = bt.indicators


@scenario(ALL)
def arithmetic(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        close, low = strategy.data.close, strategy.data.low
        strategy.kept = [
            close + low,
            close - low,
            close * low,
            close / low,
            close // low,
            close + 1,
            close - 1.5,
            close * 2,
            close / 3,
            close // 7,
            close**2,
        ]

    return holding(make, build)


@scenario(ALL)
def arithmetic_from_the_right(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        close = strategy.data.close
        strategy.kept = [1 + close, 200.0 - close, 2 * close, 1000 / close, 1000 // close]

    return holding(make, build)


@family(COMMON, power=(lambda line: 1.01**line,), left=(lambda line: line ** (line / 100.0),))
def powers(make: Make, raised: Callable[[Any], Any]) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        strategy.kept = raised(strategy.data.close)

    return holding(make, build)


@scenario(ALL)
def comparisons(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        data = strategy.data
        strategy.kept = [
            data.close > data.open,
            data.close >= data.open,
            data.close < data.open,
            data.close <= data.open,
            data.close == data.high,
            data.close != data.high,
            data.close > 102,
            data.close <= 102.34,
            operator.gt(102, data.close),
            operator.le(102.0, data.close),
        ]

    return holding(make, build)


@scenario(ALL)
def unary(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        change = strategy.data.close - strategy.data.close(-1)
        strategy.kept = [-change, abs(change), abs(-strategy.data.close)]

    return holding(make, build)


@scenario(ALL)
def nested(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        data = strategy.data
        middle = (data.high + data.low + data.close) / 3.0
        strategy.middle = middle
        strategy.away = abs(middle - ind.SMA(middle, period=5)) / (
            0.015 * ind.StdDev(middle, period=5)
        )
        strategy.mean = ind.EMA((data.close - data.open) * 100.0 / data.open, period=4)
        strategy.trend = (ind.SMA(period=3) > ind.SMA(period=6)) * 2 - 1

    return holding(make, build)


@scenario(ALL)
def functions_of_truth(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        data = strategy.data
        up, wide = data.close > data.open, data.high - data.low > 2.0
        strategy.kept = [
            bt.And(up, wide),
            bt.Or(up, wide),
            bt.And(up, wide, data.close > 101.0),
            bt.Or(data.close < 100.0, wide, data.close > 104.0),
            bt.Any(up, wide, data.close > 103.0),
            bt.All(up, wide, data.close > 101.0),
            bt.And(data.close, data.open),
            bt.Or(0.0, up),
        ]

    return holding(make, build)


@scenario(ALL)
def functions_of_values(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        data = strategy.data
        strategy.kept = [
            bt.Max(data.close, data.open),
            bt.Min(data.close, data.open, 102.0),
            bt.Max(data.close, data.open, ind.SMA(period=4)),
            bt.Sum(data.close, data.open, data.low),
            bt.Sum(data.close, 1.0),
            bt.If(data.close > data.open, data.high, data.low),
            bt.If(data.close > data.open, 1.0, -1.0),
            bt.If(data.close > data.open, data.close, 0.0),
            bt.Cmp(data.close, data.open),
            bt.Cmp(data.close, 102.0),
            bt.CmpEx(data.close, data.open, data.low, data.high, data.close),
            bt.CmpEx(data.close, data.open, -1.0, 0.0, 1.0),
        ]

    return holding(make, build)


@scenario(ALL)
def functions_of_division(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        data = strategy.data
        same = data.close - data.close
        strategy.kept = [
            bt.DivByZero(data.close, data.open),
            bt.DivByZero(data.close, same),
            bt.DivByZero(data.close, same, zero=-1.0),
            bt.DivByZero(data.close, data.open - 101.0, 7.0),
            bt.DivZeroByZero(data.close, same),
            bt.DivZeroByZero(same, same),
            bt.DivZeroByZero(same, same, 2.0, 3.0),
            bt.DivZeroByZero(data.close, same, single=9.0, dual=8.0),
        ]

    return holding(make, build)


@scenario(COMMON)
def functions_folded(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        data = strategy.data
        strategy.kept = [
            bt.Reduce(lambda left, right: left * 0.5 + right, data.close, data.open, data.low),
            bt.Reduce(max, data.close, data.open),
            bt.functions.Max(data.close, data.open),
        ]

    return holding(make, build)


class Spread(bt.functions.MultiLogic):
    """The largest less the smallest of its arguments."""

    @staticmethod
    def flogic(values: Any) -> float:
        numbers = list(values)
        return max(numbers) - min(numbers)


@scenario(COMMON)
def functions_of_the_user(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        data = strategy.data
        strategy.kept = [Spread(data.close, data.open, 101.0), Spread(data.high, data.low)]

    return holding(make, build)


@scenario(COMMON)
def division_by_zero(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        strategy.kept = strategy.data.close / (strategy.data.close - strategy.data.close)

    return holding(make, build)


@scenario(ALL)
def delays(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        data = strategy.data
        mean = ind.SMA(period=4)
        strategy.kept = [
            data(-1),
            data.close(-3),
            data.close(0),
            mean(-2),
            data.close - data.close(-1),
            mean - mean(-1),
            (data.close - data.open)(-2),
            data.close(-1)(-2),
        ]
        strategy.shifted_mean = ind.SMA(data.close(-5), period=3)
        strategy.on_delayed_data = ind.SMA(data(-2), period=3)

    return holding(make, build)


@scenario(COMMON)
def delays_forward(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        strategy.kept = strategy.data.close(2)

    return holding(make, build)


@scenario(COMMON)
def line_names(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        data = strategy.data
        assert data.lines.close is data.l.close
        strategy.kept = [
            strategy.data_close - strategy.data0_open,
            strategy.data_0 - strategy.data0_1,
            data.lines[0] - data.lines[1],
            data.lines.high - data.l.low,
        ]

    return holding(make, build)


class PlainInNext(bt.Strategy):
    """Uses lines as numbers in `next` in all the usual ways, and prints what comes out."""

    def __init__(self) -> None:
        self.mean = ind.SMA(period=3)
        self.up = self.data.close > self.mean

    def next(self) -> None:
        if len(self) % 12:
            return
        close, mean = self.data.close, self.mean
        print(close[0], close[-1], mean[0], type(close + 1).__name__, type(close > 1).__name__)
        print(close + mean, close - 1, 1 - mean, close * mean, close / mean, 300 // close)
        print(
            close > mean,
            close < mean,
            close == close[0],
            close != mean,
            close >= 1,
            operator.le(1, close),
        )
        print(-close, abs(-mean), bool(self.up), close**2, close // 7)
        print(list(close.get(size=3)), list(mean.get(ago=-1, size=2)), self.up[0], len(mean))
        print(bool(self.data), self.data[0], self.mean.lines.sma[0], close.idx >= 0)
        print(max(close[0], mean[0]), math.fsum(close.get(size=4)), close.get(size=1)[0])


@scenario(COMMON)
def operators_in_next(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(PlainInNext)
    return cerebro


AVERAGES = ("DEMA", "DMA", "EMA", "HMA", "KAMA", "SMMA", "TEMA", "WMA", "ZLEMA", "ZLInd")


@family(BATCH_AND_STEP, **{name.lower(): (name,) for name in AVERAGES})
def terms_with_averages(make: Make, name: str) -> bt.Cerebro:
    """What is made of an indicator, and from which bar on it has values."""

    def build(strategy: Any) -> None:
        average, close = getattr(ind, name)(strategy.data.close, period=6), strategy.data.close
        strategy.kept = [
            average + 1.0,
            average > close,
            bt.If(average > close, average, close),
            average(-1),
        ]

    return holding(make, build)


class Truths(bt.Strategy):
    """Lets lines stand as conditions."""

    def __init__(self) -> None:
        self.cross = ind.CrossOver(self.data.close, ind.SMA(period=6))
        self.rising = ind.SMA(period=4) > ind.SMA(period=9)

    def next(self) -> None:
        if self.rising and self.cross > 0:
            self.buy()
        if not self.rising and self.position:
            self.close()
        if self.cross and not self.position:
            print(len(self), self.cross[0], self.rising[0])


@scenario(COMMON)
def lines_as_conditions(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(Truths)
    return cerebro


@scenario(COMMON)
def many_terms(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        means = [ind.SMA(period=period) for period in (2, 3, 5, 8)]
        strategy.total = functools.reduce(lambda left, right: left + right, means)
        strategy.average = strategy.total / float(len(means))
        strategy.highest = bt.Max(*means)
        strategy.rising = bt.And(*(fast > slow for fast, slow in itertools.pairwise(means)))

    return holding(make, build)
