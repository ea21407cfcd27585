"""Statistics of the returns by period."""

from __future__ import annotations

import math

from ..analyzer import Analyzer
from ..dataseries import TimeFrame
from ..mathsupport import average, standarddev
from .timereturn import TimeReturn

__all__ = ["PeriodStats"]


class PeriodStats(Analyzer):
    """Statistics of the returns by period.

    Parameters
    ----------
    timeframe, compression
        The periods, see `TimeFrameAnalyzerBase`; default years.
    zeroispos : bool
        Count a return of zero as positive.
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.

    Results
    -------
    average, stddev
        Mean and standard deviation of the returns.
    positive, negative, nochange
        How many periods had such a return.
    best, worst
        Largest and smallest return.
    """

    params = (
        ("timeframe", TimeFrame.Years),
        ("compression", 1),
        ("zeroispos", False),
        ("fund", None),
    )

    def __init__(self) -> None:
        self._tr = TimeReturn(
            timeframe=self.p.timeframe, compression=self.p.compression, fund=self.p.fund
        )

    def stop(self) -> None:
        """Work the statistics out."""
        returns = list(self._tr.get_analysis().values())
        if not returns:  # there was no bar
            self.rets.update(dict.fromkeys(("average", "stddev"), math.nan))
            self.rets.update(positive=0, negative=0, nochange=0, best=math.nan, worst=math.nan)
            return
        mean = average(returns)
        zeros = sum(each == 0.0 for each in returns)
        counted = zeros if self.p.zeroispos else 0
        self.rets.update(
            average=mean,
            stddev=standarddev(returns, avgx=mean),
            positive=sum(each > 0.0 for each in returns) + counted,
            negative=sum(each < 0.0 for each in returns),
            nochange=zeros - counted,
            best=max(returns),
            worst=min(returns),
        )
