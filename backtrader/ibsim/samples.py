"""Tapes for who brings none: a few days of invented prices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from .prices import Tape

__all__ = ["FIRST_DAY", "sample_tapes"]

FIRST_DAY = datetime(2026, 3, 2)  # a Monday
_NEW_YORK = ZoneInfo("America/New_York")
_OPENING = time(9, 30)
_MINUTES = 390  # of a session
_TICK_S = 5  # distance of the trades that are replayed
_SPAN_S = 2 * 3600  # of a wave of the price, which makes averages cross
# symbol -> first price
_STOCKS = {"AAPL": 210.0, "MSFT": 415.0, "SPY": 580.0}


def sample_tapes(
    seed: int = 0, first_day: datetime = FIRST_DAY, history_days: int = 5
) -> list[Tape]:
    """Return tapes of AAPL, MSFT and SPY: some sessions of history, then one that is replayed.

    Prices are a random walk with waves, in cents. The history has a trade a minute, the session
    that is replayed one every five seconds from its opening, 09:30 in New York.

    Parameters
    ----------
    seed
        The same for the same prices.
    first_day
        Date of the session that is replayed; the sessions before it are on the weekdays before.
    """
    days = list(_weekdays_before(first_day, history_days))[::-1]
    tapes = []
    for symbol, price in _STOCKS.items():
        random = np.random.default_rng([seed, *symbol.encode()])
        ticks: list[tuple[datetime, float, float]] = []
        for day in days:
            ticks += _session(random, day, price, 60)
            price = ticks[-1][1]
        ticks += _session(random, first_day, price, _TICK_S)
        opening = datetime.combine(first_day, _OPENING, _NEW_YORK)
        tapes.append(Tape(symbol, ticks, history_until=opening))
    return tapes


def _weekdays_before(day: datetime, number: int) -> Iterator[datetime]:
    while number > 0:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            number -= 1
            yield day


def _session(
    random: np.random.Generator, day: datetime, price: float, distance_s: int
) -> list[tuple[datetime, float, float]]:
    number = _MINUTES * 60 // distance_s
    opening = datetime.combine(day, _OPENING, _NEW_YORK)
    seconds = np.arange(number) * distance_s
    # 1 % a day of noise, and waves of half a percent
    noise = random.normal(0.0, 0.01 / np.sqrt(number), number).cumsum()
    waves = 0.005 * np.sin(2.0 * np.pi * (seconds / _SPAN_S + random.random()))
    prices = np.round(price * np.exp(noise + waves - waves[0]), 2)
    sizes = random.integers(1, 20, number) * 10
    return [
        (opening + timedelta(seconds=int(second)), float(tick), float(size))
        for second, tick, size in zip(seconds, prices, sizes, strict=True)
    ]
