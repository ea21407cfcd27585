"""The ledger: what an execution does to cash, and what the positions are worth."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from ..position import booked


class Terms(Protocol):
    """What the ledger asks a commission scheme."""

    @property
    def stocklike(self) -> bool: ...

    def get_leverage(self) -> float: ...
    def getoperationcost(self, size: float, price: float) -> float: ...
    def getvaluesize(self, size: float, price: float) -> float: ...
    def getvalue(self, position: Any, price: float) -> float: ...
    def getcommission(self, size: float, price: float) -> float: ...
    def profitandloss(self, size: float, price: float, newprice: float) -> float: ...
    def cashadjust(self, size: float, price: float, newprice: float) -> float: ...


# What closing or opening units amounts to: the cash that is left, negative where it does not
# suffice, the value and the commission. No class of its own, for it is made twice an execution.
Booked = tuple[float, float, float]


def close_out(
    terms: Terms,
    closed: float,
    held_at: float,
    price: float,
    pnl: float,
    cash: float,
    shortcash: bool,
) -> Booked:
    """Return what closing `closed` units at `price` amounts to.

    Parameters
    ----------
    terms
        Commission scheme.
    closed
        Units with the sign of the trade.
    held_at
        Mean price of the position.
    price
        Price of the trade.
    pnl
        Profit of the trade, before commission.
    cash
        Cash before.
    shortcash
        Whether selling short brings cash, so that a short position has a negative value.
    """
    if shortcash:
        value = terms.getvaluesize(-closed, held_at)
    else:
        value = terms.getoperationcost(closed, held_at)
    # leverage counts for what was bought, not for what was sold short
    bound = value / terms.get_leverage() if value > 0 else value
    cash += bound + pnl * terms.stocklike
    commission = terms.getcommission(closed, price)
    return cash - commission, value, commission


def open_up(
    terms: Terms, fees: Terms, opened: float, price: float, cash: float, shortcash: bool
) -> Booked:
    """Return what opening `opened` units at `price` amounts to; the commission is taken from the
    scheme `fees`."""
    if shortcash:
        value = terms.getvaluesize(opened, price)
    else:
        value = terms.getoperationcost(opened, price)
    commission = fees.getcommission(opened, price)
    # leverage counts for what is bought, not for what is sold short
    cash -= value / terms.get_leverage() if value > 0 else value
    return cash - commission, value, commission


def deal_shares(
    held: float,
    held_at: float,
    size: float,
    price: float,
    cash: float,
    terms: tuple[float, float, bool, float],
) -> tuple[float, ...]:
    """Return what dealing `size` shares at `price` amounts to, in one go.

    The same as `Position.pseudoupdate`, `close_out` and `open_up`, in the same order of operations,
    for schemes that override nothing (tests/unit/test_broker_matching.py holds them equal).

    Parameters
    ----------
    held, held_at
        The position before.
    size, price
        Units dealt, negative for a sale; price per unit.
    cash
        Cash before.
    terms
        Multiplier, leverage, whether the commission goes by value, commission.

    Returns
    -------
    tuple
        Position after (size, price), opened, closed, profit, cash after what closes, value and
        commission of what closes, cash after all, value and commission of what opens.
    """
    mult, leverage, by_value, rate = terms
    after, after_at, opened, closed = booked(held, held_at, size, price)
    pnl = -closed * (price - held_at) * mult
    closed_value = closed_commission = opened_value = opened_commission = 0.0
    if closed:
        closed_value = -closed * held_at
        cash += (closed_value / leverage if closed_value > 0 else closed_value) + pnl
        closed_commission = abs(closed) * rate * price if by_value else abs(closed) * rate
        cash -= closed_commission
    kept = cash
    if opened:
        opened_value = opened * price
        opened_commission = abs(opened) * rate * price if by_value else abs(opened) * rate
        cash -= opened_value / leverage if opened_value > 0 else opened_value
        cash -= opened_commission
    closing = (kept, closed_value, closed_commission)
    return (after, after_at, opened, closed, pnl, *closing, cash, opened_value, opened_commission)


def value_of(terms: Terms, position: Any, price: float, shortcash: bool) -> float:
    """Return what a position is worth at `price`."""
    if shortcash:
        return terms.getvaluesize(position.size, price)
    return terms.getvalue(position, price)


def unlevered(terms: Terms, value: float, unrealized: float) -> float:
    """Return the cash bound in a position: its cost without leverage, and its unrealized profit."""
    if value > 0:
        return (value - unrealized) / terms.get_leverage() + unrealized
    return value


def appraise(
    holdings: Iterable[tuple[Terms, Any, float]], cash: float, shortcash: bool
) -> tuple[float, float, float, float, float, float]:
    """Return what the account is worth.

    Parameters
    ----------
    holdings
        (commission scheme, position, current price) of every position.
    cash
        Cash at hand.
    shortcash
        See `close_out`.

    Returns
    -------
    tuple
        Value of the account; the same with positions at their full value; full value of the
        positions; leverage; unrealized profit; cash that the positions bind, leverage taken out.
    """
    market = bound = unrealized = 0.0
    for terms, position, price in holdings:
        profit = terms.profitandloss(position.size, position.price, price)
        if shortcash:
            value = terms.getvaluesize(position.size, price)
        else:
            value = abs(terms.getvalue(position, price))
        market += value
        unrealized += profit
        if value > 0:
            bound += (value - profit) / terms.get_leverage()
            bound += profit
        else:
            bound += value
    return cash + bound, cash + market, market, market / (bound or 1.0), unrealized, bound
