"""The change of a value as a part of it."""

from __future__ import annotations

from ..indicator import Indicator
from ._direct import whole_period

__all__ = ["PctChange", "PercentChange"]


class PercentChange(Indicator):
    """Change over `period` bars as a part of the value before them.

    Formula
    -------
    ``pctchange = data / data(-period) - 1``

    Parameters
    ----------
    period : int, default 30
        Bars to look back.

    Lines
    -----
    pctchange
        The change as a fraction: 0.01 is one percent.
    """

    alias = ("PctChange",)
    lines = ("pctchange",)
    params = (("period", 30),)
    plotlines = {"pctchange": {"_name": "%change"}}

    def __init__(self) -> None:
        self.lines.pctchange = self.data / self.data(-whole_period(self)) - 1.0
        super().__init__()


PctChange: type[PercentChange]
