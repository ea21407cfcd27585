"""Larger bars out of smaller ones; the expected bars were read off the original package."""

import datetime

import pytest

from backtrader.dataseries import TimeFrame
from backtrader.feed import DataBase
from backtrader.tradingcal import TradingCalendar
from backtrader.utils import date2num, num2date

START = datetime.datetime(2020, 1, 2, 9, 1)


class Listed(DataBase):
    """Delivers the moments in `dataname`; the close counts the bars and each has a volume of 1."""

    def start(self):
        super().start()
        self.taken = 0

    def _load(self):
        if self.taken >= len(self.p.dataname):
            return False
        self.lines.datetime[0] = date2num(self.p.dataname[self.taken])
        self.taken += 1
        for line in (self.lines.open, self.lines.high, self.lines.low, self.lines.close):
            line[0] = self.taken
        self.lines.volume[0] = 1.0
        self.lines.openinterest[0] = 0.0
        return True


def every(count, start=START, **step):
    return [start + datetime.timedelta(**step) * index for index in range(count)]


def delivered(moments, source, replay=False, feed_kwargs=None, **kwargs):
    """(bars of the source taken, length, time, volume) at each delivery, then the bars that come
    last.
    """
    feed = Listed(dataname=moments, timeframe=source, **(feed_kwargs or {}))
    (feed.replay if replay else feed.resample)(**kwargs)
    feed._start()
    bars = []
    while feed.load():
        bars.append(
            (
                feed.taken,
                len(feed),
                f"{num2date(feed.lines.datetime[0]):%d %H:%M:%S}",
                feed.lines.volume[0],
            )
        )
    length = feed.buflen()
    feed._last()
    late = range(length, feed.buflen())
    times, volumes = feed.lines.datetime.array, feed.lines.volume.array
    return bars, [(f"{num2date(times[i]):%d %H:%M:%S}", volumes[i]) for i in late]


def minutes(**kwargs):
    return delivered(every(14, minutes=1), TimeFrame.Minutes, timeframe=TimeFrame.Minutes, **kwargs)


def test_minutes_end_at_edges():
    bars, late = minutes(compression=5)
    assert bars == [(5, 1, "02 09:05:00", 5), (10, 2, "02 09:10:00", 5)]
    assert late == [("02 09:15:00", 4)]


@pytest.mark.parametrize(
    ("options", "time"),
    [({"adjbartime": False}, "02 09:14:00"), ({"rightedge": False}, "02 09:10:00")],
)
def test_time_of_the_last_bar(options, time):
    bars, late = minutes(compression=5, **options)
    assert [bar[2] for bar in bars] == ["02 09:05:00", "02 09:10:00"]
    assert late == [(time, 4)]


def test_edges_put_off():
    bars, _ = minutes(compression=5, boundoff=1)
    assert [bar[2:] for bar in bars] == [("02 09:04:00", 4), ("02 09:09:00", 5), ("02 09:14:00", 5)]


def test_counted_units_instead_of_edges():
    bars, late = minutes(compression=5, bar2edge=False)
    assert bars == [(5, 1, "02 09:05:00", 5), (8, 2, "02 09:07:00", 2), (10, 3, "02 09:10:00", 3)]
    assert late == [("02 09:14:00", 4)]


def test_bar_past_the_edge_waits_for_the_next_one():
    moments = every(9, datetime.datetime(2020, 1, 2, 9, 0, 30), seconds=17)
    bars, late = delivered(moments, TimeFrame.Ticks, timeframe=TimeFrame.Minutes)
    assert bars == [(3, 1, "02 09:01:00", 2), (7, 2, "02 09:02:00", 4)]
    assert late == [("02 09:03:00", 3)]


def test_midnight_inside_a_session():
    moments = every(53, datetime.datetime(2020, 1, 2, 9, 10), minutes=20)
    bars, _ = delivered(
        moments,
        TimeFrame.Minutes,
        timeframe=TimeFrame.Minutes,
        compression=60,
        feed_kwargs={"sessionend": datetime.time(17, 30)},
    )
    # the hour before midnight and the one after it are one bar: edges are times of day
    assert [bar[2:] for bar in bars if bar[0] in (26, 43, 49)] == [
        ("02 17:30:00", 2),
        ("02 23:00:00", 3),
        ("03 01:00:00", 6),
    ]


def test_days_out_of_minutes_end_with_the_session():
    moments = every(13, datetime.datetime(2020, 1, 2, 9, 0, 30), hours=5)
    session = {"sessionend": datetime.time(17, 30)}
    bars, late = delivered(
        moments, TimeFrame.Minutes, timeframe=TimeFrame.Days, feed_kwargs=session
    )
    assert bars == [(3, 1, "02 17:30:00", 2), (8, 2, "03 17:30:00", 5), (13, 3, "04 17:30:00", 5)]
    assert late == [("04 17:30:00", 1)]


def days(count):
    return every(count, datetime.datetime(2020, 1, 2, 23, 59, 59), days=1)


def test_weeks_and_months_keep_the_time_of_their_last_day():
    bars, _ = delivered(days(14), TimeFrame.Days, timeframe=TimeFrame.Weeks)
    assert bars == [(5, 1, "05 23:59:59", 4), (12, 2, "12 23:59:59", 7)]
    bars, late = delivered(days(40), TimeFrame.Days, timeframe=TimeFrame.Months)
    assert bars == [(31, 1, "31 23:59:59", 30)]
    assert late == [("10 23:59:59", 10)]


def test_bars_of_days_are_counted():
    bars, late = delivered(days(8), TimeFrame.Days, timeframe=TimeFrame.Days, compression=3)
    assert [bar[::3] for bar in bars] == [(3, 3), (6, 3)]
    assert [volume for _, volume in late] == [2]


def test_calendar_ends_the_week_on_its_last_trading_day():
    calendar = TradingCalendar(holidays=[datetime.date(2020, 1, 10)])
    bars, _ = delivered(
        [moment for moment in days(11) if moment.isoweekday() < 5],
        TimeFrame.Days,
        timeframe=TimeFrame.Weeks,
        feed_kwargs={"calendar": calendar},
    )
    assert bars[-1] == (5, 1, "09 23:59:59", 5)


@pytest.mark.parametrize("takelate", [True, False])
def test_late_ticks(takelate):
    moments = every(6, minutes=1)
    moments[5] = moments[3]
    moments += every(3, START + datetime.timedelta(minutes=6), minutes=1)
    bars, late = delivered(
        moments, TimeFrame.Minutes, timeframe=TimeFrame.Minutes, compression=5, takelate=takelate
    )
    assert [bar[3] for bar in bars] == [5]
    assert [volume for _, volume in late] == [4 if takelate else 3]


def test_replay_shows_the_bar_grow():
    bars, _ = minutes(compression=5, replay=True)
    assert [bar[1] for bar in bars] == [1] * 5 + [2] * 5 + [3] * 4
    assert [bar[3] for bar in bars] == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4]


def test_replay_shows_the_bar_once_more_with_its_time():
    moments = every(3, START, minutes=3)
    bars, _ = delivered(
        moments,
        TimeFrame.Minutes,
        replay=True,
        timeframe=TimeFrame.Minutes,
        compression=5,
        adjbartime=True,
    )
    assert bars == [
        (1, 1, "02 09:01:00", 1),
        (2, 1, "02 09:04:00", 2),
        (3, 1, "02 09:05:00", 2),
        (3, 2, "02 09:07:00", 1),
    ]
