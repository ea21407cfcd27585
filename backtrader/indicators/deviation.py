"""How far values stray from their mean."""

from __future__ import annotations

from typing import Any

from ..indicator import Indicator
from ._direct import with_average
from .sma import MovingAverageSimple

__all__ = ["MeanDev", "MeanDeviation", "StandardDeviation", "StdDev"]


class StandardDeviation(Indicator):
    """Standard deviation of the population of the latest `period` values.

    Formula
    -------
    ``stddev = sqrt(mean(data ** 2) - mean(data) ** 2)``

    Parameters
    ----------
    period : int, default 20
        Values that are looked at.
    movav : class, default `MovingAverageSimple`
        The mean.
    safepow : bool, default True
        Take the root of the absolute value: the difference of two rounded means may fall below 0.

    Lines
    -----
    stddev
        The deviation, in the unit of the data.

    Notes
    -----
    With a second data, that is taken as the mean, ready made.

    Source
    ------
    https://en.wikipedia.org/wiki/Standard_deviation
    """

    alias = ("StdDev",)
    lines = ("stddev",)
    params = (("period", 20), ("movav", MovingAverageSimple), ("safepow", True))

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period")

    def __init__(self) -> None:
        average, period = self.p.movav, self.p.period
        mean = self.data1 if len(self.datas) > 1 else average(self.data, period=period)
        variance = average(self.data**2, period=period) - mean**2
        self.lines.stddev = (abs(variance) if self.p.safepow else variance) ** 0.5
        super().__init__()


StdDev: type[StandardDeviation]


class MeanDeviation(Indicator):
    """Mean distance of the values from their mean.

    Formula
    -------
    ``meandev = mean(abs(data - mean(data)))``

    Parameters
    ----------
    period : int, default 20
        Values in each of the two means.
    movav : class, default `MovingAverageSimple`
        The mean.

    Lines
    -----
    meandev
        The distance, in the unit of the data.

    Notes
    -----
    With a second data, that is taken as the mean, ready made.

    Source
    ------
    https://en.wikipedia.org/wiki/Average_absolute_deviation
    """

    alias = ("MeanDev",)
    lines = ("meandev",)
    params = (("period", 20), ("movav", MovingAverageSimple))

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period")

    def __init__(self) -> None:
        average, period = self.p.movav, self.p.period
        mean = self.data1 if len(self.datas) > 1 else average(self.data, period=period)
        self.lines.meandev = average(abs(self.data - mean), period=period)
        super().__init__()


MeanDev: type[MeanDeviation]
