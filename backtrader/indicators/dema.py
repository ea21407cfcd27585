"""Moving averages of moving averages, put together so that they lag less."""

from __future__ import annotations

from .ema import EMA
from .mabase import MovingAverageBase

__all__ = ["DEMA", "TEMA", "DoubleExponentialMovingAverage", "MovingAverageDoubleExponential"]
__all__ += ["MovingAverageTripleExponential", "TripleExponentialMovingAverage"]


class DoubleExponentialMovingAverage(MovingAverageBase):
    """Average less what averaging it once more takes away.

    Formula
    -------
    - ``ema = _movav(data, period)``
    - ``dema = 2 * ema - _movav(ema, period)``

    Parameters
    ----------
    period : int, default 30
        Bars in each average.
    _movav : class, default `EMA`
        The average.

    Lines
    -----
    dema
        The average, in the unit of the data.

    Source
    ------
    Patrick Mulloy, Technical Analysis of Stocks & Commodities, January 1994;
    https://en.wikipedia.org/wiki/Double_exponential_moving_average
    """

    alias = ("DEMA", "MovingAverageDoubleExponential")
    lines = ("dema",)
    params = (("_movav", EMA),)

    def __init__(self) -> None:
        average, period = self.p._movav, self.p.period
        once = average(self.data, period=period)
        self.lines.dema = 2.0 * once - average(once, period=period)
        super().__init__()


DEMA: type[DoubleExponentialMovingAverage]
MovingAverageDoubleExponential: type[DoubleExponentialMovingAverage]


class TripleExponentialMovingAverage(MovingAverageBase):
    """Average of three stages with even less lag than the double one.

    Formula
    -------
    - ``ema1 = _movav(data, period)``, ``ema2 = _movav(ema1, period)``, ``ema3 = _movav(ema2,
      period)``
    - ``tema = 3 * ema1 - 3 * ema2 + ema3``

    Parameters
    ----------
    period : int, default 30
        Bars in each average.
    _movav : class, default `EMA`
        The average.

    Lines
    -----
    tema
        The average, in the unit of the data.

    Source
    ------
    Patrick Mulloy, Technical Analysis of Stocks & Commodities, January 1994;
    https://en.wikipedia.org/wiki/Triple_exponential_moving_average
    """

    alias = ("TEMA", "MovingAverageTripleExponential")
    lines = ("tema",)
    params = (("_movav", EMA),)

    def __init__(self) -> None:
        average, period = self.p._movav, self.p.period
        once = average(self.data, period=period)
        twice = average(once, period=period)
        thrice = average(twice, period=period)
        self.lines.tema = 3.0 * once - 3.0 * twice + thrice
        super().__init__()


TEMA: type[TripleExponentialMovingAverage]
MovingAverageTripleExponential: type[TripleExponentialMovingAverage]
