"""Sharpe ratio."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from ..analyzer import Analyzer
from ..dataseries import TimeFrame
from ..mathsupport import average, standarddev
from .annualreturn import AnnualReturn
from .timereturn import TimeReturn

__all__ = ["SharpeRatio", "SharpeRatio_A"]


class SharpeRatio(Analyzer):
    """Sharpe ratio: mean of the returns beyond the riskless rate over their standard deviation.

    Parameters
    ----------
    timeframe, compression
        Periods of the returns, see `TimeFrameAnalyzerBase`; default years.
    riskfreerate : float
        Riskless return in a year; 0.01 is one per cent.
    factor : int
        Periods in a year; default 252 days, 52 weeks, 12 months or 1 year, as the time frame has
        it.
    convertrate : bool
        Bring the rate to the periods of the returns; else the returns to a year.
    annualize : bool
        Bring the ratio itself to a year, where the rate was brought to the periods.
    stddev_sample : bool
        Divide by one less than the number of returns in the standard deviation (Bessel's
        correction).
    daysfactor : int
        Older name of `factor`, for returns by day.
    legacyannual : bool
        Take the returns from `AnnualReturn`; they are by year, whatever `timeframe` says.
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.

    Results
    -------
    sharperatio
        The ratio; None where there are not enough returns, or no deviation.

    Source
    ------
    William F. Sharpe, Mutual Fund Performance (1966), https://en.wikipedia.org/wiki/Sharpe_ratio
    """

    params = {
        "timeframe": TimeFrame.Years,
        "compression": 1,
        "riskfreerate": 0.01,
        "factor": None,
        "convertrate": True,
        "annualize": False,
        "stddev_sample": False,
        "daysfactor": None,
        "legacyannual": False,
        "fund": None,
    }

    RATEFACTORS: ClassVar[dict[int, int]] = {
        TimeFrame.Days: 252,
        TimeFrame.Weeks: 52,
        TimeFrame.Months: 12,
        TimeFrame.Years: 1,
    }

    def __init__(self) -> None:
        params = self.p
        if params.legacyannual:
            self.anret = AnnualReturn()
        else:
            self.timereturn = TimeReturn(
                timeframe=params.timeframe, compression=params.compression, fund=params.fund
            )

    def stop(self) -> None:
        """Work the ratio out."""
        super().stop()
        if self.p.legacyannual:
            self.ratio = self._of_years(list(self.anret.rets))
        else:
            self.ratio = self._of_periods(list(self.timereturn.get_analysis().values()))
        self.rets["sharperatio"] = self.ratio

    def _of_years(self, returns: list[float]) -> float:
        # Compat: the deviation is that of the returns themselves here, and errors are not caught
        excess = average([each - self.p.riskfreerate for each in returns])
        return excess / standarddev(returns)

    def _yearly_periods(self) -> Any:
        params = self.p
        if params.timeframe == TimeFrame.Days and params.daysfactor is not None:
            return params.daysfactor
        if params.factor is not None:
            return params.factor
        return self.RATEFACTORS.get(params.timeframe)

    def _of_periods(self, returns: list[float]) -> float | None:
        params = self.p
        rate = params.riskfreerate
        factor = self._yearly_periods()
        if factor is not None and params.convertrate:
            rate = pow(1.0 + rate, 1.0 / factor) - 1.0
        elif factor is not None:
            returns = [pow(1.0 + each, factor) - 1.0 for each in returns]
        if not len(returns) - bool(params.stddev_sample):
            return None
        excess = [each - rate for each in returns]
        mean = average(excess)
        try:
            ratio = mean / standarddev(excess, avgx=mean, bessel=params.stddev_sample)
            if factor is not None and params.convertrate and params.annualize:
                ratio = math.sqrt(factor) * ratio
        except (ValueError, TypeError, ZeroDivisionError):
            return None
        return ratio


class SharpeRatio_A(SharpeRatio):
    """Sharpe ratio brought to a year, whatever the periods of the returns."""

    params = (("annualize", True),)
