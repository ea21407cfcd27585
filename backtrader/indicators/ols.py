"""Straight lines of least squares through the latest values of two datas, and what follows from
them."""

from __future__ import annotations

from typing import Any

from .._kernels import regression
from ..linebuffer import _operand
from ._direct import second_data, whole_period
from .basicops import PeriodN
from .deviation import StandardDeviation
from .sma import MovingAverageSimple

__all__ = ["CointN", "OLS_BetaN", "OLS_Slope_InterceptN", "OLS_TransformationN"]


class _Regression(PeriodN):
    """Base of the regressions of the first data on the second."""

    _mindatas = 2

    params = (("period", 10),)

    def __init__(self) -> None:
        whole_period(self, least=2)
        second_data(self)
        super().__init__()

    def _fit(self) -> tuple[float, float]:
        """Return slope and intercept at the current bar."""
        y, x = (data.lines[0].get(size=self.p.period) for data in self.datas[:2])
        return regression.fit(y, x)

    def _fits(self, start: int, end: int) -> tuple[Any, Any]:
        y, x = (_operand(data.lines[0], 0, end) for data in self.datas[:2])
        return regression.fits(y, x, self.p.period, start - 1, end)

    def preonce(self, start: int, end: int) -> None:
        """Show nothing before there is a value."""

    def oncestart(self, start: int, end: int) -> None:
        """Leave it to `once`, which does all bars at a time."""


class OLS_Slope_InterceptN(_Regression):
    """Slope and intercept of the first data as a straight line of the second.

    Formula
    -------
    ``data = slope * data1 + intercept``, with the least sum of squared distances over `period` bars

    Parameters
    ----------
    period : int, default 10
        Bars that are looked at.

    Lines
    -----
    slope
        In units of the first data per unit of the second.
    intercept
        In the unit of the first data.

    Source
    ------
    https://en.wikipedia.org/wiki/Ordinary_least_squares
    """

    lines = ("slope", "intercept")

    def next(self) -> None:
        slope, intercept = self._fit()
        self.lines.slope[0] = slope
        self.lines.intercept[0] = intercept

    def once(self, start: int, end: int) -> None:
        slopes, intercepts = self._fits(start, end)
        self.lines.slope._values[start - 1 : end] = slopes
        self.lines.intercept._values[start - 1 : end] = intercepts


class OLS_TransformationN(PeriodN):
    """Distance of the first data from the straight line through the second, and how unusual it is.

    Formula
    -------
    - ``slope, intercept = OLS_Slope_InterceptN(data, data1)``, over its default of 10 bars
    - ``spread = data - (slope * data1 + intercept)``
    - ``spread_mean = MovingAverageSimple(spread, period)``, ``spread_std =
      StandardDeviation(spread, period)``
    - ``zscore = (spread - spread_mean) / spread_std``

    Parameters
    ----------
    period : int, default 10
        Bars in mean and deviation.

    Lines
    -----
    spread, spread_mean, spread_std
        In the unit of the first data.
    zscore
        In standard deviations.

    Source
    ------
    https://en.wikipedia.org/wiki/Standard_score
    """

    _mindatas = 2

    lines = ("spread", "spread_mean", "spread_std", "zscore")
    params = (("period", 10),)

    def __init__(self) -> None:
        super().__init__()
        period = self.p.period
        second = second_data(self)
        # Compat: the line is over 10 bars, whatever `period` is
        line = OLS_Slope_InterceptN(*self.datas)
        self.lines.spread = spread = self.data - (line.slope * second + line.intercept)
        self.lines.spread_mean = mean = MovingAverageSimple(spread, period=period)
        self.lines.spread_std = deviation = StandardDeviation(spread, period=period)
        self.lines.zscore = (spread - mean) / deviation


class OLS_BetaN(_Regression):
    """Slope of the first data as a straight line of the second.

    Formula
    -------
    ``beta = slope`` of `OLS_Slope_InterceptN`

    Parameters
    ----------
    period : int, default 10
        Bars that are looked at.

    Lines
    -----
    beta
        In units of the first data per unit of the second.

    Source
    ------
    https://en.wikipedia.org/wiki/Ordinary_least_squares
    """

    lines = ("beta",)

    def next(self) -> None:
        self.line[0] = self._fit()[0]

    def once(self, start: int, end: int) -> None:
        self._values[start - 1 : end] = self._fits(start, end)[0]


class CointN(PeriodN):
    """Test by Engle and Granger whether two datas move together in the long run.

    Parameters
    ----------
    period : int, default 10
        Bars that are looked at.
    trend : str, default "c"
        What is fitted beside the second data: ``"c"`` a constant, ``"ct"`` a trend too, ``"ctt"`` a
        quadratic one, ``"n"`` nothing.

    Lines
    -----
    score
        The statistic: the more negative, the less likely is it that they do not.
    pvalue
        MacKinnon's approximate p-value, 0.0 to 1.0.

    Notes
    -----
    Needs ``pip install statsmodels``.

    Source
    ------
    R. F. Engle and C. W. J. Granger, Econometrica 55, 1987;
    https://www.statsmodels.org/stable/generated/statsmodels.tsa.stattools.coint.html
    """

    _mindatas = 2

    lines = ("score", "pvalue")
    params = (("period", 10), ("trend", "c"))
    frompackages = (("statsmodels.tsa.stattools", (("coint", "_coint"),)),)

    def __init__(self) -> None:
        second_data(self)
        super().__init__()

    def next(self) -> None:
        first, second = (list(data.lines[0].get(size=self.p.period)) for data in self.datas[:2])
        score, pvalue, _ = _coint(  # type: ignore[name-defined]  # noqa: F821
            first, second, trend=self.p.trend
        )
        self.lines.score[0] = score
        self.lines.pvalue[0] = pvalue
