"""Small seeded price series, written as CSV files into a temporary folder."""

from __future__ import annotations

import atexit
import datetime as dt
import functools
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

FIRST_DAY = dt.datetime(2005, 1, 3)


class Bar(NamedTuple):
    """One bar: its time, four prices, volume and open interest."""

    when: dt.datetime
    open: float
    high: float
    low: float
    close: float
    volume: int
    open_interest: int = 0


def weekdays(count: int, first: dt.datetime = FIRST_DAY) -> list[dt.datetime]:
    """Return `count` days from `first` on, without Saturdays and Sundays."""
    days: list[dt.datetime] = []
    day = first
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day += dt.timedelta(days=1)
    return days


def session_times(days: int, minutes: int, per_day: int) -> list[dt.datetime]:
    """Return the closing times of `per_day` bars of so many minutes, from 9:00, on `days` days."""
    return [
        day + dt.timedelta(hours=9, minutes=minutes * (number + 1))
        for day in weekdays(days)
        for number in range(per_day)
    ]


def walk(
    seed: int,
    times: list[dt.datetime],
    *,
    start: float = 100.0,
    drift: float = 0.0,
    move: float = 1.2,
    gap: float = 0.2,
) -> list[Bar]:
    """Return a random walk of bars.

    Parameters
    ----------
    seed : of the random numbers; the same seed gives the same bars.
    times : one bar for each.
    start : first close, in price units.
    drift : added to each close, in price units a bar.
    move, gap : width of the move within a bar, and from one close to the next open.
    """
    rng = random.Random(seed)
    close = start
    bars = []
    for when in times:
        first = max(1.0, close + rng.uniform(-gap, gap))
        close = max(1.0, first + drift + rng.uniform(-move, move))
        high = max(first, close) + rng.uniform(0, move / 2)
        low = max(0.5, min(first, close) - rng.uniform(0, move / 2))
        prices = (round(price, 2) for price in (first, high, low, close))
        bars.append(Bar(when, *prices, rng.randrange(100, 10_000), rng.randrange(0, 50)))
    return bars


def _day() -> list[Bar]:
    return walk(1, weekdays(130))


def _thinned(bars: list[Bar], seed: int, share: float) -> list[Bar]:
    rng = random.Random(seed)
    return [bar for bar in bars if rng.random() >= share]


def _constant() -> list[Bar]:
    return [Bar(when, 50.0, 50.0, 50.0, 50.0, 1000) for when in weekdays(60)]


def _by_week() -> list[Bar]:
    weeks: dict[tuple[int, int], list[Bar]] = {}
    for bar in _day():
        weeks.setdefault(bar.when.isocalendar()[:2], []).append(bar)
    return [
        Bar(
            days[-1].when,
            days[0].open,
            max(day.high for day in days),
            min(day.low for day in days),
            days[-1].close,
            sum(day.volume for day in days),
        )
        for days in weeks.values()
    ]


SERIES: dict[str, Callable[[], list[Bar]]] = {
    "day": _day,
    "day_b": lambda: walk(2, weekdays(130), start=40.0, move=0.6),
    "day_c": lambda: walk(3, weekdays(130), start=900.0, move=12.0, gap=3.0),
    "short": lambda: walk(4, weekdays(12)),
    "one": lambda: walk(4, weekdays(1)),
    "late": lambda: walk(5, weekdays(90, dt.datetime(2005, 2, 14)), start=70.0),
    "early_end": lambda: walk(6, weekdays(70), start=70.0),
    "holes": lambda: _thinned(walk(7, weekdays(130), start=60.0), 70, 0.2),
    "holes_b": lambda: _thinned(walk(8, weekdays(130), start=80.0), 80, 0.3),
    "week": _by_week,
    "five_minutes": lambda: walk(9, session_times(4, 5, 30), move=0.4, gap=0.1),
    "constant": _constant,
    "rise": lambda: walk(10, weekdays(80), drift=1.0, move=0.5),
    "fall": lambda: walk(11, weekdays(80), start=200.0, drift=-1.0, move=0.5),
    "gappy": lambda: walk(12, weekdays(130), move=1.0, gap=6.0),
    "penny": lambda: walk(13, weekdays(80), start=2.0, move=0.3, gap=0.1),
}


@functools.cache
def bars(name: str) -> tuple[Bar, ...]:
    """Return the series of this name."""
    return tuple(SERIES[name]())


@functools.cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="parity-bars-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _texts(rows: tuple[Bar, ...], timed: bool) -> Iterator[str]:
    stamp = "%Y-%m-%d,%H:%M:%S" if timed else "%Y-%m-%d"
    yield f"Date{',Time' if timed else ''},Open,High,Low,Close,Volume,OpenInterest"
    for bar in rows:
        yield ",".join([bar.when.strftime(stamp), *(str(value) for value in bar[1:])])


def write(file_name: str, text: str) -> str:
    """Write a text file into the temporary folder and return its path."""
    path = _folder() / file_name
    path.write_text(text, encoding="utf-8", newline="\n")
    return str(path)


@functools.cache
def csv_file(name: str) -> str:
    """Return the path of the series as a CSV file in the Backtrader form."""
    return csv_of(name, bars(name))


def csv_of(name: str, rows: tuple[Bar, ...]) -> str:
    """Return the path of these bars as a CSV file in the Backtrader form."""
    timed = any(bar.when.hour for bar in rows)
    return write(f"{name}.txt", "\n".join(_texts(rows, timed)) + "\n")
