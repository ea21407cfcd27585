"""Varadi's DV2."""

from __future__ import annotations

from ..indicator import Indicator
from .percentrank import PercentRank
from .sma import SMA

__all__ = ["DV2"]


class DV2(Indicator):
    """Rank of where bars closed within their range, among those of a year.

    Formula
    -------
    - ``place = _movav(close / ((high + low) / 2), maperiod)``
    - ``dv2 = 100 * PercentRank(place, period)``

    Parameters
    ----------
    period : int, default 252
        Bars among which the rank is.
    maperiod : int, default 2
        Bars in the average.
    _movav : class, default `SMA`
        The average.

    Lines
    -----
    dv2
        0 to 100.

    Source
    ------
    David Varadi, https://cssanalytics.wordpress.com
    """

    lines = ("dv2",)
    params = (("period", 252), ("maperiod", 2), ("_movav", SMA))

    def __init__(self) -> None:
        place = self.data.close / ((self.data.high + self.data.low) / 2.0)
        smooth = self.p._movav(place, period=self.p.maperiod)
        self.lines.dv2 = 100.0 * PercentRank(smooth, period=self.p.period)
        super().__init__()
