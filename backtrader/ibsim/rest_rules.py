"""One contract over REST: its details, its trading rules, its hours; and currencies."""

from __future__ import annotations

from typing import Any

from .catalogue import DERIVATIVES
from .hours import hours_of
from .quotes import price_digits
from .records import BrokerageSession, Call, Instrument, Reply, Route

__all__ = ["ROUTES"]

Row = dict[str, Any]

_ORDER_TYPES = ["limit", "midprice", "market", "stop", "stop_limit", "mit", "lit", "trailing_stop"]
_ORDER_TYPES += ["trailing_stop_limit", "relative", "marketonclose", "limitonclose"]
_OUTSIDE = ["limit", "stop_limit", "lit", "trailing_stop_limit", "relative"]
_TIFS = ["IOC/MARKET,LIMIT,RELATIVE,MARKETONCLOSE,MIDPRICE,LIMITONCLOSE,MKT_PROTECT,a", "GTC/o,a"]
_TIFS += ["DAY/o,a", "OPG/LIMIT,MARKET,a"]
_SCHEDULE_DAYS = 6


def _instrument(world: Any, conid: Any) -> Instrument | None:
    text = str(conid).partition("@")[0]
    found: Instrument | None = world.catalogue.get(int(text)) if text.isdigit() else None
    return found


def _no_contract(conid: Any) -> Reply:
    return Reply({"error": f"Bad Request: no contract {conid}", "statusCode": 400}, 400)


def info(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the details of a contract."""
    item = _instrument(world, call.captured["conid"])
    return _no_contract(call.captured["conid"]) if item is None else Reply(_details(item))


def info_and_rules(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the details of a contract and the rules of trading it."""
    item = _instrument(world, call.captured["conid"])
    if item is None:
        return _no_contract(call.captured["conid"])
    is_buy = str(call.params.get("isBuy", "True")).lower() == "true"
    return Reply({**_details(item), "rules": _rules(world, item, is_buy)})


def rules(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the rules of trading a contract."""
    asked = call.body if isinstance(call.body, dict) else {}
    item = _instrument(world, asked.get("conid"))
    if item is None:
        return _no_contract(asked.get("conid"))
    return Reply(_rules(world, item, asked.get("isBuy") is not False))


def _details(item: Instrument) -> Row:
    derivative = item.sec_type in DERIVATIVES
    smart = item.is_us and item.sec_type in {"STK", "OPT"}
    listed = item.exchange if item.exchange == "SMART" or not smart else f"SMART,{item.exchange}"
    return {
        "cfi_code": "",
        "symbol": item.symbol,
        "cusip": None,
        "expiry_full": item.expiry or None,
        "con_id": item.conid,
        "maturity_date": item.expiry or None,
        "industry": "",
        "instrument_type": item.sec_type,
        "has_related_contracts": item.sec_type in {"STK", "IND"},
        "trading_class": item.trading_class or item.symbol,
        "valid_exchanges": listed,
        "allow_sell_long": False,
        "is_zero_commission_security": False,
        "local_symbol": item.local_symbol or item.symbol,
        "contract_clarification_type": None,
        "classifier": None,
        "currency": item.currency,
        "text": f"{item.strike:g} {item.right}" if item.right else None,
        "underlying_con_id": item.underlying_conid,
        "r_t_h": True,
        "multiplier": f"{item.multiplier:g}" if derivative else None,
        "underlying_issuer": None,
        "contract_month": item.expiry[:6] or None,
        "company_name": item.company,
        "smart_available": smart,
        "exchange": "SMART" if smart else item.exchange,
        "category": "",
        **({"strike": f"{item.strike:g}", "right": item.right} if item.right else {}),
    }


def _rules(world: Any, item: Instrument, is_buy: bool) -> Row:
    quote = world.market.quote(item.conid)
    price = None if quote is None else quote.ask if is_buy else quote.bid
    least = item.size_increment
    return {
        "algoEligible": item.sec_type == "STK",
        "overnightEligible": False,
        "costReport": False,
        "canTradeAcctIds": [] if item.sec_type == "IND" else list(world.exchange.accounts),
        "error": None,
        "orderTypes": list(_ORDER_TYPES),
        "orderTypesOutside": list(_OUTSIDE),
        "allOrNoneEligible": item.sec_type == "STK",
        "defaultSize": int(least) if least >= 1 else least,
        "cashSize": 0.0,
        "sizeIncrement": int(least) if least >= 1 else least,
        "tifTypes": list(_TIFS),
        "tifDefaults": {"TIF": "DAY"},
        "limitPrice": price,
        "stopprice": price,
        "preview": True,
        "displaySize": None,
        "cashCcy": item.currency,
        "cashQtyIncr": None,
        "priceMagnifier": None,
        "increment": item.increment,
        "incrementType": None,
        "incrementDigits": price_digits(item.increment),
        "incrementRules": [{"lowerEdge": 0.0, "increment": item.increment}],
        "hasSecondary": item.is_us,
        "negativeCapable": False,
    }


def algos(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the broker's algorithms, of which the simulator runs none."""
    if _instrument(world, call.captured["conid"]) is None:
        return Reply({"error": "Service Unavailable", "statusCode": 503}, 503)
    return Reply({"algos": []})


def trading_schedule(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the sessions of the coming days; holidays are unknown here, weekends are not."""
    item = _instrument(world, call.params.get("conid"))
    if item is None:
        return _no_contract(call.params.get("conid"))
    hours = hours_of(item)
    today = hours.trading_day(world.now_ms)
    days = [day for day in range(today, today + _SCHEDULE_DAYS + 4) if _trades(item, day)]
    schedules = {}
    for day in days[:_SCHEDULE_DAYS]:
        regular, extended = hours.regular(day), hours.extended(day)
        schedules[hours.date_text(day)] = {
            "liquid_hours": [_session(*regular)],
            "extended_hours": [{**_session(*extended), "cancel_daily_orders": True}],
        }
    return Reply({"exchange_time_zone": item.time_zone, "schedules": schedules})


def _trades(item: Instrument, day: int) -> bool:
    return item.sec_type == "CRYPTO" or (day + 3) % 7 < 5  # day 0 was a Thursday


def _session(opening_ms: int, closing_ms: int) -> dict[str, int]:
    return {"opening": opening_ms // 1000, "closing": closing_ms // 1000}


def currency_pairs(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the pairs that a currency is part of."""
    currency = call.params.get("currency", "").upper()
    if not currency:
        return Reply({"error": "Bad Request: currency", "statusCode": 400}, 400)
    rows = []
    for item in world.catalogue.of_type("CASH"):
        pair = {item.symbol, item.currency}
        if currency in pair:
            other = (pair - {currency}).pop()
            symbol = f"{item.symbol}.{item.currency}"
            rows.append({"symbol": symbol, "conid": item.conid, "ccyPair": other})
    return Reply({currency: rows})


def exchange_rate(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the units of one currency that one of another is worth, where a pair trades."""
    source, target = (call.params.get(name, "").upper() for name in ("source", "target"))
    if not source or not target:
        return Reply({"error": "Bad Request: source and target", "statusCode": 400}, 400)
    if source == target:
        return Reply({"rate": 1.0})
    for item in world.catalogue.of_type("CASH"):
        last = world.market.last.get(item.conid)
        if last and {item.symbol, item.currency} == {source, target}:
            return Reply({"rate": last if item.symbol == source else 1 / last})
    rates = world.account.rates
    if source in rates and target in rates:
        return Reply({"rate": float(rates[source] / rates[target])})
    return Reply({"error": f"no exchange rate from {source} to {target}"}, 500)


_CONTRACT = "iserver/contract"

ROUTES = (
    Route("GET", f"{_CONTRACT}/{{conid}}/info", info, brokerage=True),
    Route("GET", f"{_CONTRACT}/{{conid}}/info-and-rules", info_and_rules, brokerage=True),
    Route("GET", f"{_CONTRACT}/{{conid}}/algos", algos, brokerage=True),
    Route("POST", f"{_CONTRACT}/rules", rules, brokerage=True),
    Route("GET", "contract/trading-schedule", trading_schedule),
    Route("GET", "iserver/currency/pairs", currency_pairs, brokerage=True),
    Route("GET", "iserver/exchangerate", exchange_rate, brokerage=True),
)
