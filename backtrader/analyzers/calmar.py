"""Calmar ratio."""

from __future__ import annotations

import math
from collections import deque

from ..analyzer import TimeFrameAnalyzerBase
from ..dataseries import TimeFrame
from .drawdown import TimeDrawDown, _fund_mode

__all__ = ["Calmar"]


class Calmar(TimeFrameAnalyzerBase):
    """Calmar ratio: mean logarithmic return over the last periods, over the largest drawdown so
    far.

    Parameters
    ----------
    timeframe, compression
        See `TimeFrameAnalyzerBase`; default months.
    period : int
        How many periods the mean is over.
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.

    Attributes
    ----------
    calmar : float
        The latest ratio.

    Results
    -------
    The ratio by the key of the period; NaN until there are `period` of them.

    Source
    ------
    Terry W. Young, Calmar Ratio: A Smoother Tool, Futures (1991),
    https://en.wikipedia.org/wiki/Calmar_ratio
    """

    params = (("timeframe", TimeFrame.Months), ("period", 36), ("fund", None))

    def __init__(self) -> None:
        self._maxdd = TimeDrawDown(
            timeframe=self.p.timeframe, compression=self.p.compression, fund=self.p.fund
        )

    def start(self) -> None:
        """Begin with the value at hand."""
        self._fundmode = _fund_mode(self)
        self._mdd = float("-inf")
        self._values = deque([float("nan")] * self.p.period, self.p.period)
        self._values.append(self._current())

    def _current(self) -> float:
        broker = self.strategy.broker
        value: float = broker.fundvalue if self._fundmode else broker.getvalue()
        return value

    def on_dt_over(self) -> None:
        """Work the ratio out at the turn of the period."""
        self._mdd = max(self._mdd, self._maxdd.maxdd)
        values = self._values
        values.append(self._current())
        mean = math.log(values[-1] / values[0]) / len(values)
        self.calmar = mean / (self._mdd or math.inf)
        self.rets[self.dtkey] = self.calmar

    def stop(self) -> None:
        """Take the last, incomplete period in."""
        self.on_dt_over()
