"""The vortex indicator of Botes and Siepman."""

from __future__ import annotations

from ...functions import Max
from ...indicator import Indicator
from ..basicops import SumN

__all__ = ["Vortex"]


class Vortex(Indicator):
    """Movement upwards and downwards from bar to bar, each in relation to the range.

    Formula
    -------
    - ``range = max(abs(high - close(-1)), abs(low - close(-1)), high - low)``
    - ``vi_plus = sum(abs(high - low(-1)), period) / sum(range, period)``
    - ``vi_minus = sum(abs(low - high(-1)), period) / sum(range, period)``

    Parameters
    ----------
    period : int, default 14
        Bars in the sums.

    Lines
    -----
    vi_plus, vi_minus
        Ratios, around 1.0.

    Source
    ------
    Etienne Botes and Douglas Siepman, Technical Analysis of Stocks & Commodities, January 2010;
    https://en.wikipedia.org/wiki/Vortex_indicator
    """

    lines = ("vi_plus", "vi_minus")
    params = (("period", 14),)
    plotlines = {"vi_plus": {"_name": "+VI"}, "vi_minus": {"_name": "-VI"}}

    def __init__(self) -> None:
        data, period = self.data, self.p.period
        before = data.close(-1)
        ranges = Max(abs(data.high - before), abs(data.low - before), data.high - data.low)
        extent = SumN(ranges, period=period)
        self.lines.vi_plus = SumN(abs(data.high - data.low(-1)), period=period) / extent
        self.lines.vi_minus = SumN(abs(data.low - data.high(-1)), period=period) / extent
        super().__init__()
