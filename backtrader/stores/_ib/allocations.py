"""Groups of an adviser's accounts, among which IBKR shares orders out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...errors import RequestRefusedError

__all__ = ["METHODS", "AllocationGroup", "read_groups"]

# IBKR's letters: how the units of an order are shared out
METHODS = {
    **{"A": "available equity", "E": "equal", "N": "net liquidation value"},
    **{"C": "cash quantity", "P": "percentage", "R": "ratios", "S": "shares"},
}
_BASE = "iserver/account/allocation"


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
