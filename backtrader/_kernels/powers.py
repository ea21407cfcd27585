"""Squares and square roots as Python's ``**`` gives them, bit for bit.

Python asks the C library's ``pow``, which differs from correct rounding for about one value in a
thousand, where the exact result lies almost half way between two floats. Here numpy computes all
values, rounded correctly, and ``pow`` those that are near the middle.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

# from the middle between two floats, in units of the last place: what counts as near. The C
# libraries state less for their `pow` (glibc 0.52 units of error in all, that is 0.02 beyond 0.5)
_MARGIN = 0.04
_SPLITTER = 134217729.0  # 2 ** 27 + 1, Dekker 1971
_LARGEST = 1e120  # beyond it, and below its inverse, the error terms may overflow or vanish
_CHUNK = 8192  # values in work at a time, so that all terms stay in cache


def squares(values: Values) -> Values:
    """Return ``value ** 2`` for each value, float64 ``(n,)``; OverflowError where that is too
    large."""
    return _in_chunks(values, _squared, lambda value: value**2)


def roots(values: Values) -> Values:
    """Return ``value ** 0.5`` for each value, float64 ``(n,)``, of 0 and above or NaN."""
    return _in_chunks(values, _rooted, lambda value: value**0.5)


def _in_chunks(
    values: Values,
    kernel: Callable[[Values], tuple[Values, Values]],
    power: Callable[[float], float],
) -> Values:
    out = np.empty(len(values))
    with np.errstate(all="ignore"):
        for first in range(0, len(values), _CHUNK):
            chunk = values[first : first + _CHUNK]
            result, error = kernel(chunk)
            doubtful = _doubtful(result, error)
            result[doubtful] = [power(value) for value in chunk[doubtful].tolist()]
            out[first : first + _CHUNK] = result
    return out


def _squared(values: Values) -> tuple[Values, Values]:
    result = values * values
    return result, _lost(values, result)


def _rooted(values: Values) -> tuple[Values, Values]:
    result = np.sqrt(values)
    product = result * result
    return result, ((values - product) - _lost(result, product)) / (2.0 * result)


def _lost(values: Values, product: Values) -> Values:
    """What rounding the squares to `product` has lost (Dekker, Numerische Mathematik 18, 1971)."""
    scaled = _SPLITTER * values
    high = scaled - (scaled - values)
    low = values - high
    lost: Values = ((high * high - product) + 2.0 * high * low) + low * low
    return lost


def _doubtful(result: Values, error: Values) -> NDArray[np.bool_]:
    """Whether the exact value, `result` plus `error`, is near the middle between two floats."""
    # below a power of two the floats are twice as close as above it
    part = np.abs(error) / np.spacing(result)
    settled = part < 0.5 - _MARGIN
    settled &= (error >= 0.0) | (part < 0.25 - _MARGIN) | (np.frexp(result)[0] != 0.5)
    settled &= (result < _LARGEST) & (result > 1.0 / _LARGEST)
    doubtful: NDArray[np.bool_] = ~settled
    return doubtful
