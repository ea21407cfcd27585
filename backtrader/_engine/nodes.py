"""Indicators and operations bar by bar: the tree below a strategy as a flat list of calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .._core.clock import Cursor
from ..indicator import LinePlotterIndicator
from ..linebuffer import NAN, LineActions, LineBuffer
from ..lineiterator import LineIterator
from . import hooks

Call = Callable[[], None]

_ITERATOR_LOOP = ("_next", "_clk_update", "_notify")


def calls(items: list[Any]) -> list[Call]:
    """What has to be called on each bar to evaluate `items`: room for the values first, then in
    order of dependence.
    """
    nodes = list(_ordered(items))
    lines_of: dict[int, tuple[Cursor, list[LineBuffer]]] = {}
    for node in nodes:
        if isinstance(node, LinePlotterIndicator):
            continue  # its line is that of a feed or of another node
        own = [node] if isinstance(node, LineActions) else node.lines
        for line in own:
            lines_of.setdefault(id(line._cursor), (line._cursor, []))[1].append(line)
    rooms = [_room(cursor, lines) for cursor, lines in lines_of.values()]
    return rooms + [_call(node) for node in nodes]


def _ordered(items: list[Any]) -> Iterator[Any]:
    for item in items:
        if not isinstance(item, LineActions) and not _steps_itself(item):
            yield from _ordered(item.getindicators())
        yield item


def _steps_itself(item: Any) -> bool:
    """Whether the class has its own word on how it is stepped."""
    if isinstance(item, LineActions):
        return hooks.overridden(item, LineActions, "_next")
    return any(hooks.overridden(item, LineIterator, name) for name in _ITERATOR_LOOP)


def _room(cursor: Cursor, lines: list[LineBuffer]) -> Call:
    """Append a place for the current bar to the lines of one clock, where it has moved."""
    first = lines[0]
    appends = [line.array.append for line in lines]

    def room() -> None:
        if cursor.idx >= len(first.array):
            for append in appends:
                append(NAN)

    return room


def _call(item: Any) -> Call:
    """Evaluate `item`, which has room and whose own indicators are up to date."""
    if _steps_itself(item):
        call: Call = item._next
        return call
    cursor = item._cursor
    period = item._minperiod
    following, completing, before = item.next, item.nextstart, item.prenext

    def call_by_length() -> None:
        length = cursor.idx + 1 + cursor.trimmed
        if length > period:
            following()
        elif length == period:
            completing()
        elif length:
            before()

    return call_by_length
