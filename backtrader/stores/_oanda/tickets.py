"""Orders as OANDA takes them."""

from __future__ import annotations

import datetime as _datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ...errors import OrderError
from ...order import Order
from ...utils import num2date
from .records import stamp_of

__all__ = ["KINDS", "Precision", "request_of", "units_of"]

# kind of execution -> type of order
KINDS: dict[int, str] = {
    Order.Market: "MARKET",
    Order.Limit: "LIMIT",
    Order.Stop: "STOP",
    Order.StopLimit: "STOP",
    Order.StopTrail: "TRAILING_STOP_LOSS",
}

# what scripts may say of an order besides, in OANDA's words
EXTRAS = frozenset(
    {"positionFill", "triggerCondition", "priceBound", "timeInForce", "gtdTime", "tradeID"}
    | {"tradeClientExtensions", "stopLossOnFill", "takeProfitOnFill"}
    | {"trailingStopLossOnFill", "guaranteedStopLossOnFill"}
)


class Precision:
    """The steps of an instrument's prices and units.

    Parameters
    ----------
    instrument
        What OANDA says of the instrument.
    """

    def __init__(self, instrument: Mapping[str, Any]) -> None:
        self.name = str(instrument["name"])
        self.price_digits = int(instrument.get("displayPrecision", 5))
        self.unit_digits = int(instrument.get("tradeUnitsPrecision", 0))

    def price(self, value: float) -> str:
        """Return a price, rounded to the instrument's step."""
        return f"{value:.{self.price_digits}f}"

    def units(self, size: float) -> str:
        """Return a number of units, negative for a sale.

        Raises
        ------
        OrderError
            OANDA does not trade such parts of a unit.
        """
        text = f"{size:.{self.unit_digits}f}"
        if not size or abs(float(text) - size) > 1e-9:
            step = 10.0**-self.unit_digits
            raise OrderError(f"order: {self.name} is traded in steps of {step:g}, not {size!r}")
        return text


def units_of(text: str) -> float:
    """Return units as OANDA writes them; an int where nothing is lost by it."""
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def request_of(
    order: Any,
    precision: Precision,
    name: str,
    stopside: tuple[Any, str] | None = None,
    takeside: tuple[Any, str] | None = None,
    extras: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the body of the request for an order.

    Parameters
    ----------
    order
        What is asked for.
    precision
        Steps of its instrument.
    name
        Our own name of the order, under which it can be asked for.
    stopside, takeside
        The orders that close what it opens, each with its own name.
    extras
        Further fields, in OANDA's words.

    Raises
    ------
    OrderError
        OANDA has no such order.
    """
    body = {"clientExtensions": {"id": name}, **_terms(order, precision)}
    if stopside is not None:
        trails = stopside[0].exectype == Order.StopTrail
        key = "trailingStopLossOnFill" if trails else "stopLossOnFill"
        body[key] = _dependent(*stopside, precision)
    if takeside is not None:
        body["takeProfitOnFill"] = _dependent(*takeside, precision)
    return {**body, **(extras or {})}


def _terms(order: Any, precision: Precision) -> dict[str, Any]:
    """Type, units, prices and validity of an order."""
    kind = order.exectype
    if kind not in KINDS:
        known = ", ".join(Order.ExecTypes[each] for each in KINDS)
        found = Order.ExecTypes[kind]
        raise OrderError(f"order: OANDA has no orders of the kind {found}. It takes: {known}")
    body: dict[str, Any] = {"type": KINDS[kind]}
    if kind == Order.StopTrail:
        body |= {"distance": _distance(order, precision)}
    else:
        body |= {
            "instrument": precision.name,
            "units": precision.units(order.created.size),
            "positionFill": "DEFAULT",
        }
    if kind in (Order.Limit, Order.Stop, Order.StopLimit):
        body["price"] = precision.price(order.created.price)
    if kind == Order.StopLimit:
        body["priceBound"] = precision.price(order.created.pricelimit)
    return body | ({"timeInForce": "FOK"} if kind == Order.Market else _validity(order))


def _dependent(order: Any, name: str, precision: Precision) -> dict[str, Any]:
    """The part of a request that asks for an order to close what the request opens."""
    fields: dict[str, Any] = {"clientExtensions": {"id": name}, **_validity(order)}
    if order.exectype == Order.StopTrail:
        fields["distance"] = _distance(order, precision)
    else:
        fields["price"] = precision.price(order.created.price)
    return fields


def _distance(order: Any, precision: Precision) -> str:
    distance = order.trailamount
    if not distance and order.trailpercent:
        distance = order.trailpercent * order.data.close[0]
    if not distance:
        raise OrderError("order: a trailing stop needs trailamount or trailpercent")
    return precision.price(distance)


def _validity(order: Any) -> dict[str, str]:
    if not order.valid:
        return {"timeInForce": "GTC"}
    until = num2date(order.valid)
    if until.tzinfo is not None:
        until = until.astimezone(_datetime.timezone.utc).replace(tzinfo=None)
    return {"timeInForce": "GTD", "gtdTime": stamp_of(until)}
