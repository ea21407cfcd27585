"""The run bar by bar over feeds that hold no surprises: recorded, whole bars, nothing to wait
for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..feed import AbstractDataBase, DataClone
from ..filters import HeikinAshi, SessionFilter
from ..linebuffer import NAN
from . import hooks
from .nodes import calls as node_calls
from .steps import Step, heard, is_silent, make_step, unheard, uses_default_loop, work_of

FEED_LOOP: tuple[str, ...] = ("next", "advance", "_check", "_last", "_tick_fill", "_tick_nullify")
FEED_LOOP += ("do_qcheck", "get_notifications", "haslivedata", "islive")

# filters that take a bar out or deliver it, once
_SINGLE = (HeikinAshi, SessionFilter)

_NEVER = float("inf")


def is_plain(cerebro: Any, strategies: list[Any]) -> bool:
    """Whether the run needs nothing of what live feeds, replay, filters and stores call for."""
    if not uses_default_loop(cerebro, strategies) or cerebro.stores:
        return False
    if cerebro._unfolded is not None:
        return True
    return not cerebro._doreplay and all(
        is_plain_data(data, cerebro._dopreload) for data in cerebro.datas
    )


def is_plain_data(data: Any, preloaded: bool) -> bool:
    """Whether `data` delivers whole bars, each once, as the base class does."""
    if not preloaded and not all(type(each) in _SINGLE for each, _, _ in data._filters):
        # a filter may show a bar again, which is no step of the clock
        return False
    if data._ffilters or data.replaying or data.resampling or isinstance(data, DataClone):
        return False
    if any(hasattr(each, "check") for each, _, _ in data._filters):
        return False
    return not any(hooks.overridden(data, AbstractDataBase, name) for name in FEED_LOOP)


class PlannedRun:
    """The loop; `run` returns False where a feed turned out to be one to wait for, with all in
    order to go on.
    """

    def __init__(self, cerebro: Any, strategies: list[Any], datas: list[Any]) -> None:
        self.cerebro = cerebro
        self.datas = datas
        self.broker = cerebro._broker
        self.silent = is_silent(self.broker)
        unheard(cerebro, strategies)
        self.work = work_of(self.broker, strategies, ahead=1)
        self.steps = [_strategy_step(strategy) for strategy in strategies]
        self.times = [-_NEVER] * len(datas)

    def run(self, cursors: list[Any]) -> bool:
        ended = True
        try:
            ended = self._run(cursors)
        finally:
            heard(self.cerebro, goes_on=not ended)
        return ended

    def _run(self, cursors: list[Any]) -> bool:
        cerebro, broker, silent = self.cerebro, self.broker, self.silent
        work, deliver, waiting = self.work, cerebro._deliver, broker.notifs
        move = self._mover()
        news = [data.notifs for data in self.datas]
        while (moved := move()) is True:
            for notifs in news:
                if notifs:
                    cerebro._datanotify()
            if cerebro._event_stop:
                return True
            if not silent or not broker._quiet:
                work()
                if waiting:
                    deliver()
            if not self._act(cursors):
                return True
        return moved is False

    def _act(self, cursors: list[Any]) -> bool:
        """Step the strategies; False where the run was stopped."""
        cerebro = self.cerebro
        if cerebro._event_stop:
            return False
        for step in self.steps:
            step()
            if cerebro._event_stop:
                return False
        for cursor in cursors:
            cursor.trim()
        return True

    def _mover(self) -> Callable[[], bool | None]:
        """What moves the feeds on by a step."""
        unfolded = self.cerebro._unfolded
        if unfolded is not None:
            return _move_by(self.cerebro.datas, unfolded.positions, unfolded.before_end)
        return self._move_one if len(self.datas) == 1 else self._move

    def _move_one(self) -> bool | None:
        data = self.datas[0]
        cursor = data._cursor
        if cursor.idx + 1 < cursor.buflen():
            cursor.idx += 1
            return True
        loaded: bool | None = data.load()
        return loaded

    def _move(self) -> bool | None:
        """Move those feeds whose next bar is the earliest: True, False at the end, None where one
        has to wait.
        """
        times = self.times
        for index, data in enumerate(self.datas):
            if times[index] == -_NEVER:
                cursor = data._cursor
                if cursor.idx + 1 >= cursor.buflen():
                    loaded = data.load()
                    if loaded is None:
                        return None
                    if not loaded:
                        times[index] = _NEVER
                        continue
                    cursor.idx -= 1
                times[index] = data.lines.datetime.array[cursor.idx + 1]
        now = min(times)
        if now == _NEVER:
            return False
        for index, time in enumerate(times):
            if time <= now:
                self.datas[index]._cursor.idx += 1
                times[index] = -_NEVER
        return True


def _move_by(
    datas: list[Any], positions: list[Any], before_end: Callable[[], None]
) -> Callable[[], bool]:
    """Move the cursors of `datas` to their `positions`, one step after the other."""
    cursors = [data._cursor for data in datas]
    columns = [each.tolist() for each in positions]
    steps = zip(range(len(columns[0]) - 1, -1, -1), *columns, strict=True)

    def move() -> bool:
        for left, *each in steps:
            if not left:
                before_end()
            for cursor, position in zip(cursors, each, strict=True):
                cursor.idx = position
            return True
        return False

    return move


def _strategy_step(strategy: Any) -> Callable[[], None]:
    """One bar of one strategy: its clock, its indicators, and then what it does."""
    cursor = strategy._cursor
    lines = list(strategy.lines)
    moments = lines[0]
    others = lines[1:]
    cursors = [data._cursor for data in strategy.datas]
    columns = [data.lines.datetime for data in strategy.datas]
    single = columns[0] if len(columns) == 1 else None
    calls = node_calls(strategy.getindicators())
    phases = {phase: _phase_step(strategy, phase) for phase in hooks.PHASES}
    act = phases["next"]
    ready = False

    def step() -> None:
        nonlocal ready
        cursor.idx += 1
        if single is not None:
            moments.array.append(single.array[single._cursor.idx])
        else:
            latest = [
                column.array[c.idx]
                for column, c in zip(columns, cursors, strict=True)
                if c.idx >= 0
            ]
            moments.array.append(max(latest))
        for line in others:
            line.array.append(NAN)
        for call in calls:
            call()
        if ready:
            act()
            return
        status = strategy._getminperstatus()
        ready = status < 0
        phases[hooks.PHASES[(status <= 0) + (status < 0)]]()

    return step


def _phase_step(strategy: Any, phase: str) -> Step:
    status = {"prenext": 1, "nextstart": 0, "next": -1}[phase]
    observers = None
    if strategy.getobservers():

        def observers() -> None:
            strategy._next_observers(status)

    return make_step(strategy, phase, observers)
