"""Ehlers' Laguerre filter and the relative strength index built on it."""

from __future__ import annotations

from .._kernels import laguerre
from ..linebuffer import _operand
from .basicops import PeriodN

__all__ = ["LAGF", "LRSI", "LaguerreFilter", "LaguerreRSI"]


class _Laguerre(PeriodN):
    """Base of the two: keeps the four stages of the filter, as of the bar before and of the current
    one."""

    params = (("gamma", 0.5),)

    def __init__(self) -> None:
        super().__init__()
        self._bar = 0
        self._before = self._latest = laguerre.EMPTY

    def _filtered(self) -> laguerre.Stages:
        """Return the stages with the current value taken in; for the same bar again, in its
        place."""
        bar = len(self)
        if bar != self._bar:
            self._bar = bar
            self._before = self._latest
        self._latest = laguerre.filtered(self.data[0], self._before, self.p.gamma)
        return self._latest


class LaguerreRSI(_Laguerre):
    """Relative strength index over the stages of a Laguerre filter, from 0.0 to 1.0.

    Formula
    -------
    - ``l0 = (1 - gamma) * data + gamma * l0[-1]``
    - ``l1 = -gamma * l0 + l0[-1] + gamma * l1[-1]``, ``l2`` and ``l3`` likewise
    - ``up = sum of l0 - l1, l1 - l2, l2 - l3 where positive``, ``down`` the same where negative
    - ``lrsi = up / (up + down)``, 1.0 where both are 0

    Parameters
    ----------
    period : int, default 6
        Bars until there is a value; the filter starts with that bar.
    gamma : float, default 0.5
        Weight of the past, 0.0 to 1.0.

    Lines
    -----
    lrsi
        0.0 to 1.0.

    Source
    ------
    John Ehlers, "Cybernetic Analysis for Stocks and Futures", 2004, chapter 14
    """

    alias = ("LRSI",)
    lines = ("lrsi",)
    params = (("period", 6),)
    plotinfo = {"plotymargin": 0.15, "plotyticks": [0.0, 0.2, 0.5, 0.8, 1.0]}

    def next(self) -> None:
        self.line[0] = laguerre.strength(self._filtered())

    def oncestart(self, start: int, end: int) -> None:
        """Leave it to `once`, which does all bars at a time."""

    def once(self, start: int, end: int) -> None:
        src = _operand(self.data.lines[0], 0, end)
        laguerre.strengths(src, self.p.gamma, start - 1, end, self._values)


LRSI: type[LaguerreRSI]


class LaguerreFilter(_Laguerre):
    """Mean over the stages of a Laguerre filter.

    Formula
    -------
    - ``l0 = (1 - gamma) * data + gamma * l0[-1]``
    - ``l1 = -gamma * l0 + l0[-1] + gamma * l1[-1]``, ``l2`` and ``l3`` likewise
    - ``lfilter = (l0 + 2 * l1 + 2 * l2 + l3) / 6``

    Parameters
    ----------
    period : int, default 1
        Bars until there is a value; the filter starts with that bar.
    gamma : float, default 0.5
        Weight of the past, 0.0 to 1.0.

    Lines
    -----
    lfilter
        The filtered value, in the unit of the data.

    Source
    ------
    John Ehlers, "Cybernetic Analysis for Stocks and Futures", 2004, chapter 14
    """

    alias = ("LAGF",)
    lines = ("lfilter",)
    plotinfo = {"subplot": False}

    def next(self) -> None:
        self.line[0] = laguerre.middle(self._filtered())

    def oncestart(self, start: int, end: int) -> None:
        """Leave it to `once`, which does all bars at a time."""

    def once(self, start: int, end: int) -> None:
        src = _operand(self.data.lines[0], 0, end)
        laguerre.middles(src, self.p.gamma, start - 1, end, self._values)


LAGF: type[LaguerreFilter]
