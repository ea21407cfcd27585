"""Heikin-Ashi bars."""

from __future__ import annotations

from typing import Any

__all__ = ["HeikinAshi"]


class HeikinAshi:
    """Turns prices into those of Heikin-Ashi bars; times and volumes stay.

    Formula
    -------
    - close = (open + high + low + close) / 4
    - open = (open before + close before) / 2, both of Heikin-Ashi bars; of the bar itself for the
    first one
    - high = max(high, open, close), low = min(low, open, close)

    Parameters
    ----------
    data : DataBase
        The feed.

    Source
    ------
    Dan Valcu, "Using The Heikin-Ashi Technique", Stocks & Commodities 22:2, 2004.
    """

    def __init__(self, data: Any) -> None:
        self._opening: float | None = None

    def __call__(self, data: Any) -> bool:
        """Change the prices of the current bar of `data`; it stays."""
        opening, high, low, close = data.open[0], data.high[0], data.low[0], data.close[0]
        middle = (opening + high + low + close) / 4.0
        start = (opening + close) / 2.0 if self._opening is None else self._opening
        data.open[0], data.close[0] = start, middle
        data.high[0] = max(high, start, middle)
        data.low[0] = min(low, start, middle)
        self._opening = (start + middle) / 2.0
        return False
