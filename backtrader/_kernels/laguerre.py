"""Ehlers' Laguerre filter: four stages, each of which lags the one before.

John Ehlers, "Cybernetic Analysis for Stocks and Futures", 2004, chapter 14.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Stages = tuple[float, float, float, float]

EMPTY: Stages = (0.0, 0.0, 0.0, 0.0)


def filtered(value: float, before: Stages, gamma: float) -> Stages:
    """Return the stages that follow on `before` when `value` comes in."""
    b0, b1, b2, b3 = before
    s0 = (1.0 - gamma) * value + gamma * b0
    s1 = -gamma * s0 + b0 + gamma * b1
    s2 = -gamma * s1 + b1 + gamma * b2
    s3 = -gamma * s2 + b2 + gamma * b3
    return s0, s1, s2, s3


def middle(stages: Stages) -> float:
    """Return the weighted mean of the stages."""
    s0, s1, s2, s3 = stages
    return (s0 + 2.0 * s1 + 2.0 * s2 + s3) / 6.0


def strength(stages: Stages) -> float:
    """Return the part of the rises between stages in all their changes; 1.0 where there are
    none."""
    s0, s1, s2, s3 = stages
    up = down = 0.0
    for newer, older in ((s0, s1), (s1, s2), (s2, s3)):
        if newer >= older:
            up += newer - older
        else:
            down += older - newer
    both = up + down
    return up / both if both else 1.0


def middles(src: Values, gamma: float, start: int, end: int, out: Values) -> None:
    """Write `middle` for the bars `start` to `end` (excluded) of `src`, the filter empty before."""
    _run(middle, src, gamma, start, end, out)


def strengths(src: Values, gamma: float, start: int, end: int, out: Values) -> None:
    """Write `strength` for the bars `start` to `end` (excluded) of `src`, the filter empty
    before."""
    _run(strength, src, gamma, start, end, out)


def _run(
    result: Callable[[Stages], float], src: Values, gamma: float, start: int, end: int, out: Values
) -> None:
    stages = EMPTY
    values = []
    for value in src[start:end].tolist():
        stages = filtered(value, stages, gamma)
        values.append(result(stages))
    out[start:end] = values
