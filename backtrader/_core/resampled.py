"""All bars that a resampler makes of the bars of a feed, found at once.

The stepwise `Resampler` is the definition; tests/unit/test_resampled.py holds this one to it. Where
it would take more than is done here (late bars, NaN, units counted without edges, ...) the answer
is None and the feed is resampled bar by bar.
"""

from __future__ import annotations

import functools
import itertools
import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._kernels.dates import split_numbers
from ..dataseries import TimeFrame
from . import edges

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]

_LINES = ["close", "low", "high", "open", "volume", "openinterest", "datetime"]
_WEEKDAY_OF_DAY_ZERO = 6  # ordinal 1, 1 January of year 1, is a Monday


@dataclass(frozen=True, slots=True)
class Bars:
    """Larger bars.

    Attributes
    ----------
    columns : list of float64 arrays of shape (bars,)
        Values in the order of the feed's lines.
    moments : int64 array of shape (bars,)
        Index of the bar of the source with which each is delivered; the number of the source's bars
        for one that is delivered when these are at their end.
    exact : bool array of shape (bars,)
        Whether each is complete with its last bar of the source, before the next one is seen.
    lone_sessions : bool
        Whether a session begins with a bar that is alone in it: which one the resampler takes note
        of then depends on when it looks.
    ends_on_its_day : bool
        Whether the time of the last bar is the same however the end of its session is found.
    """

    columns: list[Column]
    moments: NDArray[np.int64]
    exact: Flags
    lone_sessions: bool = False
    ends_on_its_day: bool = True


@dataclass(slots=True)
class _Ends:
    """Where larger bars end: with a bar of the source, or before it."""

    after: Flags
    before: Flags
    # bars that the end of a session ends before this one, and the session
    sessions: dict[int, Any]
    # the session that is open at the end of the source, and the last that is over
    open_session: Any = None
    last_session: Any = None
    lone: bool = False


def can_be_found(resampler: Any, source: Any) -> bool:
    """Whether the options of `resampler` are among those that are done here."""
    params = resampler.p
    if list(source.lines.getlinealiases()) != _LINES or source._tz is not None:
        return False
    if resampler.componly or resampler.replaying:
        return False
    if resampler.subdays:
        return bool(params.bar2edge) and not params.boundoff
    if params.timeframe < TimeFrame.Days or params.compression != 1:
        return False
    return params.timeframe == TimeFrame.Days or source._calendar is None


def find(resampler: Any, source: Any) -> Bars | None:
    """Return the larger bars of all bars that are on the lines of `source`.

    The cursor of `source` is moved about and left before the first bar.
    """
    columns = [np.array(line.array) for line in source.lines.lines]
    times = columns[-1]
    if not len(times):
        return None
    if not bool(np.all(np.diff(times) > 0)) or any(bool(np.isnan(each).any()) for each in columns):
        return None
    ends = _ends(resampler, source, times)
    starts = np.flatnonzero(ends.before | np.concatenate(([True], ends.after[:-1])))
    bars = _reduced(columns, starts)
    exact = _ended_with_last(ends, starts, len(times))
    following = np.append(starts[1:], len(times))
    moments = np.where(exact, following - 1, following)
    own_day = _ends_on_its_day(resampler, ends, float(bars[-1][-1]))
    bars[-1] = _adjusted(resampler, bars[-1], moments, ends)
    source.home()
    if not _in_time(bars[-1], moments, times):
        return None
    return Bars(bars, moments, exact, ends.lone, own_day)


def _ends(resampler: Any, source: Any, times: Column) -> _Ends:
    """Find where the larger bars end."""
    after = np.zeros(len(times), np.bool_)
    before = np.zeros(len(times), np.bool_)
    if resampler.p.timeframe >= TimeFrame.Weeks:
        periods = _periods(times, resampler.p.timeframe)
        before[1:] = periods[1:] > periods[:-1]
        return _Ends(after, before, {})
    if resampler.subdays:
        units, rest = _units(times, resampler)
        size = resampler.p.compression
        after = (rest == 0) & (units % size == 0)
        parts = units // size
        before[1:] = parts[1:] > parts[:-1]
    ends = _Ends(after, before, {})
    _find_sessions(source, times, ends)
    opened = np.concatenate(([False], ~ends.after[:-1]))
    ends.before &= opened & ~ends.after
    return ends


def _find_sessions(source: Any, times: Column, ends: _Ends) -> None:
    """Add the ends of sessions, each as the stepwise resampler notes it: with the first bar that
    finds none noted.
    """
    first = 0
    while first < len(times):
        source._cursor.idx = first
        session = source._getnexteos()
        index = first + int(np.searchsorted(times[first:], session[1]))
        if index == len(times):
            ends.open_session = session
            return
        if times[index] == session[1]:
            ends.after[index] = True
        elif ends.after[index - 1]:
            # no bar was open when the session ended: nobody noticed, and nobody ever will
            ends.open_session = session
            return
        elif not ends.after[index]:
            ends.before[index] = True
            ends.sessions[index] = session
            ends.lone = ends.lone or _is_alone(source, index)
        else:
            ends.open_session = session
            return
        ends.last_session = session
        first = index + 1


def _is_alone(source: Any, index: int) -> bool:
    """Whether the bar after that of `index` is in another session, or there is none."""
    if index + 1 >= source._cursor.buflen():
        return True
    source._cursor.idx = index
    session = source._getnexteos()
    source._cursor.idx = index + 1
    return bool(source._getnexteos() != session)


def _ends_on_its_day(resampler: Any, ends: _Ends, last: float) -> bool:
    """Whether the session that is open in the end ends on the day of the last bar."""
    if not resampler.doadjusttime:
        return True
    return ends.open_session is not None and int(last) == int(ends.open_session[1])


def _units(times: Column, resampler: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Times of day in units after midnight, and the microseconds left over."""
    _, seconds, microseconds = split_numbers(times)
    size = edges.microseconds(resampler._unit)
    units, rest = np.divmod(seconds * 1_000_000 + microseconds, size)
    return units, rest


def _periods(times: Column, timeframe: int) -> NDArray[np.int64]:
    """Numbers of the weeks, months or years that times are in."""
    days, _, _ = split_numbers(times)
    if timeframe == TimeFrame.Weeks:
        return (days + _WEEKDAY_OF_DAY_ZERO) // 7
    months = (days - 719163).astype("M8[D]").astype("M8[M]").astype(np.int64)
    result: NDArray[np.int64] = months // 12 if timeframe == TimeFrame.Years else months
    return result


def _reduced(columns: list[Column], starts: NDArray[np.int64]) -> list[Column]:
    """The values of the larger bars that begin at `starts`."""
    close, low, high, opening, volume, interest, times = columns
    lasts = np.append(starts[1:], len(times)) - 1
    return [
        close[lasts],
        np.minimum.reduceat(low, starts),
        np.maximum.reduceat(high, starts),
        opening[starts],
        _sums(volume, starts),
        interest[lasts],
        times[lasts],
    ]


def _sums(values: Column, starts: NDArray[np.int64]) -> Column:
    """Sums from each start to the next, rounded as if added up one by one."""
    if bool(np.all(values == np.floor(values))) and float(np.abs(values).sum()) < 2.0**53:
        exact: Column = np.add.reduceat(values, starts)
        return exact
    bounds = [*starts.tolist(), len(values)]
    numbers = values.tolist()
    # not sum(): that compensates for rounding from Python 3.12 on
    return np.array(
        [
            functools.reduce(operator.add, numbers[start:end], 0.0)
            for start, end in itertools.pairwise(bounds)
        ]
    )


def _ended_with_last(ends: _Ends, starts: NDArray[np.int64], size: int) -> Flags:
    """Which of the larger bars are complete with the last bar of the source in them."""
    following = np.append(starts[1:], size)
    result: Flags = ends.after[following - 1]
    return result


def _adjusted(resampler: Any, times: Column, moments: NDArray[np.int64], ends: _Ends) -> Column:
    """Give the bars that end between two bars of the source the time of their edge or session."""
    if not resampler.doadjusttime:
        return times
    adjusted: Column = times.copy()
    size = len(ends.after)
    session = ends.open_session or ends.last_session
    for index, moment in enumerate(moments.tolist()):
        if moment < size and not ends.before[moment]:
            continue  # it ends with its last bar, and has the time of that
        over = ends.sessions.get(moment)
        resampler._session_end = session if over is None else None
        resampler._last_session_end = over
        if moment == size:
            resampler._session_end = ends.open_session
            resampler._last_session_end = ends.last_session
        resampler.bar.datetime = float(times[index])
        time = resampler._calcadjtime()
        # the last bar gets its time whatever it is, the others only a later one
        if moment == size or time > times[index]:
            adjusted[index] = time
    resampler.bar.bstart(maxdate=True)
    resampler._session_end = resampler._last_session_end = None
    return adjusted


def _in_time(bars: Column, moments: NDArray[np.int64], times: Column) -> bool:
    """Whether each bar can be delivered when it is complete, and makes no bar of the source come
    late.
    """
    within = moments < len(times)
    at = moments[within]
    if not bool(np.all(bars[within] <= times[at])):
        return False
    later = at + 1 < len(times)
    return bool(np.all(times[at[later] + 1] > bars[within][later]))
