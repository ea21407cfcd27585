"""What quotes say about the account's own position in an instrument."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from .account import Account, Position

__all__ = ["holding_fields"]


def holding_fields(account: Account) -> dict[str, Callable[[int], str | None]]:
    """Return the fields 73 to 76, 79 and 80 by number: functions of a contract id, whose result
    is None without a position.
    """

    def of(text: Callable[[Position], str]) -> Callable[[int], str | None]:
        def value(conid: int) -> str | None:
            position = account.position(conid)
            return None if position is None else text(position)

        return value

    def profit_percent(position: Position) -> str:
        paid = abs(position.cost)
        return _amount(account.unrealized(position) / paid * 100) if paid else "0.00"

    return {
        "73": of(lambda position: _amount(account.market_value(position))),
        "74": of(lambda position: _amount(Decimal(position.average_price))),
        "75": of(lambda position: _amount(account.unrealized(position))),
        "76": of(lambda position: f"{position.size.normalize():f}"),
        "79": of(lambda position: _amount(position.realized)),
        "80": of(profit_percent),
    }


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"
