"""Trading calendars: which days are traded, and from when to when."""

from __future__ import annotations

import datetime as _datetime
from typing import Any

from .errors import MissingDependencyError
from .metabase import ParamsBase
from .utils import UTC
from .utils.dateintern import TIME_MAX, TIME_MIN

__all__ = ["PandasMarketCalendar", "TradingCalendar", "TradingCalendarBase"]

# As `datetime.date.weekday` and `isoweekday` count.
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
WEEKEND = [SATURDAY, SUNDAY]
(
    ISONODAY,
    ISOMONDAY,
    ISOTUESDAY,
    ISOWEDNESDAY,
    ISOTHURSDAY,
    ISOFRIDAY,
    ISOSATURDAY,
    ISOSUNDAY,
) = range(8)
ISOWEEKEND = [ISOSATURDAY, ISOSUNDAY]
ONEDAY = _datetime.timedelta(days=1)

Session = tuple[_datetime.datetime, _datetime.datetime]


def _date(day: _datetime.date) -> _datetime.date:
    """A date, or that of a datetime."""
    return day.date() if isinstance(day, _datetime.datetime) else day


class TradingCalendarBase(ParamsBase):
    """Base of the calendars: a subclass writes `_nextday` and `schedule`, the rest follows from
    them.
    """

    def _nextday(self, day: Any) -> tuple[Any, Any]:
        """Return the trading day that follows `day` (date or datetime), and its ISO (year, week,
        weekday).
        """
        raise NotImplementedError

    def schedule(self, day: _datetime.datetime, tz: Any = None) -> Session:
        """Return when the session that `day` falls into opens and closes, as naive UTC datetimes.

        Parameters
        ----------
        day
            A moment, naive UTC.
        tz
            Time zone of the market, with ``localize``; default UTC.
        """
        raise NotImplementedError

    def nextday(self, day: Any) -> Any:
        """Return the trading day that follows `day`."""
        return self._nextday(day)[0]

    def nextday_week(self, day: Any) -> int:
        """Return the ISO number of the week of the trading day that follows `day`."""
        week: int = self._nextday(day)[1][1]
        return week

    def last_weekday(self, day: Any) -> bool:
        """Whether no further day of the week of `day` is traded."""
        return tuple(day.isocalendar())[:2] != tuple(self._nextday(day)[1])[:2]

    def last_monthday(self, day: Any) -> bool:
        """Whether no further day of the month of `day` is traded."""
        following = self._nextday(day)[0]
        return bool((day.year, day.month) != (following.year, following.month))

    def last_yearday(self, day: Any) -> bool:
        """Whether no further day of the year of `day` is traded."""
        return bool(day.year != self._nextday(day)[0].year)


class TradingCalendar(TradingCalendarBase):
    """A calendar told in full by its parameters.

    Parameters
    ----------
    open, close : time.min, 23:59:59.999990
        Times of day between which a regular session runs.
    holidays : []
        Dates that are not traded.
    earlydays : []
        Sessions with times of their own: (date, open, close) tuples.
    offdays : [6, 7]
        Days of the week that are not traded; 1 is Monday.
    """

    params: Any = {
        "open": TIME_MIN,
        "close": TIME_MAX,
        "holidays": [],
        "earlydays": [],
        "offdays": ISOWEEKEND,
    }

    p: Any

    def __init__(self) -> None:
        self._earlydays = [entry[0] for entry in self.p.earlydays]
        self._holidays = {_date(day) for day in self.p.holidays}
        self._early = {_date(day): (opening, closing) for day, opening, closing in self.p.earlydays}

    def _nextday(self, day: Any) -> tuple[Any, Any]:
        following = day + ONEDAY
        while following.isoweekday() in self.p.offdays or _date(following) in self._holidays:
            following += ONEDAY
        return following, following.isocalendar()

    def schedule(self, day: _datetime.datetime, tz: Any = None) -> Session:
        """Return when the session of the date of `day` opens and closes; the next one where that is
        over.

        Parameters
        ----------
        day
            A moment, naive UTC; its date is that of the session.
        tz
            Time zone that the times of the calendar are in, with ``localize``; default UTC.

        Returns
        -------
        Naive UTC datetimes.
        """
        date = _date(day)
        moment = day if isinstance(day, _datetime.datetime) else _datetime.datetime.min
        while True:
            opening, closing = self._session(date, tz)
            if moment <= closing:
                return opening, closing
            date = self.nextday(date)

    def _session(self, date: _datetime.date, tz: Any) -> Session:
        times = self._early.get(date, (self.p.open, self.p.close))
        opening, closing = (_utc(_datetime.datetime.combine(date, time), tz) for time in times)
        return opening, closing


def _utc(moment: _datetime.datetime, tz: Any) -> _datetime.datetime:
    """`moment`, naive in `tz`, as a naive UTC datetime."""
    if tz is None:
        return moment
    utc: _datetime.datetime = tz.localize(moment).astimezone(UTC).replace(tzinfo=None)
    return utc


class PandasMarketCalendar(TradingCalendarBase):
    """A calendar of the package ``pandas_market_calendars``.

    Parameters
    ----------
    calendar : None
        One of its calendars, or the name of one.
    cachesize : 365
        Days of which the sessions are asked for at a time.
    """

    params: Any = {"calendar": None, "cachesize": 365}

    p: Any

    def __init__(self) -> None:
        self._calendar = _market_calendar(self.p.calendar)
        self._sessions: list[tuple[_datetime.date, _datetime.datetime, _datetime.datetime]] = []
        self._known: tuple[_datetime.date, _datetime.date] | None = None

    def _from(self, date: _datetime.date) -> Any:
        """Yield the sessions from `date` on, as (date, opening, closing)."""
        while True:
            if self._known is None or not self._known[0] <= date <= self._known[1]:
                self._fetch(date)
            assert self._known is not None
            yield from (session for session in self._sessions if session[0] >= date)
            date = self._known[1] + ONEDAY

    def _fetch(self, date: _datetime.date) -> None:
        # at least a fortnight: no market is closed for longer in a regular year
        last = date + max(self.p.cachesize, 14) * ONEDAY
        table = self._calendar.schedule(start_date=date, end_date=last)
        self._sessions = [
            (day.date(), _naive_utc(opening), _naive_utc(closing))
            for day, opening, closing in zip(
                table.index, table["market_open"], table["market_close"], strict=True
            )
        ]
        self._known = date, last

    def _nextday(self, day: Any) -> tuple[Any, Any]:
        date = _date(day)
        following = next(session[0] for session in self._from(date + ONEDAY))
        moved = day + (following - date)
        return moved, moved.isocalendar()

    def schedule(self, day: _datetime.datetime, tz: Any = None) -> Session:
        """Return when the session of the date of `day` opens and closes; the next one where that is
        over.

        Parameters
        ----------
        day
            A moment, naive UTC; its date is that of the session.
        tz
            Not looked at: the calendar knows the time zone of its market.

        Returns
        -------
        Naive UTC datetimes.
        """
        moment = day if isinstance(day, _datetime.datetime) else _datetime.datetime.min
        opening, closing = next(
            session[1:] for session in self._from(_date(day)) if moment <= session[2]
        )
        return opening, closing


def _market_calendar(calendar: Any) -> Any:
    if not isinstance(calendar, str):
        return calendar
    try:
        import pandas_market_calendars  # type: ignore[import-not-found]
    except ImportError as error:
        raise MissingDependencyError("PandasMarketCalendar", "pandas_market_calendars") from error
    return pandas_market_calendars.get_calendar(calendar)


def _naive_utc(stamp: Any) -> _datetime.datetime:
    """A pandas timestamp, aware or UTC, as a naive UTC datetime."""
    moment: _datetime.datetime = stamp.to_pydatetime()
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
