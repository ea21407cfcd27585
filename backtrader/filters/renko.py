"""Renko bricks."""

from __future__ import annotations

from typing import Any

from ..flt import Filter

__all__ = ["Renko"]


class Renko(Filter):
    """Turns bars into Renko bricks: a bar that takes the price a brick up or down is one brick,
    any other is left out.

    A brick has its start in `open` and `low`, its end in `close` and `high`, and no volume.

    Parameters
    ----------
    hilo : False
        Whether the high and the low of a bar count, not just its close.
    size : None
        Size of a brick, in units of price; default by `autosize`.
    autosize : 20.0
        The price over this, in whole units, is the size.
    dynamic : False
        Whether that size is found anew for each brick.
    align : 1.0
        Prices that bricks start from are multiples of this: the first, and with `dynamic` all.
    roundstart : True
        Whether the first is cut to a whole number.
    """

    params: Any = {
        "hilo": False,
        "size": None,
        "autosize": 20.0,
        "dynamic": False,
        "align": 1.0,
        "roundstart": True,
    }

    p: Any

    def __call__(self, data: Any) -> bool:
        """Make a brick of the current bar of `data`, or take it out; say whether it went."""
        self._taken = False
        super().__call__(data)
        return self._taken

    def nextstart(self, data: Any) -> None:
        """Find where the bricks start."""
        start = self._aligned(data.open[0])
        if self.p.roundstart:
            start = float(int(start))
        self._size = self.p.size if self.p.size is not None else start // self.p.autosize
        self._above = start + self._size
        self._below = start - self._size

    def next(self, data: Any) -> None:
        """Make a brick of the bar, or take it out."""
        close = data.close[0]
        high, low = (data.high[0], data.low[0]) if self.p.hilo else (close, close)
        if high >= self._above:
            self._below, self._above = self._above, self._moved(self._above, close, 1.0)
            self._put(data, self._below, self._above)
        elif low <= self._below:
            self._above, self._below = self._below, self._moved(self._below, close, -1.0)
            self._put(data, self._above, self._below)
        else:
            data.backwards()
            self._taken = True

    def _moved(self, price: float, close: float, direction: float) -> float:
        """A price one brick on."""
        if not self.p.dynamic or self.p.size is not None:
            return price + direction * self._size
        self._size = close // self.p.autosize
        return self._aligned(price + direction * self._size)

    def _aligned(self, price: float) -> float:
        align: float = self.p.align
        return round(price / align) * align

    @staticmethod
    def _put(data: Any, start: float, end: float) -> None:
        data.open[0] = data.low[0] = start
        data.close[0] = data.high[0] = end
        data.volume[0] = data.openinterest[0] = 0.0
