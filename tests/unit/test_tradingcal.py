"""Trading days, last days of weeks, months and years, and sessions."""

import datetime

import pytest

from backtrader.tradingcal import TradingCalendar, TradingCalendarBase
from backtrader.utils import tzparse

date, moment, time = datetime.date, datetime.datetime, datetime.time

CALENDAR = TradingCalendar(
    open=time(9, 30),
    close=time(16),
    holidays=[date(2016, 3, 25), date(2016, 12, 30)],
    earlydays=[(date(2016, 3, 24), time(10), time(14, 30))],
)


def test_next_day_leaves_holidays_and_weekends_out():
    assert CALENDAR.nextday(date(2016, 3, 24)) == date(2016, 3, 28)
    assert CALENDAR.nextday(moment(2016, 3, 24, 17)) == moment(2016, 3, 28, 17)
    assert CALENDAR.nextday_week(date(2016, 3, 24)) == 13


@pytest.mark.parametrize(
    ("day", "week", "month", "year"),
    [
        (date(2016, 3, 23), False, False, False),
        (date(2016, 3, 24), True, False, False),
        (date(2016, 3, 31), False, True, False),
        (date(2016, 12, 29), True, True, True),
    ],
)
def test_last_days(day, week, month, year):
    assert CALENDAR.last_weekday(day) is week
    assert CALENDAR.last_monthday(day) is month
    assert CALENDAR.last_yearday(day) is year


@pytest.mark.parametrize(
    ("now", "opening", "closing"),
    [
        (moment(2016, 3, 23, 8), moment(2016, 3, 23, 9, 30), moment(2016, 3, 23, 16)),
        (moment(2016, 3, 23, 16), moment(2016, 3, 23, 9, 30), moment(2016, 3, 23, 16)),
        (moment(2016, 3, 23, 16, 1), moment(2016, 3, 24, 10), moment(2016, 3, 24, 14, 30)),
        (moment(2016, 3, 24, 15), moment(2016, 3, 28, 9, 30), moment(2016, 3, 28, 16)),
    ],
)
def test_session(now, opening, closing):
    assert CALENDAR.schedule(now) == (opening, closing)


def test_session_in_a_time_zone():
    eastern = tzparse("US/Eastern")
    session = CALENDAR.schedule(moment(2016, 3, 23, 8), eastern)
    assert session == (moment(2016, 3, 23, 13, 30), moment(2016, 3, 23, 20))


def test_own_calendar_needs_the_next_day_alone():
    class EveryThirdDay(TradingCalendarBase):
        def _nextday(self, day):
            following = day + datetime.timedelta(days=3)
            return following, following.isocalendar()

    assert EveryThirdDay().last_monthday(date(2016, 1, 29))
    with pytest.raises(NotImplementedError):
        EveryThirdDay().schedule(moment(2016, 1, 1))
