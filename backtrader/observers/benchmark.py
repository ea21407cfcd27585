"""Return of the account beside that of a data."""

from __future__ import annotations

from typing import Any

from ..analyzers.timereturn import TimeReturn as _TimeReturnAnalyzer
from .timereturn import TimeReturn

__all__ = ["Benchmark"]


class Benchmark(TimeReturn):
    """Return of the account, and of a data to compare it with, in the current period so far.

    Parameters
    ----------
    timeframe, compression
        The periods, see `TimeFrameAnalyzerBase`.
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.
    data : DataBase
        What to compare with; default the first data.
    _doprenext : bool
        Begin before the minimum period of the strategy is reached.
    firstopen : bool
        Start the first period of the data from its opening price, not from its first close.
    """

    _stclock = True

    lines = ("benchmark",)

    params = (("data", None), ("_doprenext", False), ("firstopen", False))

    plotlines = {"benchmark": {"_name": "Benchmark"}}

    def __init__(self) -> None:
        if self.p.data is None:
            self.p.data = self.data
        super().__init__()
        kwargs = {**self.p._getkwargs(), "data": None}
        self.tbench = self.treturn
        self.treturn = self._owner._addanalyzer_slave(_TimeReturnAnalyzer, **kwargs)

    def _plotlabel(self) -> list[Any]:
        return [*super()._plotlabel(), self.p.data._name]

    def prenext(self) -> None:
        """Record from the beginning where that is wanted."""
        if self.p._doprenext:
            super().prenext()

    def next(self) -> None:
        """Record what the analyzers found."""
        super().next()
        self.lines.benchmark[0] = self.tbench.rets.get(self.tbench.dtkey, float("nan"))
