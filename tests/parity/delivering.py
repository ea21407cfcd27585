"""What the cases of delivery are made of: series of all sizes of bars, a time zone, a calendar, and
a strategy that writes down every bar with the moment at which it came.
"""

from __future__ import annotations

import datetime as dt
import functools
import random
import zoneinfo
from collections.abc import Callable
from typing import Any

import backtrader as bt

from .bars import Bar, csv_of, session_times, walk, weekdays
from .journal import Journal, Rows, run
from .modes import MODES

TimeFrame = bt.TimeFrame
Add = Callable[[bt.Cerebro], None]


def _moments(seed: int, count: int, first: dt.datetime, gaps: tuple[float, ...]) -> list[Any]:
    """Return moments that are apart by one of `gaps`, in seconds."""
    rng = random.Random(seed)
    moments, now = [], first
    for _ in range(count):
        now += dt.timedelta(seconds=rng.choice(gaps))
        moments.append(now)
    return moments


def _thinned(moments: list[Any], seed: int, share: float) -> list[Any]:
    rng = random.Random(seed)
    return [moment for moment in moments if rng.random() >= share]


def _shuffled(rows: list[Bar], seed: int) -> list[Bar]:
    """Return bars some of which come late, or twice at one time."""
    rng = random.Random(seed)
    late = []
    for place, row in enumerate(rows):
        moment = row.when
        if place and rng.random() < 0.15:
            moment = rows[place - 1].when - dt.timedelta(seconds=rng.choice((0, 0, 30)))
        late.append(row._replace(when=moment))
    return late


def _round_the_clock(first: dt.datetime, days: int, minutes: int) -> list[dt.datetime]:
    step = dt.timedelta(minutes=minutes)
    return [first + step * number for number in range(1, days * 1440 // minutes + 1)]


_TICK_GAPS = (0, 0, 0.25, 1, 2, 7, 31, 95)
LATE = dt.datetime(2026, 11, 27, 20)  # the clock of live feeds
_NIGHT = dt.datetime(2005, 1, 3, 23, 55)

# name: timeframe and compression of the bars, and what makes them
_SERIES: dict[str, tuple[int, int, Callable[[], list[Bar]]]] = {
    "ticks": (
        TimeFrame.Ticks,
        1,
        lambda: walk(31, _moments(1, 120, _NIGHT, _TICK_GAPS), move=0.3, gap=0.1),
    ),
    "late_ticks": (
        TimeFrame.Ticks,
        1,
        lambda: _shuffled(walk(32, _moments(2, 120, _NIGHT, (1, 4, 20))), 5),
    ),
    "seconds": (
        TimeFrame.Seconds,
        5,
        lambda: walk(33, _moments(3, 120, _NIGHT, (5, 5, 5, 10, 60)), move=0.3),
    ),
    "minutes": (
        TimeFrame.Minutes,
        1,
        lambda: walk(34, _thinned(session_times(3, 1, 45), 4, 0.15), move=0.4),
    ),
    "late_minutes": (
        TimeFrame.Minutes,
        1,
        lambda: _shuffled(walk(35, session_times(2, 1, 50), move=0.4), 6),
    ),
    "five_minutes": (
        TimeFrame.Minutes,
        5,
        lambda: walk(36, session_times(5, 5, 22), move=0.4, gap=0.1),
    ),
    "hours": (
        TimeFrame.Minutes,
        60,
        # the clocks of both Frankfurt and New York change within
        lambda: walk(37, _round_the_clock(dt.datetime(2005, 3, 25), 11, 120)),
    ),
    "days": (TimeFrame.Days, 1, lambda: walk(38, weekdays(75))),
    "holes": (TimeFrame.Days, 1, lambda: walk(39, _thinned(weekdays(110), 7, 0.3))),
    "years": (TimeFrame.Days, 1, lambda: walk(40, weekdays(700)[::11], move=3.0)),
    "weeks": (TimeFrame.Weeks, 1, lambda: walk(41, weekdays(500)[4::5])),
    "other_minutes": (
        TimeFrame.Minutes,
        1,
        lambda: walk(42, _thinned(session_times(3, 1, 60), 8, 0.4), move=0.4),
    ),
    "other_days": (TimeFrame.Days, 1, lambda: walk(43, _thinned(weekdays(80)[6:], 9, 0.2))),
}


@functools.cache
def rows(name: str) -> tuple[Bar, ...]:
    """Return the bars of a series."""
    return tuple(_SERIES[name][2]())


def source(name: str, kind: str = "rows", **terms: Any) -> Any:
    """Return a feed of the series: of a user's class, or a CSV file."""
    timeframe, compression, _ = _SERIES[name]
    terms = {"timeframe": timeframe, "compression": compression, "name": name, **terms}
    if kind == "rows":
        return Rows(rows=rows(name), **terms)
    return bt.feeds.BacktraderCSVData(dataname=csv_of(f"delivered_{name}", rows(name)), **terms)


class Live(bt.feed.DataBase):
    """A feed that delivers as things happen: a script of bars, of states, and of nothing."""

    params = (("script", ()),)

    def start(self) -> None:
        super().start()
        self.coming = iter(self.p.script)

    def islive(self) -> bool:
        return True

    def haslivedata(self) -> bool:
        return bool(self._laststatus == self.LIVE)

    def _timeoffset(self) -> dt.timedelta:
        # by the clock a bar of minutes has ended where the time of the day is past it, on whichever
        # day: it has to be the same one in each run
        now = dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)
        return LATE - now

    def _load(self) -> bool | None:
        for item in self.coming:
            if item is None:
                return None
            if isinstance(item, str):
                self.put_notification(getattr(self, item))
                continue
            self.lines.datetime[0] = bt.date2num(item.when)
            for name, value in zip(("open", "high", "low", "close"), item[1:5], strict=True):
                getattr(self.lines, name)[0] = value
            self.lines.volume[0], self.lines.openinterest[0] = item.volume, 0.0
            return True
        return False


def script(name: str, seed: int, live_at: int | None = 40, broken: bool = False) -> tuple[Any, ...]:
    """Return bars of a series, some after waiting, with the states of a feed that gets live."""
    rng = random.Random(seed)
    items: list[Any] = ["DELAYED"]
    for place, bar in enumerate(rows(name)[:90]):
        if place == live_at:
            items.append("LIVE")
        if broken and place == 60:
            items += ["CONNBROKEN", None, "DELAYED"]
        if broken and place == 70:
            items.append("LIVE")
        if live_at is not None and place > live_at:
            items += [None] * rng.choice((0, 0, 0, 1, 2))
        items.append(bar)
    return tuple(items)


class Zone(dt.tzinfo):
    """A time zone in the form of pytz's: with a method that gives naive times to it."""

    def __init__(self, key: str) -> None:
        self.zone = zoneinfo.ZoneInfo(key)

    def localize(self, moment: dt.datetime) -> dt.datetime:
        """Return a naive time of the zone; standard time where the clock shows it twice."""
        offset = min(moment.replace(tzinfo=self.zone, fold=fold).utcoffset() for fold in (0, 1))
        return moment.replace(tzinfo=dt.timezone(offset))

    def fromutc(self, moment: dt.datetime) -> dt.datetime:
        """Return a time that is in UTC, though it says otherwise, in the zone."""
        aware = moment.replace(tzinfo=dt.timezone.utc).astimezone(self.zone)
        return aware.replace(tzinfo=self)

    def utcoffset(self, moment: dt.datetime | None) -> dt.timedelta | None:
        """Return how far the zone is ahead of UTC."""
        return None if moment is None else moment.replace(tzinfo=self.zone).utcoffset()

    def dst(self, moment: dt.datetime | None) -> dt.timedelta | None:
        """Return how much of that is for the summer."""
        return None if moment is None else moment.replace(tzinfo=self.zone).dst()

    def tzname(self, moment: dt.datetime | None) -> str:
        """Return the name of the zone."""
        return str(self.zone)


NEW_YORK = Zone("America/New_York")
FRANKFURT = Zone("Europe/Berlin")
TOKYO = Zone("Asia/Tokyo")


def calendar(**terms: Any) -> Any:
    """Return a calendar with holidays and days that end early."""
    at = dt.time
    settings = {
        "open": at(9, 0),
        "close": at(17, 0),
        "holidays": [dt.date(2005, 1, 7), dt.date(2005, 1, 31), dt.date(2005, 2, 11)],
        "earlydays": [
            (dt.date(2005, 1, 4), at(9, 0), at(9, 20)),
            (dt.date(2005, 1, 6), at(9, 30), at(10, 0)),
        ],
    }
    return bt.TradingCalendar(**{**settings, **terms})


class Forced(bt.Indicator):
    """A sum over two feeds' closes, which cannot be computed at once."""

    _nextforce = True
    lines = ("both",)

    def next(self) -> None:
        self.lines.both[0] = sum(data.close[0] for data in self.datas if len(data))


class Watcher(bt.Strategy):
    """Writes down every bar of every feed; trades a little, to be told of the moments."""

    params = (
        ("journal", None),
        ("period", 3),
        ("forced", False),
        ("coupled", False),
        ("means", True),  # whether to note them
    )

    def __init__(self) -> None:
        self.means = [bt.ind.SMA(data, period=self.p.period) for data in self.datas]
        self.others: list[Any] = []
        if self.p.forced:
            self.others.append(Forced(*self.datas))
        if self.p.coupled:
            self.others.append(self.means[-1]())

    def see(self, phase: str) -> None:
        """Note where each feed stands, and its bar where there is one."""
        note = self.p.journal.note
        note(phase, len(self), self.datetime[0])
        for data, mean in zip(self.datas, self.means, strict=True):
            if not len(data):
                note(" -")
                continue
            values = [line[0] for line in data.lines]
            note(" ", len(data), *values, str(data.datetime.datetime(0)))
            if self.p.means and len(mean) >= self.p.period:
                note(" mean", mean[0])
        for each in self.others:
            note(" other", len(each), each[0] if len(each) else None)

    def prenext(self) -> None:
        self.see("pre")

    def nextstart(self) -> None:
        self.see("start")

    def next(self) -> None:
        self.see("next")
        data = self.datas[len(self) % len(self.datas)]
        if len(self) % 5 == 0:
            self.buy(data=data)
        elif len(self) % 7 == 0:
            self.close(data=data)

    def notify_order(self, order: Any) -> None:
        done = order.executed
        self.p.journal.note("order", len(self), order.getstatusname(), done.dt, done.price)

    def notify_data(self, data: Any, status: int, *args: Any, **kwargs: Any) -> None:
        self.p.journal.note("data", data._name, data._getstatusname(status))

    def stop(self) -> None:
        self.p.journal.note("stop", len(self), *(len(data) for data in self.datas))


def delivery(mode: str, add: Add, terms: dict[str, Any], **asked: Any) -> list[str]:
    """Run a case in a mode and return its journal.

    Parameters
    ----------
    mode : name of the run mode.
    add : adds the feeds to Cerebro.
    terms : keywords for Cerebro.
    asked : parameters of the strategy.
    """
    journal = Journal()
    cerebro = bt.Cerebro(**{"stdstats": False, **terms, **MODES[mode]})
    cerebro.broker.setcash(1e6)
    add(cerebro)
    cerebro.addstrategy(Watcher, journal=journal, **asked)
    return run(cerebro, journal)
