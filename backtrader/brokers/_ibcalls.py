"""What store and broker say to each other: what the store tells, and what it is asked for by the
names that scripts use on the broker.
"""

from __future__ import annotations

from typing import Any

__all__ = ["StoreCalls"]


class StoreCalls:
    """Calls that are passed on, either way; mixed into the broker."""

    ib: Any
    _push: Any
    _progress: Any
    _take_execution: Any
    _take_account: Any

    def push_orderstatus(self, msg: Any) -> None:
        """Take the state of an order, see `OrderStatus`."""
        self._push(self._progress.on_status, msg)

    def push_execution(self, ex: Any) -> None:
        """Take an execution, see `Execution`."""
        self._push(self._take_execution, ex)

    def push_commissionreport(self, cr: Any) -> None:
        """Take the commission of an execution, see `Commission`."""
        self._push(self._progress.on_commission, cr.m_execId, cr.m_commission)

    def push_ordererror(self, msg: Any) -> None:
        """Take that an order was refused or not changed, see `OrderProblem`."""
        self._push(self._progress.on_problem, msg)

    def push_orderstate(self, msg: Any) -> None:
        """Take that IBKR has an order or a change of it, see `OpenOrder`."""
        if msg.replaced:
            self._push(self._progress.on_replaced, msg.orderId)

    def push_portupdate(self) -> None:
        """Take that the store has new figures of the account."""
        self._push(self._take_account)

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
