"""Requests about orders: place, answer, change, cancel, look."""

from __future__ import annotations

from typing import Any

from .closes import account_day
from .exchange import Exchange, OrderGoneError, ReplyGoneError
from .order_rows import execution_row, order_row, status_row
from .orders import Order
from .previews import preview_row
from .records import BrokerageSession, Call, Reply, Route

__all__ = ["MUTED", "ROUTES"]

# in `BrokerageSession.warm`: live orders were filtered, which silences the topic of orders
MUTED = "sor muted"

_ORDERS_LIMIT = 1000
_SUPPRESS_LIMIT = 51
_MAX_TRADE_DAYS = 7
_ACCOUNTS_FIRST = Reply({"error": "Please query /accounts first", "statusCode": 400}, 400)
_FINISHED_FILTERS = {"sort_by_time"}


def _is_true(text: Any) -> bool:
    return str(text).lower() == "true"


def _unknown_account(account_id: str) -> Reply:
    return Reply({"error": f"Invalid account: {account_id}", "statusCode": 400}, 400)


def _place(world: Any, session: BrokerageSession, call: Call) -> Reply:
    exchange: Exchange = world.exchange
    account_id = call.captured["account"]
    if account_id not in exchange.carriers:
        return _unknown_account(account_id)
    return Reply(exchange.place(account_id, call.body, session.suppressed))


def _preview(world: Any, session: BrokerageSession, call: Call) -> Reply:
    exchange: Exchange = world.exchange
    account_id = call.captured["account"]
    if account_id not in exchange.carriers:
        return _unknown_account(account_id)
    return preview_row(exchange, account_id, call.body, session)


def _answer(world: Any, session: BrokerageSession, call: Call) -> Reply:
    body = call.body if isinstance(call.body, dict) else {}
    confirmed = body.get("confirmed")
    if not isinstance(confirmed, bool):
        return Reply({"error": "Bad Request: confirmed is missing", "statusCode": 400}, 400)
    try:
        return Reply(world.exchange.reply(call.captured["reply"], confirmed))
    except ReplyGoneError as gone:
        if gone.invalidated:
            return Reply({"error": "Service Unavailable", "statusCode": 503}, 503)
        return Reply({"error": str(gone)}, 400)


def _order_id(call: Call) -> int | None:
    text = call.captured["order"]
    return int(text) if text.removeprefix("-").isdigit() else None


def _modify(world: Any, session: BrokerageSession, call: Call) -> Reply:
    exchange: Exchange = world.exchange
    account_id, order_id = call.captured["account"], _order_id(call)
    if "accounts" not in session.warm:
        return _ACCOUNTS_FIRST
    if account_id not in exchange.carriers:
        return _unknown_account(account_id)
    try:
        if order_id is None:
            raise OrderGoneError(f"OrderID {call.captured['order']} doesn't exist")
        return Reply(exchange.modify(account_id, order_id, call.body, session.suppressed))
    except OrderGoneError as gone:
        return Reply({"error": str(gone)}, 400)


def _cancel(world: Any, session: BrokerageSession, call: Call) -> Reply:
    exchange: Exchange = world.exchange
    account_id, order_id = call.captured["account"], _order_id(call)
    if "accounts" not in session.warm:
        return _ACCOUNTS_FIRST
    if account_id not in exchange.carriers:
        return _unknown_account(account_id)
    try:
        if order_id is None:
            raise OrderGoneError(f"OrderID {call.captured['order']} doesn't exist")
        order = exchange.cancel(account_id, order_id)
    except OrderGoneError as gone:
        return Reply({"error": str(gone)}, 400)
    return Reply(
        {
            "msg": "Request was submitted",
            "order_id": order_id,
            "conid": -1 if order is None else order.instrument.conid,
            "account": None if order is None else account_id,
        }
    )


def _live_orders(world: Any, session: BrokerageSession, call: Call) -> Reply:
    exchange: Exchange = world.exchange
    cold = Reply({"orders": [], "snapshot": False})
    if "accounts" not in session.warm:
        return cold
    if _is_true(call.params.get("force")):
        session.warm.discard(MUTED)
        session.warm.add("orders")
        return cold
    words = {word for word in call.params.get("filters", "").split(",") if word}
    if words - _FINISHED_FILTERS:
        session.warm.add(MUTED)
    if "orders" not in session.warm:
        session.warm.add("orders")
        return cold
    account_id = call.params.get("accountId") or session.account_id
    today = account_day(world.now_ms)
    orders = [
        order
        for order in exchange.orders.values()
        if exchange.concerns(order, account_id) and _is_listed(order, today)
    ]
    wanted = {word.replace("_", "").lower() for word in words - _FINISHED_FILTERS}
    if wanted:
        orders = [order for order in orders if order.status.value.lower() in wanted]
    if "sort_by_time" in words:
        orders.sort(key=lambda order: order.changed_ms // 1000)
    rows = [_live_row(exchange, order) for order in orders[-_ORDERS_LIMIT:]]
    return Reply({"orders": rows, "snapshot": True})


def _is_listed(order: Order, today: int) -> bool:
    """Return whether an order is of the account's day, or working."""
    return order.alive or account_day(order.changed_ms) >= today


def _live_row(exchange: Exchange, order: Order) -> dict[str, Any]:
    """Return the row of an order; that of a finished one is written once."""
    if order.alive:
        return order_row(order)
    row = exchange.final_rows.get(order.order_id)
    if row is None:
        row = exchange.final_rows[order.order_id] = order_row(order)
    return row


def _status(world: Any, session: BrokerageSession, call: Call) -> Reply:
    exchange: Exchange = world.exchange
    text = call.captured["order"]
    order = exchange.orders.get(int(text)) if text.isdigit() else None
    if order is None or order.account_id != session.account_id:
        return Reply({"error": f"Order {text} is not found", "statusCode": 503}, 503)
    return Reply(status_row(order, len(exchange.executions) + order.order_id % 1000))


def _trades(world: Any, session: BrokerageSession, call: Call) -> Reply:
    exchange: Exchange = world.exchange
    if "trades" not in session.warm:
        session.warm.add("trades")
        return Reply([])
    days = call.params.get("days") or "1"
    if not days.isdigit() or not 1 <= int(days) <= _MAX_TRADE_DAYS:
        return Reply({"error": "Bad Request: days must be 1 to 7", "statusCode": 400}, 400)
    account_id = call.params.get("accountId") or session.account_id
    if account_id not in exchange.accounts:
        return _unknown_account(account_id)
    since = account_day(world.now_ms) - int(days)
    held = {c: p.size for c, p in exchange.accounts[account_id].positions.items()}
    found = [
        execution_row(execution, held)
        for execution in exchange.executions
        if exchange.concerns(execution.order, account_id) and account_day(execution.time_ms) > since
    ]
    return Reply(found[::-1])


def _suppress(world: Any, session: BrokerageSession, call: Call) -> Reply:
    ids = call.body.get("messageIds") if isinstance(call.body, dict) else None
    if not isinstance(ids, list) or not 0 < len(ids) <= _SUPPRESS_LIMIT:
        return Reply({"error": "Invalid messageIds"}, 500)
    session.suppressed.update(str(message_id) for message_id in ids)
    return Reply({"status": "submitted"})


def _reset_suppressed(world: Any, session: BrokerageSession, call: Call) -> Reply:
    session.suppressed.clear()
    return Reply({"status": "submitted"})


def _notification(world: Any, session: BrokerageSession, call: Call) -> Reply:
    return Reply("Request was submitted")


_ORDER = "iserver/account/{account}/order/{order}"

ROUTES: tuple[Route, ...] = (
    Route("POST", "iserver/account/{account}/orders", _place, brokerage=True),
    Route("POST", "iserver/account/{account}/orders/whatif", _preview, brokerage=True),
    Route("POST", "iserver/reply/{reply}", _answer, brokerage=True),
    Route("POST", _ORDER, _modify, brokerage=True),
    Route("DELETE", _ORDER, _cancel, brokerage=True),
    Route("GET", "iserver/account/orders", _live_orders, brokerage=True, spacing_s=5.0),
    Route("GET", "iserver/account/order/status/{order}", _status, brokerage=True),
    Route("GET", "iserver/account/trades", _trades, brokerage=True, spacing_s=5.0),
    Route("POST", "iserver/questions/suppress", _suppress, brokerage=True),
    Route("POST", "iserver/questions/suppress/reset", _reset_suppressed, brokerage=True),
    Route("POST", "iserver/notification", _notification, brokerage=True),
)
