"""Which history is needed, so that bars of the past and ticks of now make one series."""

from __future__ import annotations

import datetime as _datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ...dataseries import TimeFrame
from .durations import bar_for, getmaxduration

__all__ = ["Part", "beginning", "minute_after", "parts", "unit_start"]

_MINUTE_S = 60
_UTC = _datetime.timezone.utc


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of history with bars of one size; UTC epoch seconds."""

    timeframe: int
    compression: int
    begin: int
    end: int


def unit_start(timeframe: int, compression: int, moment: float, zone_name: str = "") -> int:
    """Return the start of the bar that `moment` lies in, on the clock of a time zone.

    Minutes are counted from midnight, days begin at midnight, weeks on Monday.
    """
    zone = ZoneInfo(zone_name) if zone_name else _UTC
    local = _datetime.datetime.fromtimestamp(moment, zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if timeframe == TimeFrame.Minutes:
        minutes = (local.hour * 60 + local.minute) % compression
        start = local.replace(second=0, microsecond=0) - _datetime.timedelta(minutes=minutes)
        return int(start.timestamp())
    if timeframe == TimeFrame.Weeks:
        midnight -= _datetime.timedelta(days=midnight.weekday())
    elif timeframe == TimeFrame.Months:
        midnight = midnight.replace(day=1)
    return int(midnight.timestamp())


def minute_after(moment: float) -> int:
    """Return the end of the minute that `moment` lies in."""
    return int(moment // _MINUTE_S + 1) * _MINUTE_S


def parts(
    timeframe: int, compression: int, begin: int, now: float, zone_name: str = ""
) -> list[Part]:
    """Return the history up to the last full minute: bars of the size asked for as far as they are
    complete, and smaller ones for the one that is under way.

    Raises
    ------
    ValueError
        There is no history of that size.
    """
    if bar_for(timeframe, compression) is None:
        raise ValueError("no history with bars of that size")
    edge = unit_start(timeframe, compression, now, zone_name)
    found = [Part(timeframe, compression, begin, edge)]
    if timeframe in (TimeFrame.Weeks, TimeFrame.Months):
        today = unit_start(TimeFrame.Days, 1, now, zone_name)
        found.append(Part(TimeFrame.Days, 1, max(begin, edge), today))
        edge = today
    found.append(Part(TimeFrame.Minutes, 1, max(begin, edge), minute_after(now) - _MINUTE_S))
    return [part for part in found if part.begin < part.end]


def beginning(timeframe: int, compression: int, now: float) -> int:
    """Return from when on there is history where nobody said: the longest stretch that TWS gives
    at once, its days counted without weekends.
    """
    size, _, unit = (getmaxduration(timeframe, compression) or "1 D").partition(" ")
    count = int(size)
    if unit == "S":
        return int(now) - count
    if unit != "D":
        return int(now) - count * {"W": 7, "M": 31, "Y": 366}[unit] * 86400
    moment = _datetime.datetime.fromtimestamp(now, _UTC)
    while count:
        moment -= _datetime.timedelta(days=1)
        count -= moment.weekday() < 5
    return int(moment.timestamp())
