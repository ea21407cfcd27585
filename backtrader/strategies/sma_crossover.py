"""Crossing of two moving averages."""

from __future__ import annotations

from ..indicators.crossover import CrossOver
from ..indicators.sma import SMA
from ..strategy import Strategy

__all__ = ["MA_CrossOver", "SMA_CrossOver"]


class MA_CrossOver(Strategy):
    """Hold the data while a fast moving average of it is above a slow one; never go short.

    Parameters
    ----------
    fast : int
        Period of the fast average.
    slow : int
        Period of the slow average.
    _movav : class
        Moving average to use.
    """

    alias = ("SMA_CrossOver",)

    params = (("fast", 10), ("slow", 30), ("_movav", SMA))

    def __init__(self) -> None:
        fast, slow = (self.p._movav(period=period) for period in (self.p.fast, self.p.slow))
        self.buysig = CrossOver(fast, slow)

    def next(self) -> None:
        """Buy where the fast average comes to the top, sell where it goes below."""
        crossed = self.buysig[0]
        if self.position.size:
            if crossed < 0:
                self.sell()
        elif crossed > 0:
            self.buy()


SMA_CrossOver: type[MA_CrossOver]
