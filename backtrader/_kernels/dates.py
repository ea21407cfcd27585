"""Dates as day numbers, a column at a time.

All arrays have shape ``(n,)``; numbers are float64 days as ``utils.dateintern.date2num`` counts
them, and equal to its results bit for bit.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_MICROSECONDS_PER_DAY = 86400e6
# Days from 1 January of year 1, the number 1.0, to 1 January 1970, which numpy counts from.
_EPOCH = 719163


def day_numbers(year: ArrayLike, month: ArrayLike, day: ArrayLike) -> NDArray[np.int64]:
    """Return the proleptic Gregorian ordinals of dates, as ``datetime.date.toordinal``.

    Parameters
    ----------
    year, month, day
        Integers; they are not checked, so that a 31 February counts as 3 March or 2 March.
    """
    months = (np.asarray(year, np.int64) - 1970) * 12 + (np.asarray(month, np.int64) - 1)
    first = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
    return first + np.asarray(day, np.int64) + (_EPOCH - 1)


def date_numbers(
    year: ArrayLike,
    month: ArrayLike,
    day: ArrayLike,
    hour: ArrayLike = 0,
    minute: ArrayLike = 0,
    second: ArrayLike = 0,
    microsecond: ArrayLike = 0,
) -> NDArray[np.float64]:
    """Return the numbers of naive dates and times given by their fields.

    Parameters
    ----------
    year, month, day, hour, minute, second, microsecond
        Integers, ``(n,)`` or scalars; they are not checked.
    """
    return add_times(day_numbers(year, month, day), hour, minute, second, microsecond)


def add_times(
    days: ArrayLike,
    hour: ArrayLike = 0,
    minute: ArrayLike = 0,
    second: ArrayLike = 0,
    microsecond: ArrayLike = 0,
) -> NDArray[np.float64]:
    """Return day ordinals with times of day added, rounded once.

    Parameters
    ----------
    days
        Ordinals, ``(n,)`` or a scalar.
    hour, minute, second, microsecond
        Integers, ``(n,)`` or scalars; they are not checked.
    """
    total = np.asarray(days, np.float64)
    lost: NDArray[np.float64] = np.zeros(1)
    for value, units_per_day in (
        (hour, 24.0),
        (minute, 1440.0),
        (second, 86400.0),
        (microsecond, _MICROSECONDS_PER_DAY),
    ):
        units = np.asarray(value)
        if not units.any():
            continue
        # Knuth's two-sum: what each addition rounds away is kept and added at the end, so that only
        # the result is rounded. math.fsum does as much for date2num, and plain sums differ from it.
        term = units / units_per_day
        raised = total + term
        share = raised - total
        lost = lost + ((total - (raised - share)) + (term - share))
        total = raised
    return np.atleast_1d(total + lost)


def split_numbers(
    numbers: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return day ordinals, seconds of the day and microseconds, as ``num2date`` finds them.

    Parameters
    ----------
    numbers
        From 512.0 on (year 2); before that the last microsecond may differ from ``num2date``.
    """
    days = numbers.astype(np.int64)
    seconds_of_day = (numbers - days) * 86400.0
    seconds = seconds_of_day.astype(np.int64)
    microseconds = ((seconds_of_day - seconds) * 1e6).astype(np.int64)
    full = microseconds > 999990
    seconds += full
    microseconds[full | (microseconds < 10)] = 0
    days += seconds // 86400
    return days, seconds % 86400, microseconds
