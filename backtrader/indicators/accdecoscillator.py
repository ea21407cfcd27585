"""Williams' acceleration and deceleration."""

from __future__ import annotations

from ..indicator import Indicator
from .awesomeoscillator import AwesomeOscillator
from .sma import SMA

__all__ = ["AccDeOsc", "AccelerationDecelerationOscillator"]


class AccelerationDecelerationOscillator(Indicator):
    """Distance of the `AwesomeOscillator` from its average: how fast the driving force changes.

    Formula
    -------
    - ``ao = AwesomeOscillator(data)``
    - ``accde = ao - movav(ao, period)``

    Parameters
    ----------
    period : int, default 5
        Bars in the average.
    movav : class, default `SMA`
        The average.

    Lines
    -----
    accde
        The distance, in the unit of the price.

    Source
    ------
    Bill Williams, "New Trading Dimensions", 1998
    """

    alias = ("AccDeOsc",)
    lines = ("accde",)
    params = (("period", 5), ("movav", SMA))
    plotlines = {"accde": {"_method": "bar", "alpha": 0.50, "width": 1.0}}

    def __init__(self) -> None:
        force = AwesomeOscillator(self.data)
        self.lines.accde = force - self.p.movav(force, period=self.p.period)
        super().__init__()


AccDeOsc: type[AccelerationDecelerationOscillator]
