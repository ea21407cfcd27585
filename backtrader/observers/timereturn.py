"""Return of the current period."""

from __future__ import annotations

from typing import Any

from ..analyzers.timereturn import TimeReturn as _TimeReturnAnalyzer
from ..dataseries import TimeFrame
from ..observer import Observer

__all__ = ["TimeReturn"]


class TimeReturn(Observer):
    """Return of the account in the current period so far.

    Parameters
    ----------
    timeframe, compression
        The periods, see `TimeFrameAnalyzerBase`.
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.
    """

    _stclock = True

    lines = ("timereturn",)

    params = (("timeframe", None), ("compression", None), ("fund", None))

    plotinfo = {"plot": True, "subplot": True}
    plotlines = {"timereturn": {"_name": "Return"}}

    def __init__(self) -> None:
        kwargs = self.p._getkwargs()
        self.treturn = self._owner._addanalyzer_slave(_TimeReturnAnalyzer, **kwargs)

    def _plotlabel(self) -> list[Any]:
        timeframe, compression = self.treturn.timeframe, self.treturn.compression
        return [TimeFrame.getname(timeframe, compression), str(compression)]

    def next(self) -> None:
        """Record what the analyzer found."""
        self.lines[0][0] = self.treturn.rets.get(self.treturn.dtkey, float("nan"))
