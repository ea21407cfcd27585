"""Wilder's directional movement."""

from __future__ import annotations

from typing import Any, ClassVar

from ..functions import And, If
from ..indicator import Indicator
from ._direct import with_average
from .atr import AverageTrueRange
from .smma import SmoothedMovingAverage

__all__ = ["ADX", "ADXR", "DI", "DM", "DMI", "AverageDirectionalMovementIndex"]
__all__ += ["AverageDirectionalMovementIndexRating", "DirectionalIndicator"]
__all__ += ["DirectionalMovement", "DirectionalMovementIndex", "DownMove", "MinusDI"]
__all__ += ["MinusDirectionalIndicator", "PlusDI", "PlusDirectionalIndicator", "UpMove"]


class UpMove(Indicator):
    """Change since the bar before.

    Formula
    -------
    ``upmove = data - data(-1)``

    Lines
    -----
    upmove
        The change, in the unit of the data; negative where it fell.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978
    """

    lines = ("upmove",)

    def __init__(self) -> None:
        self.lines.upmove = self.data - self.data(-1)
        super().__init__()


class DownMove(Indicator):
    """Change since the bar before, downwards.

    Formula
    -------
    ``downmove = data(-1) - data``

    Lines
    -----
    downmove
        The change, in the unit of the data; negative where it rose.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978
    """

    lines = ("downmove",)

    def __init__(self) -> None:
        self.lines.downmove = self.data(-1) - self.data
        super().__init__()


class _DirectionalIndicator(Indicator):
    """Base of the family: the movement in each direction as a part of the range.

    Formula
    -------
    - ``up = high - high(-1)``, ``down = low(-1) - low``
    - ``plus = up if up > down and up > 0 else 0``, ``minus = down if down > up and down > 0 else
      0``
    - ``range = AverageTrueRange(data, period, movav)``
    - ``DIplus = 100 * movav(plus, period) / range``, ``DIminus = 100 * movav(minus, period) /
      range``

    Parameters
    ----------
    period : int, default 14
        Bars in the averages.
    movav : class, default `SmoothedMovingAverage`
        The average.
    """

    params = (("period", 14), ("movav", SmoothedMovingAverage))
    plotlines = {"plusDI": {"_name": "+DI"}, "minusDI": {"_name": "-DI"}}

    # which of the two a class needs
    _needs_plus: ClassVar[bool] = True
    _needs_minus: ClassVar[bool] = True

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period")

    def __init__(self) -> None:
        params = self.p
        extent = AverageTrueRange(self.data, period=params.period, movav=params.movav)
        up, down = UpMove(self.data.high), DownMove(self.data.low)
        if self._needs_plus:
            self.DIplus = self._share(up, down, extent)
        if self._needs_minus:
            self.DIminus = self._share(down, up, extent)
        super().__init__()

    def _share(self, move: Any, opposite: Any, extent: Any) -> Any:
        """Return the average `move`, where it is the larger one and positive, in percent of the
        range."""
        counted = If(And(move > opposite, move > 0.0), move, 0.0)
        return 100.0 * self.p.movav(counted, period=self.p.period) / extent


class DirectionalIndicator(_DirectionalIndicator):
    """The movement upwards and downwards, each in percent of the range.

    Formula
    -------
    - ``up = high - high(-1)``, ``down = low(-1) - low``
    - ``plusDI = 100 * movav(up if up > down and up > 0 else 0, period) / AverageTrueRange(data,
      period)``
    - ``minusDI = 100 * movav(down if down > up and down > 0 else 0, period) /
      AverageTrueRange(data, period)``

    Parameters
    ----------
    period : int, default 14
        Bars in the averages.
    movav : class, default `SmoothedMovingAverage`
        The average.

    Lines
    -----
    plusDI, minusDI
        0 to 100.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978;
    https://en.wikipedia.org/wiki/Average_directional_movement_index
    """

    alias = ("DI",)
    lines = ("plusDI", "minusDI")

    def __init__(self) -> None:
        super().__init__()
        self.lines.plusDI = self.DIplus
        self.lines.minusDI = self.DIminus


DI: type[DirectionalIndicator]


class PlusDirectionalIndicator(_DirectionalIndicator):
    """The movement upwards in percent of the range: see `DirectionalIndicator`.

    Lines
    -----
    plusDI
        0 to 100.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978
    """

    alias = (("PlusDI", "+DI"),)
    lines = ("plusDI",)
    plotinfo = {"plotname": "+DirectionalIndicator"}

    _needs_minus = False

    def __init__(self) -> None:
        super().__init__()
        self.lines.plusDI = self.DIplus


PlusDI: type[PlusDirectionalIndicator]


class MinusDirectionalIndicator(_DirectionalIndicator):
    """The movement downwards in percent of the range: see `DirectionalIndicator`.

    Lines
    -----
    minusDI
        0 to 100.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978
    """

    alias = (("MinusDI", "-DI"),)
    lines = ("minusDI",)
    plotinfo = {"plotname": "-DirectionalIndicator"}

    _needs_plus = False

    def __init__(self) -> None:
        super().__init__()
        self.lines.minusDI = self.DIminus


MinusDI: type[MinusDirectionalIndicator]


class AverageDirectionalMovementIndex(_DirectionalIndicator):
    """How much the price moves in one direction, whichever that is.

    Formula
    -------
    ``adx = 100 * movav(abs(plusDI - minusDI) / (plusDI + minusDI), period)``, of a
    `DirectionalIndicator`

    Parameters
    ----------
    period : int, default 14
        Bars in the averages.
    movav : class, default `SmoothedMovingAverage`
        The average.

    Lines
    -----
    adx
        0 to 100.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978;
    https://en.wikipedia.org/wiki/Average_directional_movement_index
    """

    alias = ("ADX",)
    lines = ("adx",)
    plotlines = {"adx": {"_name": "ADX"}}

    def __init__(self) -> None:
        super().__init__()
        index = abs(self.DIplus - self.DIminus) / (self.DIplus + self.DIminus)
        self.lines.adx = 100.0 * self.p.movav(index, period=self.p.period)


ADX: type[AverageDirectionalMovementIndex]


class AverageDirectionalMovementIndexRating(AverageDirectionalMovementIndex):
    """The index in the middle between now and `period` bars before.

    Formula
    -------
    ``adxr = (adx + adx(-period)) / 2``

    Parameters
    ----------
    period : int, default 14
        Bars in the averages, and to look back.
    movav : class, default `SmoothedMovingAverage`
        The average.

    Lines
    -----
    adx
        As in `AverageDirectionalMovementIndex`.
    adxr
        0 to 100.

    Source
    ------
    J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978
    """

    alias = ("ADXR",)
    lines = ("adxr",)
    plotlines = {"adxr": {"_name": "ADXR"}}

    def __init__(self) -> None:
        super().__init__()
        self.lines.adxr = (self.lines.adx + self.lines.adx(-self.p.period)) / 2.0


ADXR: type[AverageDirectionalMovementIndexRating]


class DirectionalMovementIndex(AverageDirectionalMovementIndex, DirectionalIndicator):
    """`AverageDirectionalMovementIndex` and `DirectionalIndicator` together.

    Lines
    -----
    adx, plusDI, minusDI
        0 to 100.
    """

    alias = ("DMI",)


DMI: type[DirectionalMovementIndex]


class DirectionalMovement(AverageDirectionalMovementIndexRating, DirectionalIndicator):
    """`AverageDirectionalMovementIndexRating` and `DirectionalIndicator` together.

    Lines
    -----
    adx, adxr, plusDI, minusDI
        0 to 100.
    """

    alias = ("DM",)


DM: type[DirectionalMovement]
