"""Total, average and annualised logarithmic return."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..analyzer import _ROUNDING, TimeFrameAnalyzerBase
from ..dataseries import TimeFrame
from .drawdown import _fund_mode

__all__ = ["Returns"]


class Returns(TimeFrameAnalyzerBase):
    """Total, average and annualised return, from the logarithm of the values at both ends.

    Parameters
    ----------
    timeframe, compression
        See `TimeFrameAnalyzerBase`.
    tann : int
        Periods in a year; default 252 days, 52 weeks, 12 months or 1 year, as the time frame has
        it.
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.

    Results
    -------
    rtot
        Logarithm of last value / first value; minus infinity where there is none.
    ravg
        ``rtot`` over the number of periods.
    rnorm, rnorm100
        Annualised return, as a fraction and in per cent.

    Source
    ------
    https://www.crystalbull.com/sharpe-ratio-better-with-log-returns/
    """

    params = (("tann", None), ("fund", None))

    _TANN: ClassVar[dict[int, float]] = {
        TimeFrame.Days: 252.0,
        TimeFrame.Weeks: 52.0,
        TimeFrame.Months: 12.0,
        TimeFrame.Years: 1.0,
    }

    def start(self) -> None:
        """Note the first value."""
        super().start()
        self._fundmode = _fund_mode(self)
        self._value_start = self._current()
        self._tcount = 0

    def _current(self) -> float:
        broker = self.strategy.broker
        value: float = broker.fundvalue if self._fundmode else broker.getvalue()
        return value

    def on_dt_over(self) -> None:
        """Count the period."""
        self._tcount += 1

    def _take_block(
        self, first: int, last: int, cash: NDArray[np.float64], values: NDArray[np.float64]
    ) -> None:
        """Count the periods that begin from step `first` to `last` (excluded)."""
        if self._units_in_day:
            self._tcount += self._turns_by_units(first, last)
        else:
            self._tcount += sum(self._turned(turn) for turn in self._turns(first, last))

    def _turns_by_units(self, first: int, last: int) -> int:
        """Enter the periods that begin from step `first` to `last` (excluded), where they are told
        apart by numbers; return how many there are.
        """
        moments = self._times._values[first:last].copy()
        days = np.floor(moments)
        fractions = moments - days + _ROUNDING
        late = fractions >= 1.0
        days[late] += 1.0
        fractions[late] = 0.0
        units_in_day, compression = self._units_in_day, self.compression
        parts = (fractions * units_in_day).astype(np.int64) // compression + 1
        units = days.astype(np.int64) * units_in_day + parts * compression - 1
        current = self._periods[0]
        latest = np.maximum.accumulate(np.concatenate(([current], units)))
        turns = np.flatnonzero(units > latest[:-1])
        if len(turns):
            before = units[turns[-2]] if len(turns) > 1 else current
            self._periods = int(before), self._periods[1]
            self._unit_over(float(moments[turns[-1]]))
        return len(turns)

    def stop(self) -> None:
        """Work the returns out."""
        self._value_end = self._current()
        total = -math.inf
        if self._value_start and self._value_end / self._value_start > 0.0:
            total = math.log(self._value_end / self._value_start)
        mean = total / self._tcount if self._tcount else math.nan
        factor = self.p.tann or self._TANN.get(self.timeframe)
        if factor is None:
            factor = self._TANN.get(self.data._timeframe, 1.0)
        yearly = math.expm1(mean * factor) if mean > -math.inf else mean
        self.rets.update(rtot=total, ravg=mean, rnorm=yearly, rnorm100=yearly * 100.0)
