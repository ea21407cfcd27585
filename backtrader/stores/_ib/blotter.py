"""What is known of our orders, out of rows that come in any order, late or more than once.

Rows of orders come from the stream (what changed) and from readings of the live orders (all of
it); rows of executions from the stream (twice, the second with the commission) and from readings of
the trades. All that is kept of them only ever grows: the furthest status, the largest filled
quantity, the executions by their id. So the same rows lead to the same state however they come.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .figures import number, whole
from .messages import (
    REFUSED,
    WITHDRAWN,
    Commission,
    CommissionReport,
    ExecDetails,
    Execution,
    OrderProblem,
    OrderStatus,
)
from .tickets import Ticket

Row: TypeAlias = dict[str, Any]
Message: TypeAlias = OrderStatus | ExecDetails | CommissionReport | OrderProblem

# how far each status is on an order's way: one that comes late does not lead back
RANKS = {
    **{"Inactive": 0, "WarnState": 1, "PendingSubmit": 2, "PreSubmitted": 3, "Submitted": 4},
    **{"PendingCancel": 5, "PreCancelled": 6, "Cancelled": 7, "Filled": 8},
}
_TINY = 1e-9
# of orders that have ended so many are known in full
_REMEMBERED = 1000

# how rows of orders write the types of order, without blanks -> how tickets do
_ROW_TYPES = {
    **{"LIMIT": "LMT", "MARKET": "MKT", "STOP": "STP", "STOPLIMIT": "STOP_LIMIT"},
    **{"STPLMT": "STOP_LIMIT", "TRAILINGSTOP": "TRAIL", "TRAILINGSTOPLIMIT": "TRAILLMT"},
    **{"TRAILLIMIT": "TRAILLMT", "MARKETONCLOSE": "MOC", "LIMITONCLOSE": "LOC"},
}


@dataclass(slots=True)
class Entry:
    """One of our orders.

    `reference` is what IBKR knows it under; a child of a bracket has none, it is found by its
    parent. `server_id` is IBKR's number, None until it is known. `sent` says that it may be at
    IBKR, `over` that its end was told, `refused` that this end is none that IBKR's rows tell of.
    `verdict` is what its cancellation is to be told as, where it was cancelled for a refused leg.
    Times are by ``time.monotonic``: until `doubtful_until` an order that was given up as never
    arrived is looked for.
    """

    order_id: int
    reference: str
    ticket: Ticket
    parent_id: int = 0
    contract: Any = None
    order: Any = None
    server_id: int | None = None
    status: str = ""
    filled: float = 0.0
    average: float | None = None
    reason: str = ""
    inactive: bool = False
    total: float | None = None
    price: float | None = None
    sent: bool = False
    over: bool = False
    refused: bool = False
    verdict: str = ""
    cancel_wanted: bool = False
    cancel_taken: bool = False
    cancel_at: float = -1e9
    doubtful_until: float = -1e9
    executions: dict[str, float] = field(default_factory=dict)
    told: tuple[str, float] = ("", 0.0)

    @property
    def executed(self) -> float:
        """Units of the executions that are known."""
        return sum(self.executions.values())

    @property
    def ended(self) -> bool:
        """Whether IBKR will do no more about it, as far as its status says."""
        return RANKS.get(self.status, 0) >= RANKS["Cancelled"] or bool(
            self.inactive and self.reason
        )

    @property
    def owed(self) -> float:
        """Units whose executions must have come before its end may be told."""
        if self.status != "Filled":
            return self.filled
        return max(self.filled, self.quantity or 0.0)

    @property
    def quantity(self) -> float | None:
        """Units that were ordered; None where the order says how much cash to spend."""
        return self.ticket.get("quantity") if self.total is None else self.total

    @property
    def lacks_executions(self) -> bool:
        """Whether more was filled than executions tell of."""
        return self.executed < self.owed - _TINY


class Blotter:
    """Merge rows into the state of our orders, and say what is new: each thing once, in order.

    The methods that take something in return what the broker is to be told. Not locked: the caller
    sees to it that one thread is in here at a time.
    """

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._by_reference: dict[str, Entry] = {}
        self._by_server_id: dict[int, Entry] = {}
        self._open: dict[int, Entry] = {}
        self._refused: dict[int, Entry] = {}
        # rows of orders and executions that belong to none of ours, as far as is known
        self._unclaimed: dict[int, Row] = {}
        self._unclaimed_executions: dict[int, dict[str, Row]] = {}
        self._executions: dict[str, Row] = {}
        self._told_commissions: dict[str, float] = {}
        self.foreign: set[str] = set()
        # of those that ended long ago, the numbers: IBKR goes on listing them until the day is over
        self._ended: deque[Entry] = deque()
        self._past: set[int | str] = set()
        self.on_bound: Callable[[Entry], None] = lambda entry: None

    def register(self, entry: Entry) -> None:
        """Take note of an order before it is sent."""
        self._entries[entry.order_id] = self._open[entry.order_id] = entry
        if entry.reference:
            self._by_reference[entry.reference] = entry

    def restore(self, entry: Entry, commissions: dict[str, float]) -> None:
        """Take note of an order of a former process, and of what was told of it there."""
        self.register(entry)
        self._told_commissions.update(commissions)
        if entry.over:
            self._close(entry)
        if entry.refused:
            self._refused[entry.order_id] = entry

    def find(self, order_id: int) -> Entry | None:
        """Return our order with that number."""
        return self._entries.get(order_id)

    def all(self) -> Iterable[Entry]:
        """Return all our orders."""
        return self._entries.values()

    # -- what comes in --

    def bind(self, order_id: int, server_id: int) -> list[Message]:
        """Learn IBKR's number of our order; return what is new thereby."""
        entry = self._entries[order_id]
        if entry.server_id is not None:
            return []
        entry.server_id = server_id
        self._by_server_id[server_id] = entry
        self.on_bound(entry)
        news: list[Message] = []
        row = self._unclaimed.pop(server_id, None)
        if row is not None:
            self._absorb(entry, row)
        for execution in self._unclaimed_executions.pop(server_id, {}).values():
            news += self._book(entry, execution)
        news += self._tell(entry)
        return news + self._claim_children(entry)

    def order_row(self, row: Row) -> list[Message]:
        """Take in a row of the stream or of the live orders."""
        server_id = whole(row.get("orderId"))
        if server_id is None or server_id in self._past:
            return []
        news: list[Message] = []
        entry = self._by_server_id.get(server_id)
        if entry is None:
            named = self._by_reference.get(str(row.get("order_ref") or ""))
            if named is not None and named.server_id is None:
                news = self.bind(named.order_id, server_id)
                entry = named
        if entry is not None:
            self._absorb(entry, row)
            return news + self._tell(entry)
        known = self._unclaimed.setdefault(server_id, {})
        _merge(known, row)
        parent = self._by_server_id.get(whole(known.get("parentId")) or -1)
        return news + (self._claim_children(parent) if parent is not None else [])

    def execution_row(self, row: Row) -> list[Message]:
        """Take in a row of the stream or of the trades."""
        name = str(row.get("execution_id") or "")
        server_id = whole(row.get("order_id"))
        if not name or name in self._past:
            return []
        known = self._executions.setdefault(name, {})
        known.update({each: value for each, value in row.items() if value not in (None, "")})
        entry = self._by_server_id.get(server_id) if server_id is not None else None
        news: list[Message] = []
        if entry is None:
            named = self._by_reference.get(str(known.get("order_ref") or ""))
            if named is not None and named.server_id is None and server_id is not None:
                news = self.bind(named.order_id, server_id)
                entry = named
        if entry is None:
            if server_id is not None:
                self._unclaimed_executions.setdefault(server_id, {})[name] = known
            self.foreign.add(name)
            return news
        return news + self._book(entry, known) + self._tell(entry)

    def refuse(self, order_id: int, text: str, code: int = REFUSED) -> list[Message]:
        """Take note that IBKR has not taken the order, or that it was withdrawn in time."""
        entry = self._entries[order_id]
        if entry.over:
            return []
        self._close(entry)
        entry.refused = True
        self._refused[order_id] = entry
        return [OrderProblem(order_id, code, text)]

    def withdraw(self, order_id: int) -> list[Message]:
        """Take note that the order was cancelled before it was sent."""
        return self.refuse(order_id, "cancelled before it was sent", WITHDRAWN)

    def claim_executed(self, family: Iterable[Entry], account: str) -> list[Message]:
        """Find legs of a bracket among the executions of nobody, once no order of theirs is listed.

        A leg that ended before its day did, while nobody could ask, is in no reading of the orders
        any more, and executions have neither its reference nor its parent: what was executed on the
        terms of the leg, after its parent, was executed of it.
        """
        news: list[Message] = []
        # a limit tells its executions better than a stop does
        for leg in sorted(family, key=lambda each: "LMT" not in str(each.ticket.get("orderType"))):
            parent = self._entries.get(leg.parent_id)
            if leg.server_id is not None or leg.over or parent is None or not parent.executed:
                continue
            since = max(self._traded_ms(name) for name in parent.executions)
            for server_id, rows in self._unclaimed_executions.items():
                listed = server_id in self._unclaimed
                if listed or not _explains(leg, rows.values(), account, since):
                    continue
                news += self.bind(leg.order_id, server_id)
                filled = leg.executed >= (leg.quantity or 0.0) - _TINY
                row = {"orderId": server_id, "status": "Filled" if filled else "Cancelled"}
                news += self.order_row(row)
                break
        return news

    def _traded_ms(self, name: str) -> float:
        return number(self._executions.get(name, {}).get("trade_time_r")) or 0.0

    # -- what is asked of it --

    def working(self) -> list[Entry]:
        """Return the orders that IBKR has, and whose end was not told."""
        return [each for each in self._open.values() if each.server_id]

    def strays(self) -> list[Entry]:
        """Return the orders that were told as refused, and that IBKR works on all the same."""
        return [each for each in self._refused.values() if is_alive(each)]

    def doubtful(self, now: float) -> bool:
        """Whether an order was given up a short time ago."""
        return any(
            each.server_id is None and now < each.doubtful_until for each in self._refused.values()
        )

    def members(self, group: str) -> list[Entry]:
        """Return the orders of a group whose end was not told."""
        open_ = self._open.values()
        return [each for each in open_ if each.order is not None and each.order.m_ocaGroup == group]

    def lacking(self) -> list[Entry]:
        """Return the orders of which IBKR tells less executions than filled units."""
        return [each for each in self.working() if each.lacks_executions]

    def executions(self) -> frozenset[str]:
        """Return the ids of the executions that IBKR has told of, whosever they are."""
        return frozenset(self._executions)

    def live_rows(self) -> list[Row]:
        """Return what is known of orders that are not ours, as rows."""
        return [dict(row) for row in self._unclaimed.values()]

    # -- merging --

    def _close(self, entry: Entry) -> None:
        entry.over = True
        self._open.pop(entry.order_id, None)
        self._ended.append(entry)
        if len(self._ended) > _REMEMBERED:
            self._forget(self._ended.popleft())

    def _forget(self, entry: Entry) -> None:
        """Drop an order that ended a thousand orders ago, but for its numbers."""
        for each in (self._entries, self._open, self._refused):
            each.pop(entry.order_id, None)
        self._by_reference.pop(entry.reference, None)
        for name in entry.executions:
            self._executions.pop(name, None)
            self._told_commissions.pop(name, None)
        self._past.update(entry.executions)
        if entry.server_id is not None:
            self._by_server_id.pop(entry.server_id, None)
            self._past.add(entry.server_id)

    def _absorb(self, entry: Entry, row: Row) -> None:
        status = str(row.get("status") or "")
        if status == "Inactive":
            entry.inactive = True
        if status in RANKS and RANKS[status] >= RANKS.get(entry.status, -1):
            entry.status = status
        filled = number(row.get("filledQuantity"))
        if filled is not None and filled >= entry.filled:
            entry.filled = filled
            entry.average = number(row.get("avgPrice")) or entry.average
        entry.total = number(row.get("totalSize")) or entry.total
        entry.price = number(row.get("price")) or entry.price
        reason = str(row.get("order_cancellation_by_system_reason") or "")
        entry.reason = max(entry.reason, reason, key=lambda text: (len(text), text))

    def _book(self, entry: Entry, row: Row) -> list[Message]:
        """Tell of an execution, once, and of its commission, once for each amount."""
        name = str(row["execution_id"])
        self.foreign.discard(name)
        news: list[Message] = []
        if name not in entry.executions:
            size, price = number(row.get("size")), number(row.get("price"))
            if size is None or price is None or not size:
                return []
            entry.executions[name] = abs(size)
            news.append(ExecDetails(-1, entry.contract, _execution(entry, row, size, price)))
        commission = number(row.get("commission"))
        if commission is not None and self._told_commissions.get(name) != commission:
            self._told_commissions[name] = commission
            currency = str(row.get("commission_currency") or "")
            news.append(CommissionReport(Commission(name, commission, currency)))
        return news

    def _tell(self, entry: Entry) -> list[Message]:
        """Tell of the order's state where that is new; of its end after its executions only."""
        filled = max(entry.filled, entry.executed)
        fresh = (entry.status, filled) != entry.told
        if not entry.status or (entry.over and entry.status != "Filled"):
            return []
        if not entry.ended:
            if not fresh:
                return []
        elif entry.lacks_executions or (entry.over and not fresh):
            return []
        else:
            self._close(entry)
        entry.told = (entry.status, filled)
        return [_status(entry, filled)]

    # -- the children of brackets --

    def _claim_children(self, parent: Entry) -> list[Message]:
        """Find the parent's children among the rows that nobody has claimed: by what was ordered,
        for IBKR takes no reference of theirs.
        """
        news: list[Message] = []
        for server_id in sorted(self._unclaimed):
            row = self._unclaimed[server_id]
            if whole(row.get("parentId")) != parent.server_id:
                continue
            child = self._best_child(parent, row)
            if child is not None:
                news += self.bind(child.order_id, server_id)
        return news

    def _best_child(self, parent: Entry, row: Row) -> Entry | None:
        scores = [
            (_likeness(each.ticket, row), each)
            for each in self._entries.values()
            if each.parent_id == parent.order_id and each.server_id is None and not each.over
        ]
        best = max((score for score, _ in scores), default=0)
        return next((each for score, each in scores if score == best), None) if best else None


def is_alive(entry: Entry) -> bool:
    """Whether IBKR has the order and may still execute it."""
    return entry.server_id is not None and bool(entry.status) and not entry.ended


def _merge(known: Row, row: Row) -> None:
    """Bring a row into what is known of an order that is nobody's yet; nothing leads back."""
    for name, value in row.items():
        before = known.get(name)
        if name == "status" and RANKS.get(str(before), -1) > RANKS.get(str(value), -1):
            continue
        if name == "filledQuantity" and (number(before) or 0.0) > (number(value) or 0.0):
            continue
        if value not in (None, ""):
            known[name] = value


def _status(entry: Entry, filled: float) -> OrderStatus:
    ended_at = RANKS.get(entry.status, 0) >= RANKS["Cancelled"]
    quantity = entry.quantity
    return OrderStatus(
        entry.order_id,
        entry.status if ended_at or not entry.ended else "Inactive",
        filled,
        None if quantity is None else max(quantity - filled, 0.0),
        entry.average,
        permId=entry.server_id or 0,
        parentId=entry.parent_id,
        whyHeld=entry.verdict or entry.reason,
    )


def _likeness(ticket: Ticket, row: Row) -> int:
    """Return how much a row looks like the ticket: 0 for not at all."""
    if str(row.get("side") or "")[:1].upper() != ticket["side"][:1]:
        return 0
    size = number(row.get("totalSize"))
    if size is not None and size != ticket.get("quantity", size):
        return 0
    named = str(row.get("origOrderType") or row.get("orderType") or "")
    plain = named.upper().replace(" ", "").replace("_", "")
    kind = _ROW_TYPES.get(plain, named.upper())
    named_prices = (ticket.get(name) for name in ("price", "auxPrice", "trailingAmt"))
    prices = [each for each in named_prices if each is not None]
    price = number(row.get("price"))
    same_kind = kind == ticket["orderType"]
    same_price = price is not None and any(abs(price - each) < 1e-6 for each in prices)
    return 2 * same_kind + same_price


def _explains(leg: Entry, rows: Iterable[Row], account: str, since_ms: float) -> bool:
    """Whether all these executions can be those of a leg in an account, whose parent was executed
    at `since_ms`.
    """
    ticket, units = leg.ticket, 0.0
    sign = 1.0 if ticket["side"] == "BUY" else -1.0
    limit = ticket.get("price") if "LMT" in str(ticket.get("orderType")) else None
    for row in rows:
        size, price = number(row.get("size")) or 0.0, number(row.get("price"))
        mine = str(row.get("account") or account) == account and not row.get("order_ref")
        same = whole(row.get("conid")) == ticket.get("conid")
        same = same and str(row.get("side") or "")[:1].upper() == ticket["side"][:1]
        later = (number(row.get("trade_time_r")) or 0.0) >= since_ms
        if not (mine and same and later) or price is None:
            return False
        if limit is not None and sign * (price - limit) > _TINY:
            return False
        units += abs(size)
    return 0.0 < units <= (leg.quantity or 0.0) + _TINY


def _execution(entry: Entry, row: Row, size: float, price: float) -> Execution:
    side = str(row.get("side") or entry.ticket["side"])[:1].upper()
    return Execution(
        m_execId=str(row["execution_id"]),
        m_orderId=entry.order_id,
        m_side="BOT" if side == "B" else "SLD",
        m_shares=abs(size),
        m_price=price,
        time_ms=whole(row.get("trade_time_r")),
        m_time=str(row.get("trade_time") or ""),
        m_cumQty=entry.executed,
        m_avgPrice=price,
        m_exchange=str(row.get("exchange") or ""),
        m_acctNumber=str(row.get("account") or ""),
        m_orderRef=entry.reference,
        conid=whole(row.get("conid")) or 0,
    )
