"""Support and resistance derived from the prices of a bar, usually one of a larger timeframe."""

from __future__ import annotations

from typing import Any

from ..functions import CmpEx
from ..indicator import Indicator

__all__ = ["DemarkPivotPoint", "FibonacciPivotPoint", "PivotPoint"]


class _PivotBase(Indicator):
    """Base of the family: shows itself on the bars of the strategy instead of its own.

    Parameters
    ----------
    open, close : bool, default False
        Give the opening or the closing price more weight.
    _autoplot : bool, default True
        Plot a copy on the main data, rather than this object on a data of larger bars.
    """

    params = (("open", False), ("close", False), ("_autoplot", True))
    plotinfo = {"subplot": False}

    @classmethod
    def _complete(cls, obj: Any) -> None:
        super()._complete(obj)
        if obj.p._autoplot and obj._owner is not None:
            obj.plotinfo.plot = False
            obj()

    def _pivot(self) -> Any:
        data = self.data
        if self.p.close:
            return (data.high + data.low + 2.0 * data.close) / 4.0
        if self.p.open:
            return (data.high + data.low + data.close + data.open) / 4.0
        return (data.high + data.low + data.close) / 3.0


class PivotPoint(_PivotBase):
    """The pivot of a bar with two supports and two resistances.

    Formula
    -------
    - ``p = (high + low + close) / 3``
    - ``s1 = 2 * p - high``, ``r1 = 2 * p - low``
    - ``s2 = p - (high - low)``, ``r2 = p + (high - low)``

    Parameters
    ----------
    open : bool, default False
        ``p = (high + low + close + open) / 4``
    close : bool, default False
        ``p = (high + low + 2 * close) / 4``
    _autoplot : bool, default True
        Plot a copy on the main data, rather than this object on a data of larger bars.

    Lines
    -----
    p, s1, s2, r1, r2
        Prices.

    Source
    ------
    https://en.wikipedia.org/wiki/Pivot_point_(technical_analysis)
    """

    lines = ("p", "s1", "s2", "r1", "r2")

    def __init__(self) -> None:
        high, low = self.data.high, self.data.low
        self.lines.p = pivot = self._pivot()
        double, extent = 2.0 * pivot, high - low
        self.lines.s1 = double - high
        self.lines.r1 = double - low
        self.lines.s2 = pivot - extent
        self.lines.r2 = pivot + extent
        super().__init__()


class FibonacciPivotPoint(_PivotBase):
    """The pivot of a bar with three supports and three resistances at ratios of Fibonacci's
    numbers.

    Formula
    -------
    - ``p = (high + low + close) / 3``
    - ``s1 = p - level1 * (high - low)``, ``r1 = p + level1 * (high - low)``, the others likewise

    Parameters
    ----------
    open : bool, default False
        ``p = (high + low + close + open) / 4``
    close : bool, default False
        ``p = (high + low + 2 * close) / 4``
    _autoplot : bool, default True
        Plot a copy on the main data, rather than this object on a data of larger bars.
    level1, level2, level3 : float, default 0.382, 0.618, 1.0
        Distances from the pivot as parts of the range.

    Lines
    -----
    p, s1, s2, s3, r1, r2, r3
        Prices.

    Source
    ------
    https://school.stockcharts.com/doku.php?id=technical_indicators:pivot_points
    """

    lines = ("p", "s1", "s2", "s3", "r1", "r2", "r3")
    params = (("level1", 0.382), ("level2", 0.618), ("level3", 1.0))

    def __init__(self) -> None:
        lines, params = self.lines, self.p
        lines.p = pivot = self._pivot()
        extent = self.data.high - self.data.low
        for number, level in enumerate((params.level1, params.level2, params.level3), 1):
            setattr(lines, f"s{number}", pivot - level * extent)
            setattr(lines, f"r{number}", pivot + level * extent)
        super().__init__()


class DemarkPivotPoint(_PivotBase):
    """The pivot of a bar by DeMark, with a support and a resistance.

    Formula
    -------
    - ``x = high + 2 * low + close`` where the bar closes below its open, ``high + low + 2 * close``
      where above it and ``2 * high + low + close`` where at it
    - ``p = x / 4``, ``s1 = x / 2 - high``, ``r1 = x / 2 - low``

    Parameters
    ----------
    open, close : bool, default False
        Without effect here.
    _autoplot : bool, default True
        Plot a copy on the main data, rather than this object on a data of larger bars.
    level1, level2, level3 : float, default 0.382, 0.618, 1.0
        Without effect here.

    Lines
    -----
    p, s1, r1
        Prices.

    Source
    ------
    Tom DeMark; https://school.stockcharts.com/doku.php?id=technical_indicators:pivot_points

    Notes
    -----
    The source has the double high for bars that close above their open and the double close for the
    others. The results that users have relied on swap them, and so do these.
    """

    lines = ("p", "s1", "r1")
    params = (("level1", 0.382), ("level2", 0.618), ("level3", 1.0))

    def __init__(self) -> None:
        data = self.data
        below = data.high + 2.0 * data.low + data.close
        at = 2.0 * data.high + data.low + data.close
        above = data.high + data.low + 2.0 * data.close
        total = CmpEx(data.close, data.open, below, at, above)
        self.lines.p = total / 4.0
        self.lines.s1 = total / 2.0 - data.high
        self.lines.r1 = total / 2.0 - data.low
        super().__init__()
