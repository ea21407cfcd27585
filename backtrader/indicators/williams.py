"""Larry Williams' %R and accumulation/distribution."""

from __future__ import annotations

from ..functions import If
from ..indicator import Indicator
from .atr import TrueHigh, TrueLow
from .basicops import Accum, Highest, Lowest

__all__ = ["WilliamsAD", "WilliamsR"]


class WilliamsR(Indicator):
    """How far below the highest high the price closes, in percent of the range.

    Formula
    -------
    ``percR = -100 * (highest high - close) / (highest high - lowest low)``, over `period` bars

    Parameters
    ----------
    period : int, default 14
        Bars of the range.
    upperband, lowerband : float, default -20.0, -80.0
        Where the price counts as bought or sold too much.

    Lines
    -----
    percR
        -100 to 0.

    Source
    ------
    Larry Williams, "How I Made One Million Dollars", 1973;
    https://en.wikipedia.org/wiki/Williams_%25R
    """

    lines = ("percR",)
    params = (("period", 14), ("upperband", -20.0), ("lowerband", -80.0))
    plotinfo = {"plotname": "Williams R%"}
    plotlines = {"percR": {"_name": "R%"}}

    def __init__(self) -> None:
        top = Highest(self.data.high, period=self.p.period)
        bottom = Lowest(self.data.low, period=self.p.period)
        self.lines.percR = -100.0 * (top - self.data.close) / (top - bottom)
        super().__init__()


class WilliamsAD(Indicator):
    """What was bought on days that closed higher less what was sold on those that closed lower.

    Formula
    -------
    - ``close - TrueLow(data)`` where the close is above the one before
    - ``close - TrueHigh(data)`` where it is below
    - ``ad`` is the sum of these from the start

    Lines
    -----
    ad
        The sum, in the unit of the price.

    Source
    ------
    Larry Williams; https://www.metastock.com/customer/resources/taaz/?p=125
    """

    lines = ("ad",)

    def __init__(self) -> None:
        close = self.data.close
        before = close(-1)
        bought, sold = close - TrueLow(self.data), close - TrueHigh(self.data)
        self.lines.ad = Accum(If(close > before, bought, If(close < before, sold, 0.0)))
        super().__init__()
