"""Which bars a chart shows, and where along it the bars of each feed stand.

The horizontal axis counts the steps of the strategy, so that nights and weekends take no room. A
bar of a slower feed stands at the step with its time.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..utils import date2num

__all__ = ["Window", "windows"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """A stretch of the steps of a strategy.

    Attributes
    ----------
    strategy
        Whose steps they are.
    first, last : int
        Index of the first step, and of the one after the last.
    times : array
        Time of each step in the window, as days (`date2num`).
    """

    strategy: Any
    first: int
    last: int
    times: Floats

    def __len__(self) -> int:
        return self.last - self.first

    def bars(self, item: Any) -> tuple[slice, NDArray[np.int64]]:
        """Return which values of the lines of `item` are in the window, and where they stand."""
        times = self._times_of(item)
        if times is None:
            return slice(self.first, self.last), np.arange(len(self))
        begin = int(np.searchsorted(times, self.times[0], side="left"))
        end = int(np.searchsorted(times, self.times[-1], side="right"))
        inside = times[begin:end]
        places = np.searchsorted(self.times, inside, side="left")
        # of several bars with one time, each stands at a step of its own
        nth = np.arange(len(inside)) - np.searchsorted(inside, inside, side="left")
        limit = np.searchsorted(self.times, inside, side="right") - 1
        return slice(begin, end), np.minimum(places + nth, np.maximum(limit, places))

    def _times_of(self, item: Any) -> Floats | None:
        """Return the times of the bars of the feed on whose clock `item` runs, if any."""
        cursors = {id(data._cursor): data for data in self.strategy.datas}
        if item._cursor is not self.strategy._cursor:
            # an observer has a cursor of its own, and as many bars as its clock
            for paced in (item, getattr(item, "_clock", None)):
                data = cursors.get(id(getattr(paced, "_cursor", None)))
                if data is not None:
                    return delivered(data.lines.datetime)
        return None


def delivered(line: Any) -> Floats:
    """Return a copy of the values of `line` up to the current bar."""
    return np.array(line.array[: line._cursor.idx + 1], dtype=np.float64)


def windows(strategy: Any, numfigs: int, start: Any, end: Any) -> list[Window]:
    """Split what is to be shown of `strategy` into stretches of about the same length.

    Parameters
    ----------
    strategy
        A strategy that has run.
    numfigs
        How many stretches; the last takes what remains.
    start, end
        First step and end: an index, or a date or datetime. An index `end` is not included unless
        it counts from the end; a date is.

    Raises
    ------
    DataError
        There is no bar between `start` and `end`.
    """
    times = delivered(strategy.lines.datetime)
    first, last = _begin(times, start), _finish(times, end)
    if first >= last:
        raise DataError(f"no bars to plot: {len(times)} bars, start={start!r}, end={end!r}")
    length = max(1, (last - first) // max(1, numfigs))
    edges = [first + length * number for number in range(max(1, numfigs))]
    edges = [edge for edge in edges if edge < last] + [last]
    pairs = zip(edges, edges[1:], strict=False)
    return [Window(strategy, a, b, times[a:b]) for a, b in pairs]


def _begin(times: Floats, start: Any) -> int:
    if start is None:
        return 0
    if isinstance(start, datetime.date):
        return int(np.searchsorted(times, _number(start), side="left"))
    return max(0, start + len(times)) if start < 0 else int(start)


def _finish(times: Floats, end: Any) -> int:
    if end is None:
        return len(times)
    if isinstance(end, datetime.date):
        return int(np.searchsorted(times, _number(end), side="right"))
    return end + len(times) + 1 if end < 0 else min(int(end), len(times))


def _number(when: datetime.date) -> float:
    if not isinstance(when, datetime.datetime):
        when = datetime.datetime.combine(when, datetime.time())
    return float(date2num(when))
