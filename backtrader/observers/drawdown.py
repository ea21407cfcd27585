"""How far, and for how long, the account is below its highest value."""

from __future__ import annotations

from ..analyzers.drawdown import DrawDown as _DrawDownAnalyzer
from ..observer import Observer

__all__ = ["DrawDown", "DrawDownLength", "DrawDown_Old"]


class DrawDown(Observer):
    """Fall of the value below its maximum so far, in per cent, and the largest fall so far.

    Parameters
    ----------
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.
    """

    _stclock = True

    params = (("fund", None),)

    lines = ("drawdown", "maxdrawdown")

    plotinfo = {"plot": True, "subplot": True}
    plotlines = {"maxdrawdown": {"_plotskip": True}}

    def __init__(self) -> None:
        self._dd = self._owner._addanalyzer_slave(_DrawDownAnalyzer, **self.p._getkwargs())

    def next(self) -> None:
        """Record what the analyzer found."""
        results = self._dd.rets
        fall, largest = self.lines.lines
        fall[0] = results["drawdown"]
        largest[0] = results["max"]["drawdown"]


class DrawDownLength(Observer):
    """Bars for which the value has been below its maximum, and the largest number so far."""

    _stclock = True

    lines = ("len", "maxlen")

    plotinfo = {"plot": True, "subplot": True}
    # Compat: no line has this name, so that both are drawn
    plotlines = {"maxlength": {"_plotskip": True}}

    def __init__(self) -> None:
        self._dd = self._owner._addanalyzer_slave(_DrawDownAnalyzer)

    def next(self) -> None:
        """Record what the analyzer found."""
        results = self._dd.rets
        length, longest = self.lines.lines
        length[0] = results["len"]
        longest[0] = results["max"]["len"]


class DrawDown_Old(Observer):
    """The same as `DrawDown` of the account, found without an analyzer."""

    _stclock = True

    lines = ("drawdown", "maxdrawdown")

    plotinfo = {"plot": True, "subplot": True}
    plotlines = {"maxdrawdown": {"_plotskip": "True"}}

    def __init__(self) -> None:
        super().__init__()
        self.maxdd = 0.0
        self.peak = float("-inf")

    def next(self) -> None:
        """Measure how far the value is below the maximum."""
        value = self._owner.broker.getvalue()
        self.peak = max(self.peak, value)
        fall = 100.0 * (self.peak - value) / self.peak
        self.maxdd = max(self.maxdd, fall)
        self.lines[0][0] = fall
        self.lines[1][0] = self.maxdd
