"""Hutson's TRIX."""

from __future__ import annotations

from typing import Any

from ..indicator import Indicator
from ._direct import with_average
from .ema import EMA

__all__ = ["TRIX", "Trix", "TrixSignal"]


class Trix(Indicator):
    """Rate of change of an average that was smoothed three times.

    Formula
    -------
    - ``smooth = _movav(_movav(_movav(data, period), period), period)``
    - ``trix = 100 * (smooth / smooth(-_rocperiod) - 1)``

    Parameters
    ----------
    period : int, default 15
        Bars in each average.
    _rocperiod : int, default 1
        Bars over which the change is measured.
    _movav : class, default `EMA`
        The average.

    Lines
    -----
    trix
        The change, in percent.

    Source
    ------
    Jack Hutson, 1983; https://en.wikipedia.org/wiki/Trix_(technical_analysis)
    """

    alias = ("TRIX",)
    lines = ("trix",)
    params = (("period", 15), ("_rocperiod", 1), ("_movav", EMA))
    plotinfo = {"plothlines": [0.0]}

    def _plotlabel(self) -> list[Any]:
        names = ("period",) if self.p.isdefault("_rocperiod") else ("period", "_rocperiod")
        return with_average(self, *names, average="_movav")

    def __init__(self) -> None:
        average, period = self.p._movav, self.p.period
        smooth = self.data
        for _ in range(3):
            smooth = average(smooth, period=period)
        self.lines.trix = 100.0 * (smooth / smooth(-self.p._rocperiod) - 1.0)
        super().__init__()


TRIX: type[Trix]


class TrixSignal(Trix):
    """`Trix` with its average.

    Formula
    -------
    ``signal = _movav(trix, sigperiod)``

    Parameters
    ----------
    period, _rocperiod, _movav
        As in `Trix`.
    sigperiod : int, default 9
        Bars in the average.

    Lines
    -----
    trix, signal
        Percent.

    Source
    ------
    https://school.stockcharts.com/doku.php?id=technical_indicators:trix
    """

    lines = ("signal",)
    params = (("sigperiod", 9),)

    def __init__(self) -> None:
        super().__init__()
        self.lines.signal = self.p._movav(self.lines.trix, period=self.p.sigperiod)
