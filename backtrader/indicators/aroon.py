"""Chande's Aroon: how long ago the highest high and the lowest low were."""

from __future__ import annotations

from typing import Any, ClassVar

from ..indicator import Indicator
from ._direct import whole_period
from .basicops import FindFirstIndexHighest, FindFirstIndexLowest

__all__ = ["AroonDown", "AroonIndicator", "AroonOsc", "AroonOscillator", "AroonUp"]
__all__ += ["AroonUpDown", "AroonUpDownOsc", "AroonUpDownOscillator"]


class _AroonBase(Indicator):
    """Base of the Aroon family.

    Parameters
    ----------
    period : int, default 14
        Bars to look back.
    upperband, lowerband : float, default 70, 30
        Where the plot has lines across.
    """

    params = (("period", 14), ("upperband", 70), ("lowerband", 30))
    plotinfo = {"plotymargin": 0.05, "plotyhlines": [0, 100]}

    # which of the two a class needs
    _needs_up: ClassVar[bool] = False
    _needs_down: ClassVar[bool] = False

    def _plotlabel(self) -> list[Any]:
        return [self.p.period]

    def _plotinit(self) -> None:
        self.plotinfo.plotyhlines = [0, 100, self.p.lowerband, self.p.upperband]

    def __init__(self) -> None:
        period = whole_period(self)
        share = 100.0 / period
        if self._needs_up:
            since = FindFirstIndexHighest(self.data.high, period=period + 1)
            self.up = share * (period - since)
        if self._needs_down:
            since = FindFirstIndexLowest(self.data.low, period=period + 1)
            self.down = share * (period - since)
        super().__init__()


class AroonUp(_AroonBase):
    """How recent the highest high is.

    Formula
    -------
    ``aroonup = 100 * (period - bars since the highest high of period + 1 bars) / period``

    Parameters
    ----------
    period : int, default 14
        Bars to look back.
    upperband, lowerband : float, default 70, 30
        Where the plot has lines across.

    Lines
    -----
    aroonup
        100 for a high at this bar, 0 for one `period` bars ago.

    Source
    ------
    Tushar Chande, 1995;
    https://school.stockcharts.com/doku.php?id=technical_indicators:aroon
    """

    lines = ("aroonup",)

    _needs_up = True

    def __init__(self) -> None:
        super().__init__()
        self.lines.aroonup = self.up


class AroonDown(_AroonBase):
    """How recent the lowest low is.

    Formula
    -------
    ``aroondown = 100 * (period - bars since the lowest low of period + 1 bars) / period``

    Parameters
    ----------
    period : int, default 14
        Bars to look back.
    upperband, lowerband : float, default 70, 30
        Where the plot has lines across.

    Lines
    -----
    aroondown
        100 for a low at this bar, 0 for one `period` bars ago.

    Source
    ------
    Tushar Chande, 1995;
    https://school.stockcharts.com/doku.php?id=technical_indicators:aroon
    """

    lines = ("aroondown",)

    _needs_down = True

    def __init__(self) -> None:
        super().__init__()
        self.lines.aroondown = self.down


class AroonUpDown(AroonUp, AroonDown):
    """`AroonUp` and `AroonDown` together.

    Lines
    -----
    aroonup, aroondown
        0 to 100.
    """

    alias = ("AroonIndicator",)


AroonIndicator: type[AroonUpDown]


class AroonOscillator(_AroonBase):
    """`AroonUp` less `AroonDown`.

    Formula
    -------
    ``aroonosc = aroonup - aroondown``

    Parameters
    ----------
    period : int, default 14
        Bars to look back.
    upperband, lowerband : float, default 70, 30
        Where the plot has lines across, and as negative numbers too.

    Lines
    -----
    aroonosc
        -100 to 100.

    Source
    ------
    https://school.stockcharts.com/doku.php?id=technical_indicators:aroon_oscillator
    """

    alias = ("AroonOsc",)
    lines = ("aroonosc",)

    _needs_up = True
    _needs_down = True

    def _plotinit(self) -> None:
        super()._plotinit()
        lines = self.plotinfo.plotyhlines
        self.plotinfo.plotyhlines = [*lines, *(-line for line in lines if line)]

    def __init__(self) -> None:
        super().__init__()
        self.lines.aroonosc = self.up - self.down


AroonOsc: type[AroonOscillator]


class AroonUpDownOscillator(AroonUpDown, AroonOscillator):
    """`AroonUpDown` with the `AroonOscillator`.

    Lines
    -----
    aroonup, aroondown
        0 to 100.
    aroonosc
        -100 to 100.
    """

    alias = ("AroonUpDownOsc",)


AroonUpDownOsc: type[AroonUpDownOscillator]
