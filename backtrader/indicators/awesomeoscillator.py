"""Williams' awesome oscillator."""

from __future__ import annotations

from ..indicator import Indicator
from .sma import SMA

__all__ = ["AO", "AwesomeOsc", "AwesomeOscillator"]


class AwesomeOscillator(Indicator):
    """Distance between a fast and a slow average of the middle of the bars.

    Formula
    -------
    - ``median = (high + low) / 2``
    - ``ao = movav(median, fast) - movav(median, slow)``

    Parameters
    ----------
    fast, slow : int, default 5, 34
        Bars in the averages.
    movav : class, default `SMA`
        The average.

    Lines
    -----
    ao
        The distance, in the unit of the price.

    Source
    ------
    Bill Williams, "New Trading Dimensions", 1998
    """

    alias = ("AwesomeOsc", "AO")
    lines = ("ao",)
    params = (("fast", 5), ("slow", 34), ("movav", SMA))
    plotlines = {"ao": {"_method": "bar", "alpha": 0.50, "width": 1.0}}

    def __init__(self) -> None:
        average = self.p.movav
        median = (self.data.high + self.data.low) / 2.0
        self.lines.ao = average(median, period=self.p.fast) - average(median, period=self.p.slow)
        super().__init__()


AwesomeOsc: type[AwesomeOscillator]
AO: type[AwesomeOscillator]
