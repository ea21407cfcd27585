"""Chains of options, and combinations of contracts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ...errors import ContractError
from .contracts import Contract, parse_name
from .lookup import MONTHS, Contracts

__all__ = ["combination", "option_chain"]

Row = dict[str, Any]

_ON_FUTURES = ("FUT", "CONTFUT", "FOP")
_MONTH = re.compile(r"([A-Z]{3})(\d{2})")

# currency -> IBKR's number of the contract that stands for a combination in it
_SPREADS = {
    **{"USD": 28812380, "GBP": 58666491, "JPY": 61227069, "CAD": 61227082, "CHF": 61227087},
    **{"AUD": 61227077, "HKD": 61227072, "CNH": 136000441, "INR": 136000444, "KRW": 136000424},
    **{"MXN": 136000449, "SEK": 136000429, "SGD": 426116555},
}


def option_chain(
    contracts: Contracts,
    get: Callable[..., Any],
    underlying: Contract,
    expiry: str | None = None,
    right: str | None = None,
    strikes: tuple[float, float] | None = None,
    details: bool = False,
) -> list[Contract]:
    """Return the options on a contract, by month, strike and right.

    Parameters
    ----------
    underlying
        What they are written on: a stock, an index; or a future, by its symbol.
    expiry
        ``YYYYMM``, or ``YYYYMMDD`` with `details`; default all months that are listed.
    right
        ``C`` or ``P``; default both.
    strikes
        The lowest and the highest strike.
    details
        Whether to ask for each option, at one request for each strike and right: then all series
        of the month come (weekly ones too), with day of expiry, number, trading class and
        multiplier. Without, an option stands for its month, and is looked up when it is used.

    Raises
    ------
    ContractError
        There is no such underlying, or it has no options (of that month).
    """
    kind = "FOP" if underlying.m_secType in _ON_FUTURES else "OPT"
    number, section = _section_of(contracts, underlying, kind)
    months = _months(section, underlying, expiry)
    found: list[Contract] = []
    for month in months:
        ask = {"conid": number, "sectype": kind, "month": month}
        place = underlying.m_exchange or "SMART"
        place = place if place in str(section.get("exchange", "")).split(";") else ""
        if place:
            ask["exchange"] = place
        for option in _listed(get, ask, underlying.clone(m_exchange=place), right, strikes):
            found += contracts.option_rows(option, _narrowed(ask, option)) if details else [option]
    if expiry and len(expiry) == 8:
        found = [each for each in found if each.m_expiry == expiry]
    return found


def _section_of(contracts: Contracts, underlying: Contract, kind: str) -> tuple[str, Row]:
    """Return IBKR's number of the underlying and what it says of the options on it."""
    stock = underlying.m_secType == "STK"
    wanted = contracts.resolve(underlying).m_conId if stock else 0
    for row in contracts.search(underlying.m_symbol, None):
        if wanted and int(row["conid"]) != wanted:
            continue
        sections = row.get("sections") or ()
        section = next((each for each in sections if each.get("secType") == kind), None)
        if section is not None and section.get("months"):
            return str(row["conid"]), section
    raise ContractError(f"{underlying.describe()}: IBKR lists no options on it")


def _months(section: Row, underlying: Contract, expiry: str | None) -> list[str]:
    listed = str(section["months"]).split(";")
    if expiry is None:
        return listed
    wanted = [month for month in listed if _as_expiry(month) == expiry[:6]]
    if not wanted:
        known = [_as_expiry(month) for month in listed]
        raise ContractError(f"{underlying.describe()}: no options expire in {expiry}", known)
    return wanted


def _as_expiry(month: str) -> str:
    """Return IBKR's name of a month, ``JAN26``, as ``YYYYMM``."""
    found = _MONTH.fullmatch(month)
    if found is None or found[1] not in MONTHS:
        raise ContractError(f"IBKR names a month {month!r}, which is none")
    return f"20{found[2]}{MONTHS.index(found[1]) + 1:02d}"


def _listed(
    get: Callable[..., Any],
    ask: Row,
    underlying: Contract,
    right: str | None,
    strikes: tuple[float, float] | None,
) -> Iterator[Contract]:
    answer = get("iserver/secdef/strikes", ask) or {}
    lowest, highest = strikes or (0.0, float("inf"))
    sides = {"C": answer.get("call") or (), "P": answer.get("put") or ()}
    if right is not None:
        sides = {right[0].upper(): sides.get(right[0].upper(), ())}
    rows = sorted(
        (float(strike), side)
        for side, offered in sides.items()
        for strike in offered
        if lowest <= float(strike) <= highest
    )
    for strike, side in rows:
        yield Contract(
            m_symbol=underlying.m_symbol.upper(),
            m_secType=ask["sectype"],
            m_exchange=underlying.m_exchange,
            m_currency=underlying.m_currency,
            m_expiry=_as_expiry(ask["month"]),
            m_strike=strike,
            m_right=side,
        )


def _narrowed(ask: Row, option: Contract) -> Row:
    return {**ask, "strike": option.m_strike, "right": option.m_right}


def combination(
    contracts: Contracts, legs: Iterable[tuple[Any, int]], currency: str = "USD"
) -> str:
    """Return the ``conidex`` under which IBKR trades several contracts as one.

    Parameters
    ----------
    legs
        Pairs of a contract (or its name) and a ratio, which is negative where buying the
        combination sells it.
    currency
        That of the combination.

    Raises
    ------
    ContractError
        A leg is no contract, or a ratio no whole number; IBKR has no combinations in `currency`.
    """
    if currency not in _SPREADS:
        raise ContractError(f"IBKR has no combinations in {currency!r}", sorted(_SPREADS))
    parts = []
    for name, ratio in legs:
        if not isinstance(ratio, int) or ratio == 0:
            raise ContractError(f"{name}: the ratio {ratio!r} is no whole number but 0")
        parts.append(f"{contracts.resolve(parse_name(name)).m_conId}/{ratio}")
    if len(parts) < 2:
        raise ContractError("a combination has two legs or more")
    return f"{_SPREADS[currency]};;;{','.join(parts)}"
