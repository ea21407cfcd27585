"""Heikin-Ashi bars."""

from __future__ import annotations

from typing import Any

__all__ = ["HeikinAshi"]


class HeikinAshi:
    """Turns prices into those of Heikin-Ashi bars; times and volumes stay.

    Formula
    -------
    - close = (open + high + low + close) / 4
    - open = (open before + close before) / 2, of the bar before as it was delivered; of the bar
      itself for the first one
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
        pass

    def __call__(self, data: Any) -> bool:
        """Change the prices of the current bar of `data`; it stays."""
        opening, high, low, close = data.open[0], data.high[0], data.low[0], data.close[0]
        middle = (opening + high + low + close) / 4.0
        # what is on the lines has been through all filters
        before = (data.open[-1], data.close[-1]) if len(data) > 1 else (opening, close)
        start = (before[0] + before[1]) / 2.0
        data.open[0], data.close[0] = start, middle
        data.high[0] = max(high, start, middle)
        data.low[0] = min(low, start, middle)
        return False
