"""Valcu's haDelta."""

from __future__ import annotations

from ..indicator import Indicator
from .heikinashi import HeikinAshi
from .sma import SMA

__all__ = ["haD", "haDelta"]


class haDelta(Indicator):
    """Body of the Heikin-Ashi candles.

    Formula
    -------
    - ``haDelta = ha_close - ha_open``
    - ``smoothed = movav(haDelta, period)``

    Parameters
    ----------
    period : int, default 3
        Bars in the average.
    movav : class, default `SMA`
        The average.
    autoheikin : bool, default True
        Make Heikin-Ashi candles of the data; False where it consists of such already.

    Lines
    -----
    haDelta
        The body, in the unit of the price.
    smoothed
        Its average.

    Source
    ------
    Dan Valcu, "Heikin-Ashi: How to Trade Without Candlestick Patterns", 2011
    """

    alias = ("haD",)
    lines = ("haDelta", "smoothed")
    params = (("period", 3), ("movav", SMA), ("autoheikin", True))
    plotlines = {
        "haDelta": {"color": "red"},
        "smoothed": {"color": "grey", "_fill_gt": (0, "green"), "_fill_lt": (0, "red")},
    }

    def __init__(self) -> None:
        candles = HeikinAshi(self.data) if self.p.autoheikin else self.data
        self.lines.haDelta = body = candles.close - candles.open
        self.lines.smoothed = self.p.movav(body, period=self.p.period)
        super().__init__()


haD: type[haDelta]
