"""The rank of a value among the latest ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .._kernels import windows
from ..linebuffer import _operand
from .basicops import BaseApplyN

__all__ = ["PctRank", "PercentRank"]


def _rank(window: Sequence[float]) -> float:
    """Return the part of the values that are below the last one."""
    latest = window[-1]
    return math.fsum(value < latest for value in window) / len(window)


class PercentRank(BaseApplyN):
    """Part of the latest `period` values that are below the current one.

    Formula
    -------
    ``pctrank = (number of values < data) / period``

    Parameters
    ----------
    period : int, default 50
        Values among which the rank is, the current one included.
    func : callable
        What computes the rank.

    Lines
    -----
    pctrank
        0.0 for the lowest, below 1.0.

    Source
    ------
    https://en.wikipedia.org/wiki/Percentile_rank
    """

    alias = ("PctRank",)
    lines = ("pctrank",)
    params = (("period", 50), ("func", _rank))

    def once(self, start: int, end: int) -> None:
        if self.func is not _rank:
            super().once(start, end)
            return
        src = _operand(self.data.lines[0], 0, end)
        windows.rank(src, self.p.period, start, end, self._values)


PctRank: type[PercentRank]
