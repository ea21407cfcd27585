"""Requests of the brokerage session about accounts: which there are, which is selected, profit."""

from __future__ import annotations

from typing import Any

from .account_rows import flat_summary, profit_row, segments
from .exchange import Exchange
from .records import BrokerageSession, Call, Reply, Route

__all__ = ["ROUTES", "accounts_row"]

_FEATURES: tuple[str, ...] = (
    "showGFIS",
    "allowEventContract",
    "allowFXConv",
    "allowMTA",
    "allowTypeAhead",
)
_FEATURES += ("allowEventTrading", "research", "debugPnl", "showTaxOpt", "showImpactDashboard")
_FEATURES += ("allowCrypto", "sideBySide")
_NO_FEATURES: tuple[str, ...] = (
    "showEUCostReport",
    "allowFinancialLens",
    "liteUser",
    "showWebNews",
)
_NO_FEATURES += ("allowDynAccount", "allowFA", "allowLiteUnderPro", "restrictTradeSubscription")
_NO_FEATURES += ("showUkUserLabels",)
_ASSETS = "STK,CFD,OPT,FOP,WAR,FUT,BAG,PDC,CASH,IND,BOND,BILL,FUND,SLB,News,CMDTY,IOPT,ICU,ICS,"
_ASSETS += "PHYSS,CRYPTO"
_ALL_PERIODS: tuple[str, ...] = ("STK", "CFD", "WAR", "IOPT", "FUT", "CASH")
_ALL_PERIODS += ("IND", "BOND", "FUND", "CMDTY", "PHYSS", "CRYPTO")
_OPTION_PERIODS = ["2h", "1d", "2d", "1w", "1m"]


def accounts_row(exchange: Exchange, selected: str) -> dict[str, Any]:
    """Return the answer about all accounts; the WebSocket's greeting has it too."""
    accounts = [*exchange.accounts, *(["All"] if exchange.groups else [])]
    properties = {
        "hasChildAccounts": False,
        "supportsCashQty": True,
        "liteUnderPro": False,
        "noFXConv": False,
        "isProp": False,
        "supportsFractions": True,
        "allowCustomerTime": False,
        "autoFx": False,
    }
    features: dict[str, Any] = dict.fromkeys(_FEATURES, True) | dict.fromkeys(_NO_FEATURES, False)
    features["allowFA"] = bool(exchange.groups)
    features |= {"snapshotRefreshTimeout": 30, "allowedAssetTypes": _ASSETS}
    periods: dict[str, list[str]] = {sec_type: ["*"] for sec_type in _ALL_PERIODS}
    periods |= {sec_type: list(_OPTION_PERIODS) for sec_type in ("OPT", "FOP")}
    return {
        "accounts": accounts,
        "acctProps": {account: dict(properties) for account in accounts},
        "aliases": {account: account for account in accounts},
        "allowFeatures": features,
        "chartPeriods": periods,
        "groups": list(exchange.groups),
        "profiles": [],
        "selectedAccount": selected,
        "serverInfo": {"serverName": "IBSim", "serverVersion": "Build 10.44.1d, simulated"},
        "sessionId": "00000000.00000001",
        "isFT": False,
        "isPaper": all(account.startswith("D") for account in exchange.accounts),
    }


def _accounts(world: Any, session: BrokerageSession, call: Call) -> Reply:
    if not session.established:
        return Reply({"accounts": [], "selectedAccount": ""})
    session.warm.add("accounts")
    return Reply(accounts_row(world.exchange, session.account_id))


def _switch(world: Any, session: BrokerageSession, call: Call) -> Reply:
    account_id = call.body.get("acctId") if isinstance(call.body, dict) else None
    if not account_id:
        return Reply({"error": "Bad Request: acctId is missing", "statusCode": 400}, 400)
    if account_id not in world.exchange.accounts:
        return Reply({"error": "Invalid account", "statusCode": 500}, 500)
    if account_id == session.account_id:
        return Reply({"success": "Account already set"})
    session.account_id = account_id
    return Reply({"set": True, "acctId": account_id})


def _search(world: Any, session: BrokerageSession, call: Call) -> Reply:
    pattern = call.captured["pattern"]
    matched = [
        {"accountId": account, "alias": account, "allocationId": account}
        for account in world.exchange.accounts
        if pattern.upper() in account
    ]
    return Reply({"matchedAccounts": matched, "pattern": pattern})


def _summary(world: Any, session: BrokerageSession, call: Call) -> Reply:
    account = world.exchange.accounts.get(call.captured["account"])
    if account is None:
        return Reply({"error": "Invalid account", "statusCode": 400}, 400)
    return Reply(flat_summary(account))


def _summary_part(world: Any, session: BrokerageSession, call: Call) -> Reply:
    account = world.exchange.accounts.get(call.captured["account"])
    if account is None:
        return Reply({"error": "Invalid account", "statusCode": 400}, 400)
    body = segments(account, call.captured["part"])
    if body is None:
        return Reply({"error": f"Unknown part {call.captured['part']}", "statusCode": 400}, 400)
    return Reply(body)


def _profit(world: Any, session: BrokerageSession, call: Call) -> Reply:
    if "profit" not in session.warm:
        session.warm.add("profit")
        return Reply({"upnl": {}})
    accounts = world.exchange.accounts
    return Reply({"upnl": {f"{name}.Core": profit_row(a) for name, a in accounts.items()}})


ROUTES: tuple[Route, ...] = (
    Route("GET", "iserver/accounts", _accounts, brokerage=True),
    Route("POST", "iserver/account", _switch, brokerage=True),
    Route("POST", "iserver/dynaccount", _switch, brokerage=True),
    Route("GET", "iserver/account/search/{pattern}", _search, brokerage=True),
    Route("GET", "iserver/account/{account}/summary", _summary, brokerage=True),
    Route("GET", "iserver/account/{account}/summary/{part}", _summary_part, brokerage=True),
    Route("GET", "iserver/account/pnl/partitioned", _profit, brokerage=True, spacing_s=5.0),
)
