"""Williams' fractals."""

from __future__ import annotations

from ..._kernels import fractals
from ...indicators.basicops import PeriodN
from ...linebuffer import _operand

__all__ = ["Fractal"]


class Fractal(PeriodN):
    """Bars that stand out: a high above those around it, or a low below them.

    Formula
    -------
    Of `period` bars the one that is `shift_to_potential_fractal` bars after the first is a fractal
    if it has the highest high, or the lowest low; of equal ones the first counts. It is known when
    the last of them is in, and marked at its own bar.

    Parameters
    ----------
    period : int, default 5
        Bars that are compared.
    bardist : float, default 0.015
        Distance of the mark from the bar, as a part of the price.
    shift_to_potential_fractal : int, default 2
        Place among the bars of the one that is tested; the marks go that many bars back.

    Lines
    -----
    fractal_bearish
        Price of the mark above a high; NaN at other bars.
    fractal_bullish
        Price of the mark below a low; NaN at other bars.

    Source
    ------
    Bill Williams, "Trading Chaos", 1995
    """

    lines = ("fractal_bearish", "fractal_bullish")
    params = (("period", 5), ("bardist", 0.015), ("shift_to_potential_fractal", 2))
    plotinfo = {"subplot": False, "plotlinelabels": False, "plot": True}
    plotlines = {
        "fractal_bearish": {
            "marker": "^",
            "markersize": 4.0,
            "color": "lightblue",
            "fillstyle": "full",
            "ls": "",
        },
        "fractal_bullish": {
            "marker": "v",
            "markersize": 4.0,
            "color": "lightblue",
            "fillstyle": "full",
            "ls": "",
        },
    }

    def next(self) -> None:
        place, distance = self.p.shift_to_potential_fractal, self.p.bardist
        highs = self.data.high.get(size=self.p.period)
        if highs.index(max(highs)) == place:
            self.lines.fractal_bearish[-2] = highs[place] * (1.0 + distance)
        lows = self.data.low.get(size=self.p.period)
        if lows.index(min(lows)) == place:
            self.lines.fractal_bullish[-2] = lows[place] * (1.0 - distance)

    def preonce(self, start: int, end: int) -> None:
        """Mark nothing before there are enough bars."""

    def oncestart(self, start: int, end: int) -> None:
        """Leave it to `once`, which does all bars at a time."""

    def once(self, start: int, end: int) -> None:
        params = self.p
        place = params.shift_to_potential_fractal
        highs, lows = (_operand(line, 0, end) for line in (self.data.high, self.data.low))
        bearish, bullish = (line._values for line in self.lines)
        span = (params.period, place, start - 1, end)
        fractals.mark(max, highs, *span, 1.0 + params.bardist, bearish)
        fractals.mark(min, lows, *span, 1.0 - params.bardist, bullish)
