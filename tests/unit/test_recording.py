"""The account shown in blocks: the same figures as bar by bar, to the last bit."""

from __future__ import annotations

import contextlib
import random
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

import backtrader as bt
from backtrader._engine import recording

pd = pytest.importorskip("pandas")


def _feed(seed: int, bars: int, minutes: int) -> Any:
    rng = np.random.default_rng(seed)
    start = datetime(2020, 12, 28, 9) + timedelta(minutes=int(rng.integers(0, 50)))
    index = pd.DatetimeIndex([start + timedelta(minutes=minutes * x) for x in range(bars)])
    index = index[rng.random(bars) < 0.8]
    close = 100.0 + np.cumsum(rng.normal(0, 1, len(index)))
    frame = pd.DataFrame({"open": close + 0.1, "close": close, "volume": 1.0}, index=index)
    frame["high"] = frame[["open", "close"]].max(axis=1) + 0.5
    frame["low"] = frame[["open", "close"]].min(axis=1) - 0.5
    unit = {"timeframe": bt.TimeFrame.Minutes, "compression": minutes}
    return bt.feeds.PandasData(dataname=frame, **unit)


class Random(bt.Strategy):
    """Deals at random; `act` is called on bar `at`, `look` says whether to read on each bar."""

    params = {"seed": 0, "look": False, "at": -1, "act": None}

    def __init__(self) -> None:
        self.random = random.Random(self.p.seed)
        self.means = [bt.ind.SMA(data, period=3 + 4 * i) for i, data in enumerate(self.datas)]
        self.seen: list[Any] = []

    def prenext(self) -> None:
        self._see()

    def next(self) -> None:
        self._see()
        for data in self.datas:
            draw = self.random.random()
            size = self.random.choice((1, 3, 7.5))
            if draw < 0.06:
                self.buy(data, size=size)
            elif draw < 0.12:
                self.sell(data, size=size)
            elif draw < 0.14:
                self.buy(data, size=size, exectype=bt.Order.Limit, price=data[0] - 1.0)
            elif draw < 0.2:
                self.close(data)
        if len(self) == self.p.at:
            self.p.act(self)

    def _see(self) -> None:
        if self.p.look:
            assert self.stats is not None


class Second(Random):
    """Another strategy in the same run."""


ANALYZERS: list[tuple[Any, dict[str, Any]]] = [
    (bt.analyzers.DrawDown, {}),
    (bt.analyzers.Returns, {}),
    (bt.analyzers.Returns, {"timeframe": bt.TimeFrame.Days}),
    (bt.analyzers.TimeReturn, {"timeframe": bt.TimeFrame.Days}),
    (bt.analyzers.TimeReturn, {"timeframe": bt.TimeFrame.Minutes, "compression": 45}),
    (bt.analyzers.TimeReturn, {"timeframe": bt.TimeFrame.NoTimeFrame}),
    (bt.analyzers.SharpeRatio, {"timeframe": bt.TimeFrame.Days}),
    (bt.analyzers.TradeAnalyzer, {}),
    (bt.analyzers.SQN, {}),
]


def _run(
    look: bool, seed: int, feeds: int = 1, strategies: int = 1, at: int = -1, act: Any = None
) -> tuple[Any, list[int]]:
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(10000.0)
    cerebro.broker.setcommission(commission=0.001, leverage=2.0 if seed % 2 else 1.0)
    for number in range(feeds):
        cerebro.adddata(_feed(seed * 10 + number, 600, (15, 40, 7)[number % 3]))
    for kind in (Random, Second)[:strategies]:
        cerebro.addstrategy(kind, seed=seed, look=look, at=at, act=act)
    for kind, kwargs in ANALYZERS:
        cerebro.addanalyzer(kind, **kwargs)
    cerebro.addobserver(bt.observers.Value)
    cerebro.addobserver(bt.observers.Cash)
    ends: list[int] = []
    catch_up = recording.Watch.catch_up

    def noted(watch: Any) -> None:
        ends.append(watch.completed)
        catch_up(watch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recording.Watch, "catch_up", noted)
        with contextlib.suppress(ArithmeticError):
            cerebro.run()
    return cerebro, ends


def _results(cerebro: Any) -> list[Any]:
    results: list[Any] = [cerebro.broker.getvalue().hex(), cerebro.broker.getcash().hex()]
    for strategy in cerebro.runningstrats:
        results.append((len(strategy), strategy.seen))
        results.extend(repr(x.get_analysis()) for x in strategy.analyzers)
        for observer in strategy.getobservers():
            lines = [[x.hex() for x in line.array] for line in observer.lines]
            results.append((type(observer).__name__, len(observer), lines))
    return results


def _compare(**how: Any) -> list[int]:
    slow, _ = _run(True, **how)
    fast, ends = _run(False, **how)
    assert _results(fast) == _results(slow)
    return ends


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("feeds", [1, 3])
def test_blocks_give_what_bars_give(seed: int, feeds: int) -> None:
    (end,) = _compare(seed=seed, feeds=feeds)
    assert end > 400


@pytest.mark.parametrize("feeds", [1, 2])
def test_two_strategies_share_an_account(feeds: int) -> None:
    assert len(_compare(seed=3, feeds=feeds, strategies=2)) == 2


def _read(strategy: Any) -> None:
    strategy.seen += [strategy.stats.broker.value[-1], len(strategy.observers.broker)]
    strategy.seen += [repr(x.get_analysis()) for x in strategy.analyzers]


def _raise(strategy: Any) -> None:
    raise ArithmeticError


def _set_attribute(strategy: Any) -> None:
    strategy.broker.cash -= 10.0


def _subset(strategy: Any) -> None:
    strategy.seen.append(strategy.broker.getvalue(strategy.datas[:2]))


ACTS = {
    "read": _read,
    "runstop": lambda strategy: strategy.env.runstop(),
    "raise": _raise,
    "set_cash": lambda strategy: strategy.broker.set_cash(7777.0),
    "add_cash": lambda strategy: strategy.broker.add_cash(100.0),
    "attribute": _set_attribute,
    "subset": _subset,
    "commission": lambda strategy: strategy.broker.setcommission(leverage=3.0),
}


@pytest.mark.parametrize("strategies", [1, 2])
@pytest.mark.parametrize("feeds", [1, 2])
@pytest.mark.parametrize("name", ACTS)
def test_an_end_in_the_middle(name: str, feeds: int, strategies: int) -> None:
    for at in (45, 200):
        ends = _compare(seed=at, feeds=feeds, strategies=strategies, at=at, act=ACTS[name])
        if not (name == "subset" and feeds == 1):
            assert at - 1 <= ends[0] <= at


def test_who_reads_before_the_run_is_shown_each_bar() -> None:
    class Keeper(bt.Strategy):
        def start(self) -> None:
            self.kept = self.stats.broker
            self.seen: list[float] = []

        def next(self) -> None:
            self.seen.append(self.kept.value[0] if len(self) > 1 else 10000.0)

    cerebro = bt.Cerebro()
    cerebro.adddata(_feed(1, 50, 15))
    cerebro.addstrategy(Keeper)
    (strategy,) = cerebro.run()
    assert strategy.seen == [10000.0] * len(strategy)


class Listening(Random):
    """Reads, and draws cash, where it is told of orders."""

    def notify_order(self, order: Any) -> None:
        self.seen.append(order.status)
        if len(self) > 100 and not order.alive():
            self.seen.append(self.stats.broker.value[0])
            self.broker.cash -= 1.0


def test_an_end_while_orders_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "Random", Listening)
    (end,) = _compare(seed=4)
    assert 99 < end < 150
