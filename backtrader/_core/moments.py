"""Values of a line as dates and times."""

from __future__ import annotations

import datetime as _datetime
import math
from array import array
from typing import Any

from ..utils.dateintern import num2date, time2num
from .clock import Cursor


class MomentMethods:
    """Reads the values of a line as dates and times; mixed into `LineBuffer`."""

    array: array[float]
    _cursor: Cursor
    _tz: Any

    def _settz(self, tz: Any) -> None:
        self._tz = tz

    def datetime(self, ago: int = 0, tz: Any = None, naive: bool = True) -> _datetime.datetime:
        """Return the value as a datetime, in time zone `tz` (default: that of the line)."""
        return num2date(self.array[self._cursor.idx + ago], tz or self._tz, naive)

    def date(self, ago: int = 0, tz: Any = None, naive: bool = True) -> _datetime.date:
        """Return the value as a date, in time zone `tz` (default: that of the line)."""
        return num2date(self.array[self._cursor.idx + ago], tz or self._tz, naive).date()

    def time(self, ago: int = 0, tz: Any = None, naive: bool = True) -> _datetime.time:
        """Return the value as a time of day, in time zone `tz` (default: that of the line)."""
        return num2date(self.array[self._cursor.idx + ago], tz or self._tz, naive).time()

    def dt(self, ago: int = 0) -> int:
        """Return the day number."""
        return math.trunc(self.array[self._cursor.idx + ago])

    def tm_raw(self, ago: int = 0) -> float:
        """Return the time of day as it is stored: a fraction of a day."""
        return math.modf(self.array[self._cursor.idx + ago])[0]

    def tm(self, ago: int = 0) -> float:
        """Return the time of day as a fraction of a day, rounded to what a time object holds."""
        return time2num(num2date(self.array[self._cursor.idx + ago]).time())

    def _at(self, tm: float, ago: int) -> tuple[float, float]:
        """The value, and the time `tm` on the same day."""
        value = self.array[self._cursor.idx + ago]
        return value, math.trunc(value) + tm

    def tm_lt(self, other: float, ago: int = 0) -> bool:
        """Whether the time of day is before `other` (a fraction of a day)."""
        value, limit = self._at(other, ago)
        return value < limit

    def tm_le(self, other: float, ago: int = 0) -> bool:
        """Whether the time of day is `other` (a fraction of a day) or before."""
        value, limit = self._at(other, ago)
        return value <= limit

    def tm_eq(self, other: float, ago: int = 0) -> bool:
        """Whether the time of day is `other` (a fraction of a day)."""
        value, limit = self._at(other, ago)
        return value == limit

    def tm_gt(self, other: float, ago: int = 0) -> bool:
        """Whether the time of day is after `other` (a fraction of a day)."""
        value, limit = self._at(other, ago)
        return value > limit

    def tm_ge(self, other: float, ago: int = 0) -> bool:
        """Whether the time of day is `other` (a fraction of a day) or after."""
        value, limit = self._at(other, ago)
        return value >= limit

    def tm2dtime(self, tm: float, ago: int = 0) -> float:
        """Return the time `tm` (a fraction of a day) on the day of the value, as a number."""
        return self._at(tm, ago)[1]

    def tm2datetime(self, tm: float, ago: int = 0) -> _datetime.datetime:
        """Return the time `tm` (a fraction of a day) on the day of the value, as a datetime."""
        return num2date(self.tm2dtime(tm, ago))
