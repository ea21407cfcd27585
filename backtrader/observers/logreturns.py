"""Logarithmic returns of the account or of datas."""

from __future__ import annotations

from typing import Any

from ..analyzers.logreturnsrolling import LogReturnsRolling
from ..dataseries import TimeFrame
from ..observer import Observer

__all__ = ["LogReturns", "LogReturns2"]


class LogReturns(Observer):
    """Logarithmic return of the first data over the last periods.

    Parameters
    ----------
    timeframe, compression
        The periods, see `LogReturnsRolling`.
    fund : bool
        Passed on to `LogReturnsRolling`.
    """

    _stclock = True

    lines = ("logret1",)

    params = (("timeframe", None), ("compression", None), ("fund", None))

    plotinfo = {"plot": True, "subplot": True}

    def __init__(self) -> None:
        self.logret1 = self._follow(self.data0)

    def _follow(self, data: Any) -> Any:
        kwargs = self.p._getkwargs()
        return self._owner._addanalyzer_slave(LogReturnsRolling, data=data, **kwargs)

    def _plotlabel(self) -> list[Any]:
        timeframe, compression = self.logret1.timeframe, self.logret1.compression
        return [TimeFrame.getname(timeframe, compression), str(compression)]

    def next(self) -> None:
        """Record what the analyzer found."""
        self.lines.logret1[0] = self.logret1.rets[self.logret1.dtkey]


class LogReturns2(LogReturns):
    """Logarithmic returns of the first two datas over the last periods, for a comparison."""

    lines = ("logret2",)

    def __init__(self) -> None:
        super().__init__()
        self.logret2 = self._follow(self.data1)

    def next(self) -> None:
        """Record what the analyzers found."""
        super().next()
        self.lines.logret2[0] = self.logret2.rets[self.logret2.dtkey]
