"""Convergence and divergence of moving averages."""

from __future__ import annotations

from typing import Any

from ..indicator import Indicator
from ._direct import with_average
from .ema import ExponentialMovingAverage

__all__ = ["MACD", "MACDHisto", "MACDHistogram"]


class MACD(Indicator):
    """Distance between a fast and a slow moving average, and its own average.

    Formula
    -------
    - ``macd = movav(data, period_me1) - movav(data, period_me2)``
    - ``signal = movav(macd, period_signal)``

    Parameters
    ----------
    period_me1, period_me2 : int, default 12, 26
        Bars in the fast and the slow average.
    period_signal : int, default 9
        Bars in the average of the distance.
    movav : class, default `ExponentialMovingAverage`
        The average.

    Lines
    -----
    macd
        The distance, in the unit of the data.
    signal
        Its average.

    Source
    ------
    Gerald Appel, "Technical Analysis: Power Tools for Active Investors", 2005;
    https://en.wikipedia.org/wiki/MACD
    """

    lines = ("macd", "signal")
    params = (
        ("period_me1", 12),
        ("period_me2", 26),
        ("period_signal", 9),
        ("movav", ExponentialMovingAverage),
    )
    plotinfo = {"plothlines": [0.0]}
    plotlines = {"signal": {"ls": "--"}}

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period_me1", "period_me2", "period_signal")

    def __init__(self) -> None:
        super().__init__()
        average = self.p.movav
        fast = average(self.data, period=self.p.period_me1)
        slow = average(self.data, period=self.p.period_me2)
        self.lines.macd = distance = fast - slow
        self.lines.signal = average(distance, period=self.p.period_signal)


class MACDHisto(MACD):
    """`MACD` with the distance between its lines.

    Formula
    -------
    ``histo = macd - signal``

    Parameters
    ----------
    period_me1, period_me2, period_signal, movav
        As in `MACD`.

    Lines
    -----
    histo
        The distance, in the unit of the data.

    Source
    ------
    Thomas Aspray, 1986; https://en.wikipedia.org/wiki/MACD
    """

    alias = ("MACDHistogram",)
    lines = ("histo",)
    plotlines = {"histo": {"_method": "bar", "alpha": 0.50, "width": 1.0}}

    def __init__(self) -> None:
        super().__init__()
        self.lines.histo = self.lines.macd - self.lines.signal


MACDHistogram: type[MACDHisto]
