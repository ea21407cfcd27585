"""Wilder's parabolic stop and reverse, bar by bar.

J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Bar = tuple[float, float]
"""High and low."""

Trend = tuple[bool, float, float, float]
"""Whether it rises, the stop for the next bar, the extreme price so far and the acceleration."""

Show = Callable[[float], None]

NOTHING: Trend = (False, 0.0, 0.0, 0.0)


def opening(high: float, low: float, rising: bool, step: float) -> Trend:
    """Return the trend to put before the second bar, from the first one and whether to assume a
    rise.

    Assuming the opposite of what the closes say, with a stop in the middle of the first bar, makes
    the second bar turn it at once, and so begin a trend of its own.
    """
    return rising, (high + low) / 2.0, high if rising else low, step


def followed(trend: Trend, bar: Bar, before: Bar, step: float, limit: float) -> tuple[float, Trend]:
    """Return the stop of a bar, and the trend as it is after it.

    Parameters
    ----------
    trend
        The trend before the bar.
    bar, before
        The bar and the one before it.
    step, limit
        What each new extreme adds to the acceleration, and where that ends.
    """
    rising, stop, extreme, speed = trend
    high, low = bar
    if (stop >= low) if rising else (stop <= high):
        rising, stop, speed = not rising, extreme, step
        extreme = high if rising else low
    shown = stop
    if (high > extreme) if rising else (low < extreme):
        extreme = high if rising else low
        speed = min(speed + step, limit)
    stop = stop + speed * (extreme - stop)
    if rising:
        if stop > low or stop > before[1]:
            stop = min(low, before[1])
    elif stop < high or stop < before[0]:
        stop = max(high, before[0])
    return shown, (rising, stop, extreme, speed)


def stops(
    high: Values,
    low: Values,
    close: Values,
    step: float,
    limit: float,
    start: int,
    end: int,
    out: Values,
) -> None:
    """Write the stops of the bars `start` to `end` (excluded) into `out`; all arrays are float64
    ``(n,)``.

    They are computed from the second bar on, ``start >= 1``.
    """
    highs, lows = high[:end].tolist(), low[:end].tolist()
    trend = opening(highs[0], lows[0], bool(close[1] < close[0]), step)
    values: list[float] = []
    bars = zip(highs[1:], lows[1:], strict=True)
    before: tuple[float, float] | None = (highs[0], lows[0])
    while before is not None:
        follow = _rise if trend[0] else _fall
        trend, before = follow(bars, trend, before, step, limit, values.append)
    out[start:end] = values[start - 1 :]


# `followed` written out for the bars of one trend, the last of which turns it: calls, tuples and
# questions about the direction would take three quarters of the time (bench: indicators)


def _rise(
    bars: Iterator[Bar], trend: Trend, before: Bar, step: float, limit: float, show: Show
) -> tuple[Trend, Bar | None]:
    """Show the stops of a rising trend; return the falling one after it and its first bar, None
    where the bars have ended.
    """
    _, stop, extreme, speed = trend
    before_top, before_bottom = before
    for top, bottom in bars:
        if stop >= bottom:
            show(extreme)
            stop = extreme + step * (bottom - extreme)
            if stop < top or stop < before_top:
                stop = top if top > before_top else before_top
            return (False, stop, bottom, step), (top, bottom)
        show(stop)
        if top > extreme:
            extreme = top
            speed = speed + step if speed + step < limit else limit
        stop += speed * (extreme - stop)
        if stop > bottom or stop > before_bottom:
            stop = bottom if bottom < before_bottom else before_bottom
        before_top, before_bottom = top, bottom
    return trend, None


def _fall(
    bars: Iterator[Bar], trend: Trend, before: Bar, step: float, limit: float, show: Show
) -> tuple[Trend, Bar | None]:
    """Show the stops of a falling trend; return the rising one after it, as `_rise` does."""
    _, stop, extreme, speed = trend
    before_top, before_bottom = before
    for top, bottom in bars:
        if stop <= top:
            show(extreme)
            stop = extreme + step * (top - extreme)
            if stop > bottom or stop > before_bottom:
                stop = bottom if bottom < before_bottom else before_bottom
            return (True, stop, top, step), (top, bottom)
        show(stop)
        if bottom < extreme:
            extreme = bottom
            speed = speed + step if speed + step < limit else limit
        stop += speed * (extreme - stop)
        if stop < top or stop < before_top:
            stop = top if top > before_top else before_top
        before_top, before_bottom = top, bottom
    return trend, None
