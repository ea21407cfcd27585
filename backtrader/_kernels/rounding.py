"""Rounding to decimals, a column at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# A product with a power of ten is off by less than this share of itself.
_PRODUCT_ERROR = 1e-15
# Powers of ten up to this are exact, and so is a whole number below the limit over any of them.
_MOST_DECIMALS = 15
_LARGEST_WHOLE = 1e15


def rounded(values: NDArray[np.float64], decimals: int | None) -> NDArray[np.float64]:
    """Return each of the values as ``round(value, decimals)`` does, bit for bit.

    Parameters
    ----------
    values : float64 ``(n,)``
        NaN stays NaN where `decimals` is a number.
    decimals
        Places after the point, negative before it; None as 0.

    Raises
    ------
    ValueError, OverflowError
        A value has no whole number near it, and `decimals` is None.
    """
    places = 0 if decimals is None else int(decimals)
    if decimals is None or not 0 <= places <= _MOST_DECIMALS:
        return np.array([float(round(value, decimals)) for value in values.tolist()])
    scale = 10.0**places
    scaled = values * scale
    result: NDArray[np.float64] = np.rint(scaled) / scale
    # round() decides by the exact decimal value; the product may have landed on the other side of
    # a half, or beyond what is exact: such values are left to it.
    distance = np.abs(np.abs(scaled - np.trunc(scaled)) - 0.5)
    doubtful = (distance <= np.abs(scaled) * _PRODUCT_ERROR) | (np.abs(scaled) > _LARGEST_WHOLE)
    for index in np.flatnonzero(doubtful).tolist():
        result[index] = round(float(values[index]), places)
    return result
