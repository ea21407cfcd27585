"""Whatever a user can read off a run, as plain values that JSON can hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

Plain = Any  # None, bool, int, float, str, or lists and dicts of these


def plain(value: object) -> Plain:
    """Return `value` as plain values; what prints differently stays different.

    A NumPy number becomes a tagged text, because it does not print like a float.
    """
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return f"{type(value).__name__} {value}"
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    return _odd(value)


def _key(key: object) -> str:
    return key if isinstance(key, str) else str(plain(key))


def _odd(value: object) -> Plain:
    if type(value).__module__ == "numpy":
        return f"numpy {value!r}"
    if isinstance(value, (int, str)):  # enumerations that compare and print as their value
        return value.real if isinstance(value, int) else str(value)
    return f"<{type(value).__name__}>"


def fields(source: object, names: tuple[str, ...]) -> dict[str, Plain]:
    """Return the named attributes of `source` as plain values."""
    return {name: plain(getattr(source, name)) for name in names}


HELD = ("psize", "pprice")  # position after the fill
ORDER_DATA = ("dt", "size", "price", "pricelimit", "remsize")
EXECUTED = (*ORDER_DATA, "value", "comm", "margin", "pnl", *HELD)
OPENED = ("opened", "openedvalue", "openedcomm")
CLOSED = ("closed", "closedvalue", "closedcomm", "pnl")
BIT = ("dt", "size", "price", "value", "comm", *CLOSED, *OPENED, *HELD)
AMOUNTS = ("tradeid", "size", "price", "value", "commission", "pnl", "pnlcomm")
STATES = ("isclosed", "isopen", "justopened", "long", "historyon")
TRADE = (*AMOUNTS, *STATES, "baropen", "dtopen", "barclose", "dtclose", "barlen")


def order_record(order: Any, first_ref: int) -> dict[str, Plain]:
    """Return the public state of an order; its reference counts from the first of the run."""
    return {
        "ref": order.ref - first_ref,
        "status": order.getstatusname(),
        "type": order.ordtypename(),
        "exectype": order.getordername(),
        "data": order.data._name,
        "alive": order.alive(),
        **fields(order, ("size", "price", "pricelimit", "valid", "tradeid", "plen")),
        "created": fields(order.created, ORDER_DATA),
        "executed": fields(order.executed, EXECUTED),
        "bits": [fields(bit, BIT) for bit in order.executed.exbits],
        "info": plain(order.info),
    }


def trade_record(trade: Any, first_ref: int) -> dict[str, Plain]:
    """Return the public state of a trade; its reference counts from the first of the run."""
    return {
        "ref": trade.ref - first_ref,
        "status": trade.status_names[trade.status],
        "data": trade.data._name,
        **fields(trade, TRADE),
        "history": len(trade.history),
    }
