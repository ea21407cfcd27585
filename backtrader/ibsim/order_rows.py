"""Orders and executions as the Web API writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from .orders import Execution, Order, Status, plain
from .records import Instrument

__all__ = ["execution_row", "order_row", "status_row", "trade_time"]

_TYPE_WORDS = {
    "LMT": ("Limit", "LIMIT"),
    "MKT": ("Market", "MARKET"),
    "STP": ("Stop", "STOP"),
    "STOP_LIMIT": ("Stop Limit", "STOP_LIMIT"),
    "TRAIL": ("Trailing Stop", "TRAILING_STOP"),
    "TRAILLMT": ("Trailing Stop Limit", "TRAILING_STOP_LIMIT"),
    "MOC": ("Market on Close", "MARKETONCLOSE"),
    "LOC": ("Limit on Close", "LIMITONCLOSE"),
    "MIDPRICE": ("MidPrice", "MIDPRICE"),
    "MIT": ("Market if Touched", "MARKET_IF_TOUCHED"),
    "LIT": ("Limit if Touched", "LIMIT_IF_TOUCHED"),
    "REL": ("Relative", "RELATIVE"),
}

# background and foreground, which is how IBKR's own pages tell the statuses apart
_COLOURS = {
    Status.INACTIVE: ("#000000", "#AFAFAF"),
    Status.PENDING_SUBMIT: ("#000000", "#3399CC"),
    Status.PRE_SUBMITTED: ("#FFFFFF", "#997EE5"),
    Status.SUBMITTED: ("#000000", "#00F000"),
    Status.FILLED: ("#FFFFFF", "#000000"),
    Status.PENDING_CANCEL: ("#000000", "#FF64FF"),
    Status.CANCELLED: ("#FFFFFF", "#AA0000"),
}
_DESCRIPTIONS = {Status.FILLED: "Order Filled", Status.CANCELLED: "Order Cancelled"}
_DESCRIPTIONS |= {Status.PENDING_CANCEL: "Order Cancel Submitted"}

# what every answer about one order carries
_STATUS_CONSTANTS: dict[str, Any] = {
    "option_acct": "c",
    "editable_fields": "\x1e",
    "deactivate_order": False,
    "available_chart_periods": "#R|1",
    "clearing_id": "IB",
    "clearing_name": "IB",
    "alert_active": 1,
    "exit_strategy_tool_availability": "1",
    "allowed_duplicate_opposite": True,
}


def _moment(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms // 1000, timezone.utc)


def trade_time(time_ms: int) -> str:
    """Return a moment as executions carry it: ``YYYYMMDD-HH:mm:ss``, UTC."""
    return _moment(time_ms).strftime("%Y%m%d-%H:%M:%S")


def _order_time(time_ms: int) -> str:
    return _moment(time_ms).strftime("%y%m%d%H%M%S")


def _price_text(price: float, instrument: Instrument) -> str:
    """Return `price` with the decimals of the instrument's price step, more where it has more."""
    step = plain(Decimal(repr(instrument.increment)))
    digits = max(len(step.partition(".")[2]), 2 if instrument.sec_type != "CASH" else 5)
    shortest = repr(float(price))
    if "e" not in shortest and len(shortest.partition(".")[2]) > digits:
        return shortest
    return f"{price:.{digits}f}"


def _shown_price(order: Order) -> float | None:
    """Return the limit where there is one, else the stop."""
    return order.limit if order.limit is not None else order.stop


def _prices_words(order: Order) -> str:
    shown = [p for p in (order.limit, order.stop) if p is not None]
    if order.ticket.order_type == "MIDPRICE" and order.limit is None:
        return ""
    return "".join(f" {_price_text(price, order.instrument)}" for price in shown)


def _tif_word(order: Order) -> str:
    return "Day" if order.ticket.tif == "DAY" else order.ticket.tif


def _description(order: Order, symbol: str) -> str:
    """Return what the order is about in a few words: ``Buy 1 AAPL Limit 1.00, Day``."""
    done = order.status is Status.FILLED
    verb = {"BUY": "Bought" if done else "Buy", "SELL": "Sold" if done else "Sell"}
    words = f"{verb[order.ticket.side]} {plain(order.ticket.quantity)}{symbol} "
    words += f"{_TYPE_WORDS[order.ticket.order_type][0]}{_prices_words(order)}, {_tif_word(order)}"
    return f"Cancelled: {words}" if order.reason else words


def _size_and_fills(order: Order) -> str:
    if order.status is Status.FILLED:
        return plain(order.ticket.quantity)
    return f"{plain(order.filled)}/{plain(order.ticket.quantity)}"


def _ccp_status(order: Order) -> str:
    """Return the word of the clearing system, which lags: a working order is pending there until
    the exchange has it.
    """
    if order.status in (Status.INACTIVE, Status.PENDING_SUBMIT):
        return "Pending Submit"
    if order.status is Status.PRE_SUBMITTED:
        return "Submitted" if order.waiting else "Pending Submit"
    return order.status.value if order.status.final else "Submitted"


def order_row(order: Order) -> dict[str, Any]:
    """Return the row of an order in live orders and in the topic ``sor``."""
    ticket, instrument = order.ticket, order.instrument
    words, original = _TYPE_WORDS[ticket.order_type]
    background, foreground = _COLOURS[order.status]
    price = _shown_price(order)
    row: dict[str, Any] = {
        "acct": order.account_id,
        "conidex": str(instrument.conid),
        "conid": instrument.conid,
        "account": order.account_id,
        "orderId": order.order_id,
        "cashCcy": instrument.currency,
        "sizeAndFills": _size_and_fills(order),
        "orderDesc": _description(order, f" {instrument.symbol}"),
        "description1": instrument.symbol,
        "ticker": instrument.symbol,
        "secType": instrument.sec_type,
        "listingExchange": instrument.exchange,
        "remainingQuantity": float(order.remaining),
        "filledQuantity": float(order.filled),
        "totalSize": float(ticket.quantity),
        "companyName": instrument.company,
        "status": order.status.value,
        "order_ccp_status": _ccp_status(order),
        "origOrderType": original,
        "supportsTaxOpt": "1",
        "lastExecutionTime": _order_time(order.changed_ms),
        "orderType": words,
        "bgColor": background,
        "fgColor": foreground,
        "isEventTrading": "0",
        "price": "" if price is None else _price_text(price, instrument),
        # sic: the real service says so of every order for the day
        "timeInForce": "CLOSE" if ticket.tif == "DAY" else ticket.tif,
        "lastExecutionTime_r": order.changed_ms // 1000 * 1000,
        "side": ticket.side,
    }
    return row | _order_extras(order)


def _order_extras(order: Order) -> dict[str, Any]:
    """Return the fields that only some orders have."""
    extras: dict[str, Any] = {}
    if order.client_id:
        extras["order_ref"] = order.client_id
    if order.parent is not None:
        extras["parentId"] = order.parent.order_id
    if order.oca_group:
        extras["ocaGroupId"] = order.oca_group
    if order.average_price is not None:
        extras["avgPrice"] = _price_text(order.average_price, order.instrument)
    if order.limit is not None and order.stop is not None:
        extras["auxPrice"] = _price_text(order.stop, order.instrument)
    if order.reason:
        extras["order_cancellation_by_system_reason"] = order.reason
    return extras


def status_row(order: Order, request_number: int) -> dict[str, Any]:
    """Return the answer to a question about the status of one order."""
    words = _description(order, f" {order.instrument.symbol}")
    row = {"sub_type": None, "request_id": str(request_number), "server_id": "0"}
    row |= _status_of_contract(order) | _status_of_progress(order)
    row |= _STATUS_CONSTANTS | {
        "order_description": _description(order, ""),
        "order_description_with_contract": words,
        "order_clearing_account": order.account_id,
        "exit_strategy_chart_description": _description(order, ""),
    }
    return row | _status_prices(order)


def _status_of_contract(order: Order) -> dict[str, Any]:
    ticket, instrument = order.ticket, order.instrument
    return {
        "order_id": order.order_id,
        "conidex": str(instrument.conid),
        "conid": instrument.conid,
        "symbol": instrument.symbol,
        "side": ticket.side[0],
        "contract_description_1": instrument.symbol,
        "listing_exchange": instrument.exchange,
        "company_name": instrument.company,
        "currency": instrument.currency,
        "account": order.account_id,
        "sec_type": instrument.sec_type,
        "order_type": _TYPE_WORDS[ticket.order_type][1],
        "tif": ticket.tif,
        "outside_rth": ticket.outside_rth,
    }


def _status_of_progress(order: Order) -> dict[str, Any]:
    done = not order.alive
    background, foreground = _COLOURS[order.status]
    return {
        "size": str(float(order.remaining)),
        "total_size": str(float(order.ticket.quantity)),
        "cum_fill": str(float(order.filled)),
        "order_status": order.status.value,
        "order_ccp_status": "2" if order.status is Status.FILLED else "0",
        "order_status_description": _DESCRIPTIONS.get(order.status, "Order Submitted"),
        # sic: the colours are the wrong way round here
        "fg_color": background,
        "bg_color": foreground,
        "order_not_editable": done,
        "cannot_cancel_order": done,
        "child_order_type": "0" if done else "3",
        "size_and_fills": _size_and_fills(order),
        "order_time": _order_time(order.changed_ms),
    }


def _status_prices(order: Order) -> dict[str, Any]:
    instrument = order.instrument
    limit = "" if order.limit is None else _price_text(order.limit, instrument)
    row = {"limit_price": limit}
    shown = order.average_price if order.filled else _shown_price(order)
    if shown is not None:
        row["exit_strategy_display_price"] = _price_text(shown, instrument)
    if order.stop is not None:
        row["stop_price"] = _price_text(order.stop, instrument)
    if order.average_price is not None:
        row["average_price"] = _price_text(order.average_price, instrument)
    return row


def execution_row(execution: Execution, positions: Mapping[int, Decimal]) -> dict[str, Any]:
    """Return the row of a fill, with its commission, in trades and in the topic ``str``.

    `positions` is what the account holds now, by conid.
    """
    order, instrument = execution.order, execution.order.instrument
    price = _price_text(execution.price, instrument)
    verb = "Bot" if order.ticket.side == "BUY" else "Sold"
    size = plain(execution.size)
    net = float(execution.size) * execution.price * instrument.multiplier
    row: dict[str, Any] = {
        "execution_id": execution.execution_id,
        "symbol": instrument.symbol,
        "supports_tax_opt": "0" if instrument.sec_type == "CASH" else "1",
        "side": order.ticket.side[0],
        "order_description": f"{verb} {size} @ {price} on {instrument.exchange}",
        "trade_time": trade_time(execution.time_ms),
        "trade_time_r": execution.time_ms // 1000 * 1000,
        "size": float(execution.size),
        "price": price,
    }
    if order.client_id:
        row["order_ref"] = order.client_id
    row |= {
        "exchange": instrument.exchange,
        "commission": str(float(execution.commission)),
        "net_amount": round(net, 8),
        "account": order.account_id,
        "accountCode": order.account_id,
        "account_allocation_name": order.account_id,
        "company_name": instrument.company,
        "contract_description_1": instrument.symbol,
        "sec_type": instrument.sec_type,
        "listing_exchange": instrument.exchange,
        "conid": instrument.conid,
        "conidEx": str(instrument.conid),
        "position": plain(positions.get(instrument.conid, Decimal(0))),
    }
    clearing = {"clearing_id": "IB", "clearing_name": "IB", "liquidation_trade": "0"}
    return row | clearing | {"is_event_trading": "0", "order_id": order.order_id}
