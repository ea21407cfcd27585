"""Dates and times as float64 numbers.

A number counts days: 1.0 is midnight UTC at the start of 1 January of year 1, as in
``datetime.date.toordinal``, and the fraction is the time of day. In this century neighbouring
numbers are about 10 microseconds apart.
"""

import datetime
import math
import time as _time
import zoneinfo
from types import MethodType
from typing import Any

from ..errors import TimeZoneError

__all__ = ["TIME_MAX", "TIME_MIN", "UTC", "Localizer", "TZLocal", "tzparse"]
__all__ += ["date2num", "num2date", "num2dt", "num2time", "time2num"]

ZERO = datetime.timedelta(0)
# What the operating system says of the local zone: the rules of today, whatever the year of a date.
STDOFFSET = datetime.timedelta(seconds=-_time.timezone)
DSTOFFSET = datetime.timedelta(seconds=-_time.altzone) if _time.daylight else STDOFFSET
DSTDIFF = DSTOFFSET - STDOFFSET

# The last time of day that a number of this century can tell from the next midnight.
TIME_MAX = datetime.time(23, 59, 59, 999990)
TIME_MIN = datetime.time.min

SECONDS_PER_MINUTE = 60.0
MINUTES_PER_HOUR = 60.0
HOURS_PER_DAY = 24.0
MINUTES_PER_DAY = 1440.0
SECONDS_PER_DAY = 86400.0
MUSECONDS_PER_DAY = 86400e6
MUSECONDS_PER_SECOND = 1e6

# Bound once: user code calls num2date for every bar.
_timedelta = datetime.timedelta
_DAY_ZERO = datetime.datetime.min

# From this number on no product rounds with which num2date takes a fraction of a day apart.
_EXACT_FROM = 512


class _UTC(datetime.tzinfo):
    """Be UTC, with the ``localize`` that every zone has here."""

    def utcoffset(self, dt: datetime.datetime | None) -> datetime.timedelta:
        """Return zero."""
        return ZERO

    def dst(self, dt: datetime.datetime | None) -> datetime.timedelta:
        """Return zero."""
        return ZERO

    def tzname(self, dt: datetime.datetime | None) -> str:
        """Return ``"UTC"``."""
        return "UTC"

    def localize(self, dt: datetime.datetime) -> datetime.datetime:
        """Return the wall clock time ``dt`` marked as being of this zone."""
        return dt.replace(tzinfo=self)

    def __reduce__(self) -> str:
        return "UTC"


class _LocalTimezone(datetime.tzinfo):
    """Be the zone of the operating system, with its present offsets."""

    def utcoffset(self, dt: datetime.datetime | None) -> datetime.timedelta:
        """Return what the local clock shows at ``dt`` less UTC."""
        return DSTOFFSET if self._is_dst(dt) else STDOFFSET

    def dst(self, dt: datetime.datetime | None) -> datetime.timedelta:
        """Return by how much the clock is put forward at ``dt``."""
        return DSTDIFF if self._is_dst(dt) else ZERO

    def tzname(self, dt: datetime.datetime | None) -> str:
        """Return the short name of the zone at ``dt``."""
        return _time.tzname[self._is_dst(dt)]

    def localize(self, dt: datetime.datetime) -> datetime.datetime:
        """Return the wall clock time ``dt`` marked as being of this zone."""
        return dt.replace(tzinfo=self)

    @staticmethod
    def _is_dst(dt: datetime.datetime | None) -> bool:
        if dt is None:
            return False
        try:
            # Without the zone, for timetuple() asks an aware dt for its dst().
            stamp = _time.mktime((*dt.replace(tzinfo=None).timetuple()[:8], 0))
        except OverflowError:  # a year the operating system does not know
            return False
        return _time.localtime(stamp).tm_isdst > 0

    def __reduce__(self) -> str:
        return "TZLocal"


class _WallClock(datetime.tzinfo):
    """Give a zone that cannot carry it the ``localize`` method of pytz zones.

    Parameters
    ----------
    zone
        The zone to follow, for example a ``zoneinfo.ZoneInfo``.
    """

    def __init__(self, zone: datetime.tzinfo) -> None:
        self.zone = zone

    def utcoffset(self, dt: datetime.datetime | None) -> datetime.timedelta | None:
        """Return the offset of the zone at ``dt``."""
        return self.zone.utcoffset(dt)

    def dst(self, dt: datetime.datetime | None) -> datetime.timedelta | None:
        """Return by how much the zone's clock is put forward at ``dt``."""
        return self.zone.dst(dt)

    def tzname(self, dt: datetime.datetime | None) -> str | None:
        """Return the short name of the zone at ``dt``."""
        return self.zone.tzname(dt)

    def fromutc(self, dt: datetime.datetime) -> datetime.datetime:
        """Return the zone's time for the UTC time ``dt``."""
        return self.zone.fromutc(dt.replace(tzinfo=self.zone)).replace(tzinfo=self)

    def localize(self, dt: datetime.datetime) -> datetime.datetime:
        """Return the wall clock time ``dt`` marked as being of this zone.

        A time that the clock shows twice, or leaps over, counts as standard time, as with pytz.
        """
        first, second = (dt.replace(tzinfo=self, fold=fold) for fold in (0, 1))
        if first.utcoffset() != second.utcoffset() and not second.dst():
            return second
        return first

    def __getinitargs__(self) -> tuple[datetime.tzinfo]:
        return (self.zone,)

    def __repr__(self) -> str:
        return repr(self.zone)


UTC = _UTC()
TZLocal = _LocalTimezone()


def _localize_in_place(zone: datetime.tzinfo, dt: datetime.datetime) -> datetime.datetime:
    return dt.replace(tzinfo=zone)


def Localizer(tz: Any) -> Any:
    """Return ``tz`` with a method ``localize(dt)``, which marks a naive wall clock time as being of
    that zone.

    Parameters
    ----------
    tz
        ``None``, which comes back; or a ``tzinfo``. One that has ``localize`` comes back as it is,
        one that takes new attributes is given it, and any other is wrapped.

    Raises
    ------
    TimeZoneError
        ``tz`` is not a time zone.
    """
    if tz is None or hasattr(tz, "localize"):
        return tz
    if not isinstance(tz, datetime.tzinfo):
        raise TimeZoneError(f"{tz!r} is not a time zone: give a tzinfo, the name of one, or None")
    try:
        tz.localize = MethodType(_localize_in_place, tz)  # type: ignore[attr-defined]
    except AttributeError:
        return _WallClock(tz)
    return tz


def tzparse(tz: Any) -> Any:
    """Return the time zone that ``tz`` stands for, with a method ``localize``.

    Parameters
    ----------
    tz
        ``None``; a ``tzinfo``; or a name from the time zone database, ``"CST"`` standing for
        ``"CST6CDT"``. Names go to pytz where it is installed, else to ``zoneinfo``.

    Raises
    ------
    TimeZoneError
        There is no such zone.
    """
    if not isinstance(tz, str):
        return Localizer(tz)
    name = "CST6CDT" if tz == "CST" else tz
    try:
        import pytz
    except ImportError:
        return _zone_named(name)
    try:
        return pytz.timezone(name)
    except pytz.UnknownTimeZoneError as error:
        raise TimeZoneError(f"unknown time zone {tz!r}") from error


def _zone_named(name: str) -> _WallClock:
    try:
        return _WallClock(zoneinfo.ZoneInfo(name))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeZoneError(
            f"unknown time zone {name!r} (where the system brings no zones: pip install tzdata)"
        ) from error


def date2num(dt: Any, tz: Any = None) -> float:
    """Return the number of a date and time.

    Parameters
    ----------
    dt
        ``datetime`` or ``date``. Naive ones are taken as UTC, unless ``tz`` is given.
    tz
        Zone of the wall clock that a naive ``dt`` was read from.

    Returns
    -------
    float
        Days, UTC.
    """
    if tz is not None:
        dt = Localizer(tz).localize(dt)
    if not isinstance(dt, datetime.datetime):
        return float(dt.toordinal())
    if dt.tzinfo is not None:
        offset = dt.utcoffset()
        if offset is not None:
            dt = dt.replace(tzinfo=None) - offset
    # The exact sum of five doubles, rounded once: a chain of additions differs in the last bit.
    return math.fsum(
        (
            dt.toordinal(),
            dt.hour / HOURS_PER_DAY,
            dt.minute / MINUTES_PER_DAY,
            dt.second / SECONDS_PER_DAY,
            dt.microsecond / MUSECONDS_PER_DAY,
        )
    )


def time2num(tm: Any) -> float:
    """Return the time of day of a ``time`` or ``datetime`` as a fraction of a day, in [0, 1)."""
    return (
        tm.hour / HOURS_PER_DAY
        + tm.minute / MINUTES_PER_DAY
        + tm.second / SECONDS_PER_DAY
        + tm.microsecond / MUSECONDS_PER_DAY
    )


def num2date(x: float, tz: datetime.tzinfo | None = None, naive: bool = True) -> datetime.datetime:
    """Return the date and time of a number.

    Parameters
    ----------
    x
        Days, UTC, at least 1.0.
    tz
        Zone to give the result in; UTC by default.
    naive
        Leave the result without ``tzinfo``. Without ``tz`` it is naive in any case.

    Returns
    -------
    datetime.datetime
        Microseconds are cut off rather than rounded; fewer than 10 count as none, and more than
        999990 as the next full second, for they are rounding errors of the number.

    Raises
    ------
    ValueError
        ``x`` is outside the years 1 to 9999, or NaN.
    """
    days = int(x)
    if days >= _EXACT_FROM:
        # Two products in place of four: none of either rounds, so the results are the same.
        seconds_of_day = (x - days) * 86400.0
        seconds = int(seconds_of_day)
        microseconds = int((seconds_of_day - seconds) * 1e6)
    else:
        seconds, microseconds = _split_stepwise(x - days)
    carry = 0
    if microseconds < 10:
        microseconds = 0
    elif microseconds > 999990:
        carry = 1_000_000 - microseconds
    try:
        dt = _DAY_ZERO + _timedelta(days - 1, seconds, microseconds)
    except OverflowError:
        raise ValueError(
            f"{x!r} is no date: numbers run from 1.0, year 1, to the end of 9999"
        ) from None
    if tz is not None:
        dt = dt.replace(tzinfo=UTC).astimezone(tz)
    if carry:
        # Compat: counted on after the conversion, so that a clock put forward at this very moment
        # still shows the hour that it leaps over,
        # tests/unit/test_utils_date.py::test_carry_into_a_leap_of_the_clock
        dt += _timedelta(0, 0, carry)
    return dt.replace(tzinfo=None) if naive and tz is not None else dt


def _split_stepwise(fraction: float) -> tuple[int, int]:
    """Return seconds and microseconds of a fraction of a day, taken off unit by unit."""
    seconds = 0
    for units in (HOURS_PER_DAY, MINUTES_PER_HOUR, SECONDS_PER_MINUTE):
        whole, fraction = divmod(units * fraction, 1.0)
        seconds = seconds * 60 + int(whole)
    return seconds, int(MUSECONDS_PER_SECOND * fraction)


def num2dt(num: float, tz: datetime.tzinfo | None = None, naive: bool = True) -> datetime.date:
    """Return the date of a number: ``num2date(...).date()``."""
    return num2date(num, tz=tz, naive=naive).date()


def num2time(num: float, tz: datetime.tzinfo | None = None, naive: bool = True) -> datetime.time:
    """Return the time of day of a number: ``num2date(...).time()``."""
    return num2date(num, tz=tz, naive=naive).time()
