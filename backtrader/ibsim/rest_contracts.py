"""Contracts over REST: how a client finds what it wants to trade."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .catalogue import DERIVATIVES, Catalogue, month_code
from .records import BrokerageSession, Call, Instrument, Reply, Route

__all__ = ["ROUTES"]

Row = dict[str, Any]

_MOST_CONIDS = 200
# found beneath what they are about: a CFD in the row of its share, a bond by its issuer
_BENEATH = frozenset({"CFD", "BOND"})
_ISSUER_CONID = "2147483647"
_UNKNOWN = '{"reason":"Details currently unavailable. Please try again later and contact client'
_UNKNOWN += ' services if the issue persists."}'


def _refusal(text: str, status: int = 400) -> Reply:
    return Reply({"error": text}, status)


def _texts(call: Call, name: str) -> list[str]:
    return [text.strip() for text in call.params.get(name, "").split(",") if text.strip()]


def _number(text: Any) -> int:
    """Return a contract id, 0 for what is none."""
    head = str(text).partition("@")[0]
    return int(head) if head.isdigit() else 0


def stocks(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with companies and their listings by symbol; unknown symbols are missing."""
    found = {}
    for symbol in _texts(call, "symbols"):
        named = world.catalogue.named(symbol)
        listings = [item for item in named if item.sec_type == "STK" and item.symbol == symbol]
        if listings:
            found[symbol] = _companies(listings)
    return Reply(found)


def _companies(listings: list[Instrument]) -> list[Row]:
    companies: dict[str, Row] = {}
    for item in listings:
        row: Row = {"name": item.company, "chineseName": None, "assetClass": "STK", "contracts": []}
        contract = {"conid": item.conid, "exchange": item.exchange, "isUS": item.is_us}
        companies.setdefault(item.company, row)["contracts"].append(contract)
    return list(companies.values())


def futures(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the futures that have not expired, by symbol, in no order of time."""
    found = {}
    for symbol in _texts(call, "symbols"):
        named = [item for item in world.catalogue.named(symbol) if item.sec_type == "FUT"]
        alive = [item for item in named if item.symbol == symbol and _is_alive(world, item)]
        if alive:
            found[symbol] = [_future_row(item) for item in reversed(alive)]
    return Reply(found)


def _is_alive(world: Any, item: Instrument) -> bool:
    return not item.expiry or item.expiry >= world.market.today.strftime("%Y%m%d")


def _future_row(item: Instrument) -> Row:
    last = int(item.expiry)
    return {
        "symbol": item.symbol,
        "conid": item.conid,
        "underlyingConid": item.underlying_conid,
        "expirationDate": last,
        "ltd": last,
        "shortFuturesCutOff": last,
        "longFuturesCutOff": last,
    }


def definitions(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the definitions of contract ids, at most 200; unknown ones are missing."""
    conids = _texts(call, "conids")
    if len(conids) > _MOST_CONIDS:
        return _refusal(f"Bad Request: at most {_MOST_CONIDS} conids")
    known = filter(None, (world.catalogue.get(_number(conid)) for conid in conids))
    return Reply({"secdef": [_definition(world.catalogue, item) for item in known]})


def _definition(catalogue: Catalogue, item: Instrument) -> Row:
    return {
        "conid": item.conid,
        "currency": item.currency,
        "name": item.company,
        "assetClass": item.sec_type,
        "expiry": item.expiry or None,
        "lastTradingDay": item.expiry or None,
        "group": None,
        "putOrCall": item.right or None,
        "sector": None,
        "sectorGroup": None,
        "strike": f"{item.strike:g}",
        "ticker": item.symbol,
        "undConid": item.underlying_conid,
        "multiplier": item.multiplier if item.sec_type in DERIVATIVES else 0.0,
        "type": "COMMON" if item.sec_type == "STK" else None,
        "hasOptions": bool(catalogue.derivatives(item.conid, "OPT")),
        "fullName": item.local_symbol or item.symbol,
        "isUS": item.is_us,
        "isEventContract": False,
        "listingExchange": item.exchange,
        "allExchanges": _exchanges(item),
        "countryCode": "US" if item.is_us else None,
        "incrementRules": [{"lowerEdge": 0.0, "increment": item.increment}],
    }


def all_conids(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the stocks of an exchange."""
    exchange = call.params.get("exchange", "").upper()
    if not exchange:
        return _refusal("Bad Request: exchange")
    rows = [
        {"ticker": item.symbol, "conid": item.conid, "exchange": item.exchange}
        for item in world.catalogue.of_type("STK")
        if item.exchange == exchange
    ]
    return Reply(rows)


def _exchanges(item: Instrument) -> str:
    smart = item.is_us and item.sec_type in {"STK", "OPT", "WAR"} and item.exchange != "SMART"
    return f"SMART,{item.exchange}" if smart else item.exchange


def search(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with underlyings and what is written on them; needed before strikes are known."""
    asked = call.body if call.method == "POST" else call.params
    asked = asked if isinstance(asked, dict) else {}
    symbol = str(asked.get("symbol") or "")
    if not symbol:
        return _refusal("Bad Request: symbol")
    by_name = str(asked.get("name")).lower() == "true"
    found = _by_company(world.catalogue, symbol) if by_name else world.catalogue.named(symbol)
    sec_type = str(asked.get("secType") or "").upper()
    roots = [
        item
        for item in found
        if item.sec_type not in DERIVATIVES | _BENEATH and sec_type in ("", item.sec_type)
    ]
    if not by_name:
        session.warm.update(f"search:{item.conid}" for item in roots)
    rows = [_found_row(world, item) for item in roots]
    return Reply(rows + [_issuer_row(item) for item in roots if item.sec_type == "STK"][:1])


def _by_company(catalogue: Catalogue, text: str) -> list[Instrument]:
    return [item for item in catalogue if text.upper() in item.company.upper()]


def _found_row(world: Any, item: Instrument) -> Row:
    return {
        "conid": str(item.conid),
        "companyHeader": f"{item.company} - {item.exchange}",
        "companyName": item.company,
        "symbol": item.symbol,
        "description": item.exchange,
        "restricted": None,
        "sections": _sections(world, item),
    }


def _sections(world: Any, item: Instrument) -> list[Row]:
    own: Row = {"secType": item.sec_type}
    if item.sec_type != "STK" or not item.is_us:
        own["exchange"] = f"{item.exchange};"
    sections = [own]
    for sec_type in sorted(DERIVATIVES):
        written = world.catalogue.derivatives(item.conid, sec_type)
        alive = [each for each in written if _is_alive(world, each)]
        if alive:
            months = dict.fromkeys(month_code(each.expiry) for each in alive)
            exchanges = dict.fromkeys(each.exchange for each in alive)
            joined = {"months": ";".join(months), "exchange": ";".join(exchanges)}
            sections.append({"secType": sec_type, **joined})
    return [*sections, *_cfd_sections(world, item)]


def _cfd_sections(world: Any, item: Instrument) -> list[Row]:
    return [
        {"secType": "CFD", "exchange": f"{each.exchange};", "conid": str(each.conid)}
        for each in world.catalogue.of_type("CFD")
        if each.underlying_conid == item.conid
    ]


def _issuer_row(item: Instrument) -> Row:
    """Return the row about bonds of a company, which is no contract."""
    return {
        "issuers": [{"id": f"e{item.conid}", "name": item.company.title()}],
        "bondid": 1,
        "conid": _ISSUER_CONID,
        "companyHeader": "Corporate Fixed Income",
        "companyName": None,
        "symbol": None,
        "description": None,
        "restricted": None,
        "sections": [{"secType": "BOND"}],
    }


def strikes(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the strikes of a month; with none before the underlying was searched for."""
    found = _derivatives(world, session, call.params)
    of_right = {
        name: sorted({item.strike for item in found if item.right == right})
        for name, right in (("call", "C"), ("put", "P"))
    }
    return Reply(of_right)


def _derivatives(world: Any, session: BrokerageSession, asked: dict[str, str]) -> list[Instrument]:
    """Return what is written on ``conid``, of ``sectype`` and ``month``: none before a search."""
    conid = _number(asked.get("conid"))
    if f"search:{conid}" not in session.warm:
        return []
    sec_type = asked.get("sectype", asked.get("secType", "")).upper()
    month = asked.get("month", "").upper()
    return [
        item
        for item in world.catalogue.derivatives(conid, sec_type)
        if sec_type and month == month_code(item.expiry) and _is_alive(world, item)
    ]


def definition(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with one contract as an object, or with the derivatives of an underlying as a list."""
    item = world.catalogue.get(_number(call.params.get("conid")))
    if item is None:
        return _refusal(_UNKNOWN, 500)
    sec_type = call.params.get("sectype", call.params.get("secType", "")).upper()
    if sec_type not in DERIVATIVES or item.sec_type == sec_type:
        return Reply(_contract_row(item))
    if not call.params.get("month"):
        return _refusal("Bad Request: month")
    found = _narrowed(_derivatives(world, session, call.params), call.params)
    if not found:
        return _refusal(_UNKNOWN, 500)
    return Reply([_derivative_row(each) for each in found])


def _narrowed(found: Iterable[Instrument], asked: dict[str, str]) -> list[Instrument]:
    strike, right = asked.get("strike"), asked.get("right", "").upper()[:1]
    return [
        item
        for item in found
        if (not strike or item.strike == float(strike)) and right in ("", item.right)
    ]


def _contract_row(item: Instrument) -> Row:
    return {
        "conid": item.conid,
        "ticker": item.symbol,
        "secType": item.sec_type,
        "listingExchange": item.exchange,
        "exchange": _exchanges(item).partition(",")[0],
        "companyName": item.company,
        "currency": item.currency,
        "validExchanges": _exchanges(item),
        "priceRendering": None,
        "maturityDate": item.expiry or None,
        "right": item.right or "?",
        "strike": item.strike,
    }


def _derivative_row(item: Instrument) -> Row:
    month = month_code(item.expiry)
    words = (f"{item.strike:g}", "Call" if item.right == "C" else "Put") if item.right else ()
    return {
        "conid": item.conid,
        "symbol": item.symbol,
        "secType": item.sec_type,
        "exchange": item.exchange,
        "listingExchange": item.exchange,
        "right": item.right or "?",
        "strike": item.strike,
        "currency": item.currency,
        "cusip": None,
        "coupon": "No Coupon",
        "desc1": item.symbol,
        "desc2": " ".join((f"{month[:3]} {item.expiry[6:]} '{month[3:]}", *words)),
        "maturityDate": item.expiry,
        "multiplier": f"{item.multiplier:g}",
        "tradingClass": item.trading_class,
        "validExchanges": _exchanges(item),
    }


ROUTES = (
    Route("GET", "trsrv/stocks", stocks),
    Route("GET", "trsrv/futures", futures),
    Route("GET", "trsrv/secdef", definitions),
    Route("GET", "trsrv/all-conids", all_conids),
    Route("GET", "iserver/secdef/search", search, brokerage=True),
    Route("POST", "iserver/secdef/search", search, brokerage=True),
    Route("GET", "iserver/secdef/strikes", strikes, brokerage=True),
    Route("GET", "iserver/secdef/info", definition, brokerage=True),
)
