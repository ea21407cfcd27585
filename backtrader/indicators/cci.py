"""Lambert's commodity channel index."""

from __future__ import annotations

from typing import Any

from ..indicator import Indicator
from ._direct import with_average
from .deviation import MeanDeviation
from .sma import MovingAverageSimple

__all__ = ["CCI", "CommodityChannelIndex"]


class CommodityChannelIndex(Indicator):
    """Distance of the typical price from its mean, in units of what is usual.

    Formula
    -------
    - ``typical = (high + low + close) / 3``
    - ``mean = movav(typical, period)``
    - ``cci = (typical - mean) / (factor * MeanDeviation(typical, mean, period))``

    Parameters
    ----------
    period : int, default 20
        Bars in the averages.
    factor : float, default 0.015
        Scales the index: most values are then between -100 and 100.
    movav : class, default `MovingAverageSimple`
        The average.
    upperband, lowerband : float, default 100.0, -100.0
        Where the plot has lines across.

    Lines
    -----
    cci
        The index.

    Source
    ------
    Donald Lambert, Commodities, October 1980;
    https://en.wikipedia.org/wiki/Commodity_channel_index
    """

    alias = ("CCI",)
    lines = ("cci",)
    params = (
        ("period", 20),
        ("factor", 0.015),
        ("movav", MovingAverageSimple),
        ("upperband", 100.0),
        ("lowerband", -100.0),
    )

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period", "factor")

    def _plotinit(self) -> None:
        self.plotinfo.plotyhlines = [0.0, self.p.upperband, self.p.lowerband]

    def __init__(self) -> None:
        params = self.p
        typical = (self.data.high + self.data.low + self.data.close) / 3.0
        mean = params.movav(typical, period=params.period)
        # Compat: the deviation is an arithmetic mean, whatever `movav` is
        spread = MeanDeviation(typical, mean, period=params.period)
        self.lines.cci = (typical - mean) / (params.factor * spread)
        super().__init__()


CCI: type[CommodityChannelIndex]
