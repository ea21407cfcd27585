"""Hosoda's Ichimoku Kinko Hyo."""

from __future__ import annotations

from ..indicator import Indicator
from .basicops import Highest, Lowest

__all__ = ["Ichimoku"]


class Ichimoku(Indicator):
    """Middles of the price range over three spans, some of them moved in time.

    Formula
    -------
    - ``middle(n) = (highest high of n bars + lowest low of n bars) / 2``
    - ``tenkan_sen = middle(tenkan)``, ``kijun_sen = middle(kijun)``
    - ``senkou_span_a = ((tenkan_sen + kijun_sen) / 2)(-senkou_lead)``
    - ``senkou_span_b = middle(senkou)(-senkou_lead)``
    - ``chikou_span = close(chikou)``: shown `chikou` bars back

    Parameters
    ----------
    tenkan, kijun, senkou : int, default 9, 26, 52
        Bars in the three spans.
    senkou_lead : int, default 26
        Bars by which the senkou lines are moved ahead.
    chikou : int, default 26
        Bars by which the close is moved back.

    Lines
    -----
    tenkan_sen, kijun_sen, senkou_span_a, senkou_span_b, chikou_span
        Prices.

    Source
    ------
    Goichi Hosoda, 1969; https://en.wikipedia.org/wiki/Ichimoku_Kink%C5%8D_Hy%C5%8D
    """

    lines = ("tenkan_sen", "kijun_sen", "senkou_span_a", "senkou_span_b", "chikou_span")
    params = (("tenkan", 9), ("kijun", 26), ("senkou", 52), ("senkou_lead", 26), ("chikou", 26))
    plotinfo = {"subplot": False}
    plotlines = {
        "senkou_span_a": {
            "_fill_gt": ("senkou_span_b", "g"),
            "_fill_lt": ("senkou_span_b", "r"),
        }
    }

    def __init__(self) -> None:
        params = self.p
        tenkan, kijun = self._middle(params.tenkan), self._middle(params.kijun)
        self.lines.tenkan_sen = tenkan
        self.lines.kijun_sen = kijun
        self.lines.senkou_span_a = ((tenkan + kijun) / 2.0)(-params.senkou_lead)
        self.lines.senkou_span_b = self._middle(params.senkou)(-params.senkou_lead)
        self.lines.chikou_span = self.data.close(params.chikou)
        super().__init__()

    def _middle(self, period: int) -> Indicator:
        top = Highest(self.data.high, period=period)
        bottom = Lowest(self.data.low, period=period)
        return (top + bottom) / 2.0
