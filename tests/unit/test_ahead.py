"""What user code sees between the arrival of a bar and the step of the strategy."""

from __future__ import annotations

from pathlib import Path

import pytest

import backtrader as bt

MODES = {
    "batch": {},
    "step by step": {"runonce": False},
    "not preloaded": {"preload": False},
    "bounded": {"exactbars": 1},
}


class Watcher(bt.Strategy):
    """Remember what `next` saw, and what was seen before it."""

    params = (("timers", False),)

    def __init__(self):
        self.average = bt.ind.SMA(period=3)
        self.seen = []
        self.early = []
        if self.p.timers:
            for cheat in (True, False):
                self.add_timer(bt.Timer.SESSION_START, cheat=cheat)

    def look(self):
        if len(self) >= 3:
            view = len(self.data), self.data.close[0], len(self.average), self.average[0]
            self.early.append(view)

    def next_open(self):
        self.look()

    def notify_timer(self, timer, when, *args, **kwargs):
        self.look()

    def notify_order(self, order):
        if self.cerebro.p.quicknotify:
            self.look()

    def next(self):
        self.seen.append((len(self.data), self.data.close[0], len(self.average), self.average[0]))
        if self.cerebro.p.quicknotify:
            self.buy()


def run(datas: Path, mode: str, timers: bool = False, **terms: bool) -> Watcher:
    cerebro = bt.Cerebro(stdstats=False, **MODES[mode], **terms)
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=str(datas / "2006-day-001.txt")))
    cerebro.addstrategy(Watcher, timers=timers)
    (strategy,) = cerebro.run()
    return strategy


def before(seen: list[tuple[int, float, int, float]]) -> list[tuple[int, float, int, float]]:
    """The prices of each bar with what the indicator said about the bar before it."""
    return [(*new[:2], *old[2:]) for old, new in zip(seen, seen[1:], strict=False)]


@pytest.mark.parametrize("mode", MODES)
def test_next_open_sees_the_indicators_of_the_bar_before(datas: Path, mode: str) -> None:
    strategy = run(datas, mode, cheat_on_open=True)
    assert strategy.early == before(strategy.seen)
    assert len(strategy.early) > 200


@pytest.mark.parametrize("mode", MODES)
def test_timers_see_the_indicators_of_the_bar_before(datas: Path, mode: str) -> None:
    strategy = run(datas, mode, timers=True)
    assert strategy.early == [view for view in before(strategy.seen) for _ in range(2)]
    assert len(strategy.early) > 400


@pytest.mark.parametrize("mode", MODES)
def test_quick_notifications_see_the_indicators_of_the_bar_before(datas: Path, mode: str) -> None:
    strategy = run(datas, mode, quicknotify=True)
    assert set(strategy.early) == set(before(strategy.seen))


def test_a_feed_may_have_no_close(datas: Path) -> None:
    class Quotes(bt.feeds.GenericCSVData):
        linesoverride = True
        lines = ("bid", "ask", "datetime")
        params = (("bid", 1), ("ask", 2), ("dtformat", "%m/%d/%Y %H:%M:%S"))

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(Quotes(dataname=str(datas / "bidask.csv")))
    cerebro.addstrategy(bt.Strategy)
    (strategy,) = cerebro.run()
    assert len(strategy) == 20


@pytest.mark.parametrize("kind", ["plain", "open", "timers", "writer", "oldsync"])
def test_an_indicator_takes_a_constant_whatever_the_loop(datas: Path, kind: str) -> None:
    class Levels(bt.Strategy):
        def __init__(self):
            self.cross = bt.ind.CrossOver(bt.ind.RSI(self.data1, period=5), 50.0)
            self.seen = []
            if kind == "timers":
                self.add_timer(bt.Timer.SESSION_START)

        def next(self):
            self.seen.append(self.cross[0])

    cerebro = bt.Cerebro(stdstats=False, cheat_on_open=kind == "open", oldsync=kind == "oldsync")
    for name in ("2006-day-001.txt", "2006-day-002.txt"):
        cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=str(datas / name)))
    cerebro.addstrategy(Levels)
    if kind == "writer":
        cerebro.addwriter(bt.WriterStringIO)
    (strategy,) = cerebro.run()
    assert (strategy.seen.count(1.0), strategy.seen.count(-1.0)) == (24, 23)
