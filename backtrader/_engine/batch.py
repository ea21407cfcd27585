"""The run over preloaded feeds: indicators over whole arrays, then the strategies bar by bar."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from .._core.clock import Cursor
from ..feed import AbstractDataBase, DataClone
from . import hooks
from .ahead import ahead_of_indicators
from .event import in_step
from .foresight import Foresight
from .recording import Recording, begin
from .schedule import Schedule
from .steps import (
    Step,
    does_nothing,
    heard,
    is_silent,
    make_recorded_step,
    make_step,
    unheard,
    uses_default_loop,
    work_of,
)


def run(cerebro: Any, strategies: list[Any]) -> None:
    """Compute all indicators, then step the strategies through the bars in the order of time."""
    schedule = Schedule.merged(cerebro.datas) if _is_plain(cerebro, strategies) else None
    if schedule is None:
        _compute(cerebro, strategies)
        _step_by_step(cerebro, strategies)
    else:
        _PlannedRun(cerebro, strategies, schedule).run()


def _compute(cerebro: Any, strategies: list[Any]) -> None:
    """Compute all indicators while the number of steps is not known."""
    # constants are on the clock of the strategy: there are as many as there may be steps
    most = sum(data.buflen() for data in cerebro.datas)
    for strategy in strategies:
        for line in strategy.lines:
            line._allocate(most)
        strategy._once()
        strategy.lines.reset()


def _is_plain(cerebro: Any, strategies: list[Any]) -> bool:
    """Whether every step of the run is fixed beforehand: no timers, writers or hooks into the
    loop.
    """
    return (
        uses_default_loop(cerebro, strategies)
        and not cerebro.p.lookahead
        and all(_is_plain_data(data) for data in cerebro.datas)
    )


def _is_plain_data(data: Any) -> bool:
    base = DataClone if isinstance(data, DataClone) else AbstractDataBase
    return not any(hooks.overridden(data, base, name) for name in ("advance", "advance_peek"))


class _PlannedRun:
    """The loop over a schedule that is known: feeds move by index, and only what has an effect is
    called.
    """

    def __init__(self, cerebro: Any, strategies: list[Any], schedule: Schedule) -> None:
        self.cerebro = cerebro
        self.strategies = strategies
        self.schedule = schedule
        self.size = len(schedule.times)
        self.broker = cerebro._broker
        self.silent = is_silent(self.broker)
        self.recording: Recording | None = None
        self.movers: list[tuple[Cursor, list[int]]] | None = None

    def run(self) -> None:
        for strategy in self.strategies:
            self._prepare(strategy)
        starts = [self.schedule.phase_starts(strategy._minperiods) for strategy in self.strategies]
        edges = sorted({0, self.size, *(edge for pair in starts for edge in pair)})
        self.recording = begin(self.cerebro, self.strategies, self.schedule)
        if self.silent:
            self.broker._foresight = Foresight(self.schedule, self.cerebro.datas)
        unheard(self.cerebro, self.strategies)
        try:
            done = self._segments(starts, edges)
        finally:
            heard(self.cerebro)
            if self.silent:
                self.broker._foresight = None
            if self.recording is not None:
                self.recording.end()
        for strategy in self.strategies:
            self._finish(strategy, done)

    def _segments(self, starts: list[tuple[int, int]], edges: list[int]) -> int:
        done = 0
        for first, last in itertools.pairwise(edges):
            phases = [hooks.PHASES[(first >= start) + (first >= after)] for start, after in starts]
            done = self._segment(first, last, phases)
            if self.cerebro._event_stop:
                break
        return done

    def _prepare(self, strategy: Any) -> None:
        lines = strategy.lines
        for line in lines:
            line._allocate(self.size)
        lines.datetime._values[:] = self.schedule.times
        strategy._once()
        for line in lines:
            line.oncebinding()
        observers = strategy.getobservers()
        if observers:
            clock = observers[0]._cursor
            for observer in observers:
                observer._share_clock(clock, self.size)

    def _finish(self, strategy: Any, done: int) -> None:
        """Leave what a stopped run did not reach out of the lines that grow with the steps."""
        strategy._getminperstatus()
        if done < self.size:
            for series in (strategy, *strategy.getobservers()):
                for line in series.lines:
                    del line.array[done:]

    def _segment(self, first: int, last: int, phases: list[str]) -> int:
        """Run the steps `first` to `last` (excluded), each strategy in one phase; return how far it
        got.
        """
        pairs = list(zip(self.strategies, phases, strict=True))
        if self.recording is not None and self.recording.active:
            watches = self.recording.watches
            steps = [
                make_recorded_step(strategy, phase, watch)
                for (strategy, phase), watch in zip(pairs, watches, strict=True)
            ]
        else:
            steps = [make_step(strategy, phase) for strategy, phase in pairs]
        idle = all(does_nothing(strategy, phase) for strategy, phase in pairs)
        clocks = [strategy._cursor for strategy in self.strategies]
        cursors = self.schedule.cursors
        if len(cursors) == 1 and len(clocks) == 1:
            return self._single(first, last, cursors[0], clocks[0], steps[0], idle)
        if self.movers is None:
            self.movers = self.schedule.movers()
        return self._several(first, last, self.movers, clocks, steps)

    def _work(self) -> Callable[[], None]:
        """What the broker does on a bar."""
        if self.recording is not None and self.recording.active:
            return self.recording.work
        return work_of(self.broker, self.strategies)

    def _single(
        self, first: int, last: int, data: Cursor, clock: Cursor, step: Step, idle: bool
    ) -> int:
        """One feed, one strategy."""
        cerebro, broker, silent = self.cerebro, self.broker, self.silent
        work, deliver, waiting = self._work(), cerebro._deliver, broker.notifs
        idle = idle and silent
        for index in range(first, last):
            data.idx = clock.idx = index
            if not silent or index >= broker._rests_until:
                work()
                if waiting:
                    deliver()
                    if cerebro._event_stop:
                        return index + 1
            step()
            if idle and last <= broker._rests_until and not waiting:
                data.idx = clock.idx = last - 1
                return last
            if cerebro._event_stop:
                return index + 1
        return last

    def _several(
        self,
        first: int,
        last: int,
        movers: list[tuple[Cursor, list[int]]],
        clocks: list[Cursor],
        steps: list[Step],
    ) -> int:
        """Several feeds or strategies."""
        cerebro, broker, silent = self.cerebro, self.broker, self.silent
        work, deliver, waiting = self._work(), cerebro._deliver, broker.notifs
        for index in range(first, last):
            for cursor, positions in movers:
                cursor.idx = positions[index]
            for clock in clocks:
                clock.idx = index
            if not silent or index >= broker._rests_until:
                work()
                if waiting:
                    deliver()
                    if cerebro._event_stop:
                        return index + 1
            for step in steps:
                step()
                if cerebro._event_stop:
                    return index + 1
        return last


def _step_by_step(cerebro: Any, strategies: list[Any]) -> None:
    """The general loop: asks each feed for the time of its next bar."""
    datas = in_step(cerebro.datas)
    early = ahead_of_indicators(cerebro, datas)
    while True:
        times = [data.advance_peek() for data in datas]
        now = min(times)
        if now == float("inf"):
            break
        for data, time in zip(datas, times, strict=True):
            if time <= now:
                data.advance()
        with early:
            goes_on = _before_strategies(cerebro, strategies, now)
        if not goes_on or not _act(cerebro, strategies, now):
            return


def _before_strategies(cerebro: Any, strategies: list[Any], now: float) -> bool:
    """Timers and broker, once the feeds stand where they should; False to end the run."""
    cerebro._check_timers(strategies, now, cheat=True)
    if cerebro.p.cheat_on_open:
        for strategy in strategies:
            strategy._oncepost_open()
            if cerebro._event_stop:
                return False
    cerebro._brokernotify()
    if cerebro._event_stop:
        return False
    cerebro._check_timers(strategies, now, cheat=False)
    return True


def _act(cerebro: Any, strategies: list[Any], now: float) -> bool:
    for strategy in strategies:
        strategy._oncepost(now)
        if cerebro._event_stop:
            return False
        cerebro._next_writers(strategies)
    return True


def run_oldsync(cerebro: Any, strategies: list[Any]) -> None:
    """Run with the first feed driving the others, as versions before 1.9 did."""
    _compute(cerebro, strategies)
    for strategy in strategies:
        strategy._oldsync = False  # its lines were emptied: they grow as in the other loops
    first, *others = cerebro.datas
    for _ in range(first.buflen()):
        first.advance()
        for data in others:
            data.advance(datamaster=first)
        cerebro._brokernotify()
        if cerebro._event_stop or not _act(cerebro, strategies, first.datetime[0]):
            return
