"""What the commission schemes of the live brokers share."""

from __future__ import annotations

from ..comminfo import CommInfoBase


class PaidInFull(CommInfoBase):
    """Works values out as if all of the price were paid: margins are the affair of the broker that
    executes.
    """

    def getvaluesize(self, size: float, price: float) -> float:
        """Return what `size` units are worth at `price`."""
        return abs(size) * price

    def getoperationcost(self, size: float, price: float) -> float:
        """Return the cash that an operation of `size` units at `price` needs at most."""
        return abs(size) * price
