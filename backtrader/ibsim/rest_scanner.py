"""Scanners over REST, as far as quotes carry them, and the count of unread notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .market import Quote
from .records import BrokerageSession, Call, Instrument, Reply, Route

__all__ = ["ROUTES"]

_MOST_ROWS = 50

_Rank = Callable[[Quote], float]


def _gain(quote: Quote) -> float:
    return quote.last / quote.prior_close - 1 if quote.prior_close else 0.0


# code: name, column of the answer, and what is the greatest in the first row
_SCANS: dict[str, tuple[str, str, _Rank]] = {
    "TOP_PERC_GAIN": ("Top % Gainers", "Chg%", _gain),
    "TOP_PERC_LOSE": ("Top % Losers", "Chg%", lambda quote: -_gain(quote)),
    "MOST_ACTIVE": ("Most Active", "Volume", lambda quote: quote.volume),
}

_FILTERS: dict[str, Callable[[Quote, float], bool]] = {
    "priceAbove": lambda quote, value: quote.last >= value,
    "priceBelow": lambda quote, value: quote.last <= value,
    "volumeAbove": lambda quote, value: quote.volume >= value,
}


def scanner_params(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the scans, filters and places that there are."""
    scans = [
        {"display_name": name, "code": code, "instruments": ["STK"]}
        for code, (name, _, _) in _SCANS.items()
    ]
    filters = [
        {"group": code, "display_name": code, "code": code, "type": "range"} for code in _FILTERS
    ]
    major = {"display_name": "US Major", "type": "STK.US.MAJOR", "locations": None}
    return Reply(
        {
            "scan_type_list": scans,
            "instrument_list": [
                {"display_name": "US Stocks", "type": "STK", "filters": list(_FILTERS)}
            ],
            "filter_list": filters,
            "location_tree": [
                {"display_name": "US Stocks", "type": "STK.US", "locations": [major]}
            ],
        }
    )


def run_scanner(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with the US stocks that pass the filters, at most 50."""
    asked = call.body if isinstance(call.body, dict) else {}
    scan = _SCANS.get(str(asked.get("type")))
    if scan is None:
        return Reply({"error": "Internal Server Error", "statusCode": 500}, 500)
    _, column, rank = scan
    tests = [
        (_FILTERS[each["code"]], float(each["value"]))
        for each in asked.get("filter") or ()
        if each.get("code") in _FILTERS
    ]
    found = [
        (quote, item)
        for item in world.catalogue.of_type("STK")
        if item.is_us and (quote := world.market.quote(item.conid)) is not None
        if all(test(quote, value) for test, value in tests)
    ]
    found.sort(key=lambda pair: rank(pair[0]), reverse=True)
    rows = [_row(place, item) for place, (_, item) in enumerate(found[:_MOST_ROWS])]
    if rows:
        rows[0]["column_name"] = column
    return Reply({"contracts": rows, "scan_data_column_name": column})


def _row(place: int, item: Instrument) -> dict[str, Any]:
    return {
        "server_id": str(place),
        "symbol": item.symbol,
        "conidex": str(item.conid),
        "con_id": item.conid,
        "available_chart_periods": "#R|1",
        "company_name": item.company,
        "contract_description_1": item.symbol,
        "listing_exchange": item.exchange,
        "sec_type": item.sec_type,
    }


def unread(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer that there are no unread notices."""
    return Reply({"BN": 0})


ROUTES = (
    Route("GET", "iserver/scanner/params", scanner_params, brokerage=True, spacing_s=900.0),
    Route("POST", "iserver/scanner/run", run_scanner, brokerage=True, spacing_s=1.0),
    Route("GET", "fyi/unreadnumber", unread, spacing_s=1.0),
)
