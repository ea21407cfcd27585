"""The part of a step in which the feeds have a new bar and the indicators have not seen it yet."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from .._core.clock import Cursor

__all__ = ["Ahead", "ahead_of_indicators"]


def ahead_of_indicators(cerebro: Any, datas: list[Any]) -> AbstractContextManager[None]:
    """Return what to enter, on each step, around all that comes before the strategies' own step.

    Nothing, where no user code runs there.
    """
    params = cerebro.p
    if params.cheat_on_open or params.quicknotify or cerebro._timers or cerebro._timerscheat:
        return Ahead(datas)
    return nullcontext()


class Ahead(AbstractContextManager[None]):
    """Moves the lines of the feeds to a cursor of their own, and the clock they share with
    indicators back to the bar that was last acted upon.

    User code that runs meanwhile (`next_open`, `notify_timer`, `notify_data`, and `notify_order`
    with `quicknotify`) reads the new bar from the feeds, and from indicators what they said about
    the bar before.
    """

    def __init__(self, datas: list[Any]) -> None:
        # feed, its clock, the cursor that it reads through meanwhile
        self._feeds: list[tuple[Any, Cursor, Cursor]] = [
            (data, data._cursor, Cursor()) for data in datas
        ]
        self._seen = [0] * len(datas)  # lengths when the strategies last acted
        self._moved: list[tuple[Any, Cursor, int]] = []

    def __enter__(self) -> None:
        for (data, clock, lead), seen in zip(self._feeds, self._seen, strict=True):
            behind = len(clock) - seen
            if behind <= 0:
                continue
            lead.idx, lead.trimmed, lead.keep = clock.idx, clock.trimmed, clock.keep
            lead.lines = clock.lines
            clock.idx -= behind
            _read_through(data, lead)
            self._moved.append((data, clock, behind))

    def __exit__(self, *failure: object) -> None:
        for data, clock, behind in self._moved:
            _read_through(data, clock)
            clock.idx += behind
        self._moved.clear()
        self._seen = [len(clock) for _, clock, _ in self._feeds]


def _read_through(data: Any, cursor: Cursor) -> None:
    data._cursor = data.lines._cursor = cursor
    for line in data.lines.lines:
        line._cursor = cursor
