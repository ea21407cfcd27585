"""Whether a tick fills an order, and at which price.

A tick counts as a bar that opens, trades and closes at one price; the answers are those of a
backtest on such bars. A limit order is filled at the tick's price where that is better than the
limit.
"""

from __future__ import annotations

from collections.abc import Callable

from .orders import TRAILING_TYPES, Order
from .records import Tick

__all__ = ["closing_price", "fill_price", "start_trailing"]


def fill_price(order: Order, tick: Tick, at_quote: bool = False) -> float | None:
    """Return the price at which `tick` fills `order`, or None; moves its trigger and its stop.

    `at_quote` lets market orders pay the ask or get the bid, where the tick carries them. Orders
    at the close are left to `closing_price`.
    """
    rule = _RULES.get(order.ticket.order_type)
    return rule(order, tick, at_quote) if rule is not None else None


def closing_price(order: Order, last: float | None) -> float | None:
    """Return the price at which an order at the close fills when its session ended at `last`."""
    if last is None or order.ticket.order_type not in ("MOC", "LOC"):
        return None
    return last if _within_limit(order, last) else None


def start_trailing(order: Order, last: float | None) -> None:
    """Set the first prices of an order.

    A trailing order without a stop of its own gets one at its distance from `last`.
    """
    ticket = order.ticket
    order.stop = ticket.stop
    order.limit = ticket.limit
    if ticket.order_type in TRAILING_TYPES and order.stop is None and last is not None:
        order.stop = last + ticket.sign * _distance(order, last)


def _distance(order: Order, price: float) -> float:
    percent = order.ticket.trailing_percent
    if percent is not None:
        return price * percent / 100.0
    amount = order.ticket.trailing_amount
    assert amount is not None  # a ticket without either is refused
    return amount


def _market_price(order: Order, tick: Tick, at_quote: bool) -> float:
    side = tick.ask if order.ticket.sign > 0 else tick.bid
    return side if at_quote and side is not None else tick.price


def _within_limit(order: Order, price: float) -> bool:
    if order.limit is None:
        return True
    return price <= order.limit if order.ticket.sign > 0 else price >= order.limit


def _stop_reached(order: Order, price: float) -> bool:
    if order.triggered:
        return True
    if order.stop is not None:
        order.triggered = price >= order.stop if order.ticket.sign > 0 else price <= order.stop
    return order.triggered


def _touched(order: Order, price: float) -> bool:
    if not order.triggered and order.stop is not None:
        order.triggered = price <= order.stop if order.ticket.sign > 0 else price >= order.stop
    return order.triggered


def _match_market(order: Order, tick: Tick, at_quote: bool) -> float | None:
    return _market_price(order, tick, at_quote)


def _match_limit(order: Order, tick: Tick, at_quote: bool) -> float | None:
    return tick.price if _within_limit(order, tick.price) else None


def _match_stop(order: Order, tick: Tick, at_quote: bool) -> float | None:
    return _market_price(order, tick, at_quote) if _stop_reached(order, tick.price) else None


def _match_stop_limit(order: Order, tick: Tick, at_quote: bool) -> float | None:
    if not _stop_reached(order, tick.price):
        return None
    return _match_limit(order, tick, at_quote)


def _match_trailing(order: Order, tick: Tick, at_quote: bool) -> float | None:
    rule = _match_stop if order.ticket.order_type == "TRAIL" else _match_stop_limit
    price = rule(order, tick, at_quote)
    if not order.triggered:
        _trail(order, tick.price)
    return price


def _trail(order: Order, price: float) -> None:
    """Move the stop, and the limit with it, when the price went the order's way."""
    sign = order.ticket.sign
    stop = price + sign * _distance(order, price)
    if order.stop is None:
        order.stop = stop
    elif (order.stop - stop) * sign > 0:
        if order.limit is not None:
            order.limit += stop - order.stop
        order.stop = stop


def _match_if_touched(order: Order, tick: Tick, at_quote: bool) -> float | None:
    return _market_price(order, tick, at_quote) if _touched(order, tick.price) else None


def _match_limit_if_touched(order: Order, tick: Tick, at_quote: bool) -> float | None:
    return _match_limit(order, tick, at_quote) if _touched(order, tick.price) else None


def _match_midprice(order: Order, tick: Tick, at_quote: bool) -> float | None:
    known = tick.bid is not None and tick.ask is not None
    price = (tick.bid + tick.ask) / 2.0 if known else tick.price  # type: ignore[operator]
    return price if _within_limit(order, price) else None


def _match_relative(order: Order, tick: Tick, at_quote: bool) -> float | None:
    """Fill at the own side of the quote when the market trades there."""
    own_side = tick.bid if order.ticket.sign > 0 else tick.ask
    price = tick.price if own_side is None else own_side
    traded = (price - tick.price) * order.ticket.sign >= 0
    return price if traded and _within_limit(order, price) else None


_RULES: dict[str, Callable[[Order, Tick, bool], float | None]] = {
    "MKT": _match_market,
    "LMT": _match_limit,
    "STP": _match_stop,
    "STOP_LIMIT": _match_stop_limit,
    "TRAIL": _match_trailing,
    "TRAILLMT": _match_trailing,
    "MIT": _match_if_touched,
    "LIT": _match_limit_if_touched,
    "MIDPRICE": _match_midprice,
    "REL": _match_relative,
}
