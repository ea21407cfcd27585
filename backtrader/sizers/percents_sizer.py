"""Sizers that deal a percentage of the cash."""

from __future__ import annotations

from typing import Any

from ..sizer import Sizer

__all__ = ["AllInSizer", "AllInSizerInt", "PercentSizer", "PercentSizerInt"]


class PercentSizer(Sizer):
    """Open with a percentage of the cash; where a position is held, deal its whole size.

    Parameters
    ----------
    percents
        Percentage of the cash, 20 is a fifth.
    retint
        Whether sizes are cut to whole units.
    """

    params = (("percents", 20), ("retint", False))

    def __init__(self) -> None:
        super().__init__()

    def _getsizing(self, comminfo: Any, cash: float, data: Any, isbuy: bool) -> Any:
        held = self.broker.getposition(data)
        size = held.size if held else cash / data.close[0] * (self.params.percents / 100)
        return int(size) if self.p.retint else size


class AllInSizer(PercentSizer):
    """Open with all the cash."""

    params = (("percents", 100),)


class PercentSizerInt(PercentSizer):
    """Open with a percentage of the cash, in whole units."""

    params = (("retint", True),)


class AllInSizerInt(PercentSizerInt):
    """Open with all the cash, in whole units."""

    params = (("percents", 100),)
