"""Feeds that deliver other feeds one after the other; what is expected was read off the original
package, but for the cases in which it hangs or fails.
"""

import datetime

import pytest

from backtrader import Cerebro, Strategy, TimeFrame
from backtrader.feed import DataBase
from backtrader.feeds import Chainer, RollOver
from backtrader.utils import UTC, date2num


class Listed(DataBase):
    """Delivers bars of January 2020; the price tells the feed and the day."""

    params = (("days", ()), ("price", 0))

    def start(self):
        super().start()
        self.left = list(self.p.days)

    def _load(self):
        if not self.left:
            return False
        day = self.left.pop(0)
        self.lines.datetime[0] = date2num(datetime.datetime(2020, 1, day))
        for name in ("open", "high", "low", "close"):
            getattr(self.lines, name)[0] = self.p.price + day
        self.lines.volume[0] = self.lines.openinterest[0] = 0.0
        return True


def listed(*feeds, **kwargs):
    return [Listed(days=days, price=100 * n, **kwargs) for n, days in enumerate(feeds)]


class Closes(Strategy):
    """Keeps the closes that it sees."""

    def __init__(self):
        self.seen = []

    def next(self):
        self.seen.append(self.data.close[0])


def delivered(kind, *feeds, **kwargs):
    cerebro = Cerebro(stdstats=False)
    getattr(cerebro, kind)(*listed(*feeds), name="joined", **kwargs)
    cerebro.addstrategy(Closes)
    return cerebro.run()[0].seen


ALWAYS = {"checkdate": lambda when, data: True}


@pytest.mark.parametrize(
    ("feeds", "expected"),
    [
        (([1, 2], [3, 4]), [1, 2, 103, 104]),
        (([1, 2, 3], [2, 3, 4], [4, 6]), [1, 2, 3, 104, 206]),
        (([], [1], [], [2]), [101, 302]),
    ],
)
def test_chain_leaves_out_what_is_not_later(feeds, expected):
    assert delivered("chaindata", *feeds) == expected


def test_chain_takes_parameters():
    kwargs = {"fromdate": datetime.datetime(2020, 1, 2)}
    assert delivered("chaindata", [1, 2], [3], **kwargs) == [2, 103]


@pytest.mark.parametrize(
    ("feeds", "kwargs", "expected"),
    [
        (([1, 2], [2, 3]), {}, [1, 2, 103]),
        (([1, 2], [3, 4]), {}, [1, 2, 104]),
        (([1, 2, 3], [1, 2, 3, 4]), ALWAYS, [101, 102, 103, 104]),
        (([1], [2, 3], [3, 4]), ALWAYS, [102, 203, 204]),
        (([1, 2], [1, 2]), {"checkcondition": lambda data, following: True}, [1, 2]),
        (([1, 2], [1, 2, 3]), {**ALWAYS, "checkcondition": lambda *feeds: False}, [1, 2, 103]),
        # the original hangs where a feed that follows has ended, and fails where it is empty
        (([1, 2], [7, 8], [3, 4]), {}, [1, 2, 108]),
        (([1, 2], []), ALWAYS, [1, 2]),
        (([], [1, 2]), {}, [101, 102]),
    ],
)
def test_rollover(feeds, kwargs, expected):
    assert delivered("rolloverdata", *feeds, **kwargs) == expected


def test_rules_are_asked_with_time_and_feeds():
    asked = []

    def date(when, data):
        asked.append((when, data.p.price))
        return when.day == 2

    def condition(data, following):
        asked.append((data.p.price, following.p.price, following.close[0]))
        return True

    delivered("rolloverdata", [1, 2], [1, 2], checkdate=date, checkcondition=condition)
    day = datetime.datetime
    assert asked == [(day(2020, 1, 1), 0), (day(2020, 1, 2), 0), (0, 100, 102)]


@pytest.mark.parametrize("cls", [Chainer, RollOver])
def test_time_frame_and_zone_are_those_of_the_first(cls):
    feeds = listed([1], [2], timeframe=TimeFrame.Minutes, compression=5, tz=UTC)
    feed = cls(*feeds, timeframe=TimeFrame.Weeks)
    assert (feed._timeframe, feed._compression) == (TimeFrame.Minutes, 5)
    assert (feed.p.timeframe, feed.p.compression) == (TimeFrame.Minutes, 5)
    cerebro = Cerebro()
    cerebro.adddata(feed)
    cerebro.run()
    assert feed._tz is UTC
    assert feed.islive()


@pytest.mark.parametrize("cls", [Chainer, RollOver])
def test_of_nothing_comes_nothing(cls):
    cerebro = Cerebro()
    feed = cerebro.adddata(cls())
    cerebro.run()
    assert not len(feed)


def test_chain_hands_on_what_the_feed_at_hand_tells():
    class Telling(Listed):
        def _load(self):
            loaded = super()._load()
            if loaded:
                self.put_notification(self.DELAYED)
            return loaded

    told = []
    cerebro = Cerebro(stdstats=False)
    cerebro.chaindata(Telling(days=[1]), Telling(days=[2]), name="joined")
    cerebro.adddatacb(lambda data, status, *args, **kwargs: told.append((data._name, status)))
    cerebro.addstrategy(Closes)
    cerebro.run()
    assert told == [("joined", DataBase.DELAYED)] * 2
