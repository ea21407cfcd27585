"""Logarithmic returns over a number of bars."""

from __future__ import annotations

import math
from collections import deque
from typing import Any

from ..analyzer import TimeFrameAnalyzerBase
from .drawdown import _fund_mode

__all__ = ["LogReturnsRolling"]


class LogReturnsRolling(TimeFrameAnalyzerBase):
    """Logarithm of the value over that of `compression` periods before.

    Parameters
    ----------
    timeframe, compression
        See `TimeFrameAnalyzerBase`.
    data : DataBase
        Measure the closes of this data rather than the account.
    firstopen : bool
        With `data`: start from the first opening price, not from the first close.
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.

    Results
    -------
    Logarithmic returns by the key of the period.
    """

    params = (("data", None), ("firstopen", True), ("fund", None))

    def start(self) -> None:
        """Note the first value."""
        super().start()
        self._fundmode = _fund_mode(self)
        self._values: deque[Any] = deque([float("nan")] * self.compression, self.compression)
        self._lastvalue: float | None = None
        if self.p.data is None:
            broker = self.strategy.broker
            self._lastvalue = broker.fundvalue if self._fundmode else broker.getvalue()
        self._value: Any = self._lastvalue

    def notify_fund(self, cash: float, value: float, fundvalue: float, shares: float) -> None:
        """Take the value of the bar in."""
        if self.p.data is not None:
            self._value = self.p.data[0]
        else:
            self._value = fundvalue if self._fundmode else value

    def on_dt_over(self) -> None:
        """Remember where the period before ended."""
        data = self.p.data
        if data is None or len(data) > 1:
            self._values.append(self._lastvalue)
        else:
            self._values.append(data.open[0] if self.p.firstopen else data[0])

    def next(self) -> None:
        """Set the return as it is on this bar."""
        self.rets[self.dtkey] = math.log(self._value / self._values[0])
        self._lastvalue = self._value
