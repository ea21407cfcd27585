"""The arithmetic mean of the latest values."""

from __future__ import annotations

import math

from .._kernels import windows
from ..linebuffer import _operand
from ._direct import Direct, whole_period
from .mabase import MovingAverageBase

__all__ = ["SMA", "MovingAverageSimple", "SimpleMovingAverage"]


class MovingAverageSimple(Direct, MovingAverageBase):
    """Arithmetic mean of the latest `period` values, from a sum that is rounded once.

    Formula
    -------
    ``sma = sum(data, period) / period``

    Parameters
    ----------
    period : int, default 30
        Bars that are averaged.

    Lines
    -----
    sma
        The mean, in the unit of the data.

    Source
    ------
    https://en.wikipedia.org/wiki/Moving_average#Simple_moving_average
    """

    alias = ("SMA", "SimpleMovingAverage")
    lines = ("sma",)

    _direct = True

    def _start_formula(self) -> None:
        self._period = whole_period(self)
        self._source = self.data.lines[0]
        self.addminperiod(self._period)

    def next(self) -> None:
        source = self._source
        end = source._cursor.idx + 1
        period = self._period
        self.line[0] = math.fsum(source.array[end - period : end]) / period

    def once(self, start: int, end: int) -> None:
        windows.mean(_operand(self._source, 0, end), self._period, start, end, self._values)


SMA: type[MovingAverageSimple]
SimpleMovingAverage: type[MovingAverageSimple]
