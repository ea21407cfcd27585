"""Returns by period."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analyzer import TimeFrameAnalyzerBase
from .drawdown import _fund_mode

__all__ = ["TimeReturn"]


class TimeReturn(TimeFrameAnalyzerBase):
    """Return of each period: its last value over the last one of the period before, less 1.

    Parameters
    ----------
    timeframe, compression
        See `TimeFrameAnalyzerBase`.
    data : DataBase
        Measure the closes of this data rather than the account.
    firstopen : bool
        With `data`: start the first period from its opening price, not from its first close.
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.

    Results
    -------
    Returns (0.01 is one per cent) by the key of the period.
    """

    params = (("data", None), ("firstopen", True), ("fund", None))

    def start(self) -> None:
        """Note the first value."""
        super().start()
        self._fundmode = _fund_mode(self)
        self._value_start = 0.0
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
        """Start from where the period before ended."""
        if self._lastvalue is not None:
            self._value_start = self._lastvalue
        else:
            data = self.p.data
            self._value_start = data.open[0] if self.p.firstopen else data[0]

    def next(self) -> None:
        """Set the return of the period as it is on this bar."""
        value = self._value
        self.rets[self.dtkey] = value / self._value_start - 1.0
        self._lastvalue = value

    def _take_block(
        self, first: int, last: int, cash: NDArray[np.float64], values: NDArray[np.float64]
    ) -> None:
        """Take the steps `first` to `last` (excluded) in at once."""
        done = first
        for turn in self._turns(first, last):
            self._take_period(values[done - first : turn - first])
            done = turn
            if self._turned(turn):
                self.on_dt_over()
        self._take_period(values[done - first :])

    def _take_period(self, values: NDArray[np.float64]) -> None:
        """Take values of the current period in."""
        if len(values):
            self._value = float(values[-1])
            self.next()
