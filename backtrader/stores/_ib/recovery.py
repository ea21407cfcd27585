"""Taking up the orders of a former process: what the journal says, and what IBKR knows of them.

Orders whose end was not told are known to the desk again, under the same numbers: their rows and
executions lead on from where the journal ends. What was sent and never arrived is told as refused;
nothing is sent a second time. Families and groups are whole again: what the former process would
have cancelled is cancelled.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from ...errors import ConnectionFailedError, StoreError
from .blotter import RANKS, Entry
from .dialogue import Job
from .jobs import Place, shows_change
from .journal import Journal
from .memory import Memory, condensed, recall

__all__ = ["Recovery"]

_log = logging.getLogger(__name__)

# IBKR keeps executions for so many days
_DAYS = 7
_MOST_READINGS = 5
_MOST_TRIES = 10
# how long a start waits for what became of the orders
_PATIENCE_S = 120.0


class Recovery:
    """The orders of former processes.

    Parameters
    ----------
    desk
        Where they are taken up.
    journal
        What is known of them.
    adopt
        Whether they are taken up; else they are told, and left alone.

    Attributes
    ----------
    open : list of Memory
        Those whose end was not told.
    counted : frozenset of str
        Executions that the positions, as they were read last, contain.
    untold : dict
        By contract, the units (sales negative) of `counted` that the strategy was not told of.
    """

    def __init__(self, desk: Any, journal: Journal, adopt: bool) -> None:
        self.desk = desk
        self.memories = recall(condensed(journal.records))
        journal.compact(condensed)
        journal.records.clear()
        self.open = [each for each in self.memories.values() if not each.end]
        self.adopt = adopt
        self.counted: frozenset[str] = frozenset()
        self.untold: dict[int, float] = {}
        self.failure: StoreError | None = None
        self.read = threading.Event()
        self._begun = False

    def begin(self) -> None:
        """Take the orders up; return when orders, executions and positions were read.

        Raises
        ------
        StoreError
            They cannot be read, or not in time.
        """
        if self._begun or not self.adopt:
            return
        self._begun = True
        with self.desk.lock:
            for memory in self.memories.values():
                self._register(memory)
        if not self.open:
            return
        self.desk.dialogue.put(_Review(self))
        if not self.read.wait(_PATIENCE_S):
            raise ConnectionFailedError(
                "what became of the orders of the former run could not be read in time"
            )
        if self.failure is not None:
            raise self.failure

    def _register(self, memory: Memory) -> None:
        """Make an entry of the desk of an order."""
        blotter = self.desk.blotter
        entry = memory.entry = Entry(
            memory.order_id, memory.reference, memory.ticket, memory.parent_id, memory.conid
        )
        if memory.asked is not None:
            entry.order = SimpleNamespace(m_ocaGroup=memory.group)
        entry.sent = True
        entry.cancel_wanted = memory.cancelling
        bits = memory.bookings.items()
        entry.executions = {name: abs(each["size"]) for name, each in bits}
        if memory.end:
            entry.over, entry.refused = True, memory.refused
            entry.status = memory.end if memory.end in RANKS else ""
            entry.told = (entry.status, entry.executed)
        known = {name: each["comm"] for name, each in bits if each["comm"] is not None}
        blotter.restore(entry, known)
        if memory.server_id is not None:
            self.desk.tell(blotter.bind(memory.order_id, memory.server_id))

    # -- on the dialogue's thread --

    def review(self) -> None:
        """Read what IBKR knows, until positions and executions fit to each other."""
        desk = self.desk
        for _ in range(_MOST_TRIES):
            if desk.reader.orders() or not desk.dialogue.pause(desk.timing.inquiry_s):
                break
        desk.reader.trades(_DAYS)
        for _ in range(_MOST_READINGS):
            # the first answer of a session is empty always
            desk.reader.trades(_DAYS)
            before = desk.blotter.executions()
            desk.book.read_positions()
            desk.reader.trades(_DAYS)
            if desk.blotter.executions() == before:
                break
        with desk.lock:
            self.counted = before
            self._settle()

    def _settle(self) -> None:
        """Do what the former process had begun; called with the lock held."""
        for memory in self.memories.values():
            entry = memory.entry
            if entry is None:
                continue
            self._settle_change(memory, entry)
            account = self.desk.connection.account_id
            here = memory.ticket.get("acctId", account) == account
            for name, size in entry.executions.items():
                if here and name in self.counted and name not in memory.bookings:
                    signed = size if memory.ticket["side"] == "BUY" else -size
                    self.untold[memory.conid] = self.untold.get(memory.conid, 0.0) + signed
            if entry.executions or entry.over:
                self.desk.settle_group(entry)

    def _settle_change(self, memory: Memory, entry: Entry) -> None:
        """Find out whether a change was taken whose answer the former process did not get."""
        if memory.change is None or memory.end:
            return
        ticket, asked = memory.change
        taken = shows_change(entry, ticket)
        memory.change = None
        if taken:
            memory.ticket, memory.asked, entry.ticket = ticket, asked, ticket
        self.desk.journal.note({"what": "changed", "id": memory.order_id, "taken": taken})

    def inquire(self) -> None:
        """Ask about what was not found yet."""
        desk = self.desk
        families: dict[int, list[Entry]] = {}
        for memory in self.memories.values():
            if memory.entry is not None:
                families.setdefault(memory.family, []).append(memory.entry)
        for family in families.values():
            if any(not each.over for each in family):
                desk.dialogue.put(_Inquiry(desk, family))


class _Review(Job):
    """Read what became of the orders, then ask about those of which nothing was read."""

    def __init__(self, recovery: Recovery) -> None:
        self._recovery = recovery

    def run(self) -> None:
        recovery = self._recovery
        dialogue, timing = recovery.desk.dialogue, recovery.desk.timing
        while True:
            try:
                recovery.review()
                break
            except StoreError as failure:
                _log.warning("the orders of the former run cannot be read yet: %s", failure)
                if not dialogue.pause(timing.inquiry_s):
                    return
        recovery.read.set()
        recovery.inquire()

    def crashed(self, failure: Exception) -> None:
        """Have the start fail: orders may be at work of which nobody knows."""
        text = f"the orders of the former run: {type(failure).__name__}: {failure}"
        self._recovery.failure = ConnectionFailedError(text)
        self._recovery.read.set()

    def dropped(self) -> None:
        """Wake whoever waits."""
        self._recovery.failure = ConnectionFailedError("the connection is being closed")
        self._recovery.read.set()


class _Inquiry(Place):
    """See a family through that another process has sent."""

    def run(self) -> None:
        refused = next((each for each in self.family if each.refused), None)
        self._expected = sum(not each.refused for each in self.family)
        self._see_through("a part of it was refused" if refused is not None else "")

    def _match(self, rows: Sequence[dict[str, Any]]) -> str:
        return ""
