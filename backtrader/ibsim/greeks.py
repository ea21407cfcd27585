"""What quotes of options say beyond prices: greeks and volatility, by Black and Scholes.

The volatility is the one at which the formula gives the option's last price, at an interest of 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timezone
from typing import NamedTuple

from .hours import hours_of
from .market import Market
from .records import Instrument

__all__ = ["Greeks", "greek_fields", "greeks_of", "option_price"]

_YEAR_MS = 365.0 * 86_400_000.0
_HIGHEST = 5.0  # volatility, 500 % a year
_STEPS = 60
_LEAST_MS = 60_000.0  # of life: an option in its last minute has no volatility to speak of


class Greeks(NamedTuple):
    """`theta` is of a day, `vega` of a point of volatility; `volatility` is of a year."""

    delta: float
    gamma: float
    theta: float
    vega: float
    volatility: float


def _normal(x: float) -> float:
    return math.exp(-x * x / 2.0) / math.sqrt(2.0 * math.pi)


def _cumulated(x: float) -> float:
    return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0


def option_price(spot: float, strike: float, years: float, volatility: float, right: str) -> float:
    """Return the price of a European option at an interest of 0."""
    spread = volatility * math.sqrt(years)
    d1 = math.log(spot / strike) / spread + spread / 2.0
    call = spot * _cumulated(d1) - strike * _cumulated(d1 - spread)
    return call if right == "C" else call - spot + strike


def greeks_of(price: float, spot: float, strike: float, years: float, right: str) -> Greeks | None:
    """Return the greeks of an option by its price; None where no volatility gives that price."""
    low, high = 1e-4, _HIGHEST
    if not option_price(spot, strike, years, low, right) <= price:
        return None
    if not price <= option_price(spot, strike, years, high, right):
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if option_price(spot, strike, years, middle, right) < price:
            low = middle
        else:
            high = middle
    spread = high * math.sqrt(years)
    d1 = math.log(spot / strike) / spread + spread / 2.0
    density = _normal(d1)
    return Greeks(
        delta=_cumulated(d1) - (0.0 if right == "C" else 1.0),
        gamma=density / (spot * spread),
        theta=-spot * density * high / (2.0 * math.sqrt(years)) / 365.0,
        vega=spot * density * math.sqrt(years) / 100.0,
        volatility=high,
    )


def greek_fields(market: Market) -> dict[str, Callable[[int], str | None]]:
    """Return the fields 7308 to 7311 and 7633 by number: functions of a contract id, whose result
    is None for what is no option, and where option or underlying have no price.
    """

    def of(text: Callable[[Greeks], str]) -> Callable[[int], str | None]:
        def value(conid: int) -> str | None:
            instrument = market.catalogue.get(conid)
            if instrument is None or not instrument.right:
                return None
            greeks = _of_instrument(market, instrument)
            return None if greeks is None else text(greeks)

        return value

    return {
        "7308": of(lambda greeks: f"{greeks.delta:.3f}"),
        "7309": of(lambda greeks: f"{greeks.gamma:.4f}"),
        "7310": of(lambda greeks: f"{greeks.theta:.3f}"),
        "7311": of(lambda greeks: f"{greeks.vega:.3f}"),
        "7633": of(lambda greeks: f"{greeks.volatility * 100.0:.1f}%"),
    }


def _of_instrument(market: Market, item: Instrument) -> Greeks | None:
    price, spot = market.last.get(item.conid), market.last.get(item.underlying_conid)
    if price is None or spot is None:
        return None
    last_day = datetime.strptime(item.expiry, "%Y%m%d").replace(tzinfo=timezone.utc)
    day = int(last_day.timestamp()) // 86_400
    left_ms = hours_of(item).regular(day)[1] - market.now_ms
    if left_ms < _LEAST_MS:
        return None
    return greeks_of(price, spot, item.strike, left_ms / _YEAR_MS, item.right)
