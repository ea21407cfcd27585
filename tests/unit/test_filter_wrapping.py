"""Feeds that deliver another feed with fewer or more bars."""

import datetime
import math

import pytest

from backtrader import Cerebro, Strategy, TimeFrame
from backtrader.errors import ParameterError
from backtrader.feeds import BlazeData
from backtrader.filters import DataFiller, DataFilter
from backtrader.utils import UTC

MODES = [{}, {"runonce": False}, {"preload": False}, {"exactbars": 1}]


def minutes(*numbers, **kwargs):
    """A feed with a bar at each of the minutes after midnight; its price is the minute."""
    day = datetime.datetime(2020, 1, 1)
    rows = [
        (day + datetime.timedelta(minutes=number), number, number, number, number, 10, 1)
        for number in numbers
    ]
    terms = {"timeframe": TimeFrame.Minutes, "sessionend": datetime.time(0, 20), **kwargs}
    return BlazeData(dataname=rows, name="source", **terms)


class Sees(Strategy):
    """Keeps minute and close of each bar."""

    def __init__(self):
        self.seen = []

    def next(self):
        now = self.data.datetime.datetime() - datetime.datetime(2020, 1, 1)
        self.seen.append((now.total_seconds() / 60, self.data.close[0], self.data.volume[0]))


def seen(kwargs, *feeds):
    cerebro = Cerebro(stdstats=False, **kwargs)
    for feed in feeds:
        cerebro.adddata(feed)
    cerebro.addstrategy(Sees)
    return cerebro.run()[0].seen


def is_even(data):
    return data.close[0] % 2 == 0


@pytest.mark.parametrize("kwargs", MODES)
def test_filter(kwargs):
    feed = DataFilter(dataname=minutes(1, 2, 3, 4, 6, 7), funcfilter=is_even)
    assert [minute for minute, *_ in seen(kwargs, feed)] == [2, 4, 6]
    assert (feed._timeframe, feed.p.timeframe) == (TimeFrame.Minutes, TimeFrame.Minutes)


@pytest.mark.parametrize("kwargs", MODES[:3])
def test_filter_of_a_feed_that_is_there_as_well(kwargs):
    source = minutes(1, 2, 3, 4)
    cerebro = Cerebro(stdstats=False, **kwargs)
    cerebro.adddata(source)
    feed = cerebro.adddata(DataFilter(dataname=source, funcfilter=is_even))
    cerebro.run()
    assert (len(source), len(feed)) == (4, 2)


@pytest.mark.parametrize("kwargs", MODES)
@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((3, 4, 7), [3, 4, 5, 6, 7]),
        ((18, 19, 1440, 1442), [18, 19, 20, 1440, 1441, 1442]),
        ((18, 1442), [18, 19, 20, 1440, 1441, 1442]),
        ((18, 25, 30), [18, 19, 20, 25, 30]),
    ],
)
def test_filler(kwargs, numbers, expected):
    bars = seen(kwargs, DataFiller(dataname=minutes(*numbers)))
    assert [round(minute) for minute, *_ in bars] == expected


def test_filled_bars_hold_the_close_before_or_what_is_told():
    bars = seen({}, DataFiller(dataname=minutes(3, 5)))
    assert bars[1][1] == 3.0
    assert math.isnan(bars[1][2])
    bars = seen({}, DataFiller(dataname=minutes(3, 5), fill_price=9.0, fill_vol=7.0))
    assert bars[1][1:] == (9.0, 7.0)


def test_session_of_its_own_wins_and_the_zone_is_that_of_the_feed():
    source = minutes(3, 4, 1440, tz=UTC)
    feed = DataFiller(dataname=source, sessionend=datetime.time(0, 6))
    assert [round(minute) for minute, *_ in seen({}, feed)] == [3, 4, 5, 6, 1440]
    assert feed._tz is UTC


def test_gaps_between_days_cannot_be_filled():
    with pytest.raises(ParameterError, match="days"):
        seen({}, DataFiller(dataname=minutes(1, timeframe=TimeFrame.Days)))


def test_runs_can_be_repeated():
    feed = DataFiller(dataname=minutes(3, 5))
    first, second = (seen({}, feed) for _ in range(2))
    assert repr(first) == repr(second)
    assert len(first) == 3
