"""Cash and value of the account, and the figures of the fund that it can be seen as."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..observer import Observer

__all__ = ["Broker", "Cash", "CashValue", "FundShareValue", "FundShares", "FundVal", "FundValue"]
__all__ += ["Value"]


def _fund_mode(observer: Any) -> bool:
    """Whether to show shares of the fund: the parameter ``fund``, by default what the broker
    says."""
    fund = observer.p.fund
    mode: bool = observer._owner.broker.fundmode if fund is None else fund
    return mode


class Cash(Observer):
    """Cash in the account."""

    _stclock = True

    lines = ("cash",)

    plotinfo = {"plot": True, "subplot": True}

    def next(self) -> None:
        """Record the cash."""
        self.lines[0][0] = self._owner.broker.getcash()

    def _take_block(
        self, first: int, last: int, cash: NDArray[np.float64], values: NDArray[np.float64]
    ) -> None:
        """Record the steps `first` to `last` (excluded) at once."""
        self.lines[0]._values[first:last] = cash


class Value(Observer):
    """Value of the account.

    Parameters
    ----------
    fund : bool
        Show the value of a fund share instead; default as the broker has it.
    """

    _stclock = True

    params = (("fund", None),)

    lines = ("value",)

    plotinfo = {"plot": True, "subplot": True}

    def start(self) -> None:
        """Find out what to show."""
        self._fundmode = _fund_mode(self)

    def next(self) -> None:
        """Record the value."""
        broker = self._owner.broker
        self.lines[0][0] = broker.fundvalue if self._fundmode else broker.getvalue()

    def _take_block(
        self, first: int, last: int, cash: NDArray[np.float64], values: NDArray[np.float64]
    ) -> None:
        """Record the steps `first` to `last` (excluded) at once."""
        self.lines[0]._values[first:last] = values


class Broker(Observer):
    """Cash and value of the account, in one plot.

    Parameters
    ----------
    fund : bool
        Show the value of a fund share instead, and no cash; default as the broker has it.
    """

    _stclock = True

    params = (("fund", None),)

    alias = ("CashValue",)

    lines = ("cash", "value")

    plotinfo = {"plot": True, "subplot": True}

    def start(self) -> None:
        """Find out what to show."""
        self._fundmode = _fund_mode(self)
        if self._fundmode:
            self.plotlines.cash._plotskip = True
            self.plotlines.value._name = "FundValue"
        self._broker = self._owner.broker
        self._cash, self._value = self.lines.lines

    def next(self) -> None:
        """Record what is there."""
        index = self._cursor.idx
        if self._fundmode:
            self._value.array[index] = self._broker.fundvalue
        else:
            self._value.array[index] = self._broker.getvalue()
            self._cash.array[index] = self._broker.getcash()

    def _take_block(
        self, first: int, last: int, cash: NDArray[np.float64], values: NDArray[np.float64]
    ) -> None:
        """Record the steps `first` to `last` (excluded) at once."""
        self._value._values[first:last] = values
        self._cash._values[first:last] = cash


class FundValue(Observer):
    """Value of a fund share."""

    _stclock = True

    alias = ("FundShareValue", "FundVal")

    lines = ("fundval",)

    plotinfo = {"plot": True, "subplot": True}

    def next(self) -> None:
        """Record the value."""
        self.lines[0][0] = self._owner.broker.fundvalue


class FundShares(Observer):
    """Number of fund shares."""

    _stclock = True

    lines = ("fundshares",)

    plotinfo = {"plot": True, "subplot": True}

    def next(self) -> None:
        """Record the number."""
        self.lines[0][0] = self._owner.broker.fundshares


CashValue: type[Broker]
FundShareValue: type[FundValue]
FundVal: type[FundValue]
