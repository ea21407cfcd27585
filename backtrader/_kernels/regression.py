"""Straight lines of least squares over moving windows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_CHUNK = 8192  # windows in work at a time


def fit(y: Sequence[float], x: Sequence[float]) -> tuple[float, float]:
    """Return slope and intercept of the line ``y = slope * x + intercept`` through the points."""
    ys, xs = np.asarray(y, dtype=float), np.asarray(x, dtype=float)
    slopes, intercepts = fits(ys, xs, len(xs), len(xs) - 1, len(xs))
    return float(slopes[0]), float(intercepts[0])


def fits(y: Values, x: Values, period: int, start: int, end: int) -> tuple[Values, Values]:
    """Return the slopes and intercepts for the windows that end with the bars `start` to `end`
    (excluded).

    `y` and `x` are float64 ``(n,)``. Of an `x` that does not change within a window the shortest of
    the solutions is taken, as the pseudo-inverse does: the slope is then ``mean(y) * x / (1 + x **
    2)``.
    """
    slopes, intercepts = np.empty(end - start), np.empty(end - start)
    for first in range(start, end, _CHUNK):
        last = min(first + _CHUNK, end)
        chunk = slice(first - start, last - start)
        slopes[chunk], intercepts[chunk] = _chunk(
            _windows(y, period, first, last), _windows(x, period, first, last)
        )
    return slopes, intercepts


def _windows(values: Values, period: int, start: int, end: int) -> Values:
    view: Values = np.lib.stride_tricks.sliding_window_view(
        values[start - period + 1 : end], period
    )
    return view


def _chunk(y: Values, x: Values) -> tuple[Values, Values]:
    mean_y, mean_x = y.mean(axis=1), x.mean(axis=1)
    from_x = x - mean_x[:, None]
    squares = np.einsum("ij,ij->i", from_x, from_x)
    products = np.einsum("ij,ij->i", from_x, y - mean_y[:, None])
    still = np.ptp(x, axis=1) == 0.0
    slope = np.where(
        still, mean_y * mean_x / (1.0 + mean_x**2), products / np.where(still, 1.0, squares)
    )
    intercept = np.where(still, mean_y / (1.0 + mean_x**2), mean_y - slope * mean_x)
    return slope, intercept
