"""Candles that are smoothed."""

from __future__ import annotations

from .._kernels import candles
from ..indicator import Indicator
from ..linebuffer import _operand
from ._direct import Direct

__all__ = ["HeikinAshi"]


class HeikinAshi(Direct, Indicator):
    """Candles each of which opens in the middle of the one before.

    Formula
    -------
    - ``ha_close = (open + high + low + close) / 4``
    - ``ha_open = (ha_open(-1) + ha_close(-1)) / 2``, at first ``(open + close) / 2``
    - ``ha_high = max(high, ha_open, ha_close)``
    - ``ha_low = min(low, ha_open, ha_close)``

    Lines
    -----
    ha_open, ha_high, ha_low, ha_close
        Prices, also under the names open, high, low and close. On the first bar there are only
        an open and a close.

    Source
    ------
    https://school.stockcharts.com/doku.php?id=chart_analysis:heikin_ashi
    """

    lines = ("ha_open", "ha_high", "ha_low", "ha_close")
    linealias = (
        ("ha_open", "open"),
        ("ha_high", "high"),
        ("ha_low", "low"),
        ("ha_close", "close"),
    )
    plotinfo = {"subplot": False}

    _direct = True

    def _start_formula(self) -> None:
        data = self.data
        self._prices = (data.open, data.high, data.low, data.close)
        for line in self.lines.lines[:3]:
            line.addminperiod(2)

    def prenext(self) -> None:
        opened, high, low, close = (price[0] for price in self._prices)
        ha_open, _, _, ha_close = self.lines.lines
        ha_open[0] = (opened + close) / 2.0
        ha_close[0] = (opened + high + low + close) / 4.0

    def next(self) -> None:
        opened, high, low, close = (price[0] for price in self._prices)
        ha_open, ha_high, ha_low, ha_close = self.lines.lines
        middle = (ha_open[-1] + ha_close[-1]) / 2.0
        mean = (opened + high + low + close) / 4.0
        ha_open[0] = middle
        ha_close[0] = mean
        ha_high[0] = max(high, middle, mean)
        ha_low[0] = min(low, middle, mean)

    def preonce(self, start: int, end: int) -> None:
        if end:
            prices = [_operand(price, 0, end) for price in self._prices]
            candles.first_heikin_ashi(*prices, end - 1, *(line._values for line in self.lines))

    def once(self, start: int, end: int) -> None:
        prices = [_operand(price, 0, end) for price in self._prices]
        candles.heikin_ashi(*prices, start, end, *(line._values for line in self.lines))
