"""Guards: what an order must not exceed before it may leave. All of it is pure.

Each guard is off until its limit is set. What a guard needs to know and does not refuses the order:
nothing is guessed. A size has the sign of its side, a position that of what is held.

An order that only closes what is held is not stopped by the largest position and the loss of a day.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from ...errors import ParameterError

__all__ = ["CHECKS", "GUARD_PARAMETERS", "AccountFacts", "Limits", "OrderFacts", "RateWindow"]
__all__ += ["Working", "closes", "exposure", "met", "reasons", "value_of"]

MINUTE_S = 60.0

# parameters of the broker, with their defaults: all off
GUARD_PARAMETERS: tuple[tuple[str, Any], ...] = (
    ("max_order_size", None),
    ("max_order_value", None),
    ("max_position", None),
    ("max_orders_per_minute", None),
    ("max_daily_loss", None),
    ("max_price_distance", None),
    ("only_open_market", False),
    ("only_paper_account", False),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits by the names of the parameters; None and False: not limited."""

    max_order_size: float | None = None
    max_order_value: float | None = None
    max_position: float | None = None
    max_orders_per_minute: float | None = None
    max_daily_loss: float | None = None
    max_price_distance: float | None = None
    only_open_market: bool = False
    only_paper_account: bool = False

    @classmethod
    def of(cls, params: Any) -> Limits:
        """Return the limits that parameters have.

        Raises
        ------
        ParameterError
            One of them is no number, or below zero.
        """
        found = {name: getattr(params, name) for name, _ in GUARD_PARAMETERS}
        for name, value in found.items():
            if name.startswith("only_") or value is None:
                continue
            sound = isinstance(value, Real) and not isinstance(value, bool)
            if not sound or not 0 <= float(value) < math.inf:
                raise ParameterError(f"IBBroker: {name} must be a number from 0 on, not {value!r}")
        return cls(**found)


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What is known of an order, and of the contract that it is for; None: not known.

    `size` is in units (None for an order that says how much `cash` to spend). `prices` are its own
    prices, `cap` is the most that a unit of it can cost, where it says so. `held` is the position
    that it meets, `pending` what other working orders of its side may add to that. `last` is the
    price of the last trade, `rate` what a unit of the contract's currency is in base currency.
    """

    size: float | None
    cash: float | None = None
    prices: tuple[float, ...] = ()
    cap: float | None = None
    held: float = 0.0
    pending: float = 0.0
    last: float | None = None
    multiplier: float = 1.0
    rate: float | None = 1.0
    is_open: bool | None = None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What is known of the account: whether it is a paper one, the profit of the day in base
    currency (None: not known), and how many orders left within a minute.
    """

    is_paper: bool | None = None
    daily_profit: float | None = None
    sent_lately: int = 0


# -- what an order would do


def closes(order: OrderFacts) -> bool:
    """Whether an order does nothing but close what is held, whatever else is executed."""
    size, held = order.size, order.held
    if size is None or held * size >= 0 or abs(size) > abs(held):
        return False
    return abs(held + order.pending + size) <= abs(held)


def value_of(order: OrderFacts) -> float | None:
    """Return the most that an order is worth in base currency; None where that is not known.

    A unit is worth what the order says that it may cost, else the highest of its prices and the
    last one: which of them it will be, only the market knows.
    """
    if order.rate is None:
        return None
    if order.size is None:
        return None if order.cash is None else abs(order.cash) * order.rate
    if order.cap is not None:
        unit = abs(order.cap)
    elif order.last is None:
        return None
    else:
        unit = max(abs(price) for price in (*order.prices, order.last))
    return abs(order.size) * unit * order.multiplier * order.rate


# -- the guards: each returns why the order is refused, None where it may leave

Check = Callable[[Limits, OrderFacts, AccountFacts], "str | None"]


def _order_size(limits: Limits, order: OrderFacts, account: AccountFacts) -> str | None:
    limit = limits.max_order_size
    if limit is None:
        return None
    if order.size is None:
        return "max_order_size: it is not known how many units it is for"
    if abs(order.size) <= limit:
        return None
    return f"max_order_size: {abs(order.size):g} units are more than {limit:g}"


def _order_value(limits: Limits, order: OrderFacts, account: AccountFacts) -> str | None:
    limit = limits.max_order_value
    if limit is None:
        return None
    value = value_of(order)
    if value is None:
        missing = "exchange rate" if order.rate is None else "last price"
        return f"max_order_value: what it is worth is not known, for there is no {missing}"
    if value <= limit:
        return None
    return f"max_order_value: it is worth up to {value:,.2f}, more than {limit:,.2f}"


def _position(limits: Limits, order: OrderFacts, account: AccountFacts) -> str | None:
    limit = limits.max_position
    if limit is None or closes(order):
        return None
    if order.size is None:
        return "max_position: it is not known how many units it is for"
    after = order.held + order.pending + order.size
    if abs(after) <= limit:
        return None
    beside = " with the orders that are working" if order.pending else ""
    return f"max_position: the position could become {after:g}{beside}, more than {limit:g}"


def _rate(limits: Limits, order: OrderFacts, account: AccountFacts) -> str | None:
    limit = limits.max_orders_per_minute
    if limit is None or account.sent_lately + 1 <= limit:
        return None
    return f"max_orders_per_minute: {account.sent_lately} left within a minute, {limit:g} may"


def _daily_loss(limits: Limits, order: OrderFacts, account: AccountFacts) -> str | None:
    limit = limits.max_daily_loss
    if limit is None or closes(order):
        return None
    profit = account.daily_profit
    if profit is None:
        return "max_daily_loss: the profit of the day is not known"
    if profit > -limit:
        return None
    return f"max_daily_loss: {-profit:,.2f} are lost today, {limit:,.2f} may be"


def _price_distance(limits: Limits, order: OrderFacts, account: AccountFacts) -> str | None:
    limit = limits.max_price_distance
    if limit is None or not order.prices:
        return None
    if order.last is None:
        return "max_price_distance: the last price is not known"
    far = max(order.prices, key=lambda price: abs(price - order.last))  # type: ignore[operator]
    if abs(far - order.last) <= limit * abs(order.last):
        return None
    return f"max_price_distance: {far:g} is more than {limit:.4g} of {order.last:g} away from it"


def _open_market(limits: Limits, order: OrderFacts, account: AccountFacts) -> str | None:
    if not limits.only_open_market or order.is_open:
        return None
    if order.is_open is None:
        return "only_open_market: it is not known whether the market is open"
    return "only_open_market: the market is closed"


def _paper_account(limits: Limits, order: OrderFacts, account: AccountFacts) -> str | None:
    if not limits.only_paper_account or account.is_paper:
        return None
    if account.is_paper is None:
        return "only_paper_account: it is not known whether the account is a paper one"
    return "only_paper_account: the account is a live one"


CHECKS: tuple[Check, ...] = (_paper_account, _open_market, _rate, _daily_loss, _order_size)
CHECKS += (_order_value, _position, _price_distance)


def reasons(
    limits: Limits, order: OrderFacts, account: AccountFacts, checks: Sequence[Check] = CHECKS
) -> tuple[str, ...]:
    """Return why an order is refused: every reason; none where it may leave."""
    found = (check(limits, order, account) for check in checks)
    return tuple(reason for reason in found if reason is not None)


# -- orders beside each other


@dataclass(frozen=True, slots=True)
class Working:
    """An order that works, or that is about to: `size` is what is left of it, with its sign.

    `group` is the name of the group of which one cancels the others, empty for none.
    """

    order_id: int
    size: float
    parent_id: int = 0
    group: str = ""

    @property
    def key(self) -> tuple[str, Any]:
        """What is the same for orders of which one at most is executed."""
        if self.parent_id:
            return ("children", self.parent_id)
        return ("group", self.group) if self.group else ("order", self.order_id)


def exposure(working: Iterable[Working], sign: int) -> float:
    """Return by how much working orders of a side (1 buys, -1 sells) may move a position, at most.

    Of a group one order counts, the largest. A child against its parent counts with what it is
    larger than the parent: it works only once the parent was executed.
    """
    by_id = {each.order_id: each for each in working}
    groups: dict[tuple[str, Any], float] = {}
    for each in by_id.values():
        units = each.size * sign
        parent = by_id.get(each.parent_id)
        if parent is not None and parent.size * sign < 0:
            units -= abs(parent.size)
        groups[each.key] = max(groups.get(each.key, 0.0), units)
    return sign * sum(groups.values())


def met(order: Working, others: Iterable[Working], held: float) -> tuple[float, float]:
    """Return the position that an order meets, and what others of its side may add to it.

    A child meets the position that its parent leaves.
    """
    beside = [x for x in others if x.order_id != order.order_id and x.key != order.key]
    parent = next((each for each in beside if each.order_id == order.parent_id), None)
    if parent is not None:
        held += parent.size
        beside.remove(parent)
    return held, exposure(beside, 1 if order.size > 0 else -1)


class RateWindow:
    """Counts what happened within a minute.

    Parameters
    ----------
    span_s
        Length of the minute.
    """

    def __init__(self, span_s: float = MINUTE_S) -> None:
        self._span_s = span_s
        self._moments: deque[float] = deque()

    def count(self, now_s: float) -> int:
        """Return how often it happened in the minute up to now."""
        while self._moments and self._moments[0] <= now_s - self._span_s:
            self._moments.popleft()
        return len(self._moments)

    def add(self, now_s: float, times: int = 1) -> None:
        """Take note that it happens now."""
        self._moments.extend([now_s] * times)
