"""The change of an order that waits: new size, prices or distances; it stays the same order."""

from __future__ import annotations

import math
from typing import Any

from ..errors import OrderError
from .orderstate import OrderState

_TRAILING = (OrderState.StopTrail, OrderState.StopTrailLimit)


def change_order(
    order: Any,
    size: float | None = None,
    price: float | None = None,
    plimit: float | None = None,
    trailamount: float | None = None,
    trailpercent: float | None = None,
) -> None:
    """Give `order` new facts; what is None stays.

    `created` becomes a new object, so that snapshots of the order keep the old one. A trailing stop
    of which a price or a distance changes begins anew: at the new price, or at the last close.

    Parameters
    ----------
    order
        What is changed.
    size
        Units in all, without sign, those that have been executed included.
    price, plimit, trailamount, trailpercent
        As on creation. A new distance takes the place of one of the other kind.

    Raises
    ------
    OrderError
        The size is no number or not more than what has been executed, or a price is no number.
    """
    signed = _new_size(order, size)
    for name, value in (("price", price), ("plimit", plimit)):
        if value is not None and not _is_number(value):
            raise OrderError(f"order {order.ref}: {name} {value!r} is no price")
    distances = trailamount is not None or trailpercent is not None
    if distances:
        order.trailamount, order.trailpercent = trailamount, trailpercent
    if price is not None:
        order.price = price
    if plimit is not None:
        order.pricelimit = order._plimit = plimit
    old = order.created
    if price is None and plimit is None and not distances:
        created = object.__new__(type(old))
        created.__dict__ = {**old.__dict__, "size": signed}
        order.created = created
    else:
        _recreate(order, signed, price, plimit)
    order.size = signed
    executed = order._own_executed()
    executed.remsize = signed - executed.size


def _is_number(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except TypeError:
        return False


def _new_size(order: Any, size: float | None) -> float:
    if size is None:
        kept: float = order.created.size
        return kept
    if not _is_number(size) or abs(size) <= abs(order.executed.size):
        done = abs(order.executed.size)
        raise OrderError(f"order {order.ref}: size {size!r} is not more than the {done} executed")
    return -abs(size) if order.ordtype else abs(size)


def _recreate(order: Any, signed: float, price: float | None, plimit: float | None) -> None:
    """Make the facts of the creation anew, from what the order is asked for now."""
    old = order.created
    close = order.data.close[0]
    trails = order.exectype in _TRAILING
    start = price
    if start is None:
        start = close if trails else order.price or old.price
    limit = plimit
    if limit is None and order.exectype == OrderState.StopTrailLimit:
        limit = start - order._limitoffset
    elif limit is None:
        limit = order._plimit
    order.created = type(old)(
        old.dt, signed, start, limit, 0, close, order.trailamount, order.trailpercent
    )
    if trails:
        order._start_trailing()
