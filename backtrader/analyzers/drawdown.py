"""How far, and for how long, the account falls below its highest value."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analyzer import Analyzer, TimeFrameAnalyzerBase
from ..utils import AutoOrderedDict

__all__ = ["DrawDown", "TimeDrawDown"]


def _fund_mode(analyzer: Any) -> bool:
    """Whether to measure shares of the fund: the parameter ``fund``, by default what the broker
    says."""
    fund = analyzer.p.fund
    mode: bool = analyzer.strategy.broker.fundmode if fund is None else fund
    return mode


class DrawDown(Analyzer):
    """Fall of the value below its maximum so far, bar by bar.

    Parameters
    ----------
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.

    Results
    -------
    drawdown
        Percentage below the maximum.
    moneydown
        The same in money.
    len
        Bars for which the value has been below the maximum.
    max
        The maxima of ``drawdown``, ``moneydown`` and ``len``.
    """

    params = (("fund", None),)

    def start(self) -> None:
        """Find out what to measure."""
        super().start()
        self._fundmode = _fund_mode(self)

    def create_analysis(self) -> None:
        """Start with zeros."""
        self.rets = AutoOrderedDict()
        self.rets.update(len=0, drawdown=0.0, moneydown=0.0)
        # Compat: the largest length is a float until there is one
        self.rets["max"] = AutoOrderedDict(len=0.0, drawdown=0.0, moneydown=0.0)
        self._value = 0.0
        self._maxvalue = float("-inf")

    def stop(self) -> None:
        """Close the results."""
        self.rets._close()

    def notify_fund(self, cash: float, value: float, fundvalue: float, shares: float) -> None:
        """Take the value of the bar in."""
        if self._fundmode:
            value = fundvalue
        self._value = value
        if value > self._maxvalue:
            self._maxvalue = value

    def next(self) -> None:
        """Measure how far it is below the maximum."""
        results = self.rets
        peak = self._maxvalue
        results["moneydown"] = moneydown = peak - self._value
        results["drawdown"] = drawdown = 100.0 * moneydown / peak
        if not drawdown:
            results["len"] = 0
            return
        results["len"] = length = results["len"] + 1
        largest = results["max"]
        if moneydown > largest["moneydown"]:
            largest["moneydown"] = moneydown
        if drawdown > largest["drawdown"]:
            largest["drawdown"] = drawdown
        if length > largest["len"]:
            largest["len"] = length

    def _take_block(
        self, first: int, last: int, cash: NDArray[np.float64], values: NDArray[np.float64]
    ) -> None:
        """Take the steps `first` to `last` (excluded) in at once: as `notify_fund` and `next` would
        have.
        """
        peaks = np.maximum.accumulate(np.concatenate(([self._maxvalue], values)))[1:]
        money = peaks - values
        falls = 100.0 * money / peaks
        steps = np.arange(len(values))
        # the last step at the maximum, counted from the length that there was before
        rests = np.maximum.accumulate(np.where(falls == 0.0, steps, -1 - self.rets["len"]))
        lengths = steps - rests
        results = self.rets
        results["moneydown"] = float(money[-1])
        results["drawdown"] = float(falls[-1])
        results["len"] = int(lengths[-1])
        largest = results["max"]
        fallen = falls != 0.0
        if fallen.any():
            for name, column in (("moneydown", money), ("drawdown", falls), ("len", lengths)):
                candidate = column[fallen].max().item()
                if candidate > largest[name]:
                    largest[name] = candidate
        self._value = float(values[-1])
        self._maxvalue = float(peaks[-1])


class TimeDrawDown(TimeFrameAnalyzerBase):
    """Fall of the value below its maximum so far, looked at once in each period.

    Parameters
    ----------
    timeframe, compression
        See `TimeFrameAnalyzerBase`.
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.

    Results
    -------
    maxdrawdown
        Largest fall, in per cent.
    maxdrawdownperiod
        Largest number of successive periods below the maximum.
    """

    params = (("fund", None),)

    def start(self) -> None:
        """Begin with nothing lost."""
        super().start()
        self._fundmode = _fund_mode(self)
        self.dd = self.maxdd = 0.0
        self.ddlen = self.maxddlen = 0
        self.peak = float("-inf")

    def on_dt_over(self) -> None:
        """Measure at the turn of the period."""
        broker = self.strategy.broker
        value = broker.fundvalue if self._fundmode else broker.getvalue()
        if value > self.peak:
            self.peak = value
            self.ddlen = 0
        self.dd = 100.0 * (self.peak - value) / self.peak
        self.ddlen += bool(self.dd > 0)
        self.maxdd = max(self.maxdd, self.dd)
        self.maxddlen = max(self.maxddlen, self.ddlen)

    def stop(self) -> None:
        """Give the maxima as results."""
        self.rets["maxdrawdown"] = self.maxdd
        self.rets["maxdrawdownperiod"] = self.maxddlen
