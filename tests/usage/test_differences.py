"""What scripts showed to be plainly broken upstream; docs/differences.md has the rows."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

import pytest

import backtrader as bt

MODES: tuple[dict[str, Any], ...] = ({}, {"runonce": False})


class Talking:
    """A mixin that is no component."""


class Marked(bt.Strategy):
    lines = ("mean",)

    def __init__(self) -> None:
        self.lines.mean = self.average = bt.ind.SMA(period=5)
        self.pairs: list[tuple[float, float]] = []

    def next(self) -> None:
        self.pairs.append((self.lines.mean[0], self.average[0]))


class MarkedByMixin(Talking, Marked):
    lines = ("other",)


class MixedIn(Talking, bt.ind.SMA):
    lines = ("twice",)

    def __init__(self) -> None:
        super().__init__()
        self.lines.twice = self.lines.sma * 2.0


def ran(kind: type[bt.Strategy], datas: Path, mode: dict[str, Any]) -> Any:
    """Return a strategy after a run over a year of days."""
    cerebro = bt.Cerebro(**mode)
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=str(datas / "2006-day-001.txt")))
    cerebro.addstrategy(kind)
    return cerebro.run()[0]


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("kind", [Marked, MarkedByMixin])
def test_lines_of_a_strategy_have_values(
    kind: type[bt.Strategy], datas: Path, mode: dict[str, Any]
) -> None:
    strategy = ran(kind, datas, mode)
    assert len(strategy.pairs) > 200
    assert all(own == average for own, average in strategy.pairs)


@pytest.mark.parametrize("kind", [MarkedByMixin, MixedIn])
def test_a_mixin_in_front_does_not_double_the_lines(kind: Any) -> None:
    aliases = kind.lines.getlinealiases()
    assert len(aliases) == len(set(aliases))


def test_the_first_line_of_an_indicator_with_a_mixin_has_values(datas: Path) -> None:
    class Reading(bt.Strategy):
        def __init__(self) -> None:
            self.mixed = MixedIn(period=5)

    mixed = ran(Reading, datas, {}).mixed
    assert mixed[0] == mixed.lines.sma[0] == mixed.lines.twice[0] / 2.0


class Noting(bt.Strategy):
    """Keeps what indicators on the first feed show at each bar of it."""

    def __init__(self) -> None:
        smoothed = (bt.ind.LaguerreFilter(self.data0), bt.ind.LaguerreRSI(self.data0))
        self.shown = [*smoothed, bt.ind.Envelope(self.data0.close(-2))]
        self.rows: dict[int, list[float]] = {}

    def next(self) -> None:
        self.rows[len(self.data0)] = [line[0] for each in self.shown for line in each.lines]


def test_indicators_take_no_notice_of_the_bars_of_another_feed(datas: Path) -> None:
    rows = []
    for mode in MODES:
        cerebro = bt.Cerebro(**mode)
        for name in ("2006-day-001.txt", "2005-2006-day-001.txt"):
            cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=str(datas / name)))
        cerebro.addstrategy(Noting)
        rows.append(cerebro.run()[0].rows)
    assert len(rows[0]) > 200 and rows[0] == rows[1]
    assert not any(math.isnan(value) for row in rows[0].values() for value in row)


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_a_resampled_feed_goes_on_when_the_others_have_ended(
    datas: Path, mode: dict[str, Any]
) -> None:
    cerebro = bt.Cerebro(**mode)
    longer, shorter = (
        bt.feeds.BacktraderCSVData(
            dataname=str(datas / "2006-day-001.txt"), todate=datetime.datetime(2006, month, 1)
        )
        for month in (3, 2)
    )
    cerebro.resampledata(longer, timeframe=bt.TimeFrame.Months)
    cerebro.adddata(shorter)
    cerebro.addstrategy(bt.Strategy)
    strategy = cerebro.run()[0]
    assert (len(strategy.data0), strategy.data0.datetime.date().month) == (2, 2)


def test_the_last_replayed_bar_stays_when_another_feed_goes_on(datas: Path) -> None:
    class Lengths(bt.Strategy):
        def __init__(self) -> None:
            self.seen: list[int] = []

        def prenext(self) -> None:
            self.seen.append(len(self.data1))

        def next(self) -> None:
            self.seen.append(len(self.data1))

    cerebro = bt.Cerebro()
    minutes = {"timeframe": bt.TimeFrame.Minutes, "compression": 5}
    longer, shorter = (
        bt.feeds.BacktraderCSVData(
            dataname=str(datas / "2006-min-005.txt"),
            todate=datetime.datetime(2006, 1, 2, hour),
            **minutes,
        )
        for hour in (16, 12)
    )
    cerebro.adddata(longer)
    cerebro.replaydata(shorter, timeframe=bt.TimeFrame.Minutes, compression=50, adjbartime=True)
    cerebro.addstrategy(Lengths)
    seen = cerebro.run()[0].seen
    assert max(seen) > 1 and seen[-40:] == [max(seen)] * 40


def test_signals_run_beside_strategies(datas: Path) -> None:
    class Rising(bt.Indicator):
        lines = ("signal",)

        def __init__(self) -> None:
            self.lines.signal = self.data.close - bt.ind.SMA(period=5)

    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=str(datas / "2006-day-001.txt")))
    cerebro.addstrategy(Noting)
    cerebro.add_signal(bt.SIGNAL_LONG, Rising)
    noting, signalled = cerebro.run()
    assert (type(noting), type(signalled)) == (Noting, bt.SignalStrategy)
    assert signalled.stats.broker.value[0] != 10_000.0


class Closes(bt.Strategy):
    """Keeps the bars that `next` was called for."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, float]] = []

    def next(self) -> None:
        self.rows.append((self.data.datetime[0], self.data.close[0]))


def test_next_is_called_for_bars_after_the_session_and_those_filled_in(datas: Path) -> None:
    rows = []
    for mode in ({}, {"preload": False}):
        cerebro = bt.Cerebro(**mode)
        minutes = {"timeframe": bt.TimeFrame.Minutes, "compression": 5}
        hours = {"sessionstart": datetime.time(9), "sessionend": datetime.time(17)}
        data = bt.feeds.BacktraderCSVData(
            dataname=str(datas / "2006-min-005.txt"),
            todate=datetime.datetime(2006, 1, 6),
            **minutes,
            **hours,
        )
        data.addfilter(bt.filters.SessionFiller)
        cerebro.adddata(data)
        cerebro.addstrategy(Closes)
        rows.append(cerebro.run()[0].rows)
    assert len(rows[0]) == 411 and rows[0] == rows[1]
