"""Sums over moving windows, rounded once: what ``math.fsum`` gives for each window, for many
windows at a time.

Shapes: `values` is float64 ``(n,)``; a window of `period` values ends at each of the last ``n -
period + 1`` of them, and so many sums are written into `out`, as float64. A window that holds a
NaN has the sum NaN.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .scratch import room

Values = NDArray[np.float64]

_INTEGER_BITS = (
    62  # of an int64: one left for the sign, one for a sum that reaches the next power of two
)
_PAIR_BITS = 104  # of an unevaluated sum of two floats: 2 * 53, less two for carries
_SMALLEST = -900  # binary exponents below leave no room for scaling
_CHUNK = 8192  # values in work at a time, so that all of them stay in cache


def window_sums(values: Values, period: int, out: Values) -> None:
    """Write the sum of each window."""
    _without_gaps(values, [1.0] * period, out)


def weighted_sums(values: Values, weights: Sequence[float], out: Values) -> None:
    """Write the sum of each window times `weights`, every product rounded on its own."""
    _without_gaps(values, weights, out)


def plain_sums(values: Values, weights: Sequence[float]) -> Values:
    """Return the same as `weighted_sums` by the definition, one window after the other."""
    period = len(weights)
    plain = values.tolist()
    ends = range(period, len(plain) + 1)
    if all(weight == 1.0 for weight in weights):
        return np.array([math.fsum(plain[end - period : end]) for end in ends])
    return np.array([_dot(plain[end - period : end], weights) for end in ends])


def _dot(window: Sequence[float], weights: Sequence[float]) -> float:
    return math.fsum(map(operator.mul, window, weights))


def _without_gaps(values: Values, weights: Sequence[float], out: Values) -> None:
    if not len(out):
        return
    gaps = np.isnan(values)
    if not gaps.any():
        _sums(values, weights, out)
        return
    _sums(np.where(gaps, 0.0, values), weights, out)
    out[counted(gaps, len(weights)) > 0] = np.nan


def counted(marks: NDArray[np.bool_], period: int) -> NDArray[np.int64]:
    """Return how many of `marks` are set in each window of `period`."""
    counts = np.cumsum(np.concatenate(([0], marks)), dtype=np.int64)
    return counts[period:] - counts[:-period]


def _sums(values: Values, weights: Sequence[float], out: Values) -> None:
    """Choose the quickest way that is exact for these values; NaNs have been taken out."""
    if all(weight == 1.0 for weight in weights) and _integer_sums(values, len(weights), out):
        return
    if _fits_pairs(values, weights) or _near_in_size(values, weights):
        _pair_sums(values, weights, out)
    else:
        out[:] = plain_sums(values, weights)


def _scaled(values: Values, bits: int) -> tuple[Values, int] | None:
    """Values times the power of two that brings the largest below ``2 ** bits``, and the exponent
    of that power.

    None where a value is infinite, or where the scaled values are not all integers: then `bits` is
    too few for them.
    """
    largest = max(float(values.max()), -float(values.min())) if values.size else 0.0
    if not math.isfinite(largest):
        return None
    exponent = math.frexp(largest)[1] if largest else 0
    if exponent < _SMALLEST:
        return None
    shift = bits - exponent
    scaled = np.ldexp(values, shift, room("scaled", len(values)))
    np.rint(scaled, scaled)
    back = np.ldexp(scaled, -shift, room("back", len(values)))
    return (scaled, shift) if np.array_equal(back, values) else None


def _integer_sums(values: Values, period: int, out: Values) -> bool:
    """Sum scaled values as 64 bit integers, exactly: the running total may wrap, its differences
    are right. False where the values cannot be scaled.
    """
    scaled = _scaled(values, _INTEGER_BITS - period.bit_length())
    if scaled is None:
        return False
    integers, totals = (room(name, len(values)).view(np.int64) for name in ("back", "totals"))
    np.copyto(integers, scaled[0], casting="unsafe")
    np.cumsum(integers, out=totals)
    sums = integers[: len(out)]
    sums[0] = totals[period - 1]
    np.subtract(totals[period:], totals[:-period], sums[1:])
    np.copyto(out, sums)
    np.ldexp(out, -scaled[1], out)
    return True


def _fits_pairs(values: Values, weights: Sequence[float]) -> bool:
    """Whether all products are multiples of one power of two, large enough for sums held in pairs
    to be exact."""
    if not all(
        math.isfinite(weight) and (weight == 0.0 or abs(weight) > 1e-200) for weight in weights
    ):
        return False
    ratios = [weight.as_integer_ratio() for weight in map(float, weights)]
    common = max(denominator for _, denominator in ratios)
    total = sum(abs(numerator) * (common // denominator) for numerator, denominator in ratios)
    bits = _PAIR_BITS - total.bit_length() - len(weights).bit_length()
    return bits > 0 and _scaled(values, bits) is not None


def _near_in_size(values: Values, weights: Sequence[float]) -> bool:
    """Whether the largest product exceeds the smallest by so little that the last bit of that one,
    of which all are multiples, is within reach of sums held in pairs."""
    sizes = np.abs(values[values != 0.0])
    factors = [abs(weight) for weight in map(float, weights) if weight]
    if not sizes.size or not factors:
        return False
    smallest, largest = float(sizes.min()) * min(factors), float(sizes.max()) * max(factors)
    if not (smallest > 1e-200 and math.isfinite(largest)):
        return False
    span = math.frexp(largest)[1] + 1 - (math.frexp(smallest)[1] - 53)
    return span + 2 * len(weights).bit_length() <= _PAIR_BITS


def _pair_sums(values: Values, weights: Sequence[float], out: Values) -> None:
    for first in range(0, len(out), _CHUNK):
        last = min(first + _CHUNK, len(out))
        columns = (values[first + lag : last + lag] * weight for lag, weight in enumerate(weights))
        out[first:last] = _added_up(columns, last - first)


def _added_up(columns: Iterable[Values], size: int) -> Values:
    """Add arrays up, keeping what each addition rounds off (Knuth, TAOCP vol. 2, 4.2.2, theorem
    B)."""
    total = np.zeros(size)
    lost = np.zeros(size)
    for column in columns:
        added = total + column
        part = added - total
        lost += (total - (added - part)) + (column - part)
        total = added
    return total + lost
