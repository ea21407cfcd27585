"""What a contract is, and how its name is read: ``AAPL-STK-SMART-USD`` and its kin.

Forms of a name (parts in brackets may be left out; what is left out comes from the feed's
parameters)::

    TICKER [-TYPE [-EXCHANGE [-CURRENCY]]]               stocks, CFDs, indices, crypto, ...
    TICKER-YYYYMM[DD] [-EXCHANGE [-CURRENCY [-MULT]]]    futures
    TICKER-FUT-EXCHANGE-CURRENCY-YYYYMM[DD] [-MULT]
    TICKER-YYYYMM[DD]-EXCHANGE-CURRENCY-STRIKE-RIGHT [-MULT]
    TICKER-OPT-EXCHANGE-CURRENCY-YYYYMM[DD]-STRIKE-RIGHT [-MULT]     the same with FOP
    TICKER-CONTFUT-EXCHANGE-CURRENCY [-DAYS]             the front future, see `rolls`
    CUR1.CUR2-CASH [-IDEALPRO]
    CONID, CONID@EXCHANGE                                IBKR's number, as text or int
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import ContractError

__all__ = ["Contract", "ContractDetails", "Hours", "makecontract", "parse_name"]

_CONID = re.compile(r"(\d+)(?:@([A-Za-z0-9.]+))?")
_EXPIRY = re.compile(r"\d{6}(?:\d{2})?")
_OPTIONS = ("OPT", "FOP")


@dataclass(unsafe_hash=True)
class Contract:
    """A contract with the attributes of the TWS API; two that name the same are equal.

    `m_expiry` is ``YYYYMM`` or ``YYYYMMDD``, `m_multiplier` text, `m_right` ``C``, ``CALL``, ``P``
    or ``PUT``. `m_conId` is 0 as long as nobody looked it up. `roll_days` is of a continuous future
    (``CONTFUT``) alone: see `rolls`.
    """

    m_symbol: str = ""
    m_secType: str = ""
    m_exchange: str = ""
    m_currency: str = ""
    m_expiry: str = ""
    m_strike: float = 0.0
    m_right: str = ""
    m_multiplier: str = ""
    m_conId: int = 0
    m_localSymbol: str = ""
    m_tradingClass: str = ""
    m_primaryExch: str = ""
    m_includeExpired: bool = False
    m_secIdType: str = ""
    m_secId: str = ""
    m_comboLegsDescrip: str = field(default="", compare=False)
    m_comboLegs: Any = field(default=None, compare=False)
    m_underComp: Any = field(default=None, compare=False)
    roll_days: int | None = field(default=None, compare=False)

    def clone(self, **changes: Any) -> Contract:
        """Return a copy, with attributes changed."""
        return replace(self, **changes)

    def describe(self) -> str:
        """Return what it names, in words:
        ``"AAPL STK SMART/NASDAQ USD (conid 265598)"``."""
        strike = f"{self.m_strike:g}" if self.m_strike else ""
        parts = [self.m_symbol, self.m_secType, self.m_expiry, strike, self.m_right]
        places = dict.fromkeys(part for part in (self.m_exchange, self.m_primaryExch) if part)
        parts += [self.m_tradingClass if strike else "", "/".join(places), self.m_currency]
        named = " ".join(part for part in parts if part)
        conid = f"conid {self.m_conId}" if self.m_conId else ""
        return f"{named} ({conid})" if named and conid else named or conid


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of trading, in epoch seconds, and whether it belongs to the regular session."""

    opening: int
    closing: int
    regular: bool


@dataclass
class ContractDetails:
    """What is known of a contract, with the attributes of the TWS API.

    `m_minTick` and `size_increment` are the smallest steps of price and size (0.0: not known),
    `m_tradingHours` and `m_liquidHours` are TWS's text (``YYYYMMDD:HHMM-HHMM;...`` in the time zone
    `m_timeZoneId`), `hours` the same as records.
    """

    m_summary: Contract
    m_marketName: str = ""
    m_minTick: float = 0.0
    m_priceMagnifier: int = 1
    m_orderTypes: str = ""
    m_validExchanges: str = ""
    m_underConId: int = 0
    m_longName: str = ""
    m_contractMonth: str = ""
    m_industry: str = ""
    m_category: str = ""
    m_subcategory: str = ""
    m_timeZoneId: str = ""
    m_tradingHours: str = ""
    m_liquidHours: str = ""
    m_evRule: str = ""
    m_evMultiplier: float = 0.0
    size_increment: float = 0.0
    increment_rules: tuple[tuple[float, float], ...] = ()  # (from this price on, step)
    hours: tuple[Hours, ...] = ()

    def is_open(self, epoch_s: float, regular: bool = False) -> bool | None:
        """Whether it trades at a moment; None where the schedule does not reach that far."""
        hours = [each for each in self.hours if each.regular == regular]
        if any(each.opening <= epoch_s < each.closing for each in hours):
            return True
        if not hours or not hours[0].opening <= epoch_s < hours[-1].closing:
            return None
        return False


def makecontract(
    symbol: str,
    sectype: str,
    exch: str,
    curr: str,
    expiry: str = "",
    strike: float = 0.0,
    right: str = "",
    mult: Any = 1,
) -> Contract:
    """Return a contract from its parts; those that its type has no use for are left out."""
    contract = Contract(symbol, sectype, exch, curr)
    if sectype in ("FUT", *_OPTIONS):
        contract.m_expiry = str(expiry or "")
    if sectype in _OPTIONS:
        contract.m_strike = float(strike or 0.0)
        contract.m_right = right
    if mult:
        contract.m_multiplier = str(mult)
    return contract


def parse_name(
    dataname: Any, sectype: str = "STK", exchange: str = "SMART", currency: str = ""
) -> Contract:
    """Return the contract that a name stands for, as far as the name says.

    Parameters
    ----------
    dataname
        Text in one of the forms above, an int, or a contract, which comes back as it is.
    sectype, exchange, currency
        What holds where the name says nothing.

    Raises
    ------
    ContractError
        The name has none of the forms.
    """
    if isinstance(dataname, Contract):
        return dataname
    text = str(dataname).strip()
    number = _CONID.fullmatch(text)
    if number:
        return Contract(m_conId=int(number[1]), m_exchange=number[2] or exchange)
    symbol, *parts = text.split("-")
    if not symbol:
        raise ContractError(f"{dataname!r} names no contract: the ticker is missing")
    if parts and _EXPIRY.fullmatch(parts[0]):
        return _dated(symbol, parts, exchange, currency)
    kind, place, money, *rest = [*parts[:3], *[""] * (3 - len(parts)), *parts[3:]]
    kind = kind.upper() or sectype
    if kind == "CASH" and "." in symbol:
        symbol, _, other = symbol.partition(".")
        money = money or other
    contract = Contract(symbol, kind, place or exchange, money or currency)
    if kind == "FUT":
        contract.m_expiry, contract.m_multiplier, *_ = [*rest, "", ""]
    elif kind == "CONTFUT" and rest:
        contract.roll_days = _days(contract, rest[0])
    elif kind in _OPTIONS:
        expiry, strike, right, mult, *_ = [*rest, "", "", "", ""]
        _make_option(contract, expiry, strike, right, mult)
    return contract


def _days(contract: Contract, text: str) -> int:
    if not text.isdigit():
        raise ContractError(f"{contract.describe()}: {text!r} is no number of days")
    return int(text)


def _dated(symbol: str, parts: list[str], exchange: str, currency: str) -> Contract:
    """A name whose second part is a date: a future, or an option where a strike follows."""
    expiry, place, money, *rest = [*parts[:3], *[""] * (3 - len(parts)), *parts[3:]]
    contract = Contract(symbol, "FUT", place or exchange, money or currency, expiry)
    if len(rest) < 2:
        contract.m_multiplier = rest[0] if rest else ""
        return contract
    strike, right, mult, *_ = [*rest, ""]
    # a month alone is how futures, and so the options on them, are named
    contract.m_secType = "OPT" if len(expiry) == 8 else "FOP"
    _make_option(contract, expiry, strike, right, mult)
    return contract


def _make_option(contract: Contract, expiry: str, strike: str, right: str, mult: str) -> None:
    contract.m_expiry, contract.m_right, contract.m_multiplier = expiry, right, mult
    try:
        contract.m_strike = float(strike or 0.0)
    except ValueError:
        raise ContractError(f"{contract.describe()}: {strike!r} is no strike price") from None
    if right and right.upper() not in ("C", "CALL", "P", "PUT"):
        raise ContractError(f"{contract.describe()}: {right!r} is neither CALL nor PUT")
