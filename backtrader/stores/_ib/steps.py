"""The grid of a contract: the smallest steps of its prices and sizes.

A price between two steps is brought to the one that is safe for who gave it:

- a limit to the worse one for being executed: a buy's down, a sale's up;
- a stop to the one that is reached later: a buy's up, a sale's down, so that noise of a step does
  not trigger it;
- a touch price (MIT, LIT) likewise to the one that is reached later: a buy's down, a sale's up;
- the distance of a trailing stop up, which is later too.

A size between two steps is not changed: an order for another size is another order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from numbers import Real
from typing import Any

__all__ = ["fit_prices", "on_grid", "size_problem", "step_at"]

# what arithmetic leaves behind in the last digits is no distance from the grid, in steps
_NOISE = 1e-6

# type of order -> attribute with a price -> whether a buy's goes up
_PRICES: dict[str, dict[str, bool]] = {
    **{"LMT": {"m_lmtPrice": False}, "LOC": {"m_lmtPrice": False}},
    **{"MIDPRICE": {"m_lmtPrice": False}, "STP": {"m_auxPrice": True}},
    **{"MIT": {"m_auxPrice": False}, "LIT": {"m_lmtPrice": False, "m_auxPrice": False}},
    "STOP_LIMIT": {"m_lmtPrice": False, "m_auxPrice": True},
    "TRAIL": {"m_trailStopPrice": True},
    "TRAILLMT": {"m_trailStopPrice": True, "m_lmtPrice": False},
}
_TRAILING = ("TRAIL", "TRAILLMT")


def step_at(price: float, step: float, rules: Sequence[tuple[float, float]]) -> float:
    """Return the smallest step of the price at `price`; 0.0 where it is not known.

    Parameters
    ----------
    step
        What holds where the rules say nothing.
    rules
        Pairs (price, step): from that price on, in any order.
    """
    reached = [(edge, each) for edge, each in rules if abs(price) >= edge and each > 0]
    return max(reached)[1] if reached else step


def on_grid(price: float, step: float, up: bool) -> float:
    """Return the price on the grid next to `price`: itself, or the one above (`up`) or below."""
    if not step > 0 or not math.isfinite(price):
        return price
    exact_step = Decimal(repr(float(step)))
    ratio = Decimal(repr(float(price))) / exact_step
    nearest = ratio.to_integral_value()
    if abs(ratio - nearest) > _NOISE:
        nearest = ratio.to_integral_value(ROUND_CEILING if up else ROUND_FLOOR)
    return float(nearest * exact_step)


def fit_prices(order: Any, kind: str, details: Any) -> list[str]:
    """Bring the prices of an order (its ``m_`` attributes) to the grid; return what was changed.

    Parameters
    ----------
    order
        What is changed.
    kind
        Type of the order, as the Web API calls it.
    details
        What is known of the contract: ``m_minTick`` and ``increment_rules``; None for nothing.
    """
    step, rules = getattr(details, "m_minTick", 0.0), getattr(details, "increment_rules", ())
    bought = order.m_action == "BUY"
    asked = {name: up == bought for name, up in _PRICES.get(kind, {}).items()}
    if kind in _TRAILING:
        asked["m_auxPrice"] = True  # a distance, not a price
    told = []
    for name, up in asked.items():
        price = _real(getattr(order, name))
        if price is None:
            continue
        # the steps of a distance are those at the price that it is a distance from
        far = _real(order.m_trailStopPrice) if name == "m_auxPrice" and kind in _TRAILING else None
        width = step_at(price if far is None else far, step, rules)
        fitted = on_grid(price, width, up)
        setattr(order, name, fitted)
        if abs(fitted - price) > _NOISE * width:
            told.append(f"{name[2:]} {price:.10g} is sent as {fitted:.10g} (steps of {width:g})")
    return told


def size_problem(quantity: Any, details: Any) -> str:
    """Return why a size cannot be traded, empty where it can or where the steps are not known.

    Stocks in US dollars trade in odd lots: what IBKR's rules give as their step (40, 100) is the
    round lot, and their step is one share.
    """
    step = getattr(details, "size_increment", 0.0)
    size = _real(quantity)
    if not step > 0 or size is None:
        return ""
    contract = details.m_summary
    if contract.m_secType == "STK" and contract.m_currency in ("", "USD"):
        step = min(step, 1.0)
    if Decimal(repr(size)) % Decimal(repr(float(step))) == 0:
        return ""
    return f"size {size:.10g} is no multiple of {step:g}, the contract's smallest step of size"


def _real(value: Any) -> float | None:
    return float(value) if isinstance(value, Real) else None
