"""What the dialogue's thread does: place, change, cancel, and read anew."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

from ...errors import ConnectionFailedError, JournalError, RequestRefusedError, StoreError
from .blotter import RANKS, Entry
from .converse import Outcome, Result, converse
from .dialogue import Job
from .figures import whole
from .inquiry import inquire
from .memory import asked_of, condensed, placing
from .messages import NOT_CANCELLED, NOT_CHANGED, REFUSED, WITHDRAWN
from .questions import Policy
from .tickets import Ticket

_log = logging.getLogger(__name__)

_MOST_TRIES = 3


def _account_of(entry: Entry, desk: Any) -> str:
    """Return the account that an order is for: its own, or that of the connection."""
    return str(entry.ticket.get("acctId") or desk.connection.account_id)


class Place(Job):
    """Send a family of orders, once, and find out what became of it.

    Parameters
    ----------
    desk
        The desk that it is done for.
    family
        Orders that are sent in one request: one, a parent and its children, or a group.
    policy
        Rules for questions, where they are not those of the desk.
    """

    def __init__(self, desk: Any, family: list[Entry], policy: Policy | None = None) -> None:
        self.desk = desk
        self.family = family
        self._policy = policy
        self._sent_at = time.monotonic()
        self._expected = len(family)
        self.outcome = Outcome(Result.REFUSED, text="not sent")

    def run(self) -> None:
        """Send, and see it through until each order is known to be at IBKR or not to be."""
        desk = self.desk
        with desk.lock:
            if not self.family:
                return
            desk.begun(self.family)
            tickets = self._tickets()
        try:
            if desk.journal.large:
                desk.journal.compact(condensed)
            desk.journal.promise(placing(self.family, tickets))
        except JournalError as failure:
            self._refuse(self.family, f"not sent, for it could not be written down: {failure}")
            return
        self._sent_at = time.monotonic()
        account = tickets[0]["acctId"]
        path = f"iserver/account/{account}/orders"
        policy = self._policy or desk.policy
        self.outcome = outcome = converse(desk.connection, path, {"orders": tickets}, policy)
        if outcome.result is Result.REFUSED:
            self._refuse(self.family, outcome.text)
            return
        failed = ""
        if outcome.result is Result.ACCEPTED:
            failed = self._match(outcome.rows)
        if failed:
            there = [row for row in outcome.rows if not _is_failed(row)]
            self._expected = min(len(there), len(self.family))
        self._see_through(failed)

    def _tickets(self) -> list[Ticket]:
        grouped = len(self.family) > 1 and all(
            each.order is not None and not each.parent_id for each in self.family
        )
        tickets = []
        for entry in self.family:
            ticket = dict(entry.ticket)
            ticket.setdefault("acctId", _account_of(entry, self.desk))
            if entry.reference:
                ticket["cOID"] = entry.reference
            parent = self.desk.blotter.find(entry.parent_id)
            if parent is not None:
                ticket["parentId"] = parent.reference
            if grouped:
                ticket["isSingleGroup"] = True
            tickets.append(ticket)
        return tickets

    def _match(self, rows: Sequence[dict[str, Any]]) -> str:
        """Learn IBKR's numbers from the answer; return the text of a leg that failed."""
        desk, failed = self.desk, ""
        with desk.lock:
            for row in rows:
                server_id = whole(row.get("order_id"))
                entry = self._named(row)
                if server_id is None or _is_failed(row):
                    said = [str(row[x]) for x in ("text", "warning_message") if row.get(x)]
                    failed = " ".join(said) or "refused without a reason"
                    if entry is not None:
                        desk.tell(desk.blotter.refuse(entry.order_id, failed))
                elif entry is not None:
                    desk.tell(desk.blotter.bind(entry.order_id, server_id))
                    desk.tell_open(entry)
        return failed

    def _named(self, row: dict[str, Any]) -> Entry | None:
        """Return whose row this is: by the reference, or because there is only one."""
        if len(self.family) == 1:
            return self.family[0]
        reference = row.get("local_order_id") or row.get("order_ref")
        if not reference:
            return None
        return next((each for each in self.family if each.reference == reference), None)

    def _missing(self) -> bool:
        """Whether orders that may be at IBKR were not found there yet."""
        found = sum(each.server_id is not None for each in self.family)
        unknown = sum(each.server_id is None and not each.over for each in self.family)
        return found < self._expected and unknown > 0

    def _see_through(self, failed: str) -> None:
        """Find what the answer did not say; take back what must not stay."""
        desk = self.desk
        found = inquire(desk.reader, self._missing, self._sent_at, desk.timing, desk.dialogue.pause)
        text = failed or self.outcome.text or "no trace of it at IBKR"
        if found is None:
            return
        account = _account_of(self.family[0], desk)
        with desk.lock:
            unseen = desk.blotter.claim_executed(self.family, account)
            desk.tell(unseen)
        lost = [each for each in self.family if each.server_id is None and not each.over]
        if lost:
            doubtful_until = time.monotonic() + desk.timing.doubt_s
            for entry in lost:
                entry.doubtful_until = doubtful_until
            if unseen:
                self._refuse(lost, "ended with another leg of its bracket", WITHDRAWN)
            elif failed or self.outcome.declined:
                self._refuse(lost, text)
            else:
                self._refuse(lost, f"never arrived at IBKR: {text}")
        if failed or self.outcome.declined or (lost and not unseen):
            self._take_back(text)

    def _refuse(self, entries: list[Entry], text: str, code: int = REFUSED) -> None:
        desk = self.desk
        with desk.lock:
            for entry in entries:
                desk.tell(desk.blotter.refuse(entry.order_id, text, code))

    def _take_back(self, text: str) -> None:
        """Cancel what is at IBKR of a family that did not arrive as a whole."""
        desk = self.desk
        with desk.lock:
            there = [each for each in self.family if each.server_id and not each.over]
            for entry in there:
                entry.verdict = f"rejected, for the order as a whole was refused: {text}"
                desk.cancel(entry.order_id)

    def crashed(self, failure: Exception) -> None:
        """Ask IBKR: something may have been sent."""
        self.outcome = Outcome(Result.UNKNOWN, text=f"{type(failure).__name__}: {failure}")
        self.desk.dialogue.put(Afterwards(self))

    def dropped(self) -> None:
        """Tell that the orders are not sent any more."""
        with self.desk.lock:
            for entry in list(self.family):
                self.desk.tell(self.desk.blotter.withdraw(entry.order_id))


class Submit(Place):
    """Send tickets of the caller's own, who waits for what comes of it."""

    def __init__(self, desk: Any, family: list[Entry], policy: Policy | None = None) -> None:
        super().__init__(desk, family, policy)
        self.done = threading.Event()

    def run(self) -> None:
        """Send, see it through, and wake the caller."""
        super().run()
        self.done.set()

    def crashed(self, failure: Exception) -> None:
        """Ask IBKR, and wake the caller."""
        super().crashed(failure)
        self.done.set()

    def dropped(self) -> None:
        """Wake the caller."""
        super().dropped()
        self.done.set()

    def rows(self) -> list[dict[str, Any]]:
        """Return IBKR's rows for the orders.

        Raises
        ------
        RequestRefusedError
            IBKR has not taken them; the text says why.
        ConnectionFailedError
            It could not be found out.
        """
        with self.desk.lock:
            if any(each.refused for each in self.family):
                text = self.outcome.text or "the order was not taken"
                raise RequestRefusedError(f"order: {text}", text=text)
            if any(each.server_id is None for each in self.family):
                raise ConnectionFailedError("order: it is not known whether IBKR has it")
            # the stream begins the life of a healthy order with Inactive: the answer knows better
            answered = {str(x.get("order_id")): x.get("order_status") for x in self.outcome.rows}
            return [
                {
                    "order_id": str(each.server_id),
                    "order_status": each.status
                    if RANKS.get(each.status, 0)
                    else answered.get(str(each.server_id)) or "PendingSubmit",
                    "local_order_id": each.reference,
                }
                for each in self.family
            ]


def _is_failed(row: dict[str, Any]) -> bool:
    return row.get("order_status") == "Failed" or str(row.get("order_id")).startswith("-")


class Afterwards(Job):
    """Find out about orders whose sending broke off in a way that nobody expected."""

    def __init__(self, placing: Place) -> None:
        self._placing = placing

    def run(self) -> None:
        """Ask IBKR."""
        self._placing._see_through("")


class Cancel(Job):
    """Ask IBKR to cancel an order; harmless when it is done."""

    def __init__(self, desk: Any, entry: Entry) -> None:
        self.desk = desk
        self.entry = entry

    def run(self) -> None:
        """Ask once; the desk asks again where the answer was lost."""
        desk, entry = self.desk, self.entry
        if entry.server_id is None or entry.ended or entry.cancel_taken:
            return
        if entry.cancel_at < 0.0:
            self._write_down()
        entry.cancel_at = time.monotonic()
        path = f"iserver/account/{_account_of(entry, desk)}/order/{entry.server_id}"
        named = ("manualIndicator", "extOperator")
        params = {name: entry.ticket[name] for name in named if name in entry.ticket}
        try:
            desk.connection.delete(path, params or None)
            entry.cancel_taken = True
        except RequestRefusedError as failure:
            self._refused(failure)
        except StoreError as failure:
            _log.info("cancelling order %s is tried again: %s", entry.reference, failure)

    def _write_down(self) -> None:
        try:
            self.desk.journal.promise({"what": "cancel", "id": self.entry.order_id})
        except JournalError as failure:
            # to cancel is never the wrong thing: at worst it is forgotten in a crash
            _log.error("%s", failure)

    def _refused(self, failure: RequestRefusedError) -> None:
        status = failure.status_code
        if status is None or status >= 500:
            return
        # an order that is done cannot be cancelled: its rows tell what became of it
        desk, entry = self.desk, self.entry
        desk.quietly(desk.reader.orders)
        with desk.lock:
            if not entry.ended:
                entry.cancel_wanted = False
                entry.cancel_at = -1e9
                desk.journal.note({"what": "kept", "id": entry.order_id})
                text = f"IBKR does not cancel it: {failure.text or failure}"
                desk.tell_problem(entry, NOT_CANCELLED, text)


class Change(Job):
    """Have IBKR change an order. A change says all of the order: twice is as good as once."""

    def __init__(self, desk: Any, entry: Entry, ticket: Ticket, order: Any) -> None:
        self.desk = desk
        self.entry = entry
        self._ticket = ticket
        self._order = order

    def run(self) -> None:
        """Ask, and again where the answer was lost."""
        desk, entry = self.desk, self.entry
        record = {"what": "change", "id": entry.order_id, "ticket": self._ticket}
        try:
            desk.journal.promise({**record, "asked": asked_of(self._order)})
        except JournalError as failure:
            self._not_changed(f"it could not be written down: {failure}")
            return
        for tried in range(_MOST_TRIES):
            if entry.over or entry.ended or entry.server_id is None or entry.cancel_wanted:
                self._judge(tried > 0, "it is done")
                return
            outcome = self._ask()
            if outcome.result is Result.ACCEPTED:
                self._changed()
                return
            if outcome.result is Result.REFUSED:
                self._judge(tried > 0, outcome.text)
                return
            if not desk.dialogue.pause(desk.timing.inquiry_s):
                return
        self._judge(True, f"no answer: {outcome.text}")

    def _judge(self, tried: bool, text: str) -> None:
        """Tell what became of a change; of one that was `tried` and not answered, by what IBKR says
        of the order.
        """
        if tried:
            self.desk.quietly(self.desk.reader.orders)
        with self.desk.lock:
            if tried and self._shows():
                self._changed()
            else:
                self._not_changed(text)

    def _shows(self) -> bool:
        return shows_change(self.entry, self._ticket)

    def _ask(self) -> Outcome:
        desk, entry = self.desk, self.entry
        body = dict(self._ticket)
        body.setdefault("acctId", _account_of(entry, desk))
        parent = desk.blotter.find(entry.parent_id)
        if parent is not None:
            body["parentId"] = parent.reference
        path = f"iserver/account/{body['acctId']}/order/{entry.server_id}"
        outcome = converse(desk.connection, path, body, desk.policy)
        failed = any(_is_failed(row) for row in outcome.rows)
        return Outcome(Result.REFUSED, text=str(outcome.rows)) if failed else outcome

    def _changed(self) -> None:
        desk, entry = self.desk, self.entry
        with desk.lock:
            entry.ticket, entry.order = self._ticket, self._order
            entry.total = None
            desk.journal.note({"what": "changed", "id": entry.order_id, "taken": True})
            desk.tell_open(entry, replaced=True)

    def _not_changed(self, text: str) -> None:
        self.desk.journal.note({"what": "changed", "id": self.entry.order_id, "taken": False})
        with self.desk.lock:
            self.desk.tell_problem(self.entry, NOT_CHANGED, f"not changed: {text}")

    def crashed(self, failure: Exception) -> None:
        """Tell that the change did not take place, as far as is known."""
        self._not_changed(f"{type(failure).__name__}: {failure}")


def shows_change(entry: Entry, after: Ticket) -> bool:
    """Whether size or price of an order are those of a change, and not those before it."""
    before = entry.ticket
    if before.get("quantity") != after.get("quantity"):
        return bool(entry.total == after.get("quantity"))
    priced = after.get("orderType") in ("LMT", "STP", "STOP_LIMIT")
    moved = priced and before.get("price") != after.get("price")
    return moved and entry.price == after.get("price")


class Audit(Job):
    """Read positions, then executions."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk

    def run(self) -> None:
        """Read once; that it fails is no news, for it will be asked for again."""
        desk, began = self.desk, time.monotonic()
        try:
            desk.book.read_positions()
            # the first answer of a session is empty always
            if not desk.reader.trades():
                desk.reader.trades()
        except StoreError as failure:
            _log.info("an audit of the positions failed: %s", failure)
            return
        desk.book.audited(began)


class Resync(Job):
    """Read orders and executions anew, after a time without the stream."""

    def __init__(self, desk: Any, tries: int = 5) -> None:
        self.desk = desk
        self._tries = tries

    def run(self) -> None:
        """Read until the answers are complete ones; the first may be empty."""
        desk = self.desk
        if not desk.connection.connected:
            return  # there is another one to come
        try:
            for _ in range(_MOST_TRIES):
                if desk.reader.orders() or not desk.dialogue.pause(desk.timing.inquiry_s):
                    break
            if not desk.reader.trades() and desk.dialogue.pause(desk.timing.inquiry_s):
                desk.reader.trades()
        except StoreError as failure:
            _log.info("reading orders and trades anew failed: %s", failure)
            if self._tries > 0 and desk.dialogue.pause(desk.timing.inquiry_s):
                desk.dialogue.put(Resync(desk, self._tries - 1))
            return
        desk.book.recheck()
