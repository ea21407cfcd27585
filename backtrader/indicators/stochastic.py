"""Lane's stochastic: where the price closes within its range."""

from __future__ import annotations

from typing import Any

from ..functions import DivByZero
from ..indicator import Indicator
from ._direct import with_average
from .basicops import Highest, Lowest
from .sma import MovingAverageSimple

__all__ = ["Stochastic", "StochasticFast", "StochasticFull", "StochasticSlow"]


class _StochasticBase(Indicator):
    """Base of the family: the fast lines."""

    lines = ("percK", "percD")
    params = (
        ("period", 14),
        ("period_dfast", 3),
        ("movav", MovingAverageSimple),
        ("upperband", 80.0),
        ("lowerband", 20.0),
        ("safediv", False),
        ("safezero", 0.0),
    )
    plotlines = {"percD": {"_name": "%D", "ls": "--"}, "percK": {"_name": "%K"}}

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period", "period_dfast")

    def _plotinit(self) -> None:
        self.plotinfo.plotyhlines = [self.p.upperband, self.p.lowerband]

    def __init__(self) -> None:
        params = self.p
        top = Highest(self.data.high, period=params.period)
        bottom = Lowest(self.data.low, period=params.period)
        place, extent = self.data.close - bottom, top - bottom
        safe = params.safediv
        share = DivByZero(place, extent, zero=params.safezero) if safe else place / extent
        self.k = 100.0 * share
        self.d = params.movav(self.k, period=params.period_dfast)
        super().__init__()


class StochasticFast(_StochasticBase):
    """Where the close is within the range of the latest bars, and its average.

    Formula
    -------
    - ``percK = 100 * (close - lowest low) / (highest high - lowest low)``, over `period` bars
    - ``percD = movav(percK, period_dfast)``

    Parameters
    ----------
    period : int, default 14
        Bars of the range.
    period_dfast : int, default 3
        Bars in the average.
    movav : class, default `MovingAverageSimple`
        The average.
    upperband, lowerband : float, default 80.0, 20.0
        Where the plot has lines across.
    safediv : bool, default False
        Do not let a range of 0 raise ZeroDivisionError.
    safezero : float, default 0.0
        What is shown then, as a part of 1.

    Lines
    -----
    percK, percD
        0 to 100.

    Source
    ------
    George Lane; https://en.wikipedia.org/wiki/Stochastic_oscillator
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines.percK = self.k
        self.lines.percD = self.d


class Stochastic(_StochasticBase):
    """The slow stochastic: the averages of the fast one, and of those once more.

    Formula
    -------
    - ``percK = percD of StochasticFast``
    - ``percD = movav(percK, period_dslow)``

    Parameters
    ----------
    period, period_dfast, movav, upperband, lowerband, safediv, safezero
        As in `StochasticFast`.
    period_dslow : int, default 3
        Bars in the second average.

    Lines
    -----
    percK, percD
        0 to 100.

    Source
    ------
    George Lane; https://en.wikipedia.org/wiki/Stochastic_oscillator
    """

    alias = ("StochasticSlow",)
    params = (("period_dslow", 3),)

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period", "period_dfast", "period_dslow")

    def __init__(self) -> None:
        super().__init__()
        self.lines.percK = self.d
        self.lines.percD = self.p.movav(self.d, period=self.p.period_dslow)


StochasticSlow: type[Stochastic]


class StochasticFull(_StochasticBase):
    """The fast stochastic, its average, and the average of that.

    Formula
    -------
    - ``percK`` and ``percD`` as in `StochasticFast`
    - ``percDSlow = movav(percD, period_dslow)``

    Parameters
    ----------
    period, period_dfast, movav, upperband, lowerband, safediv, safezero
        As in `StochasticFast`.
    period_dslow : int, default 3
        Bars in the second average.

    Lines
    -----
    percK, percD, percDSlow
        0 to 100.

    Source
    ------
    George Lane; https://en.wikipedia.org/wiki/Stochastic_oscillator
    """

    lines = ("percDSlow",)
    params = (("period_dslow", 3),)
    plotlines = {"percDSlow": {"_name": "%DSlow"}}

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period", "period_dfast", "period_dslow")

    def __init__(self) -> None:
        super().__init__()
        self.lines.percK = self.k
        self.lines.percD = self.d
        self.lines.percDSlow = self.p.movav(self.d, period=self.p.period_dslow)
