"""Matching: at which price a bar executes an order, as pure functions of floats.

Every function returns the price, or None where the bar does not reach it. What differs between
buying and selling is which side of a price is the better one; the two stand next to each other.
`slip` moves a price to the worse side, ``slip(bound, price, wanted, limited)``, and gives up with
None where that leaves the bar.
"""

from __future__ import annotations

from collections.abc import Callable

Slip = Callable[[float, float, bool, bool], float | None]


def slipped(
    sign: float, bound: float, price: float, perc: float, fixed: float, capped: bool, out: bool
) -> float | None:
    """Return `price` made worse by slippage.

    Parameters
    ----------
    sign
        1.0 for a purchase, which gets dearer; -1.0 for a sale.
    bound
        Price that the bar does not go beyond: its high for a purchase, its low for a sale.
    perc, fixed
        Slippage as a fraction of the price or, where that is 0.0, as an amount.
    capped
        Whether a price beyond `bound` is brought back to it; otherwise there is no execution.
    out
        Whether a price beyond `bound` may stand instead.
    """
    if perc:
        moved = price * (1.0 + sign * perc)
    elif fixed:
        moved = price + sign * fixed
    else:
        return price
    if sign * moved <= sign * bound:
        return moved
    if not capped:
        return None
    return moved if out else bound


def limit_price(
    buys: bool, opened: float, high: float, low: float, limit: float, slip: Slip, slip_open: bool
) -> float | None:
    """Return the price of an order with a limit: the open where it is as good, else the limit if
    it is reached."""
    if buys:
        if limit >= opened:
            return slip(min(high, limit), opened, slip_open, True)
        return limit if limit >= low else None
    if limit <= opened:
        # Compat: a sale may slip below the low, down to its limit,
        # tests/unit/test_broker_matching.py
        return slip(limit, opened, slip_open, True)
    return limit if limit <= high else None


def stop_price(
    buys: bool, opened: float, high: float, low: float, stop: float, slip: Slip, slip_open: bool
) -> float | None:
    """Return the price of an order that waits for `stop`: the open where it is beyond, else the
    stop."""
    if buys:
        if opened >= stop:
            return slip(high, opened, slip_open, False)
        return slip(high, stop, True, False) if high >= stop else None
    if opened <= stop:
        return slip(low, opened, slip_open, False)
    return slip(low, stop, True, False) if low <= stop else None


def stop_limit_price(
    buys: bool,
    bar: tuple[float, float, float, float],
    stop: float,
    limit: float,
    slip: Slip,
    slip_open: bool,
) -> tuple[bool, float | None]:
    """Return whether the bar triggers an order with a stop and a limit, and the price it then gets
    in that bar.

    Parameters
    ----------
    buys
        Whether it is a purchase.
    bar
        Open, high, low and close.
    stop, limit
        Price that triggers the order, and its limit from then on.
    slip, slip_open
        Slippage, and whether the open is subject to it.
    """
    opened, high, low, close = bar
    if opened >= stop if buys else opened <= stop:
        return True, limit_price(buys, opened, high, low, limit, slip, slip_open)
    if high < stop if buys else low > stop:
        return False, None
    if limit >= stop if buys else limit <= stop:
        return True, slip(high if buys else low, stop, True, True)
    # The limit is better than the stop: the bar must be known to have come back to it after the
    # trigger, that is to have closed beyond it, against the direction of the order.
    came_back = close < opened and limit >= close if buys else close >= opened and limit <= close
    return True, limit if came_back else None
