"""What a journal says of each order: records, and what they come to.

An order is written with its ticket and with what the strategy asked for, so that the next process
can make the same order of it. All functions are pure; the file is the journal's.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ...errors import JournalError
from .blotter import Entry
from .figures import whole
from .journal import Record
from .tickets import TWS_DEFAULTS, Ticket

__all__ = ["Memory", "asked_of", "condensed", "placing", "recall", "records_of", "worth_keeping"]

# what of an order is copied as it is
_FACTS = (
    *("size", "price", "pricelimit", "exectype", "valid", "tradeid", "dteos"),
    *("trailamount", "trailpercent"),
)
_CREATED = (
    *("dt", "size", "_price", "_pricelimit", "_plimit", "pclose"),
    *("trailamount", "trailpercent"),
)
_KEPT_S = 86_400.0


@dataclass(slots=True)
class Memory:
    """An order as the journal knows it.

    `asked` is what the strategy asked for, None for tickets of the caller's own. `change` is one
    that was sent and of which it is not known whether IBKR has taken it. `bookings` are the
    executions that the strategy was told of, by their id. `end` is how it ended, "" where its end
    was not told. `family` is the number of the first order of its request.
    """

    order_id: int
    reference: str
    ticket: Ticket
    family: int
    parent_id: int = 0
    group: str = ""
    conid: int = 0
    asked: Record | None = None
    at: float = 0.0
    server_id: int | None = None
    cancelling: bool = False
    change: tuple[Ticket, Record | None] | None = None
    bookings: dict[str, Record] = field(default_factory=dict)
    end: str = ""
    refused: bool = False
    entry: Entry | None = None

    def __str__(self) -> str:
        side, size = self.ticket.get("side"), self.ticket.get("quantity")
        return f"order {self.reference or self.order_id} ({side} {size} of contract {self.conid})"


def asked_of(order: Any) -> Record | None:
    """Return what the owner of an order asked for; None for an order that is for no data."""
    data = getattr(order, "data", None)
    if data is None:
        return None
    known, created = vars(order), vars(order.created)
    attributes = {name: known[name] for name in TWS_DEFAULTS if name in known}
    return {
        **{name: getattr(order, name) for name in _FACTS},
        "plimit": order._plimit,
        "limitoffset": order._limitoffset,
        "created": {name: created[name] for name in _CREATED if name in created},
        "data": str(data._name),
        "owner": _place_of(order.owner),
        "parent": _number_of(order.parent),
        "oco": _number_of(order.oco),
        "info": _info_of(order),
        "attributes": attributes,
    }


def _number_of(order: Any) -> int:
    return order.m_orderId if order is not None else 0


def _place_of(owner: Any) -> list[Any]:
    """Return which of the strategies the owner is: its place among them, and its class."""
    if owner is None:
        return [0, ""]
    running = owner.cerebro.runningstrats
    place = next((n for n, each in enumerate(running) if each is owner), 0)
    return [place, type(owner).__name__]


def _info_of(order: Any) -> Record:
    """Return what the user attached, as far as a file can hold it."""
    plain = (str, int, float, bool, type(None))
    return {name: value for name, value in order.info.items() if isinstance(value, plain)}


def placing(family: Iterable[Entry], tickets: Iterable[Ticket]) -> Record:
    """Return the record of orders that are about to be sent in one request."""
    orders = [
        {
            "id": entry.order_id,
            "ref": entry.reference,
            "ticket": ticket,
            "parent": entry.parent_id,
            "group": entry.order.m_ocaGroup if entry.order is not None else "",
            "conid": whole(ticket.get("conid")) or whole(entry.ticket.get("conid")) or 0,
            "asked": asked_of(entry.order),
        }
        for entry, ticket in zip(family, tickets, strict=True)
    ]
    return {"what": "place", "at": time.time(), "orders": orders}


def recall(records: Iterable[Record]) -> dict[int, Memory]:
    """Return the orders that the records tell of, by their numbers, in the order of sending.

    Raises
    ------
    JournalError
        A record is not one of those that this version writes.
    """
    memories: dict[int, Memory] = {}
    for record in records:
        try:
            _take(memories, record)
        except (KeyError, TypeError, ValueError) as failure:
            what = record.get("what")
            raise JournalError(f"journal of orders: a record {what!r} makes no sense") from failure
    return memories


def _take(memories: dict[int, Memory], record: Record) -> None:
    if record["what"] == "place":
        family = record["orders"][0]["id"]
        for order in record["orders"]:
            memory = memories[order["id"]] = _memory_of(order, family, record["at"])
            # the first of a group was sent before there was a second one
            first = memories.get(memory.asked["oco"]) if memory.asked else None
            if first is not None and memory.group:
                first.group = memory.group
        return
    known = memories.get(record["id"])
    if known is not None:
        _HANDLERS[record["what"]](known, record)


def _memory_of(order: Record, family: int, at: float) -> Memory:
    return Memory(
        order["id"],
        order["ref"],
        order["ticket"],
        family,
        order["parent"],
        order["group"],
        order["conid"],
        order["asked"],
        at,
    )


def _take_bound(memory: Memory, record: Record) -> None:
    memory.server_id = record["server"]


def _take_cancel(memory: Memory, record: Record) -> None:
    memory.cancelling = True


def _take_kept(memory: Memory, record: Record) -> None:
    memory.cancelling = False


def _take_change(memory: Memory, record: Record) -> None:
    memory.change = (record["ticket"], record["asked"])


def _take_changed(memory: Memory, record: Record) -> None:
    if memory.change is not None and record["taken"]:
        memory.ticket, memory.asked = memory.change
    memory.change = None


def _take_booked(memory: Memory, record: Record) -> None:
    memory.bookings[record["execution"]] = record


def _take_end(memory: Memory, record: Record) -> None:
    memory.end, memory.refused = record["status"], record["refused"]


_HANDLERS = {
    "bound": _take_bound,
    "cancel": _take_cancel,
    "kept": _take_kept,
    "change": _take_change,
    "changed": _take_changed,
    "booked": _take_booked,
    "end": _take_end,
}


def worth_keeping(memories: dict[int, Memory], now: float) -> list[Memory]:
    """Return the orders that have not ended, those that belong to them, and those of a day.

    What was given up a short time ago may still turn up, and executions of today are told again by
    every reading.
    """
    kept = {n for n, each in memories.items() if not each.end or now - each.at < _KEPT_S}
    while True:
        chosen = [memories[number] for number in kept]
        families = {each.family for each in chosen}
        groups = {each.group for each in chosen if each.group}
        parents = {each.parent_id for each in chosen}
        more = {
            number
            for number, each in memories.items()
            if each.family in families or each.group in groups or number in parents
        }
        if more <= kept:
            return [each for number, each in memories.items() if number in kept]
        kept |= more


def condensed(records: Iterable[Record]) -> list[Record]:
    """Return the records that are left of a journal when it is compacted."""
    return records_of(worth_keeping(recall(records), time.time()))


def records_of(memories: Iterable[Memory]) -> list[Record]:
    """Return the fewest records that come to these orders."""
    families: dict[int, list[Memory]] = {}
    for each in memories:
        families.setdefault(each.family, []).append(each)
    records: list[Record] = []
    for family in families.values():
        orders = [
            {
                "id": each.order_id,
                "ref": each.reference,
                "ticket": each.ticket,
                "parent": each.parent_id,
                "group": each.group,
                "conid": each.conid,
                "asked": each.asked,
            }
            for each in family
        ]
        records.append({"what": "place", "at": family[0].at, "orders": orders})
        for each in family:
            records += _rest_of(each)
    return records


def _rest_of(memory: Memory) -> list[Record]:
    number = memory.order_id
    records: list[Record] = []
    if memory.server_id is not None:
        records.append({"what": "bound", "id": number, "server": memory.server_id})
    records += memory.bookings.values()
    if memory.cancelling:
        records.append({"what": "cancel", "id": number})
    if memory.change is not None:
        ticket, asked = memory.change
        records.append({"what": "change", "id": number, "ticket": ticket, "asked": asked})
    if memory.end:
        end = {"status": memory.end, "refused": memory.refused}
        records.append({"what": "end", "id": number, **end})
    return records
