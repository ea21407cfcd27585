"""Looks contracts up at IBKR: one name stands for one contract, or for none."""

from __future__ import annotations

import datetime as _datetime
import threading
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...errors import ContractError, RequestRefusedError, StoreError
from .contracts import Contract, ContractDetails, Hours
from .rolls import Roll, roll_of

__all__ = ["MONTHS", "Contracts", "zone_of"]

Get = Callable[..., Any]
Row = dict[str, Any]

# what TWS, and older scripts, call the exchanges -> what the Web API calls them
_EXCHANGES = {"ISLAND": "NASDAQ", "NASDAQ.NMS": "NASDAQ", "NMS": "NASDAQ", "GLOBEX": "CME"}
_EXCHANGES |= {"ECBOT": "CBOT", "IDEAL": "IDEALPRO", "IBIS": "IBIS", "NYSEARCA": "ARCA"}
_ANYWHERE = ("", "SMART", "BEST")
_BOND_ISSUER = "2147483647"
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MOST_LISTED = 12


class Contracts:
    """Finds contracts, and remembers what it found.

    Parameters
    ----------
    get
        Asks the server: ``get(path, params)`` returns the decoded answer.
    """

    def __init__(self, get: Get) -> None:
        self._get = get
        self._lock = threading.Lock()
        self._found: dict[Contract, list[Contract]] = {}
        self._details: dict[Contract, ContractDetails] = {}
        self._finders: dict[str, Callable[[Contract], list[Contract]]] = {
            "STK": self._stocks,
            "FUT": self._futures,
            "CONTFUT": lambda wanted: [self.roll(wanted).front],
            "OPT": self._options,
            "FOP": self._options,
            "CASH": self._pairs,
        }

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._found.clear()
            self._details.clear()

    def resolve(self, contract: Contract) -> Contract:
        """Return the one contract that `contract` names, with its number and all that is known.

        Raises
        ------
        ContractError
            It names none, or several: `candidates` lists them.
        StoreError
            The server could not be asked.
        """
        found = self.candidates(contract)
        if not found:
            raise ContractError(f"{contract.describe()}: no such contract")
        if len(found) > 1:
            names = [each.describe() for each in found]
            listed = names[:_MOST_LISTED]
            if len(names) > len(listed):
                listed.append(f"{len(names) - len(listed)} more")
            raise ContractError(f"{contract.describe()} is ambiguous", listed)
        return found[0]

    def candidates(self, contract: Contract) -> list[Contract]:
        """Return all contracts that `contract` may name."""
        key = contract.clone()
        with self._lock:
            known = self._found.get(key)
        if known is None:
            known = self._find(contract)
            with self._lock:
                # nothing found may be so because the server was not ready: it is asked again
                # and which future is the front one changes with the day
                if known and contract.m_secType != "CONTFUT":
                    self._found[key] = known
        return [each.clone() for each in known]

    def _find(self, contract: Contract) -> list[Contract]:
        if contract.m_conId:
            found = [self._by_number(contract.m_conId)]
            place = _exchange(contract.m_exchange)
            for each in found:
                if place not in _ANYWHERE:
                    self._must_trade_at(each, place)
                    each.m_exchange = contract.m_exchange
            return found
        if not contract.m_symbol:
            raise ContractError("a contract needs a symbol, or the number of IBKR")
        return self._finders.get(contract.m_secType.upper(), self._searched)(contract)

    # what the server knows of a number

    def _info(self, conid: int) -> Row:
        try:
            info = self._get(f"iserver/contract/{conid}/info", None)
        except RequestRefusedError as error:
            raise ContractError(f"conid {conid}: no such contract ({error.text})") from error
        number = info.get("con_id") if isinstance(info, dict) else None
        if not number or int(number) != conid:
            raise ContractError(f"conid {conid}: no such contract")
        return info

    def _by_number(self, conid: int) -> Contract:
        return _from_info(self._info(conid))

    def _must_trade_at(self, contract: Contract, place: str) -> None:
        info = self._info(contract.m_conId)
        places = _places(info)
        if place not in places:
            raise ContractError(f"{contract.describe()} is not traded at {place}", sorted(places))

    def _checked(self, conid: int, wanted: Contract) -> Contract | None:
        """The contract of a number, where it has what is wanted; its exchange is the one wanted."""
        info = self._info(conid)
        found = _from_info(info)
        place = _exchange(wanted.m_exchange)
        if place not in _ANYWHERE and place not in _places(info):
            return None
        if wanted.m_currency and found.m_currency not in ("", wanted.m_currency):
            return None
        if not _same_multiplier(wanted.m_multiplier, found.m_multiplier):
            return None
        if wanted.m_tradingClass and wanted.m_tradingClass != found.m_tradingClass:
            return None
        found.m_symbol = wanted.m_symbol
        found.m_secType = wanted.m_secType
        found.m_exchange = wanted.m_exchange or found.m_exchange
        return found

    # stocks

    def _stocks(self, wanted: Contract) -> list[Contract]:
        symbol = wanted.m_symbol.upper()
        answer = self._get("trsrv/stocks", {"symbols": symbol}) or {}
        rows = [
            (int(each["conid"]), _exchange(each.get("exchange")), bool(each.get("isUS")))
            for company in answer.get(symbol) or ()
            if company.get("assetClass", "STK") == "STK"
            for each in company.get("contracts") or ()
        ]
        primary = _exchange(wanted.m_primaryExch)
        place = _exchange(wanted.m_exchange)
        if primary not in _ANYWHERE:
            rows = [row for row in rows if row[1] == primary]
        listed = [row for row in rows if row[1] == place]
        if listed:
            rows = listed
        monies = self._currencies([row[0] for row in rows])
        if wanted.m_currency:
            rows = [row for row in rows if monies.get(row[0], "") == wanted.m_currency]
        if place not in _ANYWHERE and not listed:
            # not listed there, but it may be traded there all the same
            rows = [row for row in rows if place in _places(self._info(row[0]))]
        domestic = [row for row in rows if row[2]]
        if place in _ANYWHERE and wanted.m_currency in ("", "USD") and domestic:
            # SMART means the United States, unless the currency says otherwise
            rows = domestic
        return [
            wanted.clone(
                m_symbol=symbol,
                m_conId=conid,
                m_exchange=wanted.m_exchange or "SMART",
                m_currency=monies.get(conid, wanted.m_currency),
                m_primaryExch=listing,
                m_localSymbol=symbol,
            )
            for conid, listing, _ in rows
        ]

    def _currencies(self, conids: list[int]) -> dict[int, str]:
        if not conids:
            return {}
        answer = self._get("trsrv/secdef", {"conids": ",".join(map(str, conids[:200]))}) or {}
        rows = answer.get("secdef") or []
        return {int(row["conid"]): row.get("currency") or "" for row in rows}

    # futures

    def _futures(self, wanted: Contract) -> list[Contract]:
        symbol = wanted.m_symbol.upper()
        answer = self._get("trsrv/futures", {"symbols": symbol}) or {}
        rows = sorted(answer.get(symbol) or (), key=lambda row: row["expirationDate"])
        expiry = wanted.m_expiry
        # a contract of one month may expire in the month before, as crude oil does
        near = [row for row in rows if _near(expiry, str(row["expirationDate"]))]
        found = []
        for row in near:
            one = self._checked(int(row["conid"]), wanted)
            if one is not None:
                date = str(row["expirationDate"])
                month = one.m_expiry if len(one.m_expiry) == 6 else date[:6]
                if not expiry or expiry in (date, month, str(row.get("ltd"))):
                    one.m_expiry = date
                    found.append(one)
        if not found and rows:
            dates = [f"{symbol} {row['expirationDate']} (conid {row['conid']})" for row in rows]
            raise ContractError(f"{wanted.describe()}: no such future", dates[:_MOST_LISTED])
        return found

    def roll(self, wanted: Contract, present: Contract | None = None) -> Roll:
        """Return what a continuous future stands for, and which is the next; see `roll_of`."""
        return roll_of(self._get, self.resolve, wanted, present)

    # options

    def _options(self, wanted: Contract) -> list[Contract]:
        month = _month(wanted.m_expiry)
        if not month or not wanted.m_strike or not wanted.m_right:
            raise ContractError(
                f"{wanted.describe()}: an option needs an expiry (YYYYMM or YYYYMMDD), a strike and"
                " a right"
            )
        found: list[Contract] = []
        near: set[float] = set()
        for conid in self._underlyings(wanted, month):
            ask = {"conid": conid, "sectype": wanted.m_secType, "month": month}
            if wanted.m_exchange:
                ask["exchange"] = _exchange(wanted.m_exchange)
            strikes = self._get("iserver/secdef/strikes", ask) or {}
            right = wanted.m_right[0].upper()
            offered = {float(each) for each in strikes.get("call" if right == "C" else "put") or ()}
            near |= offered
            if wanted.m_strike in offered:
                found += self.option_rows(
                    wanted, {**ask, "strike": wanted.m_strike, "right": right}
                )
        if not found and near:
            nearest = sorted(near, key=lambda strike: abs(strike - wanted.m_strike))[:5]
            names = [f"strike {strike:g}" for strike in sorted(nearest)]
            raise ContractError(f"{wanted.describe()}: no such option in {month}", names)
        return found

    def _underlyings(self, wanted: Contract, month: str) -> list[str]:
        """The numbers of what options of that month are written on, by the symbol."""
        rows = self.search(wanted.m_symbol, None)
        rows = [row for row in rows if month in _section(row, wanted.m_secType).get("months", "")]
        if len(rows) > 1 and wanted.m_currency:
            monies = self._currencies([int(row["conid"]) for row in rows])
            rows = [
                row
                for row in rows
                if monies.get(int(row["conid"]), wanted.m_currency) == wanted.m_currency
            ]
        return [str(row["conid"]) for row in rows]

    def option_rows(self, wanted: Contract, ask: Row) -> list[Contract]:
        """Return the options that IBKR lists for what is asked."""
        answer = self._get("iserver/secdef/info", ask) or []
        rows = answer if isinstance(answer, list) else [answer]
        found = []
        for row in rows:
            one = wanted.clone(
                m_conId=int(row["conid"]),
                m_expiry=str(row.get("maturityDate") or wanted.m_expiry),
                m_right=str(row.get("right") or wanted.m_right),
                m_multiplier=_text(row.get("multiplier")),
                m_tradingClass=row.get("tradingClass") or "",
                m_currency=row.get("currency") or wanted.m_currency,
                m_localSymbol=row.get("desc2") or "",
            )
            if _same_option(wanted, one):
                found.append(one)
        return found

    # currencies and the rest

    def _pairs(self, wanted: Contract) -> list[Contract]:
        base, quote = wanted.m_symbol.upper(), wanted.m_currency.upper()
        if not quote:
            raise ContractError(f"{wanted.describe()}: a pair of currencies is written EUR.USD")
        answer = self._get("iserver/currency/pairs", {"currency": quote}) or {}
        pairs = {row["symbol"]: int(row["conid"]) for rows in answer.values() for row in rows}
        conid = pairs.get(f"{base}.{quote}")
        if conid is None:
            turned = f"{quote}.{base}"
            hints = [turned] if turned in pairs else sorted(pairs)[:_MOST_LISTED]
            raise ContractError(f"{base}.{quote}: no such pair of currencies", hints)
        exchange = wanted.m_exchange if wanted.m_exchange not in _ANYWHERE else "IDEALPRO"
        return [wanted.clone(m_conId=conid, m_exchange=exchange, m_localSymbol=f"{base}.{quote}")]

    def _searched(self, wanted: Contract) -> list[Contract]:
        kind = wanted.m_secType.upper()
        rows = self.search(wanted.m_symbol, None if kind == "CFD" else kind)
        found: list[Contract] = []
        for row in rows:
            section = _section(row, kind)
            if not section:
                continue
            one = self._checked(int(section.get("conid") or row["conid"]), wanted)
            if one is not None and one.m_conId not in {each.m_conId for each in found}:
                one.m_primaryExch = _exchange(row.get("description"))
                found.append(one)
        return found

    def search(self, symbol: str, kind: str | None) -> list[Row]:
        """Return IBKR's rows on a symbol; what is written on it is served after that alone."""
        ask = {"symbol": symbol.upper(), "secType": kind}
        answer = self._get("iserver/secdef/search", ask)
        if not isinstance(answer, list):
            return []
        return [
            row
            for row in answer
            if str(row.get("conid")) != _BOND_ISSUER
            and str(row.get("symbol") or "").upper() == symbol.upper()
        ]

    # details

    def details(self, contract: Contract) -> ContractDetails:
        """Return what is known of the contract that `contract` names; errors as `resolve`."""
        found = self.resolve(contract)
        with self._lock:
            known = self._details.get(found)
        if known is None:
            known = self._ask_details(found)
            with self._lock:
                self._details[found.clone()] = known
        return known

    def _ask_details(self, contract: Contract) -> ContractDetails:
        conid = contract.m_conId
        info = self._get(f"iserver/contract/{conid}/info-and-rules", {"isBuy": True}) or {}
        rules = info.get("rules") or {}
        details = ContractDetails(
            contract,
            m_marketName=info.get("trading_class") or "",
            m_minTick=float(rules.get("increment") or 0.0),
            m_priceMagnifier=int(rules.get("priceMagnifier") or 1),
            m_orderTypes=",".join(rules.get("orderTypes") or ()),
            m_validExchanges=info.get("valid_exchanges") or "",
            m_underConId=int(info.get("underlying_con_id") or 0),
            m_longName=info.get("company_name") or "",
            m_contractMonth=_text(info.get("contract_month")),
            m_industry=info.get("industry") or "",
            m_category=info.get("category") or "",
            size_increment=float(rules.get("sizeIncrement") or 0.0),
            increment_rules=tuple(
                (float(rule["lowerEdge"]), float(rule["increment"]))
                for rule in rules.get("incrementRules") or ()
            ),
        )
        self.refresh_hours(details)
        return details

    def refresh_hours(self, details: ContractDetails) -> None:
        """Ask anew when the contract is traded; nothing changes where the server does not say."""
        try:
            answer = self._get("contract/trading-schedule", {"conid": details.m_summary.m_conId})
        except StoreError:
            return
        if not isinstance(answer, dict):
            return
        details.m_timeZoneId = answer.get("exchange_time_zone") or details.m_timeZoneId
        details.hours = _hours(answer.get("schedules") or {})
        zone = zone_of(details.m_timeZoneId)
        details.m_liquidHours = _tws_hours(details.hours, True, zone)
        details.m_tradingHours = _tws_hours(details.hours, False, zone)


def _exchange(name: Any) -> str:
    text = str(name or "").upper()
    return _EXCHANGES.get(text, text)


def _text(value: Any) -> str:
    """A number as text without a fraction that is none: 50.0 and "50" are "50"."""
    try:
        as_number = float(value)
    except (TypeError, ValueError):
        return str(value or "")
    return f"{as_number:g}" if as_number else ""


def _places(info: Row) -> set[str]:
    names = str(info.get("valid_exchanges") or "").split(",")
    return {_exchange(name) for name in (*names, info.get("exchange")) if name}


def _from_info(info: Row) -> Contract:
    return Contract(
        m_symbol=info.get("symbol") or "",
        m_secType=info.get("instrument_type") or "",
        m_exchange=info.get("exchange") or "",
        m_currency=info.get("currency") or "",
        m_expiry=_text(info.get("contract_month")) or str(info.get("maturity_date") or ""),
        m_multiplier=_text(info.get("multiplier")),
        m_conId=int(info["con_id"]),
        m_localSymbol=info.get("local_symbol") or "",
        m_tradingClass=info.get("trading_class") or "",
    )


def _same_multiplier(wanted: str, found: str) -> bool:
    # "1" is what makecontract writes where nobody gave one
    return wanted in ("", "1") or not found or float(wanted) == float(found)


def _same_option(wanted: Contract, found: Contract) -> bool:
    dated = len(wanted.m_expiry) == 8
    return (
        (not dated or found.m_expiry == wanted.m_expiry)
        and wanted.m_tradingClass in ("", found.m_tradingClass)
        and wanted.m_currency in ("", found.m_currency)
        and _same_multiplier(wanted.m_multiplier, found.m_multiplier)
    )


def _near(expiry: str, date: str) -> bool:
    """Whether a future that expires on `date` may be the one called by `expiry`."""
    if not expiry or len(expiry) == 8:
        return True
    months = int(expiry[:4]) * 12 + int(expiry[4:6]) - int(date[:4]) * 12 - int(date[4:6])
    return abs(months) <= 2


def _month(expiry: str) -> str:
    """An expiry as the Web API calls its month: ``JAN26``."""
    if len(expiry) not in (6, 8) or not expiry.isdigit() or not 1 <= int(expiry[4:6]) <= 12:
        return ""
    return f"{MONTHS[int(expiry[4:6]) - 1]}{expiry[2:4]}"


def _section(row: Row, kind: str) -> Row:
    sections = row.get("sections") or ()
    return next((each for each in sections if each.get("secType") == kind), {})


def _hours(schedules: dict[str, Any]) -> tuple[Hours, ...]:
    found = {
        Hours(int(each["opening"]), int(each["closing"]), key == "liquid_hours")
        for day in schedules.values()
        for key in ("liquid_hours", "extended_hours")
        for each in day.get(key) or ()
    }
    return tuple(sorted(found, key=lambda each: (each.opening, each.closing)))


def zone_of(name: str) -> _datetime.tzinfo:
    """Return the time zone of a name; UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _datetime.timezone.utc


def _tws_hours(hours: tuple[Hours, ...], regular: bool, zone: _datetime.tzinfo) -> str:
    parts = []
    for each in hours:
        if each.regular == regular:
            opening, closing = (
                _datetime.datetime.fromtimestamp(moment, zone)
                for moment in (each.opening, each.closing)
            )
            parts.append(f"{opening:%Y%m%d:%H%M}-{closing:%H%M}")
    return ";".join(parts)
