"""The relative strength index of changes over several bars."""

from __future__ import annotations

from typing import Any

from ._direct import with_average
from .rsi import RSI

__all__ = ["RMI", "RelativeMomentumIndex"]


class RelativeMomentumIndex(RSI):
    """`RelativeStrengthIndex` of the changes over `lookback` bars instead of one.

    Formula
    -------
    That of `RelativeStrengthIndex`.

    Parameters
    ----------
    period : int, default 20
        Bars in the averages.
    lookback : int, default 5
        Bars over which a rise or fall is measured.

    Lines
    -----
    rsi, also rmi
        The index, 0 to 100.

    Source
    ------
    Roger Altman, Technical Analysis of Stocks & Commodities, February 1993
    """

    alias = ("RMI",)
    linealias = (("rsi", "rmi"),)
    params = (("period", 20), ("lookback", 5))
    plotlines = {"rsi": {"_name": "rmi"}}

    def _plotlabel(self) -> list[Any]:
        return with_average(self, "period", "lookback")


RMI: type[RelativeMomentumIndex]
