"""How much of the value of the account is invested."""

from __future__ import annotations

from ..analyzer import Analyzer
from .drawdown import _fund_mode

__all__ = ["GrossLeverage"]


class GrossLeverage(Analyzer):
    """Value that is not cash, as a fraction of all: 1.0 is fully invested, above it the account has
    borrowed.

    Parameters
    ----------
    fund : bool
        Compare with the value of a fund share rather than with that of the account; default as the
        broker has it.

    Results
    -------
    The fraction by the date and time of each bar of the first data.
    """

    params = (("fund", None),)

    def start(self) -> None:
        """Find out what to compare with."""
        self._fundmode = _fund_mode(self)
        self._cash = self._value = 0.0

    def notify_fund(self, cash: float, value: float, fundvalue: float, shares: float) -> None:
        """Take the figures of the bar in."""
        self._cash = cash
        self._value = fundvalue if self._fundmode else value

    def next(self) -> None:
        """Record the fraction."""
        invested = self._value - self._cash
        self.rets[self.data.datetime.datetime(0)] = invested / self._value
