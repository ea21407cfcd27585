"""Bollinger's bands."""

from __future__ import annotations

from typing import Any

from ..indicator import Indicator
from ._direct import with_average
from .deviation import StandardDeviation
from .sma import MovingAverageSimple

__all__ = ["BBands", "BollingerBands", "BollingerBandsPct"]


class BollingerBands(Indicator):
    """A moving average with a band on either side, some standard deviations away.

    Formula
    -------
    - ``mid = movav(data, period)``
    - ``top = mid + devfactor * StandardDeviation(data, period)``
    - ``bot = mid - devfactor * StandardDeviation(data, period)``

    Parameters
    ----------
    period : int, default 20
        Bars in the average and in the deviation.
    devfactor : float, default 2.0
        Distance of the bands, in standard deviations.
    movav : class, default `MovingAverageSimple`
        The average.

    Lines
    -----
    mid, top, bot
        The average and the bands, in the unit of the data.

    Source
    ------
    John Bollinger, "Bollinger on Bollinger Bands", 2001;
    https://en.wikipedia.org/wiki/Bollinger_Bands
    """

    alias = ("BBands",)
    lines = ("mid", "top", "bot")
    params = (("period", 20), ("devfactor", 2.0), ("movav", MovingAverageSimple))
    plotinfo = {"subplot": False}
    plotlines = {
        "mid": {"ls": "--"},
        "top": {"_samecolor": True},
        "bot": {"_samecolor": True},
    }

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period", "devfactor")

    def __init__(self) -> None:
        params = self.p
        self.lines.mid = mid = params.movav(self.data, period=params.period)
        deviation = StandardDeviation(self.data, mid, period=params.period, movav=params.movav)
        width = params.devfactor * deviation
        self.lines.top = mid + width
        self.lines.bot = mid - width
        super().__init__()


BBands: type[BollingerBands]


class BollingerBandsPct(BollingerBands):
    """`BollingerBands` with the place of the value between them.

    Formula
    -------
    ``pctb = (data - bot) / (top - bot)``

    Parameters
    ----------
    period, devfactor, movav
        As in `BollingerBands`.

    Lines
    -----
    pctb
        0.0 is on the lower, 1.0 on the upper band.

    Source
    ------
    John Bollinger, "Bollinger on Bollinger Bands", 2001
    """

    lines = ("pctb",)
    plotlines = {"pctb": {"_name": "%B"}}

    def __init__(self) -> None:
        super().__init__()
        self.lines.pctb = (self.data - self.lines.bot) / (self.lines.top - self.lines.bot)
