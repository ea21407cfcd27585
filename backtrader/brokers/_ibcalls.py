"""What the store does, by the names that scripts use on the broker."""

from __future__ import annotations

from typing import Any

__all__ = ["StoreCalls"]


class StoreCalls:
    """Calls that are passed on to the store; mixed into the broker."""

    ib: Any

    def get_positions(self) -> Any:
        """Return the positions as IBKR reports them."""
        return self.ib.get_positions()

    def get_acc_cash(self, account: str | None = None) -> float:
        """Return the cash of an account as IBKR reports it."""
        return self.ib.get_acc_cash(account)

    def get_acc_value(self, account: str | None = None) -> float:
        """Return the net liquidation value of an account as IBKR reports it."""
        return self.ib.get_acc_value(account)

    def placeOrder(self, orderid: int, contract: Any, order: Any) -> None:
        """Send an order of the caller's own, past the bookkeeping of this broker."""
        self.ib.placeOrder(orderid, contract, order)

    def cancelOrder(self, orderid: int) -> None:
        """Cancel an order by its number."""
        self.ib.cancelOrder(orderid)

    def nextOrderId(self) -> int:
        """Return a number for an order that was never used."""
        return self.ib.nextOrderId()

    def connected(self) -> bool:
        """Whether the store is connected."""
        return bool(self.ib.connected())
