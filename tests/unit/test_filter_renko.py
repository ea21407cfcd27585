"""Renko bricks; the expected ones were read off the original package."""

import datetime

import pytest

from backtrader import Cerebro, Strategy
from backtrader.feeds import BlazeData
from backtrader.filters import HeikinAshi, Renko

CLOSES = (100.4, 101, 103.2, 103.1, 99.8, 97, 104.9, 110, 110.2, 95)


def made(closes=CLOSES, **kwargs):
    rows = [
        (datetime.date(2020, 1, day), close - 0.5, close + 1, close - 1, close, 100, 5)
        for day, close in enumerate(closes, 1)
    ]
    feed = BlazeData(dataname=rows, name="x")
    feed.addfilter(Renko, **kwargs)
    return feed


def bricks(feed):
    feed._start()
    feed.preload()
    assert list(feed.lines.low.array) == list(feed.lines.open.array)
    assert list(feed.lines.high.array) == list(feed.lines.close.array)
    assert not any(feed.lines.volume.array)
    return list(zip(feed.lines.open.array, feed.lines.close.array, strict=True))


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({}, [(105, 110), (110, 115), (110, 105)]),
        (
            {"size": 2},
            [(102, 104), (102, 100), (100, 98), (100, 102), (102, 104), (104, 106), (104, 102)],
        ),
        (
            {"size": 1.5, "align": 0.5, "hilo": True},
            [(101.5, 103), (103, 104.5), (103, 101.5), (101.5, 100), (100, 98.5), (100, 101.5)],
        ),
        (
            {"autosize": 50.0, "dynamic": True},
            [(102, 104), (102, 101), (101, 100), (101, 103), (103, 105), (105, 107), (105, 104)],
        ),
    ],
)
def test_bricks(kwargs, expected):
    assert bricks(made(**kwargs))[: len(expected)] == expected


@pytest.mark.parametrize(
    ("kwargs", "start"),
    [
        ({"align": 0.1}, 100.0),
        ({"align": 0.5, "roundstart": False}, 100.5),
        ({"align": 0.1, "roundstart": False}, 100.4),
        ({"align": 3.0}, 99.0),
    ],
)
def test_where_bricks_start(kwargs, start):
    ((opening, _),) = bricks(made((100.87,), size=0.01, **kwargs))
    assert opening == pytest.approx(start + 0.01, abs=1e-9)


class Counts(Strategy):
    """Keeps time and close of each bar."""

    def __init__(self):
        self.seen = []

    def next(self):
        self.seen.append((self.data.datetime.date(), self.data.close[0]))


def test_every_mode_sees_the_same_bricks():
    seen = []
    for kwargs in ({}, {"runonce": False}, {"preload": False}, {"exactbars": 1}):
        cerebro = Cerebro(stdstats=False, **kwargs)
        cerebro.adddata(made(size=2))
        cerebro.addstrategy(Counts)
        seen.append(cerebro.run()[0].seen)
    assert len(seen[0]) == 7
    assert seen.count(seen[0]) == 4


def test_filters_after_it_see_bricks_alone():
    feed = made(size=2)
    feed.addfilter(HeikinAshi)
    feed._start()
    feed.preload()
    assert feed.buflen() == 7
