"""What the WebSocket tells of orders and executions: the topics ``sor`` and ``str``."""

from __future__ import annotations

from typing import Any

from .closes import account_day
from .exchange import Exchange
from .order_rows import execution_row, order_row
from .orders import Execution, Order
from .records import Subscriber, Tick
from .rest_orders import MUTED

__all__ = ["OrderTopic", "TradeTopic"]


class OrderTopic:
    """``sor``: changes of orders; nothing about the time before the subscription.

    The first frame of an order is a full row with status Inactive, the second carries its ids only;
    then come the fields that changed, and a full row once more when a cancellation begins.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._enabled = exchange.settings.order_topic
        self._filters: dict[Subscriber, frozenset[str]] = {}
        self._told: dict[int, dict[str, Any]] = {}
        exchange.on_order.append(self._on_order)

    def subscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Send the changes from now on, of the statuses in ``filters`` when there are any."""
        filters = args.get("filters") or ()
        if isinstance(filters, str):
            filters = filters.split(",")
        words = frozenset(str(word).replace("_", "").lower() for word in filters)
        self._filters[subscriber] = words

    def unsubscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Send no more."""
        self._filters.pop(subscriber, None)

    def drop(self, subscriber: Subscriber) -> None:
        """Forget a connection that is gone."""
        self._filters.pop(subscriber, None)

    def _on_order(self, order: Order, event: str) -> None:
        row = order_row(order)
        before = self._told.get(order.order_id, {})
        self._told[order.order_id] = row
        if event == "placed":
            self._send(order, row | {"outsideRTH": order.ticket.outside_rth})
            ids = {key: row[key] for key in ("acct", "conidex", "conid", "orderId")}
            self._send(order, ids | {"isEventTrading": "0"})
        elif event == "cancelling":
            self._send(order, row)
        else:
            changed = {key: value for key, value in row.items() if before.get(key) != value}
            self._send(order, {"acct": row["acct"], "orderId": row["orderId"]} | changed)

    def _send(self, order: Order, row: dict[str, Any]) -> None:
        if not self._enabled:
            return
        status = order.status.value.lower()
        for subscriber, words in list(self._filters.items()):
            if MUTED not in subscriber.session.warm and (not words or status in words):
                subscriber.send({"topic": "sor", "args": [dict(row)]})


class TradeTopic:
    """``str``: executions, each told twice, first without its commission."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._subscribers: dict[Subscriber, None] = {}
        self._late = exchange.settings.late_commissions
        self._without_commission: list[Execution] = []
        exchange.on_execution.append(self._on_execution)
        exchange.on_tick_done.append(self._on_tick)

    def subscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Send an empty frame, then what was executed (``days`` of it, today's by default).

        With ``realtimeUpdatesOnly`` nothing of the past is sent.
        """
        self._subscribers[subscriber] = None
        subscriber.send({"topic": "str", "args": []})
        if args.get("realtimeUpdatesOnly") is True:
            return
        days = args.get("days")
        days = days if isinstance(days, int) and days > 0 else 1
        since = account_day(self._exchange.now_ms) - days
        for execution in self._exchange.executions:
            if account_day(execution.time_ms) > since:
                self._tell(subscriber, execution, with_commission=False)
                if execution not in self._without_commission:
                    self._tell(subscriber, execution, with_commission=True)

    def unsubscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Send no more."""
        self._subscribers.pop(subscriber, None)

    def drop(self, subscriber: Subscriber) -> None:
        """Forget a connection that is gone."""
        self._subscribers.pop(subscriber, None)

    def _on_execution(self, execution: Execution) -> None:
        self._tell_all(execution, with_commission=False)
        if self._late:
            self._without_commission.append(execution)
        else:
            self._tell_all(execution, with_commission=True)

    def _on_tick(self, tick: Tick) -> None:
        """Send the commissions of earlier ticks' executions."""
        due = [e for e in self._without_commission if e.time_ms < tick.time_ms]
        if due:
            self._without_commission = [e for e in self._without_commission if e not in due]
            for execution in due:
                self._tell_all(execution, with_commission=True)

    def _tell_all(self, execution: Execution, with_commission: bool) -> None:
        for subscriber in list(self._subscribers):
            self._tell(subscriber, execution, with_commission)

    def _tell(self, subscriber: Subscriber, execution: Execution, with_commission: bool) -> None:
        account = self._exchange.carriers[execution.order.account_id]
        held = {conid: position.size for conid, position in account.positions.items()}
        row = execution_row(execution, held)
        if not with_commission:
            del row["commission"]
        subscriber.send({"topic": "str", "args": [row]})
