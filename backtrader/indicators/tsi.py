"""Blau's true strength."""

from __future__ import annotations

from ..indicator import Indicator
from .ema import EMA

__all__ = ["TSI", "TrueStrengthIndicator"]


class TrueStrengthIndicator(Indicator):
    """Change in percent of what it would be if it went one way all the time, both smoothed twice.

    Formula
    -------
    - ``change = data - data(-pchange)``
    - ``smooth(x) = _movav(_movav(x, period1), period2)``
    - ``tsi = 100 * smooth(change) / smooth(abs(change))``

    Parameters
    ----------
    period1, period2 : int, default 25, 13
        Bars in the first and in the second average.
    pchange : int, default 1
        Bars over which the change is measured.
    _movav : class, default `EMA`
        The average.

    Lines
    -----
    tsi
        -100 to 100.

    Source
    ------
    William Blau, "Momentum, Direction, and Divergence", 1995;
    https://en.wikipedia.org/wiki/True_strength_index
    """

    alias = ("TSI",)
    lines = ("tsi",)
    params = (("period1", 25), ("period2", 13), ("pchange", 1), ("_movav", EMA))

    def __init__(self) -> None:
        params = self.p
        change = self.data - self.data(-params.pchange)
        smooth = []
        for line in (change, abs(change)):
            once = params._movav(line, period=params.period1)
            smooth.append(params._movav(once, period=params.period2))
        self.lines.tsi = 100.0 * (smooth[0] / smooth[1])
        super().__init__()


TSI: type[TrueStrengthIndicator]
