"""An account as the Web API writes it: ledger, summary, positions, profit."""

from __future__ import annotations

from typing import Any

from .account import Account, Position

__all__ = ["flat_summary", "ledger", "position2_row", "position_row", "profit_row", "summary"]
__all__ += ["segments"]

_SEGMENTS = ("-c", "-p", "-s")
# amounts that come for the whole account and for each segment: commodities, crypto, securities
_SEGMENTED: tuple[str, ...] = ("accruedcash", "accrueddividend", "availablefunds", "billable")
_SEGMENTED += ("equitywithloanvalue", "excessliquidity", "fullavailablefunds")
_SEGMENTED += ("fullexcessliquidity", "fullinitmarginreq", "fullmaintmarginreq", "guarantee")
_SEGMENTED += ("incentivecoupons", "indianstockhaircut", "initmarginreq")
_SEGMENTED += ("lookaheadavailablefunds", "lookaheadexcessliquidity", "lookaheadinitmarginreq")
_SEGMENTED += ("lookaheadmaintmarginreq", "maintmarginreq", "netliquidation", "pasharesvalue")
_SEGMENTED += ("physicalcertificatevalue", "postexpirationexcess", "postexpirationmargin")
_SEGMENTED += ("totalcashvalue", "totaldebitcardpendingcharges")
_SECURITIES: tuple[str, ...] = (
    "grosspositionvalue",
    "previousdayequitywithloanvalue",
    "regtequity",
    "regtmargin",
)
_SECURITIES += ("sma",)


def _amounts(account: Account) -> dict[str, float]:
    """Return the figures of the summary that are known; all others are zero."""
    funds, margin = account.available_funds, account.initial_margin
    names: dict[str, float] = {}
    names |= dict.fromkeys(("availablefunds", "fullavailablefunds"), funds)
    names |= dict.fromkeys(("lookaheadavailablefunds", "excessliquidity"), funds)
    names |= dict.fromkeys(("fullexcessliquidity", "lookaheadexcessliquidity"), funds)
    names |= dict.fromkeys(("initmarginreq", "fullinitmarginreq"), margin)
    names |= dict.fromkeys(("lookaheadinitmarginreq", "maintmarginreq"), margin)
    names |= dict.fromkeys(("fullmaintmarginreq", "lookaheadmaintmarginreq"), margin)
    names |= dict.fromkeys(("netliquidation", "regtequity"), account.net_liquidation)
    names |= {
        "equitywithloanvalue": account.equity_with_loan,
        "totalcashvalue": account.cash,
        "grosspositionvalue": account.gross_value,
        "previousdayequitywithloanvalue": account.day_opening,
        "regtmargin": account.gross_value * 0.5,
        "sma": funds,
    }
    return names


def _texts(account: Account, day: str) -> dict[str, str]:
    worth = account.net_liquidation
    cushion = account.available_funds / worth if worth > 0 else 0.0
    settled = f"{day}:{account.cash:.2f}"
    texts = {
        "accountcode": account.account_id,
        "accountready": "true",
        "accounttype": "INDIVIDUAL",
        "columnprio-c": "2",
        "columnprio-p": "5",
        "columnprio-s": "1",
        "cushion": f"{cushion:g}",
        "daytradesremaining": "-1",
        "daytradingstatus-s": f"::false:{account.equity_with_loan:.2f}::false",
        "depositoncredithold": "null",
        "highestseverity": "null",
        "leverage-s": f"{account.gross_value / worth:.2f}" if worth > 0 else "0.00",
        "lookaheadnextchange": "0",
        "nlvandmargininreview": "false",
        "segmenttitle-c": "US Commodities",
        "segmenttitle-p": "Crypto at Paxos",
        "segmenttitle-s": "US Securities",
        "settledcashbydate": settled,
        "settledcashbydate-c": f"{day}:0",
        "settledcashbydate-p": f"{day}:0",
        "settledcashbydate-s": settled,
        "tradingtype-s": "STKNOPT",
        "whatifpmenabled": "true",
    }
    return texts | {f"daytradesremainingt+{n}": "-1" for n in range(1, 5)}


def summary(account: Account, now_ms: int, day: str) -> dict[str, dict[str, Any]]:
    """Return the summary: some 140 keys in lower case. All is in the segment of securities."""
    amounts = _amounts(account)
    values: dict[str, float] = {}
    for name in _SEGMENTED:
        values[name] = amounts.get(name, 0.0)
        values |= {f"{name}{s}": values[name] if s == "-s" else 0.0 for s in _SEGMENTS}
    for name in _SECURITIES:
        values[name] = values[f"{name}-s"] = amounts[name]
    values |= {"buyingpower": account.buying_power, "netliquidationuncertainty": 0.0}
    rows = {key: _entry(now_ms, amount, account.currency, None) for key, amount in values.items()}
    texts = _texts(account, day)
    rows |= {key: _entry(now_ms, 0.0, None, text) for key, text in texts.items()}
    return dict(sorted(rows.items()))


def _entry(now_ms: int, amount: float, currency: str | None, value: str | None) -> dict[str, Any]:
    entry = {"amount": amount, "currency": currency, "isNull": False}
    return entry | {"timestamp": now_ms, "value": value, "severity": 0}


def flat_summary(account: Account) -> dict[str, Any]:
    """Return the short summary of the brokerage session."""
    funds, margin = account.available_funds, account.initial_margin
    return {
        "accountType": "",
        "status": "",
        "balance": account.equity_with_loan - margin,
        "SMA": funds,
        "buyingPower": account.buying_power,
        "availableFunds": funds,
        "excessLiquidity": funds,
        "netLiquidationValue": account.net_liquidation,
        "equityWithLoanValue": account.equity_with_loan,
        "regTLoan": 0.0,
        "securitiesGVP": account.gross_value,
        "totalCashValue": account.cash,
        "accruedInterest": 0.0,
        "regTMargin": account.gross_value * 0.5,
        "initialMargin": margin,
        "maintenanceMargin": margin,
        "cashBalances": [
            {"currency": currency, "balance": float(amount), "settledCash": float(amount)}
            for currency, amount in account.balances.items()
        ],
    }


def segments(account: Account, part: str) -> dict[str, dict[str, str]] | None:
    """Return a part of the short summary by segments, in words; None when there is no such part."""
    if part == "market_value":
        return {currency: _market_value(account, currency) for currency in _currencies(account)}
    figures = _segment_figures(account).get(part)
    if figures is None:
        return None
    full = {name: _words(value, account.currency) for name, value in figures.items()}
    empty = {name: _words(0.0 if name != "leverage" else "0.00", account.currency) for name in full}
    return {"total": full, "Crypto at Paxos": empty, "commodities": empty, "securities": full}


def _words(value: float | str, currency: str) -> str:
    return value if isinstance(value, str) else f"{value:,.0f} {currency}"


def _segment_figures(account: Account) -> dict[str, dict[str, float | str]]:
    funds, margin = account.available_funds, account.initial_margin
    worth = account.net_liquidation
    leverage = account.gross_value / worth if worth > 0 else 0.0
    return {
        "available_funds": {
            "current_available": funds,
            "current_excess": funds,
            "buying_power": account.buying_power,
            "leverage": f"{leverage:.2f}",
            "look_ahead_available": funds,
            "look_ahead_excess": funds,
        },
        "balances": {
            "net_liquidation": worth,
            "equity_with_loan": account.equity_with_loan,
            "cash": account.cash,
            "MTD Interest": 0.0,
            "previous_day_equity_with_loan": account.day_opening,
        },
        "margins": {
            "current_initial": margin,
            "current_maint": margin,
            "look_ahead_initial": margin,
            "look_ahead_maint": margin,
            "RegT Margin": account.gross_value * 0.5,
        },
    }


def _market_value(account: Account, currency: str) -> dict[str, str]:
    amounts = {
        "total_cash": float(account.balances.get(currency, 0)),
        "stock": account.total_value("STK", currency=currency),
        "options": account.total_value("OPT", currency=currency),
        "futures": account.total_value("FUT", currency=currency),
    }
    amounts["net_liquidation"] = sum(amounts.values())
    amounts["unrealized_pnl"] = account.total_profit(realized=False, currency=currency)
    amounts["realized_pnl"] = account.total_profit(realized=True, currency=currency)
    return {name: f"{amount:,.0f}" for name, amount in amounts.items()}


def _currencies(account: Account) -> list[str]:
    """Return the currencies of the account, the base currency first."""
    held = {p.instrument.currency for p in account.positions.values()}
    others = (held | set(account.balances)) - {account.currency}
    return [account.currency, *sorted(others)]


def ledger(account: Account, now_ms: int) -> dict[str, dict[str, Any]]:
    """Return cash and values by currency, and all of it in the base currency as ``BASE``."""
    rows: dict[str, dict[str, Any]] = {}
    for currency in _currencies(account):
        cash = float(account.balances.get(currency, 0))
        row = _ledger_row(account, currency, cash, now_ms)
        rows[currency] = row | {"exchangerate": _rate(account, currency), "endofbundle": 1}
    rows["BASE"] = _ledger_row(account, None, account.cash, now_ms)
    return rows


def _rate(account: Account, currency: str) -> float:
    rate = account.rates[currency]
    return 1 if rate == 1 else float(rate)


def _ledger_row(account: Account, currency: str | None, cash: float, now_ms: int) -> dict[str, Any]:
    stocks = account.total_value("STK", currency=currency)
    options = account.total_value("OPT", currency=currency)
    futures = account.total_value("FUT", currency=currency)
    zeros: tuple[str, ...] = (
        "commoditymarketvalue",
        "corporatebondsmarketvalue",
        "warrantsmarketvalue",
    )
    zeros += ("interest", "moneyfunds", "funds", "issueroptionsmarketvalue")
    zeros += ("tbondsmarketvalue", "futureoptionmarketvalue", "cashbalancefxsegment")
    zeros += ("tbillsmarketvalue", "dividends", "cryptocurrencyvalue")
    return dict.fromkeys(zeros, 0.0) | {
        "futuremarketvalue": futures,
        "settledcash": cash,
        "exchangerate": 1,
        "sessionid": 1,
        "cashbalance": cash,
        "netliquidationvalue": cash + stocks + options + futures,
        "unrealizedpnl": account.total_profit(realized=False, currency=currency),
        "stockmarketvalue": stocks,
        "currency": currency or "BASE",
        "realizedpnl": account.total_profit(realized=True, currency=currency),
        "acctcode": account.account_id,
        "key": "LedgerList",
        "timestamp": now_ms // 1000,
        "severity": 0,
        "stockoptionmarketvalue": options,
        "futuresonlypnl": futures,
        "secondkey": currency or "BASE",
    }


def _label(position: Position) -> str:
    instrument = position.instrument
    if instrument.sec_type == "CASH":
        return f"{instrument.symbol}.{instrument.currency}"
    return instrument.local_symbol or instrument.symbol


def position_row(account: Account, position: Position, enriched: bool) -> dict[str, Any]:
    """Return a row of the positions; the first read of a session is not `enriched`."""
    instrument = position.instrument
    derivative = instrument.sec_type in ("FUT", "OPT")
    multiplier = instrument.multiplier if derivative else 0.0
    row: dict[str, Any] = {
        "acctId": account.account_id,
        "conid": instrument.conid,
        "contractDesc": _label(position),
        "position": float(position.size),
        "mktPrice": account.price_of(position),
        "mktValue": round(float(account.market_value(position)), 2),
        "currency": instrument.currency,
        "avgCost": position.average_cost,
        "avgPrice": position.average_price,
        "realizedPnl": round(float(position.realized), 2),
        "unrealizedPnl": round(float(account.unrealized(position)), 2),
        "exchs": None,
        "expiry": instrument.expiry or None,
        "putOrCall": instrument.right or None,
        "multiplier": multiplier if enriched or derivative else None,
        "strike": f"{instrument.strike:g}" if enriched else instrument.strike,
        "exerciseStyle": None,
        "conExchMap": [],
        "assetClass": instrument.sec_type,
        "undConid": instrument.underlying_conid,
        "model": "",
    }
    if enriched:
        names = {"name": instrument.company, "ticker": instrument.symbol}
        row |= {**names, "isUS": instrument.is_us}
    return row


def position2_row(account: Account, position: Position, now_ms: int) -> dict[str, Any]:
    """Return a row of the newer positions, which are never stale."""
    instrument = position.instrument
    return {
        "position": float(position.size),
        "conid": str(instrument.conid),
        "avgCost": position.average_cost,
        "avgPrice": position.average_price,
        "currency": instrument.currency,
        "description": _label(position),
        "isLastToLoq": False,
        "marketPrice": account.price_of(position),
        "marketValue": float(account.market_value(position)),
        "realizedPnl": float(position.realized),
        "secType": instrument.sec_type,
        "timestamp": now_ms // 1000,
        "unrealizedPnl": float(account.unrealized(position)),
        "assetClass": instrument.sec_type,
        "sector": None,
        "group": None,
        "model": "",
    }


def profit_row(account: Account) -> dict[str, Any]:
    """Return the day's profit and what goes with it."""
    worth = account.net_liquidation
    return {
        "rowType": 1,
        "dpl": round(worth - account.day_opening, 2),
        "nl": round(worth, 2),
        "upl": round(account.total_profit(realized=False), 2),
        "el": round(account.available_funds, 2),
        "uel": account.available_funds,
        "mv": round(account.total_value("STK", "OPT", "FUT"), 2),
    }
