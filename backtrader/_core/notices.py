"""What a strategy is told: orders, trades, the account, stores and feeds."""

from __future__ import annotations

import datetime as _datetime
from collections.abc import Callable
from typing import Any

from ..order import Order
from ..trade import Trade
from .unheard import Looked, Unheard

# so many snapshots of orders that were told stay with the strategy of a live run, at least
_KEPT_LIVE = 1000


class NoticeMethods:
    """Takes changes of orders in, accounts for trades, and tells strategy and analyzers; mixed into
    `Strategy`.
    """

    broker: Any
    cerebro: Any
    _trades: Any
    _tradehistoryon: bool
    _all_analyzers: Any

    # lists of the strategy's own; but where nobody listens to the broker, what it would have told
    _unheard: Any = None
    _orders: Any = Looked("orders")
    _orderspending: Any = Looked("orders_pending")
    _tradespending: Any = Looked("trades_pending")

    def _stop_listening(self) -> Unheard | None:
        """Have the broker's news kept instead of told; return what keeps them, None where the
        strategy uses the lists for something of its own.
        """
        names = ("_orders", "_orderspending", "_tradespending")
        own = any(not isinstance(getattr(type(self), name), Looked) for name in names)
        if own or any(vars(self).get(name) != [] for name in names):
            return None
        self._unheard = unheard = Unheard(self)
        for name in names:
            del self.__dict__[name]
        return unheard

    def _addnotification(self, order: Any, quicknotify: bool = False) -> None:
        """Take a change of `order` in: account for the trades in it, and tell now or with the next
        bar.
        """
        if not order.simulated:
            self._orderspending.append(order)
        told: list[Any] | tuple[()] = ()
        if order.executed.size:
            told = self._account(order)
            self._tradespending += told
        if quicknotify:
            self._notify(qorders=[order], qtrades=[_snapshot(trade) for trade in told])

    def _account(self, order: Any) -> list[Any]:
        """Book the new executions of `order` on its trade; return a copy of each trade to be told
        of.
        """
        told: list[Any] = []
        self._account_on(order, told, _snapshot)
        return told

    def _account_on(self, order: Any, told: list[Any], copied: Callable[[Any], Any]) -> None:
        """Book the new executions of `order` on its trade; add what `copied` makes of each trade to
        be told of to `told`.
        """
        data = order.data
        if data._compensate is not None:
            data = data._compensate
        trades: list[Any] = self._trades[data][order.tradeid]
        if not trades:
            self._newtrade(trades, order)
        for bit in order.executed.iterpending():
            if bit is None:
                break
            self._account_for(order, bit, trades, told, copied)

    def _account_for(
        self, order: Any, bit: Any, trades: list[Any], told: list[Any], copied: Callable[[Any], Any]
    ) -> None:
        """Book one execution on the last of the `trades`, or on a new one."""
        trade = trades[-1]
        if bit.closed:
            trade.update(
                order,
                bit.closed,
                bit.price,
                bit.closedvalue,
                bit.closedcomm,
                bit.pnl,
                order.comminfo,
            )
            if trade.isclosed:
                told.append(copied(trade))
        if bit.opened:
            if trade.isclosed:
                trade = self._newtrade(trades, order)
            trade.update(
                order,
                bit.opened,
                bit.price,
                bit.openedvalue,
                bit.openedcomm,
                bit.pnl,
                order.comminfo,
            )
            # an execution that opens for the account may still close what this trade id had open
            if trade.isclosed:
                told.append(copied(trade))
        if trade.justopened:
            told.append(copied(trade))

    def clear(self) -> None:
        """Move the orders that were told to where past orders are kept."""
        if self._orderspending:
            past = self._orders
            past.extend(self._orderspending)
            self._orderspending = []
            # a live run may last for weeks
            if self.cerebro._dolive and len(past) > 2 * _KEPT_LIVE:
                del past[:-_KEPT_LIVE]
        if self._tradespending:
            self._tradespending = []

    def _newtrade(self, trades: list[Any], order: Any) -> Trade:
        data = order.data if order.data._compensate is None else order.data._compensate
        trade = Trade(data, order.tradeid, self._tradehistoryon)
        trades.append(trade)
        return trade

    def _notify(self, qorders: Any = (), qtrades: Any = ()) -> None:
        """Tell the strategy and its analyzers of orders, trades, cash and value."""
        if self.cerebro.p.quicknotify:
            # what is pending was told as it came; it is kept for the observers
            orders, trades = qorders, qtrades
        else:
            orders, trades = self._orderspending, self._tradespending
        self._tell(orders, trades)
        if not qorders:
            self._notify_account()

    def _tell(self, orders: Any, trades: Any) -> None:
        """Tell the strategy and its analyzers of orders and trades."""
        analyzers = self._all_analyzers()
        for order in orders:
            if order.exectype != Order.Historical or order.histnotify:
                self.notify_order(order)
            for analyzer in analyzers:
                analyzer._notify_order(order)
        for trade in trades:
            self.notify_trade(trade)
            for analyzer in analyzers:
                analyzer._notify_trade(trade)

    def _notify_account(self) -> None:
        """Tell the strategy and its analyzers of cash and value."""
        analyzers = self._all_analyzers()
        broker = self.broker
        cash, value = broker.getcash(), broker.getvalue()
        fund_value, shares = broker.fundvalue, broker.fundshares
        self.notify_cashvalue(cash, value)
        self.notify_fund(cash, value, fund_value, shares)
        for analyzer in analyzers:
            analyzer._notify_cashvalue(cash, value)
            analyzer._notify_fund(cash, value, fund_value, shares)

    def notify_cashvalue(self, cash: float, value: float) -> None:
        """Told for each bar: the cash and the value of the account."""

    def notify_fund(self, cash: float, value: float, fundvalue: float, shares: float) -> None:
        """Told for each bar: cash, value, and the value and number of fund shares."""

    def notify_order(self, order: Order) -> None:
        """Told of each change of an order."""

    def notify_trade(self, trade: Trade) -> None:
        """Told when a trade opens and when it closes (each update where history is on)."""

    def notify_store(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Told what a store has to say."""

    def notify_data(self, data: Any, status: int, *args: Any, **kwargs: Any) -> None:
        """Told of a change in the state of a feed."""

    def notify_timer(self, timer: Any, when: _datetime.datetime, *args: Any, **kwargs: Any) -> None:
        """Told that `timer`, added with `add_timer`, went off at `when`."""


def _snapshot(trade: Any) -> Any:
    """A copy of `trade` as it is now; copy.copy costs five times as much (bench: cross)."""
    copied = object.__new__(type(trade))
    copied.__dict__ = trade.__dict__.copy()
    return copied
