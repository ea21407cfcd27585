"""What an execution, and the end of an order, mean for the order as the strategy sees it."""

from __future__ import annotations

import re
from typing import Any

from ...order import Order
from ...utils.dateintern import num2date
from .messages import Execution, OrderStatus

_MARGIN = re.compile(
    r"margin|insufficient|cash needed|available (converted|funds)|buying power|equity with loan"
    r"|not enough (cash|funds|equity)",
    re.IGNORECASE,
)
_EXPIRED = re.compile(r"expired", re.IGNORECASE)
_REJECTED = re.compile(r"reject|refused|not (allowed|permitted|valid)|invalid", re.IGNORECASE)
_MS_A_DAY = 86_400_000.0
_EPOCH = 719_163.0  # 1970-01-01 as a number, see date2num


def refusal_of(text: str) -> int:
    """Return what a refusal with this text is for the strategy: `Margin` or `Rejected`."""
    return Order.Margin if _MARGIN.search(text) else Order.Rejected


def ending_of(message: OrderStatus, executed: bool) -> int:
    """Return the status with which an order ends that was not executed in full.

    IBKR says ``Cancelled`` of orders that the user cancelled, that expired, that were refused late
    or that others of their group replaced: the reason that it gives tells them apart.
    """
    reason = message.whyHeld
    if not reason:
        return Order.Canceled
    if _EXPIRED.search(reason):
        return Order.Expired
    if not executed and _MARGIN.search(reason):
        return Order.Margin
    if not executed and (message.status == "Inactive" or _REJECTED.search(reason)):
        return Order.Rejected
    return Order.Canceled


def set_ending(order: Any, status: int, broker: Any) -> None:
    """Mark `order` as having ended with `status`."""
    if status == Order.Canceled:
        order.cancel()
    elif status == Order.Margin:
        order.margin()
    elif status == Order.Rejected:
        order.reject(broker)
    else:
        order._end(status)


def book(order: Any, position: Any, scheme: Any, execution: Execution, commission: float) -> None:
    """Book an execution on an order and on the position.

    Parameters
    ----------
    order, position
        What is changed.
    scheme
        Commission scheme, for values and profit; the commission itself is IBKR's.
    execution
        What was executed.
    commission
        What it cost.
    """
    size = execution.m_shares if execution.m_side == "BOT" else -execution.m_shares
    size = int(size) if size == int(size) else size
    price = execution.m_price
    held_at = position.price
    when = _moment(order, execution)
    psize, pprice, opened, closed = position.update(size, price, num2date(when))
    closed_part = closed / size
    closed_commission = commission * closed_part
    order.execute(
        when,
        size,
        price,
        closed,
        scheme.getoperationcost(closed, held_at),
        closed_commission,
        opened,
        scheme.getoperationcost(opened, price),
        commission - closed_commission,
        scheme.margin,
        scheme.profitandloss(-closed, held_at, price),
        psize,
        pprice,
    )
    order.addcomminfo(scheme)


def correct(order: Any, number: int, commission: float) -> float:
    """Set the commission of the order's execution with that number; return the difference."""
    executed = order._own_executed()
    bit = executed.exbits[number]
    difference = commission - bit.comm
    closed_part = bit.closed / bit.size
    bit.closedcomm += difference * closed_part
    bit.openedcomm += difference * (1 - closed_part)
    bit.comm = commission
    executed.comm += difference
    return float(difference)


def _moment(order: Any, execution: Execution) -> float:
    """Return when it was executed; the current bar's time where IBKR gave none."""
    if execution.time_ms is None:
        now: float = order.data.datetime[0]
        return now
    return _EPOCH + execution.time_ms / _MS_A_DAY
