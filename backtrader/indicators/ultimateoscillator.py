"""Williams' ultimate oscillator."""

from __future__ import annotations

from ..indicator import Indicator
from .atr import TrueLow, TrueRange
from .basicops import SumN

__all__ = ["UltimateOscillator"]


class UltimateOscillator(Indicator):
    """How much of the range was bought, over three spans, the shortest counting most.

    Formula
    -------
    - ``pressure = close - TrueLow(data)``
    - ``part(n) = sum(pressure, n) / sum(TrueRange(data), n)``
    - ``uo = 400 / 7 * part(p1) + 200 / 7 * part(p2) + 100 / 7 * part(p3)``

    Parameters
    ----------
    p1, p2, p3 : int, default 7, 14, 28
        Bars in the three spans.
    upperband, lowerband : float, default 70.0, 30.0
        Where the plot has lines across.

    Lines
    -----
    uo
        0 to 100.

    Source
    ------
    Larry Williams, Technical Analysis of Stocks & Commodities, April 1985;
    https://en.wikipedia.org/wiki/Ultimate_oscillator
    """

    lines = ("uo",)
    params = (("p1", 7), ("p2", 14), ("p3", 28), ("upperband", 70.0), ("lowerband", 30.0))

    def _plotinit(self) -> None:
        bands = [self.p.upperband, self.p.lowerband]
        self.plotinfo.plotyticks = [10.0, 50.0, 90.0, *bands]
        self.plotinfo.plotyhlines = bands

    def __init__(self) -> None:
        pressure = self.data.close - TrueLow(self.data)
        extent = TrueRange(self.data)
        parts = [
            SumN(pressure, period=period) / SumN(extent, period=period)
            for period in (self.p.p1, self.p.p2, self.p.p3)
        ]
        first, second, third = 400.0 / 7.0, 200.0 / 7.0, 100.0 / 7.0
        self.lines.uo = first * parts[0] + second * parts[1] + third * parts[2]
        super().__init__()
