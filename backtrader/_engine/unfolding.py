"""Runs over recorded feeds that are resampled: all bars are found before the loop.

What the loop does is move cursors. The steps are those of the general loop: one for each moment at
which a feed has a bar, with the larger bars that are complete by then, and one more for those that
are delivered when all else is at its end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core import resampled
from .._core.bulk import Block, admitted
from ..errors import DataError
from ..feed import AbstractDataBase, DataClone
from ..resamplerfilter import Resampler
from . import planned, timetable
from .hooks import overridden

_CLONE_LOOP = (*planned.FEED_LOOP, "_load", "load")


@dataclass(slots=True)
class Unfolded:
    """Feeds with all their bars on their lines.

    Attributes
    ----------
    datas : list of feeds
        All feeds of Cerebro.
    positions : list of int64 arrays of shape (steps,)
        For each of them the index of its latest bar at each step; -1 before its first.
    stale : list of feeds
        Those that deliver a bar with the last step, when their source is at its end.
    read : dict of blocks by the id of a feed
        The bars as they were read, of those that have none of their own on their lines.
    """

    datas: list[Any]
    positions: list[NDArray[np.int64]]
    stale: list[Any]
    read: dict[int, list[Block]] = field(default_factory=dict)

    def before_end(self) -> None:
        """Called between the last step and the one before."""
        for data in self.stale:
            # Compat: orders see the ticks of the bar before, tests/unit/test_resampled.py
            data._tick_fill(force=True)

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Have the feeds say, within, that the bars to come are not there yet."""
        self.read.clear()
        for data in self.datas:
            data.buflen = data.__len__
        try:
            yield
        finally:
            for data in self.datas:
                del data.buflen
                for line in data.lines:
                    del line.array[data._cursor.idx + 1 :]

    def fold(self) -> None:
        """Take the larger bars away again, so that the general loop makes them."""
        _take_back(self.datas, self.read)


def unfold(cerebro: Any) -> Unfolded | None:
    """Put all bars on the lines of the started feeds of `cerebro`; None where that cannot be."""
    params = cerebro.p
    if cerebro._exactbars or params.lookahead or params.oldsync or params.live:
        return None
    datas = cerebro.datas
    if not all(_can_be_unfolded(data, datas) for data in datas):
        return None
    read: dict[int, list[Block]] = {}
    try:
        for data in datas:
            _read(data, read)
    except DataError:
        if not all(isinstance(data._dataname, (str, os.PathLike)) for data in datas):
            raise  # what was read of a stream is gone
        # what comes before the broken row is to be traded first
        _start_again(datas)
        return None
    found = [_larger(data) for data in datas]
    plan = timetable.plan(datas, found) if _all_found(datas, found) else None
    if plan is None:
        _take_back(datas, read)
        return None
    for data, bars in zip(datas, found, strict=True):
        if bars is not None:
            _put(data, bars.columns)
    return Unfolded(datas, *plan, read)


def _can_be_unfolded(data: Any, datas: list[Any]) -> bool:
    """Whether `data` is read from a file or a table, as it is or resampled; or resampled from such
    a one among `datas`.
    """
    if isinstance(data, DataClone):
        return any(data.data is each for each in datas) and _is_resampled(data, data.data)
    if not data._filters:
        return planned.is_plain_data(data, preloaded=True) and data._bulk_blocks(1) is not None
    resampler = _resampler(data)
    if resampler is None or not data._reads_blocks() or data._tzinput is not None:
        # bars that went back to the filter would have their times moved twice
        return False
    if _has_loop_of_its_own(data, AbstractDataBase, planned.FEED_LOOP):
        return False
    return resampled.can_be_found(resampler, data)


def _is_resampled(clone: Any, source: Any) -> bool:
    if isinstance(source, DataClone) or source._filters:
        return False
    if _has_loop_of_its_own(clone, DataClone, _CLONE_LOOP):
        return False
    if (clone._timeframe, clone._compression) < (source._timeframe, source._compression):
        return False
    resampler = _resampler(clone)
    return resampler is not None and resampled.can_be_found(resampler, source)


def _has_loop_of_its_own(data: Any, base: type, names: tuple[str, ...]) -> bool:
    return any(overridden(data, base, name) for name in names)


def _resampler(data: Any) -> Any:
    """The resampler that is the only filter of a feed, or None."""
    if len(data._filters) != 1:
        return None
    each, args, kwargs = data._filters[0]
    if args or kwargs or not isinstance(each, Resampler):
        return None
    return each if type(each).__module__ == Resampler.__module__ else None


def _read(data: Any, read: dict[int, list[Block]]) -> None:
    """Put the bars of the source of `data` on its lines, unless it is a clone."""
    if isinstance(data, DataClone):
        return
    if not data._filters:
        data.preload()
        return
    read[id(data)] = blocks = list(admitted(data, data._read_blocks(None)))
    data._take_blocks(blocks)
    data._feeder = iter(())


def _start_again(datas: list[Any]) -> None:
    for data in datas:
        data.stop()
        data.reset()
        data._start()


def _larger(data: Any) -> resampled.Bars | None:
    """The larger bars that `data` delivers; None where it is not resampled, or they cannot be
    found.
    """
    source = data.data if isinstance(data, DataClone) else data
    return resampled.find(_resampler(data), source) if data._filters else None


def _all_found(datas: list[Any], found: list[resampled.Bars | None]) -> bool:
    pairs = zip(datas, found, strict=True)
    return all(bars is not None or not data._filters for data, bars in pairs)


def _take_back(datas: list[Any], read: dict[int, list[Block]]) -> None:
    """Have the bars go through the general loop one by one, as if nothing had been read."""
    for data in datas:
        if isinstance(data, DataClone):
            data._dlen = 0
        elif id(data) in read:
            data._feeder = None
            for block in read[id(data)]:
                data._barstash.extend(zip(*(column.tolist() for column in block), strict=True))
        else:
            rows = list(zip(*(line.array.tolist() for line in data.lines.lines), strict=True))
            data._feeder = iter(rows)
        for line in data.lines:
            line.reset()


def _put(data: Any, columns: list[NDArray[np.float64]]) -> None:
    for line, column in zip(data.lines.lines, columns, strict=True):
        line.reset()
        line.array.frombytes(np.ascontiguousarray(column).tobytes())
    data.home()
