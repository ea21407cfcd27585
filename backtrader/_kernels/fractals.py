"""Values that stand out among their neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_BACK = 2  # bars between the end of a window and the mark


def mark(
    extreme: Callable[[Sequence[float]], float],
    src: Values,
    period: int,
    place: int,
    start: int,
    end: int,
    factor: float,
    out: Values,
) -> None:
    """Write the value at `place` in a window, times `factor`, two bars before its end, if it is the
    first `extreme`.

    The windows are those of `period` values of `src`, float64 ``(n,)``, that end with the bars
    `start` to `end` (excluded); `extreme` is max or min.
    """
    if not 0 <= place < period:
        return
    values = src[start - period + 1 : end]
    windows = np.lib.stride_tricks.sliding_window_view(values, period)
    found = (windows.argmax(axis=1) if extreme is max else windows.argmin(axis=1)) == place
    bars = np.flatnonzero(found)
    marked = bars + start - _BACK
    inside = marked >= 0
    out[marked[inside]] = values[bars[inside] + place] * factor
