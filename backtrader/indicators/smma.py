"""Wilder's smoothing."""

from __future__ import annotations

from .ema import Smoothed
from .mabase import MovingAverageBase

__all__ = ["SMMA", "ModifiedMovingAverage", "MovingAverageSmoothed", "MovingAverageWilder"]
__all__ += ["SmoothedMovingAverage", "WilderMA"]


class SmoothedMovingAverage(Smoothed, MovingAverageBase):
    """Mean that Wilder uses in his indicators: exponential smoothing with a slower factor than the
    usual.

    Formula
    -------
    - first value: the arithmetic mean of `period` values
    - then ``smma = smma[-1] * (1 - 1 / period) + data * (1 / period)``

    Parameters
    ----------
    period : int, default 30
        Bars that determine the smoothing.

    Lines
    -----
    smma
        The mean, in the unit of the data.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978;
    https://en.wikipedia.org/wiki/Moving_average#Modified_moving_average
    """

    alias = (
        "SMMA",
        "WilderMA",
        "MovingAverageSmoothed",
        "MovingAverageWilder",
        "ModifiedMovingAverage",
    )
    lines = ("smma",)

    _direct = True

    def _smoothing(self) -> float:
        return 1.0 / self._period


SMMA: type[SmoothedMovingAverage]
WilderMA: type[SmoothedMovingAverage]
MovingAverageSmoothed: type[SmoothedMovingAverage]
MovingAverageWilder: type[SmoothedMovingAverage]
ModifiedMovingAverage: type[SmoothedMovingAverage]
