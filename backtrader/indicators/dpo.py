"""The price without its trend."""

from __future__ import annotations

from typing import Any

from ..indicator import Indicator
from ._direct import whole_period, with_average
from .sma import MovingAverageSimple

__all__ = ["DPO", "DetrendedPriceOscillator"]


class DetrendedPriceOscillator(Indicator):
    """Distance from the average of half a period before, which shows cycles and hides the trend.

    Formula
    -------
    ``dpo = data - movav(data, period)(-(ceil(period / 2) - 1))``

    Parameters
    ----------
    period : int, default 20
        Bars in the average.
    movav : class, default `MovingAverageSimple`
        The average.

    Lines
    -----
    dpo
        The distance, in the unit of the data.

    Source
    ------
    https://en.wikipedia.org/wiki/Detrended_price_oscillator
    """

    alias = ("DPO",)
    lines = ("dpo",)
    params = (("period", 20), ("movav", MovingAverageSimple))
    plotinfo = {"plothlines": [0.0]}

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period")

    def __init__(self) -> None:
        period = whole_period(self)
        average = self.p.movav(self.data, period=period)
        self.lines.dpo = self.data - average(1 - (period + 1) // 2)
        super().__init__()


DPO: type[DetrendedPriceOscillator]
