"""Lengths of history: TWS's duration strings, and the periods and bars of the Web API.

TWS writes a bar as ``"5 mins"`` and a duration as ``"3600 S"``, ``"1 D"``, ``"2 W"``, ``"6 M"``,
``"1 Y"``. The Web API writes bars as ``"5min"`` and periods as ``"8h"``, ``"1d"``, ``"1y"`` (``m``
is months); it gives at most 1000 bars an answer, and no bars below a minute.
"""

from __future__ import annotations

import datetime as _datetime
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

from ...dataseries import TimeFrame

__all__ = ["Bar", "Window", "bar_for", "calcduration", "calcdurations", "dt_plus_duration"]
__all__ += ["getdurations", "getmaxduration", "histduration", "tfcomp_to_size", "windows"]

_MINUTE_S = 60
_HOUR_S = 3600
_DAY_S = 86400

_SECONDS = (60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 14400, 28800)
_LADDER = [f"{seconds} S" for seconds in _SECONDS]
_LADDER += ["1 D", "2 D", "1 W", "2 W", *(f"{months} M" for months in range(1, 12)), "1 Y"]

# bar -> the shortest and the longest duration that TWS gives it for
_REACH: dict[tuple[int, int], tuple[str, str]] = {
    (TimeFrame.Seconds, 1): ("60 S", "1800 S"),
    (TimeFrame.Seconds, 5): ("60 S", "7200 S"),
    (TimeFrame.Seconds, 10): ("60 S", "10800 S"),
    (TimeFrame.Seconds, 15): ("60 S", "14400 S"),
    (TimeFrame.Seconds, 30): ("60 S", "28800 S"),
    (TimeFrame.Minutes, 1): ("60 S", "1 D"),
    (TimeFrame.Minutes, 2): ("120 S", "2 D"),
    (TimeFrame.Minutes, 3): ("180 S", "1 W"),
    (TimeFrame.Minutes, 5): ("300 S", "1 W"),
    (TimeFrame.Minutes, 10): ("600 S", "1 W"),
    (TimeFrame.Minutes, 15): ("900 S", "2 W"),
    (TimeFrame.Minutes, 20): ("1200 S", "2 W"),
    (TimeFrame.Minutes, 30): ("1800 S", "1 M"),
    (TimeFrame.Minutes, 60): ("3600 S", "1 M"),
    (TimeFrame.Minutes, 120): ("7200 S", "1 M"),
    (TimeFrame.Minutes, 180): ("10800 S", "1 M"),
    (TimeFrame.Minutes, 240): ("14400 S", "1 M"),
    (TimeFrame.Minutes, 480): ("28800 S", "1 M"),
    (TimeFrame.Days, 1): ("1 D", "1 Y"),
    (TimeFrame.Weeks, 1): ("1 W", "1 Y"),
    (TimeFrame.Months, 1): ("1 M", "1 Y"),
}


def tfcomp_to_size(timeframe: int, compression: int) -> str | None:
    """Return a bar as TWS writes it; None for what it has no words for."""
    if timeframe == TimeFrame.Months:
        return f"{compression} M"
    if timeframe == TimeFrame.Weeks:
        return f"{compression} W"
    if timeframe == TimeFrame.Days:
        return f"{compression} day"
    if timeframe == TimeFrame.Seconds:
        return f"{compression} secs"
    if timeframe != TimeFrame.Minutes:
        return None
    hours, minutes = divmod(compression, 60)
    count, unit = (compression, "min") if minutes else (hours, "hour")
    return f"{count} {unit}{'s' if count > 1 else ''}"


def getdurations(timeframe: int, compression: int) -> list[str]:
    """Return the durations that TWS gives a bar for, shortest first; none for an unknown bar."""
    reach = _REACH.get((timeframe, compression))
    if reach is None:
        return []
    return _LADDER[_LADDER.index(reach[0]) : _LADDER.index(reach[1]) + 1]


def getmaxduration(timeframe: int, compression: int) -> str | None:
    """Return the longest duration that TWS gives a bar for; None for an unknown bar."""
    reach = _REACH.get((timeframe, compression))
    return None if reach is None else reach[1]


def dt_plus_duration(dt: _datetime.datetime, duration: str) -> _datetime.datetime:
    """Return `dt` and a duration later, on the last day of a month that has no such day."""
    size, _, unit = duration.partition(" ")
    count = int(size)
    spans = {"S": "seconds", "D": "days", "W": "weeks"}
    if unit in spans:
        return dt + _datetime.timedelta(**{spans[unit]: count})
    if unit not in ("M", "Y"):
        return dt
    years, month = divmod(dt.month - 1 + (count if unit == "M" else 12 * count), 12)
    year = dt.year + years
    return dt.replace(year=year, month=month + 1, day=min(dt.day, monthrange(year, month + 1)[1]))


def calcdurations(dtbegin: _datetime.datetime, dtend: _datetime.datetime) -> list[str]:
    """Return durations that lead from `dtbegin` to `dtend` or beyond, one after the other."""
    found = []
    while dtbegin < dtend:
        found.append(calcduration(dtbegin, dtend))
        dtbegin = dt_plus_duration(dtbegin, found[-1])
    return found


def calcduration(dtbegin: _datetime.datetime, dtend: _datetime.datetime) -> str:
    """Return the shortest duration that leads from `dtbegin` to `dtend`, else the longest."""
    reached = [dt_plus_duration(dtbegin, duration) for duration in _LADDER]
    return _LADDER[min(bisect_left(reached, dtend), len(_LADDER) - 1)]


def histduration(dt1: _datetime.datetime, dt2: _datetime.datetime) -> str:
    """Return the shortest duration that covers the time between two moments."""
    return calcduration(min(dt1, dt2), max(dt1, dt2))


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the Web API.

    `count` of them make the bar that was asked for; `seconds` is the length of one (a day counts 24
    hours, a month 28 days). `periods` are the periods that it is asked with, shortest first, as
    (text, seconds that are surely in it): all of at most 1000 bars, and allowed with the bar.
    """

    text: str
    seconds: int
    periods: tuple[tuple[str, int], ...]
    count: int = 1

    @property
    def intraday(self) -> bool:
        """Whether its time is a time of day, and not only a date."""
        return self.seconds < _DAY_S


_HOURS = tuple((f"{n}h", n * _HOUR_S) for n in (1, 2, 4, 8))
_MINUTES = tuple((f"{n}min", n * _MINUTE_S) for n in (5, 15, 30))
# days are counted by trading: the first one of them, and of a week, is there from its beginning on
_SIX_DAYS = (("6d", 5 * _DAY_S),)
_WEEK = (("1w", 6 * _DAY_S),)
_MONTH = (*_WEEK, ("1m", 28 * _DAY_S))
_QUARTER = (*_MONTH, ("3m", 89 * _DAY_S))
_HALF = (*_QUARTER, ("6m", 181 * _DAY_S))

# what IBKR allows together, each with fewer than 1000 bars even where trading never stops
_BARS: dict[tuple[int, int], Bar] = {
    (TimeFrame.Minutes, 1): Bar("1min", 60, (*_MINUTES, *_HOURS)),
    (TimeFrame.Minutes, 2): Bar("2min", 120, _HOURS),
    (TimeFrame.Minutes, 3): Bar("3min", 180, _HOURS),
    (TimeFrame.Minutes, 5): Bar("5min", 300, _HOURS),
    (TimeFrame.Minutes, 10): Bar("10min", 600, (*_HOURS, *_SIX_DAYS)),
    (TimeFrame.Minutes, 15): Bar("15min", 900, (*_HOURS, *_WEEK)),
    (TimeFrame.Minutes, 30): Bar("30min", 1800, (*_HOURS, *_WEEK)),
    (TimeFrame.Minutes, 60): Bar("1h", 3600, (*_HOURS, *_MONTH)),
    (TimeFrame.Minutes, 120): Bar("2h", 7200, _MONTH),
    (TimeFrame.Minutes, 180): Bar("3h", 10800, _QUARTER),
    (TimeFrame.Minutes, 240): Bar("4h", 14400, _QUARTER),
    (TimeFrame.Minutes, 480): Bar("8h", 28800, _HALF),
    (TimeFrame.Days, 1): Bar("1d", _DAY_S, (*_HALF, ("1y", 365 * _DAY_S), ("2y", 730 * _DAY_S))),
    (TimeFrame.Weeks, 1): Bar(
        "1w", 7 * _DAY_S, (*_HALF[1:], ("1y", 365 * _DAY_S), ("15y", 5475 * _DAY_S))
    ),
    (TimeFrame.Months, 1): Bar("1m", 28 * _DAY_S, (("1y", 365 * _DAY_S), ("15y", 5475 * _DAY_S))),
}


def bar_for(timeframe: int, compression: int) -> Bar | None:
    """Return the bar to ask for: the one itself, or the longest that a bar of minutes can be put
    together from. None where history has none: below a minute, and several days or more in one.
    """
    exact = _BARS.get((timeframe, compression))
    if exact is not None or timeframe != TimeFrame.Minutes:
        return exact
    parts = [c for tf, c in _BARS if tf == timeframe and not compression % c and c < compression]
    base = _BARS[timeframe, max(parts)]
    return Bar(base.text, base.seconds, base.periods, compression // max(parts))


@dataclass(frozen=True, slots=True)
class Window:
    """One request: `period` up to `end` (UTC epoch seconds); it has all bars from `begin` on."""

    begin: int
    end: int
    period: str


def windows(bar: Bar, begin: int, end: int) -> Iterator[Window]:
    """Split the time from `begin` to `end` (UTC epoch seconds) into requests, oldest first.

    Neighbours overlap by one bar: whichever side of its edge a window takes in, none is missing.
    """
    longest = bar.periods[-1][1] - 2 * bar.seconds
    while begin < end:
        stop = min(begin + longest, end)
        span = stop - begin + bar.seconds
        period = next(text for text, seconds in bar.periods if seconds >= span)
        yield Window(begin, stop, period)
        begin = stop
