"""Hurst's exponent over moving windows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_CHUNK = 4096  # windows in work at a time: keeps the differences of one lag small


def exponent(window: Sequence[float], lags: range) -> float:
    """Return the exponent of one window, the oldest value first; NaN where a lag has no spread at
    all."""
    result = np.empty(len(window))
    exponents(np.asarray(window), len(window), lags, len(window) - 1, len(window), result)
    return float(result[-1])


def exponents(src: Values, period: int, lags: range, start: int, end: int, out: Values) -> None:
    """Write the exponents of the windows that end with the bars `start` to `end` (excluded) of
    `src`, float64 ``(n,)``."""
    log_lags = np.log10(np.asarray(lags, dtype=float))
    centred = log_lags - log_lags.mean()
    weights = centred / (centred**2).sum()
    for first in range(start, end, _CHUNK):
        last = min(first + _CHUNK, end)
        values = src[first - period + 1 : last]
        slope = np.zeros(last - first)
        with np.errstate(all="ignore"):
            for lag, weight in zip(lags, weights.tolist(), strict=True):
                slope += weight * np.log10(np.sqrt(_spread(values, lag, period)))
        out[first:last] = 2.0 * slope


def _spread(values: Values, lag: int, period: int) -> Values:
    """The standard deviation, within each window, of the changes over `lag` bars."""
    changes = values[lag:] - values[:-lag]
    windows = np.lib.stride_tricks.sliding_window_view(changes, period - lag)
    spread: Values = windows.std(axis=1)
    return spread
