"""Lengths of history, and how they are split into requests."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrader import TimeFrame
from backtrader.stores._ib import backfill, durations

JANUARY = datetime.datetime(2016, 1, 31, 10, 30)
LEAP_DAY = datetime.datetime(2016, 2, 29)
NOON = 1_788_264_000  # 2026-09-01 12:00 UTC
EASTERN = "America/New_York"


# recorded from upstream
@pytest.mark.parametrize(
    ("timeframe", "compression", "size", "longest", "count"),
    [
        ("Ticks", 1, None, None, 0),
        ("MicroSeconds", 1, None, None, 0),
        ("Seconds", 1, "1 secs", "1800 S", 8),
        ("Seconds", 2, "2 secs", None, 0),
        ("Seconds", 5, "5 secs", "7200 S", 10),
        ("Seconds", 10, "10 secs", "10800 S", 11),
        ("Seconds", 15, "15 secs", "14400 S", 12),
        ("Seconds", 30, "30 secs", "28800 S", 13),
        ("Seconds", 60, "60 secs", None, 0),
        ("Minutes", 1, "1 min", "1 D", 14),
        ("Minutes", 2, "2 mins", "2 D", 14),
        ("Minutes", 3, "3 mins", "1 W", 14),
        ("Minutes", 4, "4 mins", None, 0),
        ("Minutes", 5, "5 mins", "1 W", 13),
        ("Minutes", 10, "10 mins", "1 W", 12),
        ("Minutes", 15, "15 mins", "2 W", 12),
        ("Minutes", 20, "20 mins", "2 W", 11),
        ("Minutes", 30, "30 mins", "1 M", 11),
        ("Minutes", 60, "1 hour", "1 M", 10),
        ("Minutes", 90, "90 mins", None, 0),
        ("Minutes", 120, "2 hours", "1 M", 9),
        ("Minutes", 180, "3 hours", "1 M", 8),
        ("Minutes", 240, "4 hours", "1 M", 7),
        ("Minutes", 300, "5 hours", None, 0),
        ("Minutes", 480, "8 hours", "1 M", 6),
        ("Days", 1, "1 day", "1 Y", 16),
        ("Days", 2, "2 day", None, 0),
        ("Weeks", 1, "1 W", "1 Y", 14),
        ("Weeks", 2, "2 W", None, 0),
        ("Months", 1, "1 M", "1 Y", 12),
        ("Months", 2, "2 M", None, 0),
        ("Years", 1, None, None, 0),
    ],
)
def test_words_of_tws(timeframe, compression, size, longest, count):
    frame = TimeFrame.TFrame(timeframe)
    assert durations.tfcomp_to_size(frame, compression) == size
    assert durations.getmaxduration(frame, compression) == longest
    found = durations.getdurations(frame, compression)
    assert len(found) == count
    assert not found or found[-1] == longest


# recorded from upstream
def test_all_durations_of_a_bar():
    assert durations.getdurations(TimeFrame.Minutes, 5) == [
        *("300 S", "600 S", "900 S", "1200 S", "1800 S", "3600 S", "7200 S", "10800 S"),
        *("14400 S", "28800 S", "1 D", "2 D", "1 W"),
    ]


# recorded from upstream
@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        (JANUARY, "30 S", "2016-01-31 10:30:30"),
        (JANUARY, "14400 S", "2016-01-31 14:30:00"),
        (JANUARY, "1 D", "2016-02-01 10:30:00"),
        (JANUARY, "2 W", "2016-02-14 10:30:00"),
        (JANUARY, "2 M", "2016-03-31 10:30:00"),
        (JANUARY, "11 M", "2016-12-31 10:30:00"),
        (JANUARY, "12 M", "2017-01-31 10:30:00"),
        (JANUARY, "3 Y", "2019-01-31 10:30:00"),
        (JANUARY, "5 X", "2016-01-31 10:30:00"),
        (LEAP_DAY, "1 M", "2016-03-29 00:00:00"),
        (LEAP_DAY, "13 M", "2017-03-29 00:00:00"),
    ],
)
def test_moment_after_a_duration(start, duration, end):
    assert str(durations.dt_plus_duration(start, duration)) == end


# upstream raises ValueError here
@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        (JANUARY, "1 M", "2016-02-29 10:30:00"),
        (JANUARY, "13 M", "2017-02-28 10:30:00"),
        (LEAP_DAY, "1 Y", "2017-02-28 00:00:00"),
    ],
)
def test_month_without_the_day(start, duration, end):
    assert str(durations.dt_plus_duration(start, duration)) == end


@pytest.mark.parametrize(
    ("seconds", "duration"),
    [
        (1, "60 S"),
        (60, "60 S"),
        (61, "120 S"),
        (28801, "1 D"),
        (86400, "1 D"),
        (86401, "2 D"),
        (8 * 86400, "2 W"),
        (40 * 86400, "2 M"),
        (360 * 86400, "1 Y"),
        (900 * 86400, "1 Y"),
    ],
)
def test_shortest_duration(seconds, duration):
    end = JANUARY + datetime.timedelta(seconds=seconds)
    assert durations.calcduration(JANUARY, end) == duration
    assert durations.histduration(end, JANUARY) == duration


def test_durations_one_after_the_other():
    end = datetime.datetime(2018, 2, 15, 10, 30)
    assert durations.calcdurations(JANUARY, end) == ["1 Y", "1 Y", "1 M"]
    assert durations.calcdurations(end, JANUARY) == []


BARS = [
    *((TimeFrame.Minutes, n) for n in (1, 2, 3, 5, 10, 15, 30, 60, 120, 180, 240, 480)),
    *((frame, 1) for frame in (TimeFrame.Days, TimeFrame.Weeks, TimeFrame.Months)),
]


@pytest.mark.parametrize(("timeframe", "compression"), BARS)
def test_no_period_has_more_than_1000_bars(timeframe, compression):
    bar = durations.bar_for(timeframe, compression)
    assert bar.count == 1
    assert [seconds for _, seconds in bar.periods] == sorted(s for _, s in bar.periods)
    for text, seconds in bar.periods:
        # a month of 31 days, a quarter of 92: three days more than is surely in it
        assert (seconds + 3 * 86400 * text.endswith(("m", "y"))) / bar.seconds <= 1000


# IBKR's table of the bars that a period allows: period, shortest and longest bar
ALLOWED = [("1h", 60, 28800), ("8h", 60, 28800), ("1d", 60, 28800), ("1w", 600, 604800)]
ALLOWED += [("1m", 3600, 2678400), ("3m", 7200, 2678400), ("6m", 14400, 2678400)]
ALLOWED += [("1y", 28800, 2678400), ("2y", 86400, 2678400), ("15y", 604800, 2678400)]


@pytest.mark.parametrize(("timeframe", "compression"), BARS)
def test_periods_are_allowed_with_the_bar(timeframe, compression):
    bar = durations.bar_for(timeframe, compression)
    limits = {period: (shortest, longest) for period, shortest, longest in ALLOWED}
    for text, _ in bar.periods:
        if text in limits:
            shortest, longest = limits[text]
            assert shortest <= bar.seconds <= longest


@pytest.mark.parametrize(
    ("compression", "text", "count"), [(4, "2min", 2), (7, "1min", 7), (20, "10min", 2)]
)
def test_minutes_that_ibkr_has_not_are_put_together(compression, text, count):
    bar = durations.bar_for(TimeFrame.Minutes, compression)
    assert (bar.text, bar.count) == (text, count)


@pytest.mark.parametrize(
    ("timeframe", "compression"),
    [(TimeFrame.Ticks, 1), (TimeFrame.Seconds, 5), (TimeFrame.Days, 2), (TimeFrame.Years, 1)],
)
def test_bars_that_history_has_not(timeframe, compression):
    assert durations.bar_for(timeframe, compression) is None


@given(st.sampled_from(BARS), st.integers(1, 4 * 365 * 86400))
def test_windows_leave_nothing_out(size, length):
    bar = durations.bar_for(*size)
    length = min(length, 500 * bar.seconds * 20)
    seconds = dict(bar.periods)
    reached = NOON - length
    for window in durations.windows(bar, NOON - length, NOON):
        assert window.begin == reached
        # the period reaches back over the bar before, whichever side of an edge is taken in
        assert window.end - seconds[window.period] <= window.begin - bar.seconds
        reached = window.end
    assert reached == NOON


def test_no_window_for_no_time():
    bar = durations.bar_for(TimeFrame.Minutes, 1)
    assert list(durations.windows(bar, NOON, NOON)) == []


def test_history_up_to_the_last_full_minute():
    now = NOON + 7 * 60 + 20.5
    assert backfill.parts(TimeFrame.Minutes, 5, NOON - 3600, now) == [
        backfill.Part(TimeFrame.Minutes, 5, NOON - 3600, NOON + 300),
        backfill.Part(TimeFrame.Minutes, 1, NOON + 300, NOON + 420),
    ]
    assert backfill.minute_after(now) == NOON + 480
    assert backfill.minute_after(NOON) == NOON + 60


def test_day_under_way_is_put_together_from_minutes():
    midnight = NOON - 8 * 3600  # 04:00 UTC
    assert backfill.parts(TimeFrame.Days, 1, midnight - 86400, NOON, EASTERN) == [
        backfill.Part(TimeFrame.Days, 1, midnight - 86400, midnight),
        backfill.Part(TimeFrame.Minutes, 1, midnight, NOON),
    ]


def test_week_under_way_is_put_together_from_days_and_minutes():
    today = NOON - 8 * 3600
    monday = today - 86400  # 2026-09-01 is a Tuesday
    assert backfill.parts(TimeFrame.Weeks, 1, monday - 7 * 86400, NOON, EASTERN) == [
        backfill.Part(TimeFrame.Weeks, 1, monday - 7 * 86400, monday),
        backfill.Part(TimeFrame.Days, 1, monday, today),
        backfill.Part(TimeFrame.Minutes, 1, today, NOON),
    ]


def test_gap_within_a_minute_needs_no_history_yet():
    assert backfill.parts(TimeFrame.Minutes, 1, NOON, NOON + 30.0) == []


def test_no_parts_of_what_history_has_not():
    with pytest.raises(ValueError, match="history"):
        backfill.parts(TimeFrame.Seconds, 5, NOON, NOON + 60)


@pytest.mark.parametrize(
    ("timeframe", "compression", "back_s"),
    [
        (TimeFrame.Minutes, 1, 86400),
        (TimeFrame.Minutes, 5, 7 * 86400),
        (TimeFrame.Minutes, 30, 31 * 86400),
        (TimeFrame.Days, 1, 366 * 86400),
    ],
)
def test_history_begins_where_one_request_of_tws_would(timeframe, compression, back_s):
    assert backfill.beginning(timeframe, compression, NOON) == NOON - back_s


def test_a_day_back_from_monday_is_friday():
    monday = NOON - 86400
    assert backfill.beginning(TimeFrame.Minutes, 1, monday) == monday - 3 * 86400
