"""The accounts below a login, and groups of them, among which IBKR shares orders out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...errors import RequestRefusedError

__all__ = ["METHODS", "AllocationGroup", "SubAccount", "read_groups", "read_subaccounts"]

# IBKR's letters: how the units of an order are shared out
METHODS = {
    **{"A": "available equity", "E": "equal", "N": "net liquidation value"},
    **{"C": "cash quantity", "P": "percentage", "R": "ratios", "S": "shares"},
}
_BASE = "iserver/account/allocation"
_MOST_PAGES = 500


@dataclass(frozen=True, slots=True)
class AllocationGroup:
    """A group: orders name it in the place of an account. `method` is one of `METHODS`, what holds
    where an order gives none; `amounts` are those of the accounts, for methods that have them.
    """

    name: str
    method: str
    accounts: tuple[str, ...]
    amounts: tuple[float | None, ...]


def read_groups(get: Callable[..., Any], post: Callable[..., Any]) -> tuple[AllocationGroup, ...]:
    """Ask IBKR for all groups of the login.

    Raises
    ------
    StoreError
        It cannot be asked, or the login is no adviser's.
    """
    answer = get(f"{_BASE}/group")
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise RequestRefusedError("allocation groups: the answer is not what IBKR says it is")
    groups = []
    for row in rows:
        told = post(f"{_BASE}/group/single", {"name": row["name"]}, repeat=True)
        members = told.get("accounts") or []
        groups.append(
            AllocationGroup(
                name=str(row["name"]),
                method=str(told.get("default_method") or row.get("allocation_method") or ""),
                accounts=tuple(str(each["name"]) for each in members),
                amounts=tuple(each.get("amount") for each in members),
            )
        )
    return tuple(groups)


@dataclass(frozen=True, slots=True)
class SubAccount:
    """An account of a login. `currency` is its base currency, `kind` IBKR's word for it, `parent`
    the account that it is under, "" for none.
    """

    account_id: str
    currency: str
    kind: str
    title: str
    parent: str


def read_subaccounts(get: Callable[..., Any]) -> tuple[SubAccount, ...]:
    """Ask IBKR for all accounts below a login, those that are not traded through it too.

    Raises
    ------
    StoreError
        It cannot be asked.
    """
    found: dict[str, SubAccount] = {}
    for page in range(_MOST_PAGES):
        answer = get("portfolio/subaccounts2", {"page": page})
        rows = answer.get("subaccounts") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise RequestRefusedError("subaccounts: the answer is not what IBKR says it is")
        known = len(found)
        for row in rows:
            found[str(row["accountId"])] = _subaccount(row)
        total = (answer.get("metadata") or {}).get("total")
        if not rows or len(found) == known or len(found) >= (total or 0):
            break
    return tuple(found.values())


def _subaccount(row: dict[str, Any]) -> SubAccount:
    parent = row.get("parent") or {}
    return SubAccount(
        account_id=str(row["accountId"]),
        currency=str(row.get("currency") or ""),
        kind=str(row.get("type") or ""),
        title=str(row.get("displayName") or row.get("accountTitle") or ""),
        parent=str(parent.get("accountId") or ""),
    )
