"""What IBKR reports of an account's past and of its day, as records."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import RequestRefusedError
from .figures import number, whole

__all__ = ["DailyPnL", "Performance", "Transaction"]
__all__ += ["read_daily", "read_performance", "read_transactions"]


@dataclass(frozen=True, slots=True)
class DailyPnL:
    """The profit of the day so far and what goes with it, in base currency; None: not told."""

    account: str
    daily: float | None
    unrealized: float | None
    value: float | None
    excess_liquidity: float | None
    market_value: float | None


@dataclass(frozen=True, slots=True)
class Performance:
    """What an account was worth day by day, and its return since the period began.

    `start_value` is what it was worth at `start`, the day before the first of `dates`; `returns`
    are fractions of that, without deposits and withdrawals.
    """

    account: str
    currency: str
    start: datetime.date | None
    start_value: float | None
    dates: tuple[datetime.date, ...]
    values: tuple[float, ...]
    returns: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Transaction:
    """A purchase, a sale, a dividend ...: `amount` is what came in (or went out, below zero), in
    `currency`; `rate` what a unit of that is in base currency.
    """

    account: str
    date: datetime.date
    kind: str
    conid: int | None
    size: float | None
    price: float | None
    amount: float | None
    currency: str
    rate: float | None
    description: str


def read_daily(account: str, row: Mapping[str, Any]) -> DailyPnL:
    """Return a row of the stream, or of the request, about the profit of the day."""
    names = ("dpl", "upl", "nl", "uel", "mv")
    return DailyPnL(account, *(number(row.get(name)) for name in names))


def read_performance(answer: Any, account: str) -> Performance:
    """Return the answer about performance, of one account.

    Raises
    ------
    RequestRefusedError
        There is nothing about the account in it.
    """
    navs, returns = (_of_account(answer, part, account) for part in ("nav", "cps"))
    if navs is None or returns is None:
        raise RequestRefusedError("performance: the answer has nothing about the account")
    start = navs.get("startNAV") or {}
    return Performance(
        account=account,
        currency=str(navs.get("baseCurrency") or ""),
        start=_date(start.get("date")),
        start_value=number(start.get("val")),
        dates=tuple(_dates(answer["nav"].get("dates") or ())),
        values=tuple(float(each) for each in navs.get("navs") or ()),
        returns=tuple(float(each) for each in returns.get("returns") or ()),
    )


def _of_account(answer: Any, part: str, account: str) -> Mapping[str, Any] | None:
    section = answer.get(part) if isinstance(answer, Mapping) else None
    rows = section.get("data") if isinstance(section, Mapping) else None
    found = (row for row in rows or () if isinstance(row, Mapping) and row.get("id") == account)
    return next(found, None)


def read_transactions(answer: Any) -> tuple[Transaction, ...]:
    """Return the answer about transactions, oldest first.

    Raises
    ------
    RequestRefusedError
        It is none, or a transaction has no date.
    """
    rows = answer.get("transactions") if isinstance(answer, Mapping) else None
    if not isinstance(rows, list):
        raise RequestRefusedError("transactions: the answer is not what IBKR says it is")
    return tuple(sorted(map(_transaction, rows), key=lambda each: each.date))


def _transaction(row: Mapping[str, Any]) -> Transaction:
    day = _date(row.get("rawDate"))
    if day is None:
        raise RequestRefusedError("transactions: there is one without a date")
    return Transaction(
        account=str(row.get("acctid") or ""),
        date=day,
        kind=str(row.get("type") or ""),
        conid=whole(row.get("conid")),
        size=number(row.get("qty")),
        price=number(row.get("pr")),
        amount=number(row.get("amt")),
        currency=str(row.get("cur") or ""),
        rate=number(row.get("fxRate")),
        description=str(row.get("desc") or ""),
    )


def _date(text: Any) -> datetime.date | None:
    digits = str(text or "")
    if len(digits) != 8 or not digits.isdigit():
        return None
    return datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _dates(texts: Iterable[Any]) -> Iterable[datetime.date]:
    for text in texts:
        day = _date(text)
        if day is None:
            raise RequestRefusedError(f"performance: {text!r} is no date")
        yield day
