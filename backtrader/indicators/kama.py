"""Kaufman's adaptive moving average."""

from __future__ import annotations

from ._direct import whole_period
from .basicops import ExponentialSmoothingDynamic, SumN
from .mabase import MovingAverageBase

__all__ = ["KAMA", "AdaptiveMovingAverage", "MovingAverageAdaptive"]


class AdaptiveMovingAverage(MovingAverageBase):
    """Exponential average that is quick where the price goes one way and slow where it goes to and
    fro.

    Formula
    -------
    - ``efficiency = abs((data - data(-period)) / sum(abs(data - data(-1)), period))``
    - ``fastest = 2 / (fast + 1)``, ``slowest = 2 / (slow + 1)``
    - ``alpha = (efficiency * (fastest - slowest) + slowest) ** 2``
    - first value: the arithmetic mean of `period` values
    - then ``kama = kama[-1] * (1 - alpha) + data * alpha``

    Parameters
    ----------
    period : int, default 30
        Bars over which the efficiency is measured.
    fast, slow : int, default 2, 30
        Bars of the quickest and the slowest average.

    Lines
    -----
    kama
        The average, in the unit of the data.

    Source
    ------
    Perry Kaufman, "Smarter Trading", 1995;
    https://school.stockcharts.com/doku.php?id=technical_indicators:kaufman_s_adaptive_moving_average
    """

    alias = ("KAMA", "MovingAverageAdaptive")
    lines = ("kama",)
    params = (("fast", 2), ("slow", 30))

    def __init__(self) -> None:
        period = whole_period(self)
        way = self.data - self.data(-period)
        steps = SumN(abs(self.data - self.data(-1)), period=period)
        fastest, slowest = 2.0 / (self.p.fast + 1.0), 2.0 / (self.p.slow + 1.0)
        alpha = (abs(way / steps) * (fastest - slowest) + slowest) ** 2
        self.lines.kama = ExponentialSmoothingDynamic(self.data, period=period, alpha=alpha)
        super().__init__()


KAMA: type[AdaptiveMovingAverage]
MovingAverageAdaptive: type[AdaptiveMovingAverage]
