"""Where a difference of two lines changes its sign."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .recursions import last_nonzero

Values = NDArray[np.float64]


def crossed(difference: Values, up: float, down: float, start: int, end: int, out: Values) -> None:
    """Write `up` or `down` for each bar at which the sign changes upwards or downwards, else 0.

    Parameters
    ----------
    difference
        Float64 ``(n,)``, with values from bar ``start - 1`` on. A 0 does not change the sign, and a
        NaN forgets it.
    up, down
        What a change upwards, and one downwards, is shown as.
    start, end
        The bars to write, `end` excluded.
    out
        Float64 ``(n,)``, where to write them.
    """
    side = np.empty(end)
    side[start - 1] = difference[start - 1]
    last_nonzero(difference, float(difference[start - 1]), start, end, side)
    before, now = side[start - 1 : end - 1], difference[start:end]
    out[start:end] = np.where(
        (before < 0.0) & (now > 0.0), up, np.where((before > 0.0) & (now < 0.0), down, 0.0)
    )
