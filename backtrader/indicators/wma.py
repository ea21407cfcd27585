"""A mean with weights that fall in a straight line."""

from __future__ import annotations

import math
import operator

from .._kernels import windows
from ..linebuffer import _operand
from ._direct import Direct, whole_period
from .mabase import MovingAverageBase

__all__ = ["WMA", "MovingAverageWeighted", "WeightedMovingAverage"]


class WeightedMovingAverage(Direct, MovingAverageBase):
    """Mean with the weight `period` on the newest value, one less on each older one, down to 1.

    Formula
    -------
    ``wma = 2 / (period * (period + 1)) * sum(data[-i] * (period - i) for i in range(period))``

    Parameters
    ----------
    period : int, default 30
        Bars that are averaged.

    Lines
    -----
    wma
        The mean, in the unit of the data.

    Source
    ------
    https://en.wikipedia.org/wiki/Moving_average#Weighted_moving_average
    """

    alias = ("WMA", "MovingAverageWeighted")
    lines = ("wma",)

    _direct = True

    def _start_formula(self) -> None:
        self._period = period = whole_period(self)
        self._factor = 2.0 / (period * (period + 1.0))
        self._weights = [float(weight) for weight in range(1, period + 1)]
        self._source = self.data.lines[0]
        self.addminperiod(period)

    def next(self) -> None:
        source = self._source
        end = source._cursor.idx + 1
        products = map(operator.mul, source.array[end - self._period : end], self._weights)
        self.line[0] = self._factor * math.fsum(products)

    def once(self, start: int, end: int) -> None:
        src = _operand(self._source, 0, end)
        windows.weighted(src, self._period, self._weights, self._factor, start, end, self._values)


WMA: type[WeightedMovingAverage]
MovingAverageWeighted: type[WeightedMovingAverage]
