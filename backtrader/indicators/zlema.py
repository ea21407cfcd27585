"""An exponential average of values from which their lag is taken off."""

from __future__ import annotations

from ._direct import whole_period
from .ema import EMA
from .mabase import MovingAverageBase

__all__ = ["ZLEMA", "ZeroLagEma", "ZeroLagExponentialMovingAverage"]


class ZeroLagExponentialMovingAverage(MovingAverageBase):
    """Average of the values plus their change over the lag of that average.

    Formula
    -------
    - ``lag = (period - 1) // 2``
    - ``zlema = _movav(2 * data - data(-lag), period)``

    Parameters
    ----------
    period : int, default 30
        Bars in the average.
    _movav : class, default `EMA`
        The average.

    Lines
    -----
    zlema
        The average, in the unit of the data.

    Source
    ------
    John Ehlers and Ric Way, "Zero Lag (well, almost)";
    https://en.wikipedia.org/wiki/Zero_lag_exponential_moving_average
    """

    alias = ("ZLEMA", "ZeroLagEma")
    lines = ("zlema",)
    params = (("_movav", EMA),)

    def __init__(self) -> None:
        period = whole_period(self)
        lag = (period - 1) // 2
        self.lines.zlema = self.p._movav(2.0 * self.data - self.data(-lag), period=period)
        super().__init__()


ZLEMA: type[ZeroLagExponentialMovingAverage]
ZeroLagEma: type[ZeroLagExponentialMovingAverage]
