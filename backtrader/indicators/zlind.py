"""Ehlers' and Way's zero lag indicator: an exponential average that corrects its own error."""

from __future__ import annotations

from typing import Any

from .._kernels import recursions
from ..linebuffer import _operand
from ._direct import with_average
from .ema import EMA
from .mabase import MovingAverageBase

__all__ = ["EC", "ErrorCorrecting", "ZLInd", "ZLIndicator", "ZeroLagIndicator"]


class ZeroLagIndicator(MovingAverageBase):
    """Exponential average with a share of the last error added, the share that leaves the least new
    error.

    Formula
    -------
    - ``alpha = 2 / (1 + period)``
    - ``ec = alpha * (EMA(data, period) + gain * (data - ec[-1])) + (1 - alpha) * ec[-1]``
    - ``gain``: of ``-gainlimit / 10`` to ``gainlimit / 10`` in steps of 0.1 the first for which
      ``abs(data - ec)`` is least - first value: the average

    Parameters
    ----------
    period : int, default 30
        Bars in the average.
    gainlimit : int, default 50
        Largest gain to try, in tenths.
    _movav : class, default `EMA`
        Without effect: the average is exponential.

    Lines
    -----
    ec
        The average, in the unit of the data.

    Source
    ------
    John Ehlers and Ric Way, "Zero Lag (well, almost)",
    https://www.mesasoftware.com/papers/ZeroLag.pdf
    """

    alias = ("ZLIndicator", "ZLInd", "EC", "ErrorCorrecting")
    lines = ("ec",)
    params = (("gainlimit", 50), ("_movav", EMA))

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period", "gainlimit", average="_movav")

    def __init__(self) -> None:
        # Compat: an exponential average, whatever `_movav` is
        self.ema = EMA(self.data, period=self.p.period)
        self.alpha = 2.0 / (1.0 + self.p.period)
        super().__init__()

    def nextstart(self) -> None:
        self.line[0] = self.ema[0]

    def next(self) -> None:
        before, limit = self.line[-1], self.p.gainlimit
        self.line[0] = recursions.corrected(self.data[0], self.ema[0], before, self.alpha, limit)

    def oncestart(self, start: int, end: int) -> None:
        self.line.array[start] = self.ema.array[start]

    def once(self, start: int, end: int) -> None:
        src, average = _operand(self.data.lines[0], 0, end), self.ema._values
        kernel = recursions.error_correcting
        kernel(src, average, self.alpha, self.p.gainlimit, start, end, self._values)


ZLIndicator: type[ZeroLagIndicator]
ZLInd: type[ZeroLagIndicator]
EC: type[ZeroLagIndicator]
ErrorCorrecting: type[ZeroLagIndicator]
