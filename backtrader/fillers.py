"""Fillers: how much of an order one bar executes."""

from __future__ import annotations

from typing import Any

from .metabase import ParamsBase

__all__ = ["BarPointPerc", "FixedBarPerc", "FixedSize"]


class FixedSize(ParamsBase):
    """Execute up to a fixed number of units, and never more than the volume of the bar.

    Parameters
    ----------
    size
        Units per bar; None or 0 leaves the volume alone as the limit.
    """

    params = (("size", None),)
    p: Any

    def __call__(self, order: Any, price: float, ago: int) -> float:
        """Return the units (positive) of `order` that the bar `ago` executes at `price`."""
        volume = order.data.volume[ago]
        return min((volume, abs(order.executed.remsize), self.p.size or volume))


class FixedBarPerc(ParamsBase):
    """Execute up to a percentage of the volume of the bar.

    Parameters
    ----------
    perc
        Percentage, 100.0 is the whole volume.
    """

    params = (("perc", 100.0),)
    p: Any

    def __call__(self, order: Any, price: float, ago: int) -> float:
        """Return the units (positive) of `order` that the bar `ago` executes at `price`."""
        allowed = (order.data.volume[ago] * self.p.perc) // 100
        return min(allowed, abs(order.executed.remsize))


class BarPointPerc(ParamsBase):
    """Spread the volume evenly over the points between high and low; execute a percentage of one
    point's.

    Parameters
    ----------
    minmov
        Smallest move of the price, the distance of the points; None takes the bar as one point.
    perc
        Percentage of a point's volume, 100.0 is the whole.
    """

    params = (("minmov", None), ("perc", 100.0))
    p: Any

    def __call__(self, order: Any, price: float, ago: int) -> float:
        """Return the units (positive) of `order` that the bar `ago` executes at `price`."""
        data = order.data
        minmov = self.p.minmov
        points = 1
        if minmov:
            points = (data.high[ago] - data.low[ago] + minmov) // minmov
        allowed = ((data.volume[ago] / points) * self.p.perc) // 100.0
        return min(allowed, abs(order.executed.remsize))
