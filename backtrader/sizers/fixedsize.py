"""Sizers with a fixed stake."""

from __future__ import annotations

from typing import Any

from ..sizer import Sizer

__all__ = ["FixedReverser", "FixedSize", "FixedSizeTarget", "SizerFix"]


class FixedSize(Sizer):
    """Deal a fixed number of units.

    Parameters
    ----------
    stake
        Units.
    tranches
        Parts into which the stake is divided; an order deals one part, rounded down to whole units.
    """

    params = (("stake", 1), ("tranches", 1))

    def _getsizing(self, comminfo: Any, cash: float, data: Any, isbuy: bool) -> Any:
        if self.p.tranches > 1:
            return abs(int(self.p.stake / self.p.tranches))
        return self.p.stake

    def setsizing(self, stake: Any) -> None:
        """Change the stake; with tranches it becomes one part of the stake there was."""
        # Compat: with tranches the argument is not looked at, tests/unit/test_sizers.py pins it.
        tranches = self.p.tranches
        self.p.stake = abs(int(self.p.stake / tranches)) if tranches > 1 else stake


SizerFix = FixedSize


class FixedReverser(Sizer):
    """Deal a fixed number of units to open a position, and twice as many to reverse one.

    Parameters
    ----------
    stake
        Units.
    """

    params = (("stake", 1),)

    def _getsizing(self, comminfo: Any, cash: float, data: Any, isbuy: bool) -> Any:
        held = self.strategy.getposition(data, self.broker).size
        return self.p.stake * 2 if held else self.p.stake


class FixedSizeTarget(Sizer):
    """Give the size to end up with, for orders that name a target.

    Parameters
    ----------
    stake
        Units to hold in the end.
    tranches
        Parts into which the stake is divided; each order goes one part further.
    """

    params = (("stake", 1), ("tranches", 1))

    def _getsizing(self, comminfo: Any, cash: float, data: Any, isbuy: bool) -> Any:
        return self._next_step() if self.p.tranches > 1 else self.p.stake

    def setsizing(self, stake: Any) -> None:
        """Change the stake; with tranches it becomes the next step towards the stake there was."""
        # Compat: as in FixedSize, with tranches the argument is not looked at.
        if self.p.tranches > 1:
            stake = self._next_step()
        self.p.stake = stake

    def _next_step(self) -> Any:
        part = abs(int(self.p.stake / self.p.tranches))
        return min(self.strategy.position.size + part, self.p.stake)
