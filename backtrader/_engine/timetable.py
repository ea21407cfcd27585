"""At which step of the general loop each bar of several feeds is delivered.

The loop asks every feed for its next bar and delivers those that are not later than the earliest; a
resampled bar does not lead where there are feeds that are not resampled. A clone sees a bar of its
source as soon as the loop asks for that, which is before the bar itself is due.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core.resampled import Bars
from ..dataseries import TimeFrame
from ..feed import DataClone

Steps = NDArray[np.int64]
Times = NDArray[np.float64]
Plan = tuple[list[Steps], list[Any]]


def plan(datas: list[Any], found: list[Bars | None]) -> Plan | None:
    """Return the positions of `datas` at each step, and those that deliver a bar with the last one;
    None where the general loop has to find out.

    Parameters
    ----------
    datas
        The feeds, with the bars of their sources on their lines.
    found
        For each that is resampled its bars.
    """
    times = {
        id(data): data.lines.datetime._values[: data.buflen()].copy()
        for data in datas
        if not isinstance(data, DataClone)
    }
    moments = _moments(datas, found, times)
    if moments is None:
        return None
    count = len(moments)
    sized = [
        (data, bars, _size(data, times), _steps(data, bars, times, moments))
        for data, bars in zip(datas, found, strict=True)
    ]
    if any(steps is None for *_, steps in sized):
        return None
    several = sum(not isinstance(data, DataClone) for data in datas) > 1
    if several and not all(
        bars is None or _is_sure(data, bars, size, steps, times, moments)
        for data, bars, size, steps in sized
        if steps is not None
    ):
        return None
    flushed = [
        data for data, bars, size, _ in sized if bars is not None and bars.moments[-1] == size
    ]
    every = np.arange(count + bool(flushed))
    positions = [
        np.searchsorted(steps, every, side="right") - 1 for *_, steps in sized if steps is not None
    ]
    # a first bar has the ticks of none before it
    stale = [
        data
        for data, bars, size, _ in sized
        if bars is not None and bars.moments[-1] == size and len(bars.moments) > 1
    ]
    return positions, stale


def _size(data: Any, times: dict[int, Times]) -> int:
    return len(times[id(data.data if isinstance(data, DataClone) else data)])


def _moments(datas: list[Any], found: list[Bars | None], times: dict[int, Times]) -> Times | None:
    """The moments of the steps, the last one of what is left over aside."""
    leading = [times[id(data)] for data, bars in zip(datas, found, strict=True) if bars is None]
    if not leading:
        leading = [
            bars.columns[-1][bars.moments < len(times[id(data)])]
            for data, bars in zip(datas, found, strict=True)
            if bars is not None
        ]
    if not all(bool(np.all(np.diff(column) > 0)) for column in leading):
        return None
    merged = leading[0] if len(leading) == 1 else np.unique(np.concatenate(leading))
    return merged if not len(merged) or np.isfinite(merged[-1]) else None


def _steps(
    data: Any, bars: Bars | None, times: dict[int, Times], moments: Times
) -> NDArray[np.int64] | None:
    """The step with which each bar of a feed is delivered."""
    if bars is None:
        return np.searchsorted(moments, times[id(data)])
    own = bars.columns[-1]
    due = np.searchsorted(moments, own)
    if not isinstance(data, DataClone):
        # it is read up to the end of the next bar whatever the time, and delivers one a step
        numbers = np.arange(len(own))
        steps: Steps = np.maximum.accumulate(due - numbers) + numbers
    else:
        source = np.searchsorted(moments, times[id(data.data)])
        # a bar of the source is seen with the step after the one before
        asked = np.concatenate(([0], source + 1))[np.minimum(bars.moments, len(source))]
        steps = asked
        due = np.maximum(due, np.where(bars.exact, source[bars.moments * bars.exact], 0))
    within = bars.moments < _size(data, times)
    if bool(np.any(steps[within] >= len(moments))):
        return None
    if isinstance(data, DataClone) and bool(np.any(due[within] > steps[within])):
        # Compat: a clone that holds a bar back misses bars of its source,
        # tests/parity/delivery_cases.py::_two_sources
        return None
    steps[~within] = len(moments)
    return steps


def _is_sure(
    data: Any, bars: Bars, size: int, steps: Steps, times: dict[int, Times], moments: Times
) -> bool:
    """Whether the clocks of other feeds, which a resampler is told of where its source has nothing,
    change nothing.
    """
    clone = isinstance(data, DataClone)
    if clone and bars.lone_sessions:
        return False
    if bars.moments[-1] < size:
        return True
    # a bar is open when the source is at its end
    if clone:
        over = int(np.searchsorted(moments, times[id(data.data)][-1]))
    else:
        over = int(steps[-2]) if len(steps) > 1 else -1
    if over >= len(moments) - 1 or data._timeframe >= TimeFrame.Weeks:
        return True
    if data._timeframe < TimeFrame.Days or not bars.ends_on_its_day:
        return False
    # where nothing but larger bars is on the lines these tell when the session ends
    return clone or (len(steps) > 1 and data._calendar is None)
