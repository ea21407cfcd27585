"""Two ways to write the pivot points of monthly bars by hand, as an exercise.

One indicator computes all lines out of expressions, in ``__init__``; the other bar by bar, in
`next`. `ppsample.py` shows that they agree with `bt.ind.PivotPoint`.
"""

import backtrader as bt

LEVELS = ("p", "s1", "s2", "r1", "r2")


class PivotPoint(bt.Indicator):
    """Pivot, supports and resistances, out of expressions."""

    lines = LEVELS
    plotinfo = {"subplot": False}

    def __init__(self):
        high, low = self.data.high, self.data.low
        pivot = self.lines.p = (high + low + self.data.close) / 3.0
        self.lines.s1, self.lines.r1 = 2.0 * pivot - high, 2.0 * pivot - low
        self.lines.s2, self.lines.r2 = pivot - (high - low), pivot + (high - low)


class PivotPoint1(bt.Indicator):
    """The same, bar by bar."""

    lines = LEVELS
    plotinfo = {"subplot": False}

    def next(self):
        high, low = self.data.high[0], self.data.low[0]
        pivot = (high + low + self.data.close[0]) / 3.0
        values = (pivot, 2 * pivot - high, pivot - (high - low), 2 * pivot - low)
        for name, value in zip(LEVELS, (*values, pivot + (high - low)), strict=True):
            getattr(self.lines, name)[0] = value
