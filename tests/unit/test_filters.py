"""Filters that add, drop, split or change bars; the expected ones were read off the original
package.
"""

import datetime

import pytest

from backtrader.dataseries import TimeFrame
from backtrader.feed import DataBase
from backtrader.filters import (
    BarReplayer_Open,
    CalendarDays,
    DaySplitter_Close,
    HeikinAshi,
    SessionFiller,
    SessionFilter,
    SessionFilterSimple,
)
from backtrader.utils import date2num, num2date

moment = datetime.datetime


class Listed(DataBase):
    """Delivers the rows in `dataname`: moment, open, high, low, close, volume."""

    def start(self):
        super().start()
        self.taken = 0

    def _load(self):
        if self.taken >= len(self.p.dataname):
            return False
        when, *values = self.p.dataname[self.taken]
        self.taken += 1
        self.lines.datetime[0] = date2num(when)
        for name, value in zip(("open", "high", "low", "close", "volume"), values, strict=True):
            getattr(self.lines, name)[0] = value
        self.lines.openinterest[0] = 0.0
        return True


def bar(*when, close=10.0):
    return (moment(*when), 9.0, 12.0, 8.0, close, 101.0)


def listed(rows, **kwargs):
    return Listed(dataname=rows, name="x", **kwargs)


def preloaded(feed, *names):
    feed._start()
    feed.preload()
    columns = [feed.lines.datetime.array, *(getattr(feed.lines, name).array for name in names)]
    return [(f"{num2date(when):%d %H:%M}", *values) for when, *values in zip(*columns, strict=True)]


SESSION = {
    "timeframe": TimeFrame.Minutes,
    "compression": 30,
    "sessionstart": datetime.time(9),
    "sessionend": datetime.time(10),
}


@pytest.mark.parametrize("simple", [True, False])
def test_outside_of_the_session_goes(simple):
    feed = listed(
        [bar(2020, 1, 2, 8, 59), bar(2020, 1, 2, 9), bar(2020, 1, 2, 10), bar(2020, 1, 2, 10, 1)],
        **SESSION,
    )
    if simple:
        feed.addfilter_simple(SessionFilterSimple)
    else:
        feed.addfilter(SessionFilter)
    assert preloaded(feed) == [("02 09:00",), ("02 10:00",)]


def test_gaps_in_a_session_are_filled():
    feed = listed([bar(2020, 1, 2, 9, 30), bar(2020, 1, 3, 9, 30, close=11.0)], **SESSION)
    feed.addfilter(SessionFiller, fill_vol=0.0)
    assert preloaded(feed, "close", "volume") == [
        ("02 09:30", 10.0, 101.0),
        ("02 10:00", 10.0, 0.0),
        ("03 09:00", 10.0, 0.0),
        ("03 09:30", 11.0, 101.0),
    ]


@pytest.mark.parametrize(("price", "filled"), [(5.0, 5.0), (0, 10.0), (None, 10.0), (-1, 10.0)])
def test_days_without_a_bar_are_filled(price, filled):
    feed = listed([bar(2020, 1, 3), bar(2020, 1, 6, close=11.0)])
    feed.addfilter(CalendarDays, fill_price=price)
    assert preloaded(feed, "close") == [
        ("03 00:00", 10.0),
        ("04 00:00", filled),
        ("05 00:00", filled),
        ("06 00:00", filled),
        ("06 00:00", 11.0),
    ]


def test_heikin_ashi():
    feed = listed([bar(2020, 1, 2), bar(2020, 1, 3, close=11.0)])
    feed.addfilter(HeikinAshi)
    assert preloaded(feed, "open", "high", "low", "close") == [
        ("02 00:00", 9.5, 12.0, 8.0, 9.75),
        ("03 00:00", 9.625, 12.0, 8.0, 10.0),
    ]


def test_day_is_split():
    feed = listed([bar(2020, 1, 2)], sessionstart=datetime.time(9), sessionend=datetime.time(17))
    feed.addfilter(DaySplitter_Close)
    assert preloaded(feed, "open", "high", "low", "close", "volume") == [
        ("02 09:00", 9.0, 12.0, 8.0, 29.0 / 3.0, 50.0),
        ("02 17:00", 10.0, 10.0, 10.0, 10.0, 51.0),
    ]


def test_bar_is_shown_in_two_steps():
    feed = listed([bar(2020, 1, 2), bar(2020, 1, 3, close=11.0)])
    feed.addfilter(BarReplayer_Open)
    feed._start()
    shown = []
    while feed.load():
        shown.append((feed.taken, len(feed), feed.lines.close[0], feed.lines.volume[0]))
    assert shown == [(1, 1, 9.0, 0.0), (2, 1, 10.0, 101.0), (2, 2, 9.0, 0.0)]
    feed._last()
    assert list(feed.lines.close.array) == [10.0, 11.0]


def test_two_filters_in_a_row():
    feed = listed([bar(2020, 1, 2)], sessionstart=datetime.time(9), sessionend=datetime.time(17))
    feed.addfilter(DaySplitter_Close)
    feed.addfilter_simple(lambda data: data.datetime.time() == datetime.time(9))
    assert preloaded(feed) == [("02 17:00",)]
