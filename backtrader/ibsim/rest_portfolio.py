"""Requests about portfolios: accounts, positions, ledger, summary, allocation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .account import Account
from .account_rows import ledger, position2_row, position_row, summary
from .closes import calendar_day
from .records import BrokerageSession, Call, Reply, Route
from .rest_performance import ROUTES as PERFORMANCE_ROUTES

__all__ = ["ROUTES"]

_PAGE = 100
_SUBACCOUNT_PAGE = 20
_PRIMED = "portfolio"
_ENRICHED = "positions"
# in milliseconds of UTC: when the accounts were opened
_OPENED_MS = 1_769_922_000_000


def _account_row(account: Account, brokerage: bool) -> dict[str, Any]:
    name = account.account_id
    return {
        "id": name,
        "PrepaidCrypto-Z": False,
        "PrepaidCrypto-P": False,
        "brokerageAccess": brokerage,
        "accountId": name,
        "accountVan": name,
        "accountTitle": "SIMULATED ACCOUNT",
        "displayName": "SIMULATED ACCOUNT",
        "accountAlias": None,
        "accountStatus": _OPENED_MS,
        "currency": account.currency,
        "type": "DEMO",
        "tradingType": "STKNOPT",
        "businessType": "INDEPENDENT",
        "category": "",
        "ibEntity": "IBLLC-US",
        "faclient": False,
        "clearingStatus": "O",
        "covestor": False,
        "noClientTrading": False,
        "trackVirtualFXPortfolio": False,
        "acctCustType": "INDIVIDUAL",
        "parent": {
            "mmc": [],
            "accountId": "",
            "isMParent": False,
            "isMChild": False,
            "isMultiplex": False,
        },
        "desc": name,
    }


def _accounts(world: Any, session: BrokerageSession, call: Call) -> Reply:
    session.warm.add(_PRIMED)
    accounts = world.exchange.accounts.values()
    return Reply([_account_row(account, brokerage=True) for account in accounts])


def _subaccounts2(world: Any, session: BrokerageSession, call: Call) -> Reply:
    session.warm.add(_PRIMED)
    page = _page_number(call.params.get("page", "0"))
    rows = [_account_row(account, brokerage=False) for account in world.exchange.accounts.values()]
    shown = rows[page * _SUBACCOUNT_PAGE : (page + 1) * _SUBACCOUNT_PAGE]
    metadata = {"total": len(rows), "pageSize": _SUBACCOUNT_PAGE, "pageNum": page}
    return Reply({"metadata": metadata, "subaccounts": shown})


def _page_number(text: str) -> int:
    return int(text) if text.isdigit() else 0


_Answer = Callable[[Any, BrokerageSession, Call, Account], Reply]


def _about_account(answer: _Answer, cold: Any) -> Callable[..., Reply]:
    """Return a handler that looks the account up; it says `cold` until accounts were asked for."""

    def handler(world: Any, session: BrokerageSession, call: Call) -> Reply:
        account = world.exchange.accounts.get(call.captured["account"])
        if account is None:
            return Reply(None, 401)
        if _PRIMED not in session.warm:
            return Reply(cold)
        return answer(world, session, call, account)

    return handler


def _meta(world: Any, session: BrokerageSession, call: Call, account: Account) -> Reply:
    return Reply(_account_row(account, brokerage=False))


def _positions(world: Any, session: BrokerageSession, call: Call, account: Account) -> Reply:
    page = _page_number(call.captured["page"])
    held = account.remembered(world.now_ms, world.exchange.settings.positions_life_ms)
    shown = held[page * _PAGE : (page + 1) * _PAGE]
    enriched = _is_enriched(session)
    return Reply([position_row(account, position, enriched) for position in shown])


def _is_enriched(session: BrokerageSession) -> bool:
    """Return whether positions were read before in this session; from now on they were."""
    enriched = _ENRICHED in session.warm
    session.warm.add(_ENRICHED)
    return enriched


def _positions2(world: Any, session: BrokerageSession, call: Call, account: Account) -> Reply:
    held = account.positions.values()
    return Reply([position2_row(account, position, world.now_ms) for position in held])


def _position(world: Any, session: BrokerageSession, call: Call, account: Account) -> Reply:
    text = call.captured["conid"]
    position = account.positions.get(int(text)) if text.isdigit() else None
    if position is None:
        return Reply(None)
    row = position_row(account, position, enriched=True)
    instrument = position.instrument
    digits = max(len(f"{instrument.increment:f}".rstrip("0").partition(".")[2]), 2)
    step = {"decimalDigits": digits, "lowerEdge": 0.0, "wholeDigits": 4}
    rate = float(account.rates[instrument.currency])
    row |= {
        "incrementRules": [{"lowerEdge": 0.0, "increment": instrument.increment}],
        "displayRule": {"magnification": 0, "displayRuleStep": [step]},
        "time": 1,
        "allExchanges": instrument.exchange,
        "listingExchange": instrument.exchange,
        "countryCode": "US" if instrument.is_us else None,
        "lastTradingDay": instrument.expiry or None,
        "group": None,
        "sector": None,
        "sectorGroup": None,
        "type": "COMMON" if instrument.sec_type == "STK" else None,
        "hasOptions": instrument.sec_type == "STK",
        "fullName": row["contractDesc"],
        "isEventContract": False,
        "pageSize": _PAGE,
    }
    names = ("MktValue", "MktPrice", "AvgCost", "AvgPrice", "RealizedPnl", "UnrealizedPnl")
    row |= {f"base{name}": row[name[0].lower() + name[1:]] * rate for name in names}
    return Reply([row])


def _positions_by_conid(world: Any, session: BrokerageSession, call: Call) -> Reply:
    if _PRIMED not in session.warm:
        return Reply({})
    text = call.captured["conid"]
    conid = int(text) if text.isdigit() else -1
    enriched = _is_enriched(session)
    accounts = world.exchange.accounts.items()
    held = {name: (a, a.positions[conid]) for name, a in accounts if conid in a.positions}
    return Reply({name: [position_row(*pair, enriched)] for name, pair in held.items()})


def _invalidate(world: Any, session: BrokerageSession, call: Call, account: Account) -> Reply:
    session.warm.discard(_ENRICHED)
    account.noted = (None, [])
    return Reply({"message": "success"})


def _ledger(world: Any, session: BrokerageSession, call: Call, account: Account) -> Reply:
    return Reply(ledger(account, world.now_ms))


def _summary(world: Any, session: BrokerageSession, call: Call, account: Account) -> Reply:
    return Reply(summary(account, world.now_ms, calendar_day(world.now_ms)[0]))


def _combos(world: Any, session: BrokerageSession, call: Call, account: Account) -> Reply:
    return Reply([])  # combinations cannot be traded here, so none is ever held


def _allocation(world: Any, session: BrokerageSession, call: Call, account: Account) -> Reply:
    return Reply(_allocation_of([account]))


def _allocation_of(accounts: list[Account]) -> dict[str, Any]:
    classes: dict[str, dict[str, float]] = {"long": {}, "short": {}}
    others: dict[str, dict[str, float]] = {"long": {}, "short": {}}
    for account in accounts:
        for position in account.positions.values():
            kind = position.instrument.sec_type
            rate = float(account.rates[position.instrument.currency])
            value = float(account.market_value(position)) * rate
            if kind == "CASH":
                continue
            side = "long" if value >= 0 else "short"
            classes[side][kind] = round(classes[side].get(kind, 0.0) + value, 2)
            others[side]["Others"] = round(others[side].get("Others", 0.0) + value, 2)
        side = "long" if account.cash >= 0 else "short"
        classes[side]["CASH"] = round(classes[side].get("CASH", 0.0) + account.cash, 2)
    groups = {side: dict(values) for side, values in others.items()}
    return {"assetClass": classes, "sector": others, "group": groups}


def _allocations(world: Any, session: BrokerageSession, call: Call) -> Reply:
    ids = call.body.get("acctIds") if isinstance(call.body, dict) else None
    known = world.exchange.accounts
    if not isinstance(ids, list) or not ids or any(name not in known for name in ids):
        return Reply({"error": "Bad Request: acctIds", "statusCode": 400}, 400)
    return Reply(_allocation_of([known[name] for name in ids]))


_BASE = "portfolio/{account}"

ROUTES: tuple[Route, ...] = (
    Route("GET", "portfolio/accounts", _accounts, spacing_s=5.0),
    Route("GET", "portfolio/subaccounts", _accounts, spacing_s=5.0),
    Route("GET", "portfolio/subaccounts2", _subaccounts2),
    Route("POST", "portfolio/allocation", _allocations),
    Route("GET", "portfolio/positions/{conid}", _positions_by_conid),
    Route("GET", f"{_BASE}/meta", _about_account(_meta, {})),
    Route("GET", f"{_BASE}/positions/{{page}}", _about_account(_positions, [])),
    Route("POST", f"{_BASE}/positions/invalidate", _about_account(_invalidate, {})),
    Route("GET", f"{_BASE}/position/{{conid}}", _about_account(_position, [])),
    Route("GET", "portfolio2/{account}/positions", _about_account(_positions2, [])),
    Route("GET", f"{_BASE}/ledger", _about_account(_ledger, {})),
    Route("GET", f"{_BASE}/summary", _about_account(_summary, {})),
    Route("GET", f"{_BASE}/combo/positions", _about_account(_combos, [])),
    Route("GET", f"{_BASE}/allocation", _about_account(_allocation, {})),
    *PERFORMANCE_ROUTES,
)
