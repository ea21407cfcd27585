"""The built-in indicators, with default and other parameters, on datas, lines and each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import backtrader as bt

from ..modes import ALL, COMMON
from .registry import Make, family, scenario
from .setting import setting

ind = bt.indicators


class Holding(bt.Strategy):
    """Holds what `build` makes of it."""

    params = (("build", None),)

    def __init__(self) -> None:
        self.p.build(self)


def holding(make: Make, build: Callable[[Any], object], *names: str) -> bt.Cerebro:
    """Return a Cerebro with a strategy that holds what `build` makes."""
    cerebro = setting(make, *names)
    cerebro.addstrategy(Holding, build=build)
    return cerebro


MEANS: dict[str, type] = {"sma": ind.SMA, "ema": ind.EMA, "smma": ind.SMMA, "wma": ind.WMA}


@family(ALL, **{name: (kind,) for name, kind in MEANS.items()})
def mean(make: Make, kind: Any) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        kind(strategy.data)
        kind(strategy.data, period=7)
        kind(strategy.data.high, period=4)
        kind(period=1)
        kind(kind(strategy.data, period=5), period=9)
        kind(strategy.data.close - strategy.data.open, period=6)

    return holding(make, build)


@family(COMMON, **{name: (kind,) for name, kind in MEANS.items()})
def mean_of_odd_prices(make: Make, kind: Any) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        for data in strategy.datas:
            kind(data, period=5)
            kind(data.volume, period=3)

    return holding(make, build, "constant", "penny", "rise")


@scenario(ALL)
def deviation(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        ind.StdDev(strategy.data)
        ind.StdDev(strategy.data, period=5)
        ind.StdDev(strategy.data, period=8, safepow=True)
        ind.StdDev(strategy.data, ind.EMA(period=10), period=10)
        ind.StdDev(strategy.data.volume, period=6, movav=ind.EMA)

    return holding(make, build)


@scenario(COMMON)
def deviation_of_constant_prices(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        ind.StdDev(strategy.data, period=5, safepow=True)
        ind.BollingerBands(strategy.data, period=4)

    return holding(make, build, "constant")


@scenario(ALL)
def extremes(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        ind.Highest(strategy.data)
        ind.Highest(strategy.data.high, period=9)
        ind.Lowest(strategy.data)
        ind.Lowest(strategy.data.low, period=14)
        ind.Highest(ind.SMA(period=4), period=3)
        ind.Lowest(strategy.data, period=1)

    return holding(make, build)


@scenario(ALL)
def crossings(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        fast, slow = ind.SMA(period=3), ind.SMA(period=8)
        ind.CrossOver(fast, slow)
        ind.CrossUp(fast, slow)
        ind.CrossDown(fast, slow)
        ind.CrossOver(strategy.data.close, slow)
        ind.CrossUp(strategy.data, ind.EMA(period=6))
        ind.CrossOver(strategy.data.close, 102.0)

    return holding(make, build)


@family(COMMON, constant=("constant", "constant"), holes=("day", "holes"))
def crossings_of_datas(make: Make, first: str, second: str) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        ind.CrossOver(strategy.data0, strategy.data1)
        ind.CrossDown(strategy.data0.close, strategy.data1.close + 40.0)
        ind.CrossUp(strategy.data0.close, strategy.data1.open)

    cerebro = setting(make, first)
    cerebro.adddata(setting(make, second).datas[0], name="other")
    cerebro.addstrategy(Holding, build=build)
    return cerebro


@scenario(ALL)
def momentum(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        ind.Momentum(strategy.data)
        ind.Momentum(strategy.data.low, period=3)
        ind.Momentum(ind.SMA(period=5), period=7)

    return holding(make, build)


@family(COMMON, day=("day",), fall=("fall",), gappy=("gappy",))
def relative_strength(make: Make, name: str) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        ind.RSI(strategy.data)
        ind.RSI(strategy.data, period=5)
        ind.RSI(strategy.data, period=6, lookback=2)
        ind.RSI(strategy.data, period=9, movav=ind.SMA, safediv=True)
        ind.RSI(strategy.data, period=4, movav=ind.EMA, upperband=80, lowerband=20)
        ind.RSI(ind.EMA(period=3), period=7, safediv=True)

    return holding(make, build, name)


@scenario(COMMON)
def relative_strength_of_safe_divisions(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        for data in strategy.datas:
            ind.RSI(data, period=5, safediv=True)
            ind.RSI(data, period=5, safediv=True, safehigh=90.0, safelow=40.0)
            ind.RSI(data, period=3, movav=ind.SMA, safediv=True, lookback=3)

    return holding(make, build, "rise", "constant", "fall")


@family(COMMON, constant=("constant",), rise=("rise",))
def relative_strength_divided_by_zero(make: Make, name: str) -> bt.Cerebro:
    return holding(make, lambda strategy: ind.RSI(period=5), name)


@scenario(ALL)
def convergence(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        ind.MACD(strategy.data)
        ind.MACD(strategy.data, period_me1=4, period_me2=9, period_signal=5)
        ind.MACD(strategy.data, period_me1=4, period_me2=9, period_signal=3, movav=ind.SMA)
        ind.MACDHisto(strategy.data)
        histogram = ind.MACDHisto(strategy.data.high, period_me1=5, period_me2=11)
        ind.CrossOver(histogram.macd, histogram.signal)

    return holding(make, build)


@family(COMMON, day=("day",), gappy=("gappy",), constant=("constant",))
def true_range(make: Make, name: str) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        ind.ATR(strategy.data)
        ind.ATR(strategy.data, period=5)
        ind.ATR(strategy.data, period=6, movav=ind.SMA)
        ind.SMA(ind.ATR(strategy.data, period=3), period=4)

    return holding(make, build, name)


@scenario(ALL)
def bands(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        wide = ind.BollingerBands(strategy.data)
        ind.BollingerBands(strategy.data, period=8, devfactor=1.5)
        ind.BollingerBands(strategy.data.low, period=8, movav=ind.EMA)
        ind.CrossOver(strategy.data.close, wide.lines.mid)
        strategy.width = wide.top - wide.bot
        strategy.below = strategy.data.close < wide.lines.bot

    return holding(make, build)


@scenario()
def aliases(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        for name in ("SimpleMovingAverage", "MovingAverageSimple", "ExponentialMovingAverage"):
            getattr(ind, name)(period=6)
        ind.MovAv.SMA(period=4)
        ind.MovAv.Smoothed(period=4)
        ind.MovAv.WMA(period=4)
        bt.ind.RSI_Wilder(period=6)
        bt.ind.BBands(period=6)
        bt.ind.MaxN(period=6)
        bt.ind.MinN(period=6)
        bt.ind.StandardDeviation(period=6)

    return holding(make, build)


@family(COMMON, late=("day", "late"), week=("day", "week"), three=("day", "day_b", "day_c"))
def indicators_on_datas(make: Make, *names: str) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        for data in strategy.datas:
            ind.SMA(data, period=4)
            ind.RSI(data, period=5, safediv=True)
            ind.ATR(data, period=3)
            ind.MACD(data, period_me1=3, period_me2=5, period_signal=2)

    return holding(make, build, *names)


@scenario(ALL)
def longer_than_the_data(make: Make) -> bt.Cerebro:
    return holding(make, lambda strategy: ind.SMA(period=80), "constant")


@scenario(COMMON)
def same_indicator_twice(make: Make) -> bt.Cerebro:
    def build(strategy: Any) -> None:
        first, second = ind.SMA(period=5), ind.SMA(period=5)
        strategy.same = first - second
        ind.CrossOver(first, second)
        ind.EMA(first, period=3)
        ind.EMA(second, period=3)

    return holding(make, build)
