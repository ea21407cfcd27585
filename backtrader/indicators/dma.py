"""Dickson's moving average."""

from __future__ import annotations

from typing import Any

from ._direct import with_average
from .ema import EMA
from .hma import HMA
from .mabase import MovingAverageBase
from .zlind import ZeroLagIndicator

__all__ = ["DMA", "DicksonMA", "DicksonMovingAverage"]


class DicksonMovingAverage(MovingAverageBase):
    """Middle between an average that corrects its error and Hull's.

    Formula
    -------
    ``dma = (ZeroLagIndicator(data, period, gainlimit) + _hma(data, hperiod)) / 2``

    Parameters
    ----------
    period : int, default 30
        Bars in the error correcting average.
    gainlimit : int, default 50
        Largest gain of that, in tenths.
    hperiod : int, default 7
        Bars in Hull's average.
    _movav : class, default `EMA`
        What the error correcting average is built on.
    _hma : class, default `HMA`
        The second average.

    Lines
    -----
    dma
        The average, in the unit of the data.

    Source
    ------
    Nathan Dickson, https://www.reddit.com/r/algotrading/comments/4xj3vh/
    """

    alias = ("DMA", "DicksonMA")
    lines = ("dma",)
    params = (("gainlimit", 50), ("hperiod", 7), ("_movav", EMA), ("_hma", HMA))

    def _plotlabel(self) -> list[Any]:
        values = with_average(self, "period", "gainlimit", "hperiod", average="_movav")
        return values if self.p.isdefault("_hma") else [*values, self.p._hma]

    def __init__(self) -> None:
        params = self.p
        correcting = ZeroLagIndicator(
            self.data, period=params.period, gainlimit=params.gainlimit, _movav=params._movav
        )
        hull = params._hma(self.data, period=params.hperiod)
        self.lines.dma = (correcting + hull) / 2.0
        super().__init__()


DMA: type[DicksonMovingAverage]
DicksonMA: type[DicksonMovingAverage]
