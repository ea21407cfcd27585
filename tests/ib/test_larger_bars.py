"""Bars of many minutes, and of days, out of live ticks, whatever became of the stream meanwhile."""

import contextlib
import datetime
import time
import zoneinfo

import pytest

from backtrader import TimeFrame
from backtrader.ibsim import Tape
from backtrader.utils import num2date

from .data_store import UTC, Live, feed_class, grouped
from .test_data import AAPL, simulate  # noqa: F401

FIRST = datetime.datetime(2026, 9, 1, tzinfo=UTC)  # a Tuesday
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR
OUTAGES = {
    "none": None,
    "within a day": (DAY + 16 * HOUR, DAY + 17 * HOUR),
    "over midnight": (DAY + 21.75 * HOUR, 2 * DAY + 15 * HOUR),
    "over two nights": (DAY + 16 * HOUR, 3 * DAY + 15 * HOUR),
}


def ticks_between(first_hour, last_hour, days=5):
    """A tick every seven minutes or so: (moment, price, size)."""
    ticks = []
    for day in range(days):
        moment = FIRST + day * DAY + first_hour * HOUR + datetime.timedelta(seconds=0.1)
        while moment < FIRST + day * DAY + last_hour * HOUR:
            number = len(ticks)
            ticks.append((moment, 100.0 + number * 37 % 100 / 10.0, float(1 + number % 5)))
            moment += datetime.timedelta(minutes=7.3)
    return ticks


def days_of(ticks):
    """The bars of days that ticks make, by their dates in UTC."""
    return grouped(ticks, datetime.datetime.date)


def bars_of(ticks, minutes):
    """The bars of minutes that ticks make, by their ends on the clock of New York."""
    length = datetime.timedelta(minutes=minutes)

    def end_of(moment):
        there = moment.astimezone(NEW_YORK).replace(tzinfo=None)
        midnight = there.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + ((there - midnight) // length + 1) * length

    return grouped(ticks, end_of)


def feed_of(simulator, tz):
    """A feed of minutes that has the day before the first one too."""
    return feed_class(simulator)(
        dataname=AAPL,
        fromdate=(FIRST - DAY).replace(tzinfo=None),
        qcheck=0.02,
        timeframe=TimeFrame.Minutes,
        tz=tz,
    )


@contextlib.contextmanager
def traded(start, ticks, outage, tz, way="resample", **larger):
    """Five days with an outage, up to 18:00 UTC of the last one; yields the run."""
    simulator = start([Tape("AAPL", ticks, history_until=FIRST + 18 * HOUR)])
    feed = feed_of(simulator, tz)

    def step_to(moment):
        end_ms = (FIRST + moment).timestamp() * 1000
        while simulator.call(lambda world: world.market.peek_ms()) < end_ms:
            simulator.step()

    def add(cerebro):
        getattr(cerebro, f"{way}data")(feed, **larger)

    with Live(feed, add) as live:
        live.until_phase("JOINING")
        step_to(19 * HOUR)
        live.until_drained()
        if OUTAGES[outage] is not None:
            begin, end = OUTAGES[outage]
            step_to(begin)
            live.until_drained()
            simulator.drop_sockets()
            live.until_phase("BROKEN")
            step_to(end)
            live.until_phase("JOINING")
            time.sleep(0.1)  # a stream that begins says all twice
        step_to(4 * DAY + 18 * HOUR)
        live.until_drained()
        yield live


# trading is within a date both in New York, where the exchange is, and in UTC
@pytest.mark.parametrize("outage", OUTAGES)
@pytest.mark.parametrize("tz", [None, "UTC"])
def test_days_of_live_ticks_end_with_their_sessions(simulate, outage, tz):  # noqa: F811
    ticks = ticks_between(8, 24)
    with traded(simulate, ticks, outage, tz, timeframe=TimeFrame.Days) as live:
        live.until(lambda: len(live.bars) == 4, "four days")
    wanted = days_of(ticks)
    assert [bar[0].date() for bar in live.bars] == sorted(wanted)[:4]
    assert [tuple(bar[1:]) for bar in live.bars] == [wanted[date] for date in sorted(wanted)[:4]]


@pytest.mark.parametrize("size", [5, 240])
@pytest.mark.parametrize("outage", OUTAGES)
def test_bars_of_many_minutes_are_whole(simulate, size, outage):  # noqa: F811
    ticks = ticks_between(8, 24)
    larger = {"timeframe": TimeFrame.Minutes, "compression": size}
    with traded(simulate, ticks, outage, None, **larger) as live:
        last = datetime.datetime(2026, 9, 5, 12)
        live.until(lambda: live.bars[-1][0] >= last, "the last day")
    wanted = bars_of(ticks, size)
    ends = sorted(wanted)
    instant = datetime.timedelta(milliseconds=1)
    # the last bar of a day may have the time at which the session ends
    found = {
        max(end for end in ends if end <= bar[0] + instant): tuple(bar[1:]) for bar in live.bars
    }
    assert len(found) == len(live.bars)
    assert found == {end: wanted[end] for end in ends if min(found) <= end <= max(found)}
    assert min(found) <= ends[1]


@pytest.mark.parametrize("size", [15])
@pytest.mark.parametrize("outage", OUTAGES)
def test_replayed_bars_are_whole_in_the_end(simulate, size, outage):  # noqa: F811
    ticks = ticks_between(8, 24)
    larger = {"timeframe": TimeFrame.Minutes, "compression": size}
    with traded(simulate, ticks, outage, None, "replay", **larger) as live:
        last = datetime.datetime(2026, 9, 5, 12)
        live.until(lambda: live.bars[-1][0] >= last, "the last day")
    wanted = bars_of(ticks, size)
    ends = sorted(wanted)
    rows = zip(*(line.array for line in live.feed.lines), strict=True)
    found = {}
    for close, low, high, opening, volume, _, number in rows:
        moment = num2date(number).replace(tzinfo=UTC).astimezone(NEW_YORK).replace(tzinfo=None)
        end = next(end for end in ends if end >= moment)
        assert end not in found
        found[end] = (opening, high, low, close, volume)
    found.pop(max(found))  # it is growing still
    assert found == {end: wanted[end] for end in ends if min(found) <= end <= max(found)}


def test_a_day_of_live_ticks_ends_by_the_clock(simulate):  # noqa: F811
    """The last tick comes two seconds before the session's end, and no other one after it."""
    ticks = [*ticks_between(14, 22, days=1), (FIRST + DAY - HOUR / 1800, 101.0, 1.0)]
    # the tapes are not at their end
    ticks.append((FIRST + DAY + 14 * HOUR, 102.0, 1.0))
    simulator = simulate([Tape("AAPL", ticks, history_until=FIRST + 18 * HOUR)])
    feed = feed_of(simulator, "UTC")
    with Live(feed, lambda cerebro: cerebro.resampledata(feed, timeframe=TimeFrame.Days)) as live:
        live.until_phase("JOINING")
        simulator.step(sum(moment >= FIRST + 18 * HOUR for moment, _, _ in ticks) - 1)
        live.until(lambda: len(live.bars) == 1, "the day")
    (bar,) = live.bars
    assert bar[0] == datetime.datetime(2026, 9, 1, 23, 59, 59, 999989)
    assert tuple(bar[1:]) == days_of(ticks)[FIRST.date()]
