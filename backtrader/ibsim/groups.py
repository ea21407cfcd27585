"""Groups of an adviser's accounts: an order to a group is shared out among its accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from ..errors import ParameterError
from .account import Account
from .orders import Execution, exact
from .records import BrokerageSession, Call, Reply, Route

__all__ = ["ROUTES", "Group"]

METHODS = ("A", "E", "N")  # available equity, equal, net liquidation value


class Group(Account):
    """Accounts that orders are shared out among; by itself it has nothing.

    Parameters
    ----------
    name
        What orders name in the place of an account.
    method
        How they are shared out: one of `METHODS`.
    members
        The accounts.
    """

    __slots__ = ("members", "method")

    def __init__(self, name: str, method: str, members: Sequence[Account]) -> None:
        if method not in METHODS:
            raise ParameterError(f"Group: unknown method {method!r}. It takes: A, E, N")
        first = members[0]
        Account.__init__(self, name, first.rates, first.mark, first.settings)
        self.method = method
        self.members = tuple(members)

    @property
    def available_funds(self) -> float:
        """What new positions of all accounts may bind."""
        return sum(member.available_funds for member in self.members)

    def book(self, execution: Execution) -> None:
        """Share a fill out; its commission goes with its units."""
        step = exact(execution.order.instrument.size_increment)
        left, unpaid = execution.size, execution.commission
        shares = self._shares(execution.size, step)
        for member, share in zip(self.members, shares, strict=True):
            if not share:
                continue
            left -= share
            part = unpaid if not left else execution.commission * share / execution.size
            unpaid -= part
            member.book(replace(execution, size=share, commission=part))

    def _shares(self, size: Decimal, step: Decimal) -> list[Decimal]:
        """Return the units of each account, in whole steps: all of `size` together."""
        weights = [self._weight(member) for member in self.members]
        whole = sum(weights)
        shares = [
            (size * weight / whole / step).to_integral_value(ROUND_FLOOR) * step
            for weight in weights
        ]
        number = 0
        while sum(shares) < size:
            shares[number % len(shares)] += min(step, size - sum(shares))
            number += 1
        return shares

    def _weight(self, member: Account) -> Decimal:
        if self.method == "E":
            return Decimal(1)
        worth = member.net_liquidation if self.method == "N" else member.available_funds
        return exact(max(worth, 0.01))


def _groups(world: Any, session: BrokerageSession, call: Call) -> Reply:
    rows = [
        {"allocation_method": group.method, "size": len(group.members), "name": name}
        for name, group in world.exchange.groups.items()
    ]
    return Reply({"data": rows})


def _group(world: Any, session: BrokerageSession, call: Call) -> Reply:
    name = call.body.get("name") if isinstance(call.body, dict) else None
    group = world.exchange.groups.get(name)
    if group is None:
        return Reply({"error": f"no allocation group {name}", "statusCode": 400}, 400)
    accounts = [{"name": member.account_id} for member in group.members]
    return Reply({"name": name, "accounts": accounts, "default_method": group.method})


def _accounts(world: Any, session: BrokerageSession, call: Call) -> Reply:
    rows = [
        {
            "data": [
                {"value": f"{account.net_liquidation:.2f}", "key": "NetLiquidation"},
                {"value": f"{account.available_funds:.2f}", "key": "AvailableEquity"},
            ],
            "name": name,
        }
        for name, account in world.exchange.accounts.items()
    ]
    return Reply({"accounts": rows})


_BASE = "iserver/account/allocation"

ROUTES: tuple[Route, ...] = (
    Route("GET", f"{_BASE}/group", _groups, brokerage=True),
    Route("POST", f"{_BASE}/group/single", _group, brokerage=True),
    Route("GET", f"{_BASE}/accounts", _accounts, brokerage=True),
)
