"""Exponential smoothing with a factor that follows from a period."""

from __future__ import annotations

import math

from .._kernels import recursions, windows
from ..linebuffer import _operand
from ._direct import Direct, whole_period
from .mabase import MovingAverageBase

__all__ = ["EMA", "ExponentialMovingAverage", "MovingAverageExponential"]


class Smoothed(Direct):
    """Exponential smoothing that starts from the arithmetic mean of the first `period` values."""

    _direct = True

    def _smoothing(self) -> float:
        """Return the weight of the newest value."""
        raise NotImplementedError

    def _start_formula(self) -> None:
        self._period = whole_period(self)
        self._alpha = self._smoothing()
        self._keep = 1.0 - self._alpha
        self._source = self.data.lines[0]
        self.addminperiod(self._period)

    def nextstart(self) -> None:
        window = self._source.get(size=self._period)
        self.line[0] = math.fsum(window) / self._period

    def next(self) -> None:
        line = self.line
        index = line._cursor.idx
        line[0] = line.array[index - 1] * self._keep + self._source[0] * self._alpha

    def oncestart(self, start: int, end: int) -> None:
        windows.mean(_operand(self._source, 0, end), self._period, start, end, self._values)

    def once(self, start: int, end: int) -> None:
        recursions.smooth(_operand(self._source, 0, end), self._alpha, start, end, self._values)


class ExponentialMovingAverage(Smoothed, MovingAverageBase):
    """Mean in which the weight of a value falls by a constant factor with every bar.

    Formula
    -------
    - ``alpha = 2 / (1 + period)``
    - first value: the arithmetic mean of `period` values
    - then ``ema = ema[-1] * (1 - alpha) + data * alpha``

    Parameters
    ----------
    period : int, default 30
        Bars that determine the smoothing.

    Lines
    -----
    ema
        The mean, in the unit of the data.

    Source
    ------
    https://en.wikipedia.org/wiki/Moving_average#Exponential_moving_average
    """

    alias = ("EMA", "MovingAverageExponential")
    lines = ("ema",)

    _direct = True

    def _smoothing(self) -> float:
        return 2.0 / (1.0 + self._period)


EMA: type[ExponentialMovingAverage]
MovingAverageExponential: type[ExponentialMovingAverage]
