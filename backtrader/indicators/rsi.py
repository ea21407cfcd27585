"""Wilder's relative strength index and its parts."""

from __future__ import annotations

from typing import Any

from ..functions import DivZeroByZero, Max
from ..indicator import Indicator
from ._direct import whole_period, with_average
from .ema import ExponentialMovingAverage
from .sma import MovingAverageSimple
from .smma import SmoothedMovingAverage

__all__ = ["RSI", "RSI_EMA", "RSI_SMA", "RSI_SMMA", "DownDay", "DownDayBool", "RSI_Cutler"]
__all__ += ["RSI_Safe", "RSI_Wilder", "RelativeStrengthIndex", "UpDay", "UpDayBool"]


class UpDay(Indicator):
    """How much higher than `period` bars before, or 0.

    Formula
    -------
    ``upday = max(data - data(-period), 0)``

    Parameters
    ----------
    period : int, default 1
        Bars to look back.

    Lines
    -----
    upday
        The rise, in the unit of the data.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978
    """

    lines = ("upday",)
    params = (("period", 1),)

    def __init__(self) -> None:
        self.lines.upday = Max(self.data - self.data(-whole_period(self)), 0.0)
        super().__init__()


class DownDay(Indicator):
    """How much lower than `period` bars before, or 0.

    Formula
    -------
    ``downday = max(data(-period) - data, 0)``

    Parameters
    ----------
    period : int, default 1
        Bars to look back.

    Lines
    -----
    downday
        The fall, as a positive number in the unit of the data.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978
    """

    lines = ("downday",)
    params = (("period", 1),)

    def __init__(self) -> None:
        self.lines.downday = Max(self.data(-whole_period(self)) - self.data, 0.0)
        super().__init__()


class UpDayBool(Indicator):
    """1.0 where the value is higher than `period` bars before, else 0.0.

    Formula
    -------
    ``upday = data > data(-period)``

    Parameters
    ----------
    period : int, default 1
        Bars to look back.

    Lines
    -----
    upday
        1.0 or 0.0.

    Source
    ------
    https://en.wikipedia.org/wiki/Relative_strength_index
    """

    lines = ("upday",)
    params = (("period", 1),)

    def __init__(self) -> None:
        self.lines.upday = self.data > self.data(-whole_period(self))
        super().__init__()


class DownDayBool(Indicator):
    """1.0 where the value is lower than `period` bars before, else 0.0.

    Formula
    -------
    ``downday = data < data(-period)``

    Parameters
    ----------
    period : int, default 1
        Bars to look back.

    Lines
    -----
    downday
        1.0 or 0.0.

    Source
    ------
    https://en.wikipedia.org/wiki/Relative_strength_index
    """

    lines = ("downday",)
    params = (("period", 1),)

    def __init__(self) -> None:
        self.lines.downday = self.data(-whole_period(self)) > self.data
        super().__init__()


class RelativeStrengthIndex(Indicator):
    """Strength of the rises against that of the falls, between 0 and 100.

    Formula
    -------
    - ``up = UpDay(data, lookback)``, ``down = DownDay(data, lookback)``
    - ``rs = movav(up, period) / movav(down, period)``
    - ``rsi = 100 - 100 / (1 + rs)``

    Parameters
    ----------
    period : int, default 14
        Bars in the averages.
    movav : class, default `SmoothedMovingAverage`
        The average.
    upperband, lowerband : float, default 70.0, 30.0
        Where the plot has lines across.
    safediv : bool, default False
        Do not let an average fall of 0 raise ZeroDivisionError, but show one of the next two.
    safehigh : float, default 100.0
        Value where only the average fall is 0.
    safelow : float, default 50.0
        Value where both averages are 0.
    lookback : int, default 1
        Bars over which a rise or fall is measured.

    Lines
    -----
    rsi
        The index, 0 to 100.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978;
    https://en.wikipedia.org/wiki/Relative_strength_index
    """

    alias = ("RSI_SMMA", "RSI_Wilder")
    lines = ("rsi",)
    params = (
        ("period", 14),
        ("movav", SmoothedMovingAverage),
        ("upperband", 70.0),
        ("lowerband", 30.0),
        ("safediv", False),
        ("safehigh", 100.0),
        ("safelow", 50.0),
        ("lookback", 1),
    )

    def _plotlabel(self) -> list[Any]:
        names = ("period",) if self.p.isdefault("lookback") else ("period", "lookback")
        return with_average(self, *names)

    def _plotinit(self) -> None:
        self.plotinfo.plotyhlines = [self.p.upperband, self.p.lowerband]

    def __init__(self) -> None:
        params = self.p
        rise = params.movav(UpDay(self.data, period=params.lookback), period=params.period)
        fall = params.movav(DownDay(self.data, period=params.lookback), period=params.period)
        if params.safediv:
            limits = _strength(params.safehigh), _strength(params.safelow)
            strength = DivZeroByZero(rise, fall, *limits)
        else:
            strength = rise / fall
        self.lines.rsi = 100.0 - 100.0 / (1.0 + strength)
        super().__init__()


RSI_SMMA: type[RelativeStrengthIndex]
RSI_Wilder: type[RelativeStrengthIndex]


def _strength(index: float) -> float:
    """Return the relation of rises to falls for which the index has this value."""
    return float("inf") if index == 100.0 else 100.0 / (100.0 - index) - 1.0


class RSI(RelativeStrengthIndex):
    __doc__ = RelativeStrengthIndex.__doc__

    # an alias like the others, but one that those below derive from
    aliased = "RelativeStrengthIndex"


class RSI_Safe(RSI):
    """`RelativeStrengthIndex` that does not raise where there is no fall.

    Parameters
    ----------
    safediv : bool, default True
        The others are those of `RelativeStrengthIndex`.
    """

    params = (("safediv", True),)


class RSI_SMA(RSI):
    """`RelativeStrengthIndex` over arithmetic means, so that it does not hang on where the data
    starts.

    Parameters
    ----------
    movav : class, default `MovingAverageSimple`
        The others are those of `RelativeStrengthIndex`.

    Source
    ------
    David Cutler; https://en.wikipedia.org/wiki/Relative_strength_index#Cutler's_RSI
    """

    alias = ("RSI_Cutler",)
    params = (("movav", MovingAverageSimple),)


RSI_Cutler: type[RSI_SMA]


class RSI_EMA(RSI):
    """`RelativeStrengthIndex` over exponential means.

    Parameters
    ----------
    movav : class, default `ExponentialMovingAverage`
        The others are those of `RelativeStrengthIndex`.

    Source
    ------
    https://en.wikipedia.org/wiki/Relative_strength_index
    """

    params = (("movav", ExponentialMovingAverage),)
