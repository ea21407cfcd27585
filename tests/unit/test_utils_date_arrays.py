"""Columns of dates give the numbers, bit for bit, that single dates give."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrader._kernels.dates import add_times, date_numbers, day_numbers, split_numbers
from backtrader.utils.date import date2num, num2date

FIELDS = ("year", "month", "day", "hour", "minute", "second", "microsecond")
MOMENTS = st.lists(st.datetimes(), min_size=1, max_size=50)


def columns(moments):
    return [np.array([getattr(at, field) for at in moments]) for field in FIELDS]


@given(MOMENTS)
def test_date_numbers_equal_date2num(moments):
    assert date_numbers(*columns(moments)).tolist() == [date2num(at) for at in moments]


@given(MOMENTS)
def test_day_numbers_are_ordinals(moments):
    assert day_numbers(*columns(moments)[:3]).tolist() == [at.toordinal() for at in moments]


@given(st.lists(st.datetimes(min_value=datetime.datetime(3, 1, 1)), min_size=1, max_size=50))
def test_split_numbers_equals_num2date(moments):
    # The last moments of year 9999 round up to a day that has no date.
    numbers = np.array([x for x in map(date2num, moments) if x < 3652060.0] or [1000.0])
    parts = zip(*(part.tolist() for part in split_numbers(numbers)), strict=True)
    found = [
        datetime.datetime.min + datetime.timedelta(days - 1, seconds, microseconds)
        for days, seconds, microseconds in parts
    ]
    assert found == [num2date(x) for x in numbers.tolist()]


@pytest.mark.parametrize("ordinal", [719163, 732312, 740000])
def test_every_second_of_a_day(ordinal):
    second = np.arange(86400)
    start = datetime.datetime.fromordinal(ordinal)
    expected = [date2num(start + datetime.timedelta(seconds=int(n))) for n in second]
    found = add_times(ordinal, second // 3600, second // 60 % 60, second % 60)
    assert found.tolist() == expected


def test_dates_without_times():
    assert date_numbers([2016, 2017], [7, 1], [1, 1]).tolist() == [736146.0, 736330.0]


def test_one_time_for_all_dates():
    found = date_numbers([2006, 2006], 1, [2, 3], 17, 30)
    expected = [date2num(datetime.datetime(2006, 1, day, 17, 30)) for day in (2, 3)]
    assert found.tolist() == expected
