"""Requests about performance: values by day, returns, transactions."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from .account import Account
from .closes import account_day, calendar_day
from .records import BrokerageSession, Call, Reply, Route

__all__ = ["ROUTES"]

_SPACING_S = 900.0
_EPOCH = date(1970, 1, 1)
_DAYS = {"1D": 1, "7D": 7, "1M": 30, "3M": 91, "6M": 182, "1Y": 365, "12M": 365}


def _refused(text: str) -> Reply:
    return Reply({"error": f"Bad Request: {text}", "statusCode": 400}, 400)


def _chosen(world: Any, call: Call) -> list[Account] | None:
    """Return the accounts that a request names, None when it names none or unknown ones."""
    ids = call.body.get("acctIds") if isinstance(call.body, dict) else None
    if not isinstance(ids, list) or not ids:
        return None
    found = [world.exchange.accounts.get(name) for name in ids]
    return None if None in found else found


def _values(account: Account, now_ms: int) -> dict[str, float]:
    """Return what the account was worth at the end of each day, today so far included."""
    days = sorted(account.daily_values)
    # what a day began with is what the day before it ended with
    closed = {days[n - 1]: account.daily_values[day] for n, day in enumerate(days) if n}
    return closed | {calendar_day(now_ms)[0]: account.net_liquidation}


def _since(period: str, today: str) -> str | None:
    """Return the first day of `period`, ``YYYYMMDD``; None when there is no such period."""
    if period == "MTD":
        return f"{today[:6]}01"
    if period == "YTD":
        return f"{today[:4]}0101"
    if period not in _DAYS:
        return None
    day = datetime.strptime(today, "%Y%m%d") - timedelta(days=_DAYS[period] - 1)
    return day.strftime("%Y%m%d")


def _series(account: Account, since: str, now_ms: int) -> dict[str, Any]:
    """Return days, values and cumulative returns from `since` on."""
    values = _values(account, now_ms)
    dates = sorted(day for day in values if day >= since)
    before = sorted(day for day in values if day < since)
    first = dates[0]
    start = values[before[-1]] if before else account.daily_values.get(first, values[first])
    started = before[-1] if before else first
    navs = [values[day] for day in dates]
    returns = [round(nav / start - 1.0, 8) if start else 0.0 for nav in navs]
    start_nav = {"date": started, "val": start}
    return {"dates": dates, "navs": navs, "returns": returns, "startNAV": start_nav}


def _performance(world: Any, session: BrokerageSession, call: Call) -> Reply:
    accounts = _chosen(world, call)
    if accounts is None:
        return _refused("acctIds")
    today = calendar_day(world.now_ms)[0]
    since = _since(str(call.body.get("period")), today)
    if since is None:
        return _refused("period")
    navs, returns, months = [], [], []
    dates: list[str] = []
    month_names: list[str] = []
    for account in accounts:
        series = _series(account, since, world.now_ms)
        dates = series["dates"]
        head = {"id": account.account_id, "idType": "acctid"}
        span = {"start": dates[0], "end": dates[-1], "baseCurrency": account.currency}
        navs.append({**head, "startNAV": series["startNAV"], "navs": series["navs"], **span})
        returns.append({**head, "returns": series["returns"], **span})
        month_names, by_month = _monthly(series)
        months.append({**head, "returns": by_month, **span})
    return Reply(
        {
            "currencyType": "base",
            "pm": "TWR",
            "nd": _day_count(dates[0], dates[-1]),
            "id": "getPerformanceData",
            "included": [account.account_id for account in accounts],
            "cps": {"freq": "D", "dates": dates, "data": returns},
            "tpps": {"freq": "M", "dates": month_names, "data": months},
            "nav": {"freq": "D", "dates": dates, "data": navs},
        }
    )


def _monthly(series: dict[str, Any]) -> tuple[list[str], list[float]]:
    """Return the months of a series and the return of each."""
    last: dict[str, float] = {}
    for day, nav in zip(series["dates"], series["navs"], strict=True):
        last[day[:6]] = nav
    base = [series["startNAV"]["val"], *last.values()]
    returns = [
        round(nav / before - 1.0, 8) if before else 0.0
        for nav, before in zip(last.values(), base, strict=False)
    ]
    return list(last), returns


def _day_count(first: str, last: str) -> int:
    span = datetime.strptime(last, "%Y%m%d") - datetime.strptime(first, "%Y%m%d")
    return span.days + 1


def _all_periods(world: Any, session: BrokerageSession, call: Call) -> Reply:
    accounts = _chosen(world, call)
    if accounts is None:
        return _refused("acctIds")
    today = calendar_day(world.now_ms)[0]
    periods = ["1D", "7D", "MTD", "1M", "YTD", "1Y"]
    names = [account.account_id for account in accounts]
    body: dict[str, Any] = {"pm": "TWR", "id": "getPerformanceAllPeriods"}
    body |= {"currencyType": "base", "view": names, "included": names}
    updated = datetime.fromtimestamp(world.now_ms // 1000, timezone.utc)
    for account in accounts:
        rows: dict[str, Any] = {}
        for period in periods:
            series = _series(account, _since(period, today) or today, world.now_ms)
            rows[period] = {"freq": "D", "startNAV": series["startNAV"]}
            rows[period] |= {"dates": series["dates"], "nav": series["navs"]}
            rows[period] |= {"cps": series["returns"]}
        first = min(_values(account, world.now_ms))
        body["nd"] = _day_count(first, today)
        body[account.account_id] = rows | {
            "baseCurrency": account.currency,
            "start": first,
            "end": today,
            "periods": periods,
            "lastSuccessfulUpdate": updated.strftime("%Y-%m-%d %H:%M:%S"),
        }
    return Reply(body)


def _transactions(world: Any, session: BrokerageSession, call: Call) -> Reply:
    accounts = _chosen(world, call)
    body = call.body if isinstance(call.body, dict) else {}
    conids, currency = body.get("conids"), body.get("currency")
    if accounts is None or not isinstance(conids, list) or not conids or not currency:
        return _refused("acctIds, conids and currency are needed")
    days = int(body.get("days") or 90)
    today = account_day(world.now_ms)
    wanted = {str(conid) for conid in conids}
    names = {account.account_id for account in accounts}
    rows = [
        _transaction(execution, accounts)
        for execution in world.exchange.executions
        if execution.order.account_id in names
        and str(execution.order.instrument.conid) in wanted
        and account_day(execution.time_ms) > today - days
    ]
    return Reply(
        {
            "nd": days + 1,
            "rpnl": {"data": [], "amt": str(_realized(accounts, wanted))},
            "currency": currency,
            "from": _midnight_ms(today - days),
            "id": "getTransactions",
            "to": _midnight_ms(today),
            "transactions": rows,
        }
    )


def _midnight_ms(day: int) -> int:
    return calendar_day(day * 86_400_000 + 43_200_000)[1] - 86_400_000


def _realized(accounts: list[Account], conids: set[str]) -> float:
    total = 0.0
    for account in accounts:
        for position in (*account.positions.values(), *account.closed.values()):
            if str(position.instrument.conid) in conids:
                total += float(position.realized)
    return total


def _transaction(execution: Any, accounts: list[Account]) -> dict[str, Any]:
    order = execution.order
    account = next(a for a in accounts if a.account_id == order.account_id)
    day = _EPOCH + timedelta(days=account_day(execution.time_ms))
    size = float(execution.signed_size)
    value = size * execution.price * order.instrument.multiplier
    return {
        "cur": order.instrument.currency,
        "date": day.strftime("%a %b %d 00:00:00 EDT %Y"),
        "rawDate": day.strftime("%Y%m%d"),
        "fxRate": float(account.rates[order.instrument.currency]),
        "pr": execution.price,
        "qty": size,
        "acctid": order.account_id,
        "amt": round(-value - float(execution.commission), 8),
        "conid": order.instrument.conid,
        "type": "Buy" if size > 0 else "Sell",
        "desc": order.instrument.company or order.account_id,
    }


ROUTES: tuple[Route, ...] = (
    Route("POST", "pa/performance", _performance, spacing_s=_SPACING_S),
    Route("POST", "pa/allperiods", _all_periods, spacing_s=_SPACING_S),
    Route("POST", "pa/transactions", _transactions, spacing_s=_SPACING_S),
)
