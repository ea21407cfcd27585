"""Hull's moving average."""

from __future__ import annotations

from ._direct import whole_period
from .mabase import MovingAverageBase
from .wma import WMA

__all__ = ["HMA", "HullMA", "HullMovingAverage"]


class HullMovingAverage(MovingAverageBase):
    """Average that makes up for its lag with one over half the period, smoothed once more.

    Formula
    -------
    - ``raw = 2 * _movav(data, period // 2) - _movav(data, period)``
    - ``hma = _movav(raw, int(sqrt(period)))``

    Parameters
    ----------
    period : int, default 30
        Bars in the longest average; at least 2.
    _movav : class, default `WMA`
        The average.

    Lines
    -----
    hma
        The average, in the unit of the data.

    Source
    ------
    Alan Hull, 2005, https://alanhull.com/hull-moving-average
    """

    alias = ("HMA", "HullMA")
    lines = ("hma",)
    params = (("_movav", WMA),)

    def __init__(self) -> None:
        average, period = self.p._movav, whole_period(self, least=2)
        slow = average(self.data, period=period)
        fast = average(self.data, period=period // 2)
        self.lines.hma = average(2.0 * fast - slow, period=int(period**0.5))
        super().__init__()


HMA: type[HullMovingAverage]
HullMA: type[HullMovingAverage]
