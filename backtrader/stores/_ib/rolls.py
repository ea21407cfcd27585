"""Continuous futures: which contract is the front one, and when the next takes its place.

The rule: the front contract is the first whose last trading day is more than so many calendar days
(`ROLL_DAYS`, unless the name gives a number: ``ES-CONTFUT-CME-USD-8``) after today, by the calendar
of its exchange; where today is none, the next day of trading counts. IBKR's Web API has no
continuous contract of its own.
"""

from __future__ import annotations

import datetime as _datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...errors import ContractError
from .contracts import Contract

__all__ = ["ROLL_DAYS", "Roll", "front_of", "roll_date", "roll_of"]

ROLL_DAYS = 5


@dataclass(frozen=True, slots=True)
class Roll:
    """The front contract, the one after it, and the day on which that becomes the front one.

    `following` and `date` are None where no later contract is listed.
    """

    front: Contract
    following: Contract | None
    date: _datetime.date | None

    @property
    def words(self) -> str:
        """What a user is told."""
        if self.following is None or self.date is None:
            return f"{self.front.describe()}; no later contract is listed"
        return f"{self.front.describe()} until {self.date}, then {self.following.describe()}"


def roll_of(
    get: Callable[..., Any],
    resolve: Callable[[Contract], Contract],
    wanted: Contract,
    present: Contract | None = None,
) -> Roll:
    """Return which contract a continuous future stands for today, and which is the next.

    Parameters
    ----------
    get, resolve
        Ask the server, and return the one contract of a name: see `lookup.Contracts`.
    present
        The contract that is to count as the front one, whatever day it is.

    Raises
    ------
    ContractError
        No future of that symbol is listed.
    """
    symbol = wanted.m_symbol.upper()
    answer = get("trsrv/futures", {"symbols": symbol}) or {}
    rows = sorted(answer.get(symbol) or (), key=lambda row: row["expirationDate"])
    days = ROLL_DAYS if wanted.roll_days is None else wanted.roll_days
    dates = list(dict.fromkeys(str(row["expirationDate"]) for row in rows))
    if present is not None and present.m_expiry in dates:
        number: int | None = dates.index(present.m_expiry)
    else:
        number = front_of(dates, _today(get, int(rows[0]["conid"])), days) if rows else None
    if number is None:
        raise ContractError(f"{wanted.describe()}: no future of that symbol is listed")
    future = wanted.clone(m_secType="FUT", m_expiry=dates[number])
    front = resolve(future)
    if number + 1 == len(dates):
        return Roll(front, None, None)
    following = resolve(future.clone(m_expiry=dates[number + 1]))
    return Roll(front, following, roll_date(dates[number], days))


def _today(get: Callable[..., Any], conid: int) -> _datetime.date:
    """The date at the exchange of a contract: its schedule begins with today."""
    answer = get("contract/trading-schedule", {"conid": conid})
    days = sorted((answer.get("schedules") or {}) if isinstance(answer, dict) else ())
    if days:
        return _datetime.datetime.strptime(days[0], "%Y%m%d").date()
    return _datetime.datetime.now(_datetime.timezone.utc).date()


def front_of(dates: list[str], today: _datetime.date, roll_days: int) -> int | None:
    """Return which of `dates` (last trading days, ``YYYYMMDD``, ascending) is the front one's.

    None where all of them are over.
    """
    for number, date in enumerate(dates):
        if today < roll_date(date, roll_days):
            return number
    return None


def roll_date(date: str, roll_days: int) -> _datetime.date:
    """Return the first day on which a contract is not the front one any more."""
    last = _datetime.datetime.strptime(date, "%Y%m%d").date()
    return last - _datetime.timedelta(days=roll_days)
