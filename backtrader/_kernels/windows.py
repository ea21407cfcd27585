"""Functions over moving windows.

Each takes `src`, float64 ``(n,)``, and writes the results for the bars `start` to `end` (excluded)
into `out`, float64 ``(n,)``. The window of a bar are the `period` values up to and including its
own, so ``start >= period - 1``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from .exact import counted, weighted_sums, window_sums

Values = NDArray[np.float64]

_CHUNK = 8192  # values in work at a time, so that all of them stay in cache
Function = Callable[[Sequence[float]], float]


def total(src: Values, period: int, start: int, end: int, out: Values) -> None:
    """Write the sum of each window, rounded once."""
    window_sums(src[start - period + 1 : end], period, out[start:end])


def mean(src: Values, period: int, start: int, end: int, out: Values) -> None:
    """Write the arithmetic mean of each window; the sum is rounded once."""
    sums = out[start:end]
    window_sums(src[start - period + 1 : end], period, sums)
    np.true_divide(sums, period, sums)


def weighted(
    src: Values,
    period: int,
    weights: Sequence[float],
    factor: float,
    start: int,
    end: int,
    out: Values,
) -> None:
    """Write `factor` times the sum of each window times `weights`, the oldest value times the first
    weight.

    Weights beyond the period have no value to go with, and newer values without a weight are left
    out.
    """
    weights = weights[:period]
    if not weights:
        out[start:end] = factor * 0.0
        return
    last = end - (period - len(weights))
    sums = out[start:end]
    weighted_sums(src[start - period + 1 : last], weights, sums)
    np.multiply(sums, factor, sums)


def any_true(src: Values, period: int, start: int, end: int, out: Values) -> None:
    """Write 1.0 for each window with a value other than 0, NaN included, else 0.0."""
    out[start:end] = counted(src[start - period + 1 : end] != 0.0, period) > 0


def all_true(src: Values, period: int, start: int, end: int, out: Values) -> None:
    """Write 1.0 for each window without a 0, else 0.0."""
    out[start:end] = counted(src[start - period + 1 : end] == 0.0, period) == 0


def highest(src: Values, period: int, start: int, end: int, out: Values) -> None:
    """Write the largest value of each window, as Python's ``max`` finds it."""
    _extreme(np.maximum, max, src, period, start, end, out)


def lowest(src: Values, period: int, start: int, end: int, out: Values) -> None:
    """Write the smallest value of each window, as Python's ``min`` finds it."""
    _extreme(np.minimum, min, src, period, start, end, out)


def _extreme(
    ufunc: np.ufunc, plain: Function, src: Values, period: int, start: int, end: int, out: Values
) -> None:
    values = src[start - period + 1 : end]
    if np.isnan(values).any():
        # which of two values a NaN makes `max` and `min` return hangs on their order
        apply(plain, src, period, start, end, out)
        return
    # double the width until one more doubling would be too much; two such windows then overlap to
    # the full one
    width = 1
    while 2 * width <= period:
        values = ufunc(values[:-width], values[width:])
        width *= 2
    rest = period - width
    out[start:end] = ufunc(values[: len(values) - rest], values[rest:]) if rest else values


def apply(function: Function, src: Values, period: int, start: int, end: int, out: Values) -> None:
    """Write what `function` returns for each window, given as a list with the oldest value
    first."""
    plain = src[start - period + 1 : end].tolist()
    out[start:end] = [function(plain[i : i + period]) for i in range(end - start)]


def bars_since(
    extreme: Function, newest: bool, src: Values, period: int, start: int, end: int, out: Values
) -> None:
    """Write how many bars ago the value was seen that is the `extreme` (max or min) of each window.

    Of equal values the `newest` counts, or else the oldest.
    """
    values = src[start - period + 1 : end]
    if not np.isnan(values).any():
        signed = values if extreme is max else -values
        for first in range(0, end - start, _CHUNK):
            last = min(first + _CHUNK, end - start)
            ago = _bars_since_highest(signed[first : last + period - 1], newest, period)
            out[start + first : start + last] = ago
        return
    plain = values.tolist()
    for i in range(end - start):
        window = plain[i : i + period]
        value = extreme(window)
        ordered_window = window[::-1] if newest else window
        index = next(k for k, x in enumerate(ordered_window) if x == value)
        out[start + i] = index if newest else period - 1 - index


def rank(src: Values, period: int, start: int, end: int, out: Values) -> None:
    """Write the part of each window that is below its last value."""
    latest = src[start:end]
    below = np.zeros(end - start, dtype=np.int64)
    for lag in range(1, period):
        below += src[start - lag : end - lag] < latest
    out[start:end] = below / period


def _bars_since_highest(values: Values, newest: bool, period: int) -> NDArray[np.int64]:
    """How many bars ago the highest value was, in each window."""
    size = len(values) - period + 1
    best = values[period - 1 :].copy()
    ago = np.zeros(size, dtype=np.int64)
    better = np.greater if newest else np.greater_equal
    for lag in range(1, period):
        older = values[period - 1 - lag : period - 1 - lag + size]
        ago[better(older, best)] = lag
        np.maximum(best, older, out=best)
    return ago
