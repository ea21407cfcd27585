"""Runs over recorded feeds that are resampled: all bars are found before the loop.

What the loop does is move cursors.

The steps are those of the general loop: one for each bar of the source, with the larger bars that
are complete by then, and one more for those that are delivered when the source is at its end. A
single feed that is resampled itself has a step for each larger bar.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core import resampled
from .._core.bulk import admitted
from ..feed import AbstractDataBase, DataClone
from ..resamplerfilter import Resampler
from . import hooks, planned

_CLONE_LOOP = (*planned.FEED_LOOP, "_load", "load")


@dataclass(slots=True)
class Unfolded:
    """Feeds with all their bars on their lines.

    Attributes
    ----------
    source : DataBase
        The feed that has a bar at each step.
    clones : list of DataClone
        The resampled feeds.
    positions : list of int64 arrays of shape (steps,)
        For each feed of Cerebro the index of its latest bar at each step; -1 before its first.
    stale : tuple of feeds
        Those that deliver a bar with the last step, when the source is at its end.
    """

    source: Any
    clones: list[Any]
    positions: list[NDArray[np.int64]]
    stale: tuple[Any, ...] = ()

    def before_end(self) -> None:
        """Called between the last step and the one before."""
        for data in self.stale:
            # Compat: orders see the ticks of the bar before, tests/unit/test_resampled.py
            data._tick_fill(force=True)

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Have the feeds say, within, that the bars to come are not there yet."""
        datas = [self.source, *self.clones]
        for data in datas:
            data.buflen = data.__len__
        try:
            yield
        finally:
            for data in datas:
                del data.buflen
                for line in data.lines:
                    del line.array[data._cursor.idx + 1 :]

    def fold(self) -> None:
        """Take the larger bars away again, so that the general loop makes them."""
        for clone in self.clones:
            for line in clone.lines:
                line.reset()
            clone._dlen = 0


def unfold(cerebro: Any) -> Unfolded | None:
    """Put all bars on the lines of the started feeds of `cerebro`; None where that cannot be."""
    params = cerebro.p
    if not (params.preload and cerebro._dorunonce) or params.lookahead or params.oldsync:
        return None
    if any(data.replaying for data in cerebro.datas):
        return None
    source, *clones = cerebro.datas
    if not clones:
        return _alone(source)
    return _with_clones(source, clones)


def _alone(source: Any) -> Unfolded | None:
    """A feed that is resampled itself."""
    resampler = _resampler(source)
    if resampler is None or isinstance(source, DataClone) or not source._reads_blocks():
        return None
    if source._tzinput is not None:
        return None  # bars that go through the filter after all would have their times moved twice
    if _has_loop_of_its_own(source, AbstractDataBase, planned.FEED_LOOP):
        return None
    if not resampled.can_be_found(resampler, source):
        return None
    blocks = list(admitted(source, source._read_blocks(None)))
    source._take_blocks(blocks)
    source._feeder = iter(())
    bars = resampled.find(resampler, source)
    if bars is None:
        # they are on the lines now: from there they go through the filter one by one
        source._feeder = None
        _stash(source)
        return None
    stale = (source,) if _ends_stale(bars, source.buflen()) else ()
    _put(source, bars.columns)
    return Unfolded(source, [], [np.arange(len(bars.moments))], stale)


def _ends_stale(bars: resampled.Bars, size: int) -> bool:
    """Whether the last of the `bars`, but not the first, comes when `size` bars of the source are
    over.
    """
    return len(bars.moments) > 1 and int(bars.moments[-1]) == size


def _stash(source: Any) -> None:
    rows = zip(*(line.array.tolist() for line in source.lines.lines), strict=True)
    source._barstash.extend(rows)
    for line in source.lines:
        line.reset()


def _with_clones(source: Any, clones: list[Any]) -> Unfolded | None:
    """A feed, and others that are resampled from it."""
    if not planned.is_plain_data(source, preloaded=True) or source._bulk_blocks(1) is None:
        return None
    if not all(_is_resampled(clone, source) for clone in clones):
        return None
    source.preload()
    found = [resampled.find(_resampler(clone), source) for clone in clones]
    if any(bars is None for bars in found):
        return None
    size = source.buflen()
    flushed = any(bars.moments[-1] == size for bars in found if bars is not None)
    steps = np.arange(size + flushed)
    positions = [np.minimum(steps, size - 1)]
    stale = []
    for clone, bars in zip(clones, found, strict=True):
        if bars is not None:
            _put(clone, bars.columns)
            positions.append(np.searchsorted(bars.moments, steps, side="right") - 1)
            if _ends_stale(bars, size):
                stale.append(clone)
    return Unfolded(source, clones, positions, tuple(stale))


def _is_resampled(clone: Any, source: Any) -> bool:
    if not isinstance(clone, DataClone) or clone.data is not source:
        return False
    if _has_loop_of_its_own(clone, DataClone, _CLONE_LOOP):
        return False
    if (clone._timeframe, clone._compression) < (source._timeframe, source._compression):
        return False
    resampler = _resampler(clone)
    return resampler is not None and resampled.can_be_found(resampler, source)


def _has_loop_of_its_own(data: Any, base: type, names: tuple[str, ...]) -> bool:
    return any(hooks.overridden(data, base, name) for name in names)


def _resampler(data: Any) -> Any:
    """The resampler that is the only filter of a feed, or None."""
    if len(data._filters) != 1:
        return None
    each, args, kwargs = data._filters[0]
    if args or kwargs or not isinstance(each, Resampler):
        return None
    return each if type(each).__module__ == Resampler.__module__ else None


def _put(data: Any, columns: list[NDArray[np.float64]]) -> None:
    for line, column in zip(data.lines.lines, columns, strict=True):
        line.reset()
        line.array.frombytes(np.ascontiguousarray(column).tobytes())
    data.home()
