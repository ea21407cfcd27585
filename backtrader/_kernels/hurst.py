"""Hurst's exponent over moving windows."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_CHUNK = 4096  # windows in work at a time: keeps the differences of one lag small


def exponent(window: Sequence[float], lags: range) -> float:
    """Return the exponent of one window, the oldest value first; NaN where a lag has no spread at
    all."""
    values = np.asarray(window)[None, :]
    with np.errstate(all="ignore"):
        spreads = [_deviation(values[:, lag:] - values[:, :-lag])[0] for lag in lags]
        logs = np.log10(np.sqrt(spreads))
    slope = 0.0
    for weight, log in zip(_weights(lags), logs.tolist(), strict=True):
        slope += weight * log  # sum() rounds otherwise since Python 3.12, and than a batch does
    return 2.0 * slope


def exponents(src: Values, period: int, lags: range, start: int, end: int, out: Values) -> None:
    """Write the exponents of the windows that end with the bars `start` to `end` (excluded) of
    `src`, float64 ``(n,)``."""
    weights = _weights(lags)
    for first in range(start, end, _CHUNK):
        last = min(first + _CHUNK, end)
        values = src[first - period + 1 : last]
        slope = np.zeros(last - first)
        with np.errstate(all="ignore"):
            for lag, weight in zip(lags, weights, strict=True):
                slope += weight * np.log10(np.sqrt(_spread(values, lag, period)))
        out[first:last] = 2.0 * slope


@functools.cache
def _weights(lags: range) -> list[float]:
    """What the logarithm of each lag's spread counts for in the slope."""
    log_lags = np.log10(np.asarray(lags, dtype=float))
    centred = log_lags - log_lags.mean()
    weights: list[float] = (centred / (centred**2).sum()).tolist()
    return weights


def _spread(values: Values, lag: int, period: int) -> Values:
    """The standard deviation, within each window, of the changes over `lag` bars."""
    changes = values[lag:] - values[:-lag]
    return _deviation(np.lib.stride_tricks.sliding_window_view(changes, period - lag))


def _deviation(rows: Values) -> Values:
    """The standard deviation of each row: as ``rows.std(axis=1)``, in a third of its time for one
    row (bench/indicators.py)."""
    count = rows.shape[1]
    away = rows - np.add.reduce(rows, axis=1, keepdims=True) / count
    deviation: Values = np.sqrt(np.add.reduce(away * away, axis=1) / count)
    return deviation
