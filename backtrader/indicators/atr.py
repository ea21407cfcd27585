"""Wilder's true range: the range of a bar with the gap before it."""

from __future__ import annotations

from typing import Any

from ..functions import Max, Min
from ..indicator import Indicator
from ._direct import with_average
from .smma import SmoothedMovingAverage

__all__ = ["ATR", "TR", "AverageTrueRange", "TrueHigh", "TrueLow", "TrueRange"]


class TrueHigh(Indicator):
    """The high of the bar, or the close before where that is higher.

    Formula
    -------
    ``truehigh = max(close(-1), high)``

    Lines
    -----
    truehigh
        The price.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978
    """

    lines = ("truehigh",)

    def __init__(self) -> None:
        self.lines.truehigh = Max(self.data.close(-1), self.data.high)
        super().__init__()


class TrueLow(Indicator):
    """The low of the bar, or the close before where that is lower.

    Formula
    -------
    ``truelow = min(close(-1), low)``

    Lines
    -----
    truelow
        The price.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978
    """

    lines = ("truelow",)

    def __init__(self) -> None:
        self.lines.truelow = Min(self.data.close(-1), self.data.low)
        super().__init__()


class TrueRange(Indicator):
    """Range of the bar together with the close before.

    Formula
    -------
    ``tr = max(close(-1), high) - min(close(-1), low)``

    Lines
    -----
    tr
        The range, in the unit of the price.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978;
    https://en.wikipedia.org/wiki/Average_true_range
    """

    alias = ("TR",)
    lines = ("tr",)

    def __init__(self) -> None:
        before = self.data.close(-1)
        self.lines.tr = Max(before, self.data.high) - Min(before, self.data.low)
        super().__init__()


TR: type[TrueRange]


class AverageTrueRange(Indicator):
    """Average of the true range.

    Formula
    -------
    ``atr = movav(TrueRange(data), period)``

    Parameters
    ----------
    period : int, default 14
        Bars in the average.
    movav : class, default `SmoothedMovingAverage`
        The average.

    Lines
    -----
    atr
        The average range, in the unit of the price.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978;
    https://en.wikipedia.org/wiki/Average_true_range
    """

    alias = ("ATR",)
    lines = ("atr",)
    params = (("period", 14), ("movav", SmoothedMovingAverage))

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period")

    def __init__(self) -> None:
        self.lines.atr = self.p.movav(TrueRange(self.data), period=self.p.period)
        super().__init__()


ATR: type[AverageTrueRange]
