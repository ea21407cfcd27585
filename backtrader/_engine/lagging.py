"""Indicators that stay on the bar before, until the strategies get to the bar of the feeds.

What is called in between (timers, `next_open`, orders told at once, news of stores and feeds) sees
the new bar and yet no indicator of it: read at its open, an indicator would look ahead.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from .._core.clock import Cursor
from ..feed import AbstractDataBase
from ..linebuffer import LineBuffer
from ..lineiterator import LineIterator


class Lagging:
    """Gives what is derived from feeds cursors of its own, which follow those of the feeds when
    they are told to.

    Parameters
    ----------
    datas : the feeds.
    strategies : whose indicators and operations lag.
    """

    def __init__(self, datas: list[Any], strategies: list[Any]) -> None:
        cursors = {id(data._cursor): data._cursor for data in datas}
        self._pairs = [(cursor, _copy(cursor)) for cursor in cursors.values()]
        lags = {id(cursor): lag for cursor, lag in self._pairs}
        self._moved: list[tuple[Any, Cursor]] = []
        for strategy in strategies:
            for item in _derived(strategy.getindicators()):
                if id(item._cursor) in lags:
                    self._moved.append((item, item._cursor))
                    item._cursor = lags[id(item._cursor)]

    def follow(self) -> None:
        """Come up to where the feeds stand."""
        for cursor, lag in self._pairs:
            lag.idx = cursor.idx
            lag.trimmed = cursor.trimmed

    def end(self) -> None:
        """Share the cursors of the feeds again."""
        for item, cursor in self._moved:
            item._cursor = cursor


def _copy(cursor: Cursor) -> Cursor:
    lag = Cursor()
    lag.idx, lag.trimmed, lag.lines = cursor.idx, cursor.trimmed, cursor.lines
    return lag


def _derived(items: list[Any]) -> Iterator[Any]:
    """Yield all that has a cursor in the trees of indicators and operations."""
    for item in items:
        yield item
        if isinstance(item, LineBuffer):
            continue
        yield from (item.lines, *item.lines)
        if isinstance(item, LineIterator):
            yield from _derived(item.getindicators())
            yield from itertools.chain.from_iterable(_wrapping(data) for data in item.datas)


def _wrapping(data: Any) -> list[Any]:
    """What stands around a line that an indicator was given as its data."""
    if isinstance(data, (AbstractDataBase, LineBuffer)):
        return []
    return [data, data.lines]
