"""Timers: say on which bars a time of day has come."""

from __future__ import annotations

import datetime as _datetime
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, ClassVar

from .feed import AbstractDataBase
from .metabase import ParamsBase
from .utils import date2num, num2date

__all__ = ["SESSION_END", "SESSION_START", "SESSION_TIME", "Timer"]

SESSION_TIME, SESSION_START, SESSION_END = range(3)


class _Days:
    """The days of a week or month on which a timer is active, with those that the calendar leaves
    out.

    Parameters
    ----------
    days
        Numbers of the days, ascending.
    carry
        A day that was left out passes its turn to the next there is, even in the next week or
        month.
    """

    def __init__(self, days: Sequence[int], carry: bool) -> None:
        self.days = list(days)
        self.carry = carry
        self.due: list[int] = []  # those of the current week or month that had no turn yet
        self.current: int | None = None

    def take(self, unit: int, day: int) -> bool:
        """Whether it is the turn of `day` (never asked for twice) of the week or month number
        `unit`."""
        carried = False
        if unit != self.current:
            carried = self.carry and bool(self.due)
            self.due = list(self.days)
            self.current = unit
        passed = bisect_left(self.due, day)
        on_day = self.due[passed : passed + 1] == [day]
        # Compat: where a day was left out and others are still due, its turn comes next even
        # without `carry`, and uses up that of the other one,
        # tests/unit/test_timer.py::test_missed_weekday
        early = 0 < passed < len(self.due)
        if on_day or early:
            self.due = self.due[passed + 1 :]
            return True
        carried = carried or (self.carry and passed > 0)
        if carried:
            self.due = self.due[passed:]
        return carried


class Timer(ParamsBase):
    """Say on which bars a time of day has come.

    Further arguments are kept in `args` and `kwargs`, for whoever is told.

    Parameters
    ----------
    tid : int
        Number of the timer.
    owner : object
        Whose ``notify_timer`` is called.
    strats : bool
        Call that of the strategies too.
    when : datetime.time or int
        Time of day, or `SESSION_START` or `SESSION_END` for that of a data.
    offset : datetime.timedelta
        Is added to it. It cannot move the timer into another day.
    repeat : datetime.timedelta
        How long after that to go off again, and so on until the end of the session.
    weekdays : list of int
        Days (1 is Monday) on which the timer is active, ascending; default all.
    weekcarry : bool
        Where such a day has no bars, go off on the next day that has.
    monthdays : list of int
        Days of the month on which the timer is active, ascending; default all.
    monthcarry : bool
        Where such a day has no bars, go off on the next day that has.
    allow : callable
        Takes a date and says whether the timer may go off on it.
    tzdata : tzinfo or DataBase
        Zone of the time of day, or data whose zone it is, and whose session; default UTC, for
        sessions the first data.
    cheat : bool
        Go off before the broker works through the bar.

    Attributes
    ----------
    lastwhen : datetime.datetime
        The moment for which the timer went off last.
    """

    SESSION_TIME: ClassVar[int] = SESSION_TIME
    SESSION_START: ClassVar[int] = SESSION_START
    SESSION_END: ClassVar[int] = SESSION_END

    params = {
        "tid": None,
        "owner": None,
        "strats": False,
        "when": None,
        "offset": _datetime.timedelta(),
        "repeat": _datetime.timedelta(),
        "weekdays": [],
        "weekcarry": False,
        "monthdays": [],
        "monthcarry": True,
        "allow": None,
        "tzdata": None,
        "cheat": False,
    }

    lastwhen: _datetime.datetime

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs

    def start(self, data: Any) -> None:
        """Get ready for a run; `data` has the session, unless ``tzdata`` is a data."""
        params = self.p
        self._tzdata = params.tzdata
        if self._tzdata is None and params.when in (SESSION_START, SESSION_END):
            self._tzdata = data
        self._isdata = isinstance(self._tzdata, AbstractDataBase)
        session = (self._tzdata if self._isdata else data).p
        times = {SESSION_START: session.sessionstart, SESSION_END: session.sessionend}
        self._when = times.get(params.when, params.when)
        self._weekdays = _Days(params.weekdays, params.weekcarry)
        self._monthdays = _Days(params.monthdays, params.monthcarry)
        self._today = _datetime.date.min
        self._session_end = _datetime.datetime.min
        self._due: float | None = None  # number of the moment to go off at; None: not any more
        self._due_local = _datetime.datetime.min

    def check(self, dt: float) -> bool:
        """Whether the timer goes off on the bar that ends at `dt` (UTC days)."""
        now = num2date(dt)
        today = now.date()
        if now > self._session_end:
            self._session_end = self._next_session_end(now)
        if today > self._today:
            self._today = today
            self._due = None
            if self._allowed(today):
                self._schedule(_datetime.datetime.combine(today, self._when) + self.p.offset)
        if self._due is None or dt < self._due:
            return False
        self.lastwhen = self._due_local
        self._due = None
        if self.p.repeat:
            self._schedule_repeat(now)
        return True

    def _schedule(self, moment: _datetime.datetime) -> None:
        self._due_local = moment
        self._due = self._number(moment)

    def _schedule_repeat(self, now: _datetime.datetime) -> None:
        """Find the next moment after `now` (UTC) in the same session."""
        # Compat: counted on from local to UTC time, so that only in UTC the steps are those that
        # were asked for, tests/unit/test_timer.py::test_repeat_in_a_zone
        moment = self._due_local + self.p.repeat
        while moment <= min(now, self._session_end):
            moment += self.p.repeat
        if moment > self._session_end:
            return
        self._due = date2num(moment)
        self._due_local = self._local(self._due)

    def _allowed(self, today: _datetime.date) -> bool:
        params = self.p
        if params.monthdays and not self._monthdays.take(today.month, today.day):
            return False
        if params.weekdays:
            _, week, weekday = today.isocalendar()
            if not self._weekdays.take(week, weekday):
                return False
        return params.allow is None or bool(params.allow(today))

    def _local(self, dt: float) -> _datetime.datetime:
        """The moment `dt` on the clock of the timer, without a zone."""
        if self._isdata:
            local: _datetime.datetime = self._tzdata.num2date(dt)
            return local
        return num2date(dt, tz=self._tzdata)

    def _number(self, local: _datetime.datetime) -> float:
        if self._isdata:
            number: float = self._tzdata.date2num(local)
            return number
        return date2num(local, tz=self._tzdata)

    def _next_session_end(self, now: _datetime.datetime) -> _datetime.datetime:
        if self._isdata:
            closing: _datetime.datetime = self._tzdata._getnexteos()[0]
            return closing
        return _datetime.datetime.combine(now, _datetime.time.max)
