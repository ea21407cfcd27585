"""The making of an order: its facts, its end of validity, and its parameters on demand."""

from __future__ import annotations

import datetime
from collections import deque
from typing import Any

from ..errors import OrderError
from .orderstate import OrderState

# Compat: an order for the day ends 10 ms into the last second,
# tests/unit/test_order.py
_DAY_END = datetime.time(23, 59, 59, 9999)

# what few orders are asked for, and what is asked otherwise: that is an attribute of the class
_FURTHER = (
    *("valid", "tradeid", "oco", "trailamount", "trailpercent"),
    *("parent", "transmit", "simulated", "histnotify"),
)
_USUAL = (None, 0, None, None, None, None, True, False, False)
_UNUSUAL = list(zip(_FURTHER, _USUAL, strict=True))

_new = object.__new__


def end_of_session(data: Any) -> float:
    """Return when the session ends that the current bar of `data` belongs to, as a number.

    A bar after the end of the day's session belongs to that of the next day.
    """
    day, ends_at = data.datetime.date(0), data.p.sessionend
    end: float = data.date2num(datetime.datetime.combine(day, ends_at))
    if end < data.datetime[0]:
        day += datetime.timedelta(days=1)
        end = data.date2num(datetime.datetime.combine(day, ends_at))
    return end


def end_of_validity(data: Any, valid: Any, ref: int) -> Any:
    """Return until when the order `ref` for `data` is `valid`, as a number."""
    if isinstance(valid, datetime.datetime):
        return data.date2num(valid)
    if isinstance(valid, datetime.date):
        return data.date2num(datetime.datetime.combine(valid, datetime.time()))
    if isinstance(valid, datetime.timedelta):
        now = data.datetime.datetime(0)
        if valid == OrderState.DAY:
            return data.date2num(datetime.datetime.combine(now.date(), _DAY_END))
        return data.date2num(now + valid)
    if isinstance(valid, (int, float)):
        return valid
    raise OrderError(f"order {ref}: no moment until which it could be valid: {valid!r}")


def refuse(kind: Any, size: Any, exectype: Any) -> None:
    """Raise what is wrong with an order of this size and kind of execution.

    Raises
    ------
    OrderError
        Always.
    """
    name = kind.__name__
    if exectype is not None and exectype not in range(len(OrderState.ExecTypes)):
        known = ", ".join(f"Order.{each}" for each in OrderState.ExecTypes)
        raise OrderError(f"{name}: unknown exectype {exectype!r}. There are: {known}")
    raise OrderError(f"{name}: size {size!r} is no number of units")


class Executions:
    """Be the ``exbits`` of an order's side: made when they are first looked at, for most sides
    never have an execution.

    No ``__getattr__``, which would make every read of every attribute slower (bench: brackets).
    """

    def __get__(self, side: Any, owner: type | None = None) -> Any:
        if side is None:
            return self
        made: deque[Any] = deque()
        side.__dict__["exbits"] = made
        return made


class ParamsOnDemand:
    """Be the ``params`` of an order class: their declaration on the class, made on first use on an
    order.

    Few scripts look at the parameters of an order, so that the broker does not pay for them.
    """

    def __init__(self, declared: Any) -> None:
        self._declared = declared
        self._names = tuple(declared._getkeys())

    def __get__(self, order: Any, cls: type | None = None) -> Any:
        if order is None:
            return self._declared
        params = self._declared()
        values = params.__dict__
        for name in self._names:
            values[name] = getattr(order, name)
        values["size"], values["exectype"], values["valid"] = order._asked
        order.__dict__["params"] = order.__dict__["p"] = params
        return params


def facts(
    kind: Any,
    owner: Any,
    data: Any,
    size: Any,
    price: Any,
    pricelimit: Any,
    exectype: Any,
    valid: Any,
    tradeid: Any,
    oco: Any,
    trailamount: Any,
    trailpercent: Any,
    parent: Any,
    transmit: Any,
    simulated: Any,
    histnotify: Any,
    session_end: float | None = None,
) -> dict[str, Any]:
    """Return the attributes of a new order of a `kind`, as far as they are not those of the class.

    `session_end` is ``dteos`` where the caller knows it.
    """
    signed = -size if kind.ordtype else size
    if simulated:
        now, close, session_end = 0.0, price, 0.0
    else:
        now, close = data.datetime[0], data.close[0]
        if session_end is None:
            session_end = end_of_session(data)
    created_at = price if price or pricelimit else close
    created, executed = _new(kind._side), _new(kind._side)
    created.__dict__ = {
        "dt": now,
        "size": signed,
        "_price": created_at or pricelimit or created_at,
        "_pricelimit": pricelimit or created_at,
        "_plimit": pricelimit,
        "pclose": close,
        "trailamount": trailamount,
        "trailpercent": trailpercent,
    }
    executed.__dict__ = {"remsize": signed}
    values = {
        "ref": next(kind.refbasis),
        "owner": owner,
        "data": data,
        "size": signed,
        "price": price,
        "pricelimit": pricelimit,
        "_plimit": pricelimit,
        "exectype": exectype or 0,
        "dteos": session_end,
        "created": created,
        "executed": executed,
        "_asked": (size, exectype, valid),
    }
    further = (
        valid,
        tradeid,
        oco,
        trailamount,
        trailpercent,
        parent,
        transmit,
        simulated,
        histnotify,
    )
    if further != _USUAL:
        for (name, usual), asked in zip(_UNUSUAL, further, strict=True):
            if asked is not usual:
                values[name] = asked
        if parent is not None:
            values["_active"] = False
    return values
