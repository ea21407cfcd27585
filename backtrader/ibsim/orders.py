"""Tickets, orders and executions: the records that the exchange keeps."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

from .records import Instrument

__all__ = ["ORDER_TYPES", "STOP_TYPES", "TIFS", "TRAILING_TYPES"]
__all__ += ["Execution", "Order", "Status", "Ticket", "TicketError", "exact", "plain"]
__all__ += ["read_ticket"]

ORDER_TYPES: tuple[str, ...] = ("LMT", "MKT", "STP", "STOP_LIMIT", "TRAIL", "TRAILLMT")
ORDER_TYPES += ("MOC", "LOC", "MIDPRICE", "MIT", "LIT", "REL")
STOP_TYPES = frozenset({"STP", "STOP_LIMIT", "TRAIL", "TRAILLMT"})
TRAILING_TYPES = frozenset({"TRAIL", "TRAILLMT"})
TIFS = ("DAY", "GTC", "OPG", "IOC")

_NEEDS_PRICE = frozenset({"LMT", "STP", "STOP_LIMIT", "LOC", "MIT", "LIT", "TRAILLMT"})
_NEEDS_AUX_PRICE = frozenset({"STOP_LIMIT", "LIT", "TRAILLMT"})


class TicketError(ValueError):
    """Say, in the words that the client gets to read, why a ticket is refused."""


class Status(Enum):
    """The statuses of an order, in IBKR's words."""

    INACTIVE = "Inactive"
    PENDING_SUBMIT = "PendingSubmit"
    PRE_SUBMITTED = "PreSubmitted"
    SUBMITTED = "Submitted"
    FILLED = "Filled"
    PENDING_CANCEL = "PendingCancel"
    CANCELLED = "Cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing can happen to the order any more."""
        return self in (Status.FILLED, Status.CANCELLED)


def exact(number: float) -> Decimal:
    """Return the decimal number that `number` is written as: 0.1 is one tenth."""
    return Decimal(repr(float(number)))


def plain(number: Decimal) -> str:
    """Return `number` without an exponent and without zeros at its end."""
    return format(number.normalize(), "f")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a client asked for.

    Parameters
    ----------
    price, aux_price
        As the Web API has them: `price` is the limit, or the stop of STP, TRAIL and MIT;
        `aux_price` the stop of STOP_LIMIT and TRAILLMT and the touch price of LIT.
    trailing_amount, trailing_percent
        One of the two for trailing orders; 5.0 percent is five of a hundred.
    """

    conid: int
    side: str
    quantity: Decimal
    order_type: str
    price: float | None = None
    aux_price: float | None = None
    tif: str = "DAY"
    trailing_amount: float | None = None
    trailing_percent: float | None = None
    outside_rth: bool = False
    client_id: str = ""
    parent_id: str = ""
    single_group: bool = False

    @property
    def sign(self) -> int:
        """1 to buy, -1 to sell."""
        return 1 if self.side == "BUY" else -1

    @property
    def stop(self) -> float | None:
        """The price that starts a stop or an if-touched order; the initial one when it trails."""
        if self.order_type in ("STP", "TRAIL", "MIT"):
            return self.price
        return self.aux_price

    @property
    def limit(self) -> float | None:
        """The worst price that is acceptable."""
        if self.order_type in ("LMT", "STOP_LIMIT", "LOC", "LIT", "TRAILLMT", "MIDPRICE", "REL"):
            return self.price
        return None


@dataclass(slots=True)
class Order:
    """An order at the exchange, from its acceptance on.

    Parameters
    ----------
    held
        A child whose parent has not filled yet.
    triggered
        Whether a stop or a touch price was reached.
    stop, limit
        The prices in force; those of a trailing order move.
    close_ms
        End of the trading session in which it was accepted: DAY orders expire there, orders at
        the close fill there.
    notional, commission
        What was filled so far in money without the multiplier, and what was charged for it.
    """

    order_id: int
    account_id: str
    ticket: Ticket
    instrument: Instrument
    placed_ms: int
    parent: Order | None = None
    oca_group: str = ""
    status: Status = Status.INACTIVE
    held: bool = False
    triggered: bool = False
    stop: float | None = None
    limit: float | None = None
    close_ms: int = 0
    filled: Decimal = Decimal(0)
    notional: Decimal = Decimal(0)
    commission: Decimal = Decimal(0)
    changed_ms: int = 0
    reason: str = ""
    children: list[Order] = field(default_factory=list)

    @property
    def remaining(self) -> Decimal:
        """How many units are still to be filled."""
        return self.ticket.quantity - self.filled

    @property
    def average_price(self) -> float | None:
        """Mean price of what was filled; None before the first fill."""
        return float(self.notional / self.filled) if self.filled else None

    @property
    def client_id(self) -> str:
        """The client's own id of the order, empty when it gave none."""
        return self.ticket.client_id

    @property
    def alive(self) -> bool:
        """Whether it can still be filled or cancelled."""
        return not self.status.final

    @property
    def waiting(self) -> bool:
        """Whether IBKR holds it back: parent, trigger, closing or opening auction to come."""
        kind = self.ticket.order_type
        untriggered = kind in STOP_TYPES | {"MIT", "LIT"} and not self.triggered
        return self.held or untriggered or kind in ("MOC", "LOC") or self.ticket.tif == "OPG"


@dataclass(frozen=True, slots=True)
class Execution:
    """One fill. `size` is positive, `position` what the account held after it."""

    execution_id: str
    order: Order
    time_ms: int
    price: float
    size: Decimal
    commission: Decimal
    position: Decimal

    @property
    def signed_size(self) -> Decimal:
        """`size`, negative for a sale."""
        return self.size * self.order.ticket.sign


def read_ticket(body: Any) -> Ticket:
    """Return the ticket that the JSON object `body` describes.

    Raises
    ------
    TicketError
        When something is missing, contradictory or unknown.
    """
    if not isinstance(body, dict):
        raise TicketError("Invalid order: a ticket must be an object")
    ticket = Ticket(
        conid=_conid_of(body),
        side=str(body.get("side", "")).upper(),
        quantity=_quantity_of(body),
        order_type=str(body.get("orderType", "")).upper(),
        price=_number(body, "price"),
        aux_price=_number(body, "auxPrice"),
        tif=str(body.get("tif", "DAY")).upper(),
        trailing_amount=_trailing(body, "amt"),
        trailing_percent=_trailing(body, "%"),
        outside_rth=bool(body.get("outsideRTH", False)),
        client_id=str(body.get("cOID") or ""),
        parent_id=str(body.get("parentId") or ""),
        single_group=bool(body.get("isSingleGroup", False)),
    )
    _check(ticket)
    return ticket


def _conid_of(body: dict[str, Any]) -> int:
    text = str(body.get("conid") or str(body.get("conidex") or "").partition("@")[0])
    if not text.isdigit():
        raise TicketError("Missing or invalid conid")
    return int(text)


def _number(body: dict[str, Any], key: str) -> float | None:
    value = body.get(key)
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise TicketError(f"Invalid {key}: {value!r}")
    return number


def _quantity_of(body: dict[str, Any]) -> Decimal:
    quantity = _number(body, "quantity")
    if quantity is None:
        raise TicketError("Missing quantity: the simulator takes no cash quantities")
    if quantity <= 0:
        raise TicketError(f"Order size {quantity:g} is not valid")
    return exact(quantity)


def _trailing(body: dict[str, Any], kind: str) -> float | None:
    return _number(body, "trailingAmt") if body.get("trailingType") == kind else None


def _check(ticket: Ticket) -> None:
    if ticket.side not in ("BUY", "SELL"):
        raise TicketError(f"Invalid side {ticket.side!r}")
    kind = ticket.order_type
    if kind not in ORDER_TYPES:
        raise TicketError(f"Invalid order type {kind!r}")
    if ticket.tif not in TIFS:
        raise TicketError(f"Invalid time in force {ticket.tif!r}")
    if kind in _NEEDS_PRICE and ticket.price is None:
        raise TicketError(f"Missing price of an order of type {kind}")
    if kind in _NEEDS_AUX_PRICE and ticket.aux_price is None:
        raise TicketError(f"Missing auxPrice of an order of type {kind}")
    distance = ticket.trailing_amount or ticket.trailing_percent or 0.0
    if kind in TRAILING_TYPES and distance <= 0:
        raise TicketError(f"Missing trailingAmt and trailingType of an order of type {kind}")
