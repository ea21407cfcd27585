"""Johnson's pretty good oscillator."""

from __future__ import annotations

from ..indicator import Indicator
from .atr import AverageTrueRange
from .sma import MovingAverageSimple

__all__ = ["PGO", "PrettyGoodOsc", "PrettyGoodOscillator"]


class PrettyGoodOscillator(Indicator):
    """Distance from an average in units of the average true range.

    Formula
    -------
    ``pgo = (data - _movav(data, period)) / AverageTrueRange(data, period)``

    Parameters
    ----------
    period : int, default 14
        Bars in the averages.
    _movav : class, default `MovingAverageSimple`
        The average of the data.

    Lines
    -----
    pgo
        The distance, in average true ranges.

    Source
    ------
    Mark Johnson; https://library.tradingtechnologies.com/trade/chrt-ti-pretty-good-oscillator.html
    """

    alias = ("PGO", "PrettyGoodOsc")
    lines = ("pgo",)
    params = (("period", 14), ("_movav", MovingAverageSimple))

    def __init__(self) -> None:
        period = self.p.period
        distance = self.data - self.p._movav(self.data, period=period)
        self.lines.pgo = distance / AverageTrueRange(self.data, period=period)
        super().__init__()


PGO: type[PrettyGoodOscillator]
PrettyGoodOsc: type[PrettyGoodOscillator]
