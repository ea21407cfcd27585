"""The sizes of OANDA's candles, and which of them make up a stretch of time."""

from __future__ import annotations

import datetime as _datetime
from dataclasses import dataclass

from ...dataseries import TimeFrame

__all__ = ["Part", "base_of", "floor", "granularity", "parts"]

_SECONDS = {5: "S5", 10: "S10", 15: "S15", 30: "S30"}
_MINUTES = {1: "M1", 2: "M2", 4: "M4", 5: "M5", 10: "M10", 15: "M15", 30: "M30"}
_MINUTES |= {60 * hours: f"H{hours}" for hours in (1, 2, 3, 4, 6, 8, 12)}

_LENGTHS_S = {name: count for count, name in _SECONDS.items()}
_LENGTHS_S |= {name: 60 * count for count, name in _MINUTES.items()}
_LENGTHS_S["D"] = 86400

GRANULARITIES: dict[tuple[int, int], str] = {
    **{(TimeFrame.Seconds, count): name for count, name in _SECONDS.items()},
    **{(TimeFrame.Minutes, count): name for count, name in _MINUTES.items()},
    (TimeFrame.Days, 1): "D",
    (TimeFrame.Weeks, 1): "W",
    (TimeFrame.Months, 1): "M",
}

_EPOCH = _datetime.datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of history, with candles of one size, from `begin` to before `end`; naive UTC.

    `begin` is None for as many candles as OANDA gives where nobody says. `zone` is the time zone
    whose midnight candles are aligned to; None leaves it to OANDA (17:00 in New York).
    """

    granularity: str
    begin: _datetime.datetime | None
    end: _datetime.datetime | None
    zone: str | None = None

    @property
    def length(self) -> _datetime.timedelta:
        """How long a candle is; zero for those whose length varies."""
        return _datetime.timedelta(seconds=_LENGTHS_S.get(self.granularity, 0))


def granularity(timeframe: int, compression: int) -> str | None:
    """Return OANDA's name for a size of bars; None where it has no such candles."""
    return GRANULARITIES.get((timeframe, compression))


def base_of(timeframe: int, compression: int) -> str | None:
    """Return the largest candles that bars of a size can be put together from."""
    if timeframe >= TimeFrame.Days:
        return "D"
    sizes = {TimeFrame.Seconds: _SECONDS, TimeFrame.Minutes: _MINUTES}.get(timeframe, {})
    fitting = [count for count in sizes if compression % count == 0]
    return sizes[max(fitting)] if fitting else None


def floor(moment: _datetime.datetime, length_s: int) -> _datetime.datetime:
    """Return the start of the stretch of `length_s` seconds, counted from midnight UTC, that
    `moment` lies in.
    """
    return moment - (moment - _EPOCH) % _datetime.timedelta(seconds=length_s)


def parts(
    base: str,
    begin: _datetime.datetime | None,
    now: _datetime.datetime,
    until: _datetime.datetime,
    zone: str,
) -> list[Part]:
    """Return the history up to `until`: candles of the size `base` as far as they are complete
    `now`, and smaller ones, the last of five seconds, for the rest.
    """
    found = []
    for name in dict.fromkeys((base, "M1", "S5")):
        length_s = _LENGTHS_S[name]
        if length_s > _LENGTHS_S[base]:
            continue
        edge = until if name == "S5" else floor(now, length_s)
        if begin is None or begin < edge:
            found.append(Part(name, begin, edge, zone))
            begin = edge
    return found
