"""Orders of a former process as orders of the strategy that now runs.

All of this runs on the thread of Cerebro.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable
from typing import Any

from ...order import Order
from ...utils.date import date2num
from .iborder import IBOrder
from .memory import Memory
from .tickets import conid_of

__all__ = ["make_order", "owner_of", "restore_bookings", "target_of", "was_on_clock"]

_log = logging.getLogger(__name__)

_ENDS = {"Filled": Order.Completed, "Cancelled": Order.Canceled, "Inactive": Order.Rejected}


def target_of(memory: Memory, datas: Iterable[Any]) -> Any:
    """Return the data of an order's contract, the one of the same name first; None for none."""
    assert memory.asked is not None
    fitting = []
    for data in datas:
        contract = getattr(data, "tradecontract", None)
        if contract is not None and conid_of(contract) == memory.conid:
            fitting.append(data)
    name = memory.asked["data"]
    return next((each for each in fitting if str(each._name) == name), *fitting[:1] or [None])


def owner_of(memory: Memory, strategies: list[Any]) -> Any:
    """Return the strategy that an order belongs to: by its place and class, or the first."""
    assert memory.asked is not None
    place, name = memory.asked["owner"]
    named = [each for each in strategies if type(each).__name__ == name]
    if place < len(strategies) and type(strategies[place]).__name__ == name:
        return strategies[place]
    return (named or strategies)[0]


def make_order(memory: Memory, data: Any, owner: Any, known: dict[int, Any]) -> Any:
    """Return the order that the former process had, with what it was created with.

    `known` are the orders that were made before, by their numbers: a parent comes first.
    """
    asked = memory.asked
    assert asked is not None
    attributes = asked["attributes"]
    created = asked["created"]
    order = IBOrder(
        attributes["m_action"],
        owner=owner,
        data=data,
        size=abs(asked["size"]),
        price=created["_price"],
        pricelimit=created["_pricelimit"],
        exectype=asked["exectype"],
        tradeid=asked["tradeid"],
        trailamount=asked["trailamount"],
        trailpercent=asked["trailpercent"],
        simulated=True,  # the moment and the prices of its creation are not those of now
    )
    order.simulated = False
    order.parent = known.get(asked["parent"])
    order.oco = known.get(asked["oco"])
    for name in ("price", "pricelimit", "valid", "dteos"):
        setattr(order, name, asked[name])
    order._plimit, order._limitoffset = asked["plimit"], asked["limitoffset"]
    order.created.__dict__.update(created)
    for name, value in attributes.items():
        setattr(order, name, value)
    order.m_orderId, order.m_ocaGroup = memory.order_id, memory.group
    if asked["info"]:
        order.addinfo(**asked["info"])
    if memory.end:
        order.status = Order.Rejected if memory.refused else _ENDS.get(memory.end, Order.Canceled)
    return order


def restore_bookings(order: Any, memory: Memory, scheme: Any) -> dict[str, int]:
    """Put the executions on an order that the former process had told; return their places.

    The positions have them already, and nobody is told of them again.
    """
    places: dict[str, int] = {}
    for name, booking in memory.bookings.items():
        if booking["bit"] is None:
            continue
        dt, size, price, closed, *rest = booking["bit"]
        closedvalue, closedcomm, opened, openedvalue, openedcomm, pnl, psize, pprice = rest
        places[name] = len(order.executed.exbits)
        costs = (closedvalue, closedcomm, opened, openedvalue, openedcomm)
        order.execute(dt, size, price, closed, *costs, booking["margin"], pnl, psize, pprice)
        order.addcomminfo(scheme)
    if places:
        order.executed.markpending()
        order.executed.markpending()
    return places


def was_on_clock(memory: Memory) -> bool:
    """Whether the order's data ran at the time of the machine when the order was made."""
    assert memory.asked is not None
    sent = datetime.datetime.fromtimestamp(memory.at, datetime.timezone.utc)
    return abs(date2num(sent) - memory.asked["created"]["dt"]) < 1.0
