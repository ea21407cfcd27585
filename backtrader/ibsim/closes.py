"""When orders meet the end of a session, and when a day of the account begins.

Holidays and early closes are not known here; Saturdays and Sundays have no session.
"""

from __future__ import annotations

from datetime import date, timedelta

from .hours import hours_of
from .records import Instrument

__all__ = ["account_day", "calendar_day", "is_regular", "session_close"]

_EPOCH = date(1970, 1, 1)
_SATURDAY = 5
# the account's days are those of IBKR's home
_HOME = Instrument(0, "", sec_type="CRYPTO")


def session_close(instrument: Instrument, time_ms: int) -> int:
    """Return the end of the session that `time_ms` belongs to, in milliseconds of UTC.

    The instant of the close itself belongs to the session that it ends.
    """
    hours = hours_of(instrument)
    day = hours.trading_day(time_ms)
    while _is_weekend(day) or hours.regular(day)[1] < time_ms:
        day += 1
    return hours.regular(day)[1]


def is_regular(instrument: Instrument, time_ms: int) -> bool:
    """Return whether `time_ms` lies in regular hours, both ends included.

    Only stocks, options and indices have others.
    """
    if instrument.sec_type not in ("STK", "OPT", "IND"):
        return True
    hours = hours_of(instrument)
    return not _is_weekend(hours.trading_day(time_ms)) and hours.is_regular(time_ms)


def account_day(time_ms: int) -> int:
    """Return the day in New York as a count of days since 1970-01-01."""
    return hours_of(_HOME).trading_day(time_ms)


def calendar_day(time_ms: int) -> tuple[str, int]:
    """Return the date in New York as ``YYYYMMDD``, and when it ends in milliseconds of UTC."""
    day = account_day(time_ms)
    ends_ms = hours_of(_HOME).day_start(day + 1)
    return (_EPOCH + timedelta(days=day)).strftime("%Y%m%d"), ends_ms


def _is_weekend(day: int) -> bool:
    return (_EPOCH + timedelta(days=day)).weekday() >= _SATURDAY
