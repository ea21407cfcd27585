"""Where bars of minutes and less end, and in which day, week, month or year a moment is."""

from __future__ import annotations

import datetime as _datetime

# By name of the unit: units in a minute, and microseconds in a unit.
_UNITS = {"Minutes": (1, 60_000_000), "Seconds": (60, 1_000_000), "MicroSeconds": (60_000_000, 1)}
_PARTS = {"Days": 3, "Months": 2, "Years": 1}


def position(time: _datetime.time, unit: str) -> tuple[int, int]:
    """Return how many units of a name as in ``TimeFrame.Names`` a time is after midnight.

    The second number is the microseconds left over.
    """
    per_minute, microseconds = _UNITS[unit]
    units, rest = divmod(time.second * 1_000_000 + time.microsecond, microseconds)
    return (time.hour * 60 + time.minute) * per_minute + units, rest


def moment_at(day: _datetime.date, units: int, unit: str) -> _datetime.datetime:
    """Return the moment that is so many units after the start of `day`."""
    midnight = _datetime.datetime.combine(day, _datetime.time.min)
    return midnight + _datetime.timedelta(microseconds=units * _UNITS[unit][1])


def period(moment: _datetime.datetime, unit: str) -> tuple[int, ...]:
    """Return the day, week, month or year (`unit`) that a moment is in, to be compared."""
    if unit == "Weeks":
        return tuple(moment.isocalendar())[:2]
    return (moment.year, moment.month, moment.day)[: _PARTS[unit]]


def microseconds(unit: str) -> int:
    """Return how many microseconds there are in a unit of this name."""
    return _UNITS[unit][1]
