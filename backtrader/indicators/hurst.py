"""Hurst's exponent."""

from __future__ import annotations

from .._kernels import hurst
from ..errors import ParameterError
from ..linebuffer import _operand
from .basicops import PeriodN

__all__ = ["Hurst", "HurstExponent"]


class HurstExponent(PeriodN):
    """Whether prices keep their direction, from how their spread grows with the distance in time.

    Formula
    -------
    - ``tau(lag) = sqrt(standard deviation of data - data(-lag), within period bars)``
    - ``hurst = 2 * slope`` of the straight line of least squares through ``log10(tau(lag))`` over
      ``log10(lag)``, for the lags from `lag_start` to before `lag_end`

    Parameters
    ----------
    period : int, default 40
        Bars that are looked at; below 100 the result is rough.
    lag_start : int, default None
        First lag, in bars; None is 2.
    lag_end : int, default None
        Lag before which to stop, in bars; None is ``period // 2``.

    Lines
    -----
    hurst
        Near 0.5 for a random walk, below for prices that return to their mean, above for a trend.

    Source
    ------
    https://en.wikipedia.org/wiki/Hurst_exponent
    """

    alias = ("Hurst",)
    lines = ("hurst",)
    params = (("period", 40), ("lag_start", None), ("lag_end", None))

    def _plotlabel(self) -> list[int]:
        return [self.p.period, self._lags.start, self._lags.stop]

    def __init__(self) -> None:
        super().__init__()
        period = self.p.period
        first, end = self.p.lag_start or 2, self.p.lag_end or period // 2
        if not 1 <= first < end - 1 < period:
            raise ParameterError(
                f"{type(self).__name__}: needs two lags or more within the period of {period},"
                f" lag_start {first} to before lag_end {end} are none"
            )
        self._lags = range(first, end)

    def next(self) -> None:
        window = self.data.lines[0].get(size=self.p.period)
        self.line[0] = hurst.exponent(window, self._lags)

    def preonce(self, start: int, end: int) -> None:
        """Show nothing before there is a value."""

    def oncestart(self, start: int, end: int) -> None:
        """Leave it to `once`, which does all bars at a time."""

    def once(self, start: int, end: int) -> None:
        src = _operand(self.data.lines[0], 0, end)
        hurst.exponents(src, self.p.period, self._lags, start - 1, end, self._values)


Hurst: type[HurstExponent]
