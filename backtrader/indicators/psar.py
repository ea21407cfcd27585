"""Wilder's parabolic stop and reverse."""

from __future__ import annotations

from .._kernels import parabolic
from ..linebuffer import _operand
from ._direct import whole_period
from .basicops import PeriodN

__all__ = ["PSAR", "ParabolicSAR"]


class ParabolicSAR(PeriodN):
    """Stop that follows a trend faster and faster, and turns with it.

    Formula
    -------
    - ``sar = sar[-1] + af * (extreme - sar[-1])``, but in a rise not above the lows of the last two
      bars, in a fall not below their highs
    - ``extreme``: the highest high of the rise, or lowest low of the fall; each new one adds `af`
      to ``af`` - where the price reaches ``sar`` the trend turns: ``sar`` is the old extreme, and
      ``af`` is `af` again

    Parameters
    ----------
    period : int, default 2
        Bars until there is a value, at least 2; it is computed from the second bar on.
    af : float, default 0.02
        Acceleration at the start, and what each new extreme adds.
    afmax : float, default 0.2
        Limit of the acceleration.

    Lines
    -----
    psar
        The stop, a price.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978;
    https://en.wikipedia.org/wiki/Parabolic_SAR
    """

    alias = ("PSAR",)
    lines = ("psar",)
    params = (("period", 2), ("af", 0.02), ("afmax", 0.20))
    plotinfo = {"subplot": False}
    plotlines = {
        "psar": {
            "marker": ".",
            "markersize": 4.0,
            "color": "black",
            "fillstyle": "full",
            "ls": "",
        }
    }

    def __init__(self) -> None:
        whole_period(self, least=2)
        super().__init__()
        self._bar = 0
        self._before = self._latest = parabolic.NOTHING

    def prenext(self) -> None:
        if len(self) > 1:
            self._follow()

    def nextstart(self) -> None:
        self.next()

    def next(self) -> None:
        self.line[0] = self._follow()

    def _follow(self) -> float:
        """Take the current bar in, for the same bar again in its place; return the stop."""
        high, low = self.data.high, self.data.low
        bar = len(self)
        if bar != self._bar:
            self._bar = bar
            self._before = self._latest
        if bar == 2:
            close = self.data.close
            rising = close[0] < close[-1]
            self._before = parabolic.opening(high[-1], low[-1], rising, self.p.af)
        stop, self._latest = parabolic.followed(
            self._before, (high[0], low[0]), (high[-1], low[-1]), self.p.af, self.p.afmax
        )
        return stop

    def preonce(self, start: int, end: int) -> None:
        """Leave it to `once`, which does all bars at a time."""

    def oncestart(self, start: int, end: int) -> None:
        """Leave it to `once`, which does all bars at a time."""

    def once(self, start: int, end: int) -> None:
        data = self.data
        prices = [_operand(line, 0, end) for line in (data.high, data.low, data.close)]
        parabolic.stops(*prices, self.p.af, self.p.afmax, start - 1, end, self._values)


PSAR: type[ParabolicSAR]
