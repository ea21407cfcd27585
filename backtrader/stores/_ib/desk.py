"""The desk: takes orders from the broker, has them sent, and tells the broker what became of them.

Orders that belong together (a bracket; a group of which one cancels the others, where it was held
back with ``transmit=False``) are sent in one request, once the last of them has come. Groups whose
orders are sent one after the other are kept here: IBKR cannot extend a group, so that the others
are cancelled when one is executed or ends.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, Protocol

from ...errors import OrderError
from .blotter import Blotter, Entry, Message, Row, is_alive
from .dialogue import Dialogue
from .figures import number
from .ids import OrderIds, client_order_id
from .inquiry import Reader, Timing
from .jobs import Audit, Cancel, Change, Place, Resync, Submit
from .journal import Journal, NoJournal, Notebook
from .messages import NOT_CHANGED, ExecDetails, OpenOrder, OrderProblem, OrderStatus
from .questions import Policy
from .recovery import Recovery
from .tickets import conid_of, ticket_from, ticket_of
from .topics import Orders, Trades
from .vanishing import Vanishing

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """Who is told; the store. Called on threads of the store: it queues."""

    def orderStatus(self, msg: Any) -> None:
        """Take an `OrderStatus`."""

    def openOrder(self, msg: Any) -> None:
        """Take an `OpenOrder`."""

    def execDetails(self, msg: Any) -> None:
        """Take an `ExecDetails`."""

    def commissionReport(self, msg: Any) -> None:
        """Take a `CommissionReport`."""

    def error(self, msg: Any) -> None:
        """Take an `OrderProblem`."""


class Book(Protocol):
    """What keeps the account: it is told that something has changed."""

    def traded(self) -> None:
        """Take note of an execution: cash and value have changed."""

    def recheck(self) -> None:
        """Take note that positions may have changed without an order of ours."""

    def read_positions(self) -> Any:
        """Read positions now."""

    def audited(self, began: float) -> None:
        """Take note that positions were read since `began`, and executions after them."""


class OrderDesk:
    """Place, change and cancel orders, and follow them to their end.

    Parameters
    ----------
    connection
        The session with IBKR.
    listener
        Who is told.
    book
        What keeps the account.
    questions
        Rules for IBKR's questions, see `questions.Policy`.
    timing
        How long things take.
    """

    def __init__(
        self,
        connection: Any,
        listener: Listener,
        book: Book,
        questions: dict[str, bool] | None = None,
        timing: Timing | None = None,
    ) -> None:
        self.connection = connection
        self.timing = timing or Timing()
        self.policy = Policy(questions)
        self.journal: Notebook = NoJournal()
        self.blotter = Blotter()
        self.blotter.on_bound = self._write_bound
        self.lock = threading.RLock()
        self.dialogue = Dialogue(self._duties)
        self.reader = Reader(connection, self.take_orders, self.take_trades, self.timing)
        self.reader.on_complete = Vanishing(self).take
        self.recovery: Recovery | None = None
        self._listener = listener
        self._book = book
        self._ids = OrderIds()
        self._held: dict[int, list[Entry]] = {}
        self._queued: dict[int, Place] = {}
        # why no order is sent any more, and when the last execution was heard of: see `clearing`
        self.halted = ""
        self.executions_at = -1e9
        self.closings: dict[int, tuple[float, Entry]] = {}
        self._handlers = (
            ("order", lambda row: self.take_orders([row])),
            ("execution", lambda row: self.take_trades([row])),
            ("ready", lambda: self.dialogue.put(Resync(self))),
        )

    def start(self) -> None:
        """Listen to the connection, and begin to work."""
        for event, handler in self._handlers:
            self.connection.on(event, handler)
        self.connection.subscribe(Orders())
        self.connection.subscribe(Trades())
        self.dialogue.start()

    def stop(self, timeout_s: float = 1.0) -> bool:
        """End; tell orders that were not sent yet as cancelled. Return whether all has ended."""
        for event, handler in self._handlers:
            self.connection.off(event, handler)
        ended = self.dialogue.stop(timeout_s)
        for entry in self.blotter.all():
            if entry.sent and not entry.over and entry.server_id is None:
                _log.warning("order %s: not known whether IBKR has it", entry.reference)
        if ended:
            self.journal.close()
        return ended

    def keep(self, journal: Journal, adopt: bool) -> None:
        """Write down in a journal what is sent from now on, and take up what is in it.

        Raises
        ------
        JournalError
            It cannot be read.
        """
        self.recovery = Recovery(self, journal, adopt)
        self._ids = OrderIds(after=max(self.recovery.memories, default=0))
        self.journal = journal

    def _write_bound(self, entry: Entry) -> None:
        bound = {"what": "bound", "id": entry.order_id, "server": entry.server_id}
        self.journal.note(bound)

    def next_order_id(self) -> int:
        """Return a number for an order that was never used and never will be."""
        return self._ids.next_id()

    def set_questions(self, questions: dict[str, bool] | None) -> None:
        """Set the rules for IBKR's questions."""
        self.policy = Policy(questions)

    # -- what the broker asks for --

    def place(self, order_id: int, contract: Any, order: Any) -> None:
        """Send an order, or hold it back for its family; with the number of one that was sent
        already, change that.

        Raises
        ------
        OrderError
            It cannot be sent as it is. Nothing has been sent.
        """
        with self.lock:
            if self.blotter.find(order_id) is not None:
                self.change(order_id, order)
                return
            parent = self._parent_of(order)
            ticket = ticket_of(order, conid_of(contract))
            reference = "" if parent else client_order_id(order_id)
            entry = Entry(order_id, reference, ticket, 0, contract, order)
            entry.parent_id = parent.order_id if parent else 0
            self.blotter.register(entry)
            if parent is not None and parent.over:
                self.tell(self.blotter.refuse(order_id, "its parent was refused or cancelled"))
                return
            key = self._family_of(entry)
            family = [*self._held.pop(key, []), entry]
            if order.m_transmit:
                self.send(family)
            else:
                self._held[key] = family

    def _parent_of(self, order: Any) -> Entry | None:
        if not order.m_parentId:
            return None
        parent = self.blotter.find(order.m_parentId)
        if parent is None:
            raise OrderError(f"order: there is no parent with the number {order.m_parentId}")
        # a parent that was executed is none any more for IBKR: the child stands for itself
        return None if parent.over and parent.status == "Filled" else parent

    def _family_of(self, entry: Entry) -> int:
        """Return the key under which the entry's family is held: that of its first member."""
        group = entry.order.m_ocaGroup
        for key, family in self._held.items():
            if entry.parent_id in [each.order_id for each in family]:
                return key
            if group and not entry.parent_id and family[0].order.m_ocaGroup == group:
                return key
        return entry.order_id

    def send(self, family: list[Entry], job: Place | None = None) -> None:
        """Queue a family for sending."""
        if self.halted and job is None:
            for entry in family:
                self.tell(self.blotter.refuse(entry.order_id, self.halted))
            return
        job = job or Place(self, family)
        for entry in family:
            if entry.order is not None:
                # one that was held back may have been given other attributes meanwhile
                entry.ticket = ticket_of(entry.order, conid_of(entry.contract))
            self._queued[entry.order_id] = job
        self.dialogue.put(job)

    def begun(self, family: list[Entry]) -> None:
        """Take note that the family is being sent from now on; called with the lock held."""
        for entry in family:
            self._queued.pop(entry.order_id, None)
            entry.sent = True

    def cancel(self, order_id: int) -> None:
        """Cancel an order: at IBKR, or here where it was not sent yet.

        A parent that was not sent takes its children with it; so does IBKR with one that was.
        """
        with self.lock:
            entry = self.blotter.find(order_id)
            if entry is None or entry.over:
                return
            if not entry.sent and self._withdrawn(entry):
                return
            entry.cancel_wanted, entry.cancel_taken = True, False
            self.dialogue.put(Cancel(self, entry))

    def withdraw_all(self) -> None:
        """Take back every order that was not sent yet."""
        with self.lock:
            for job in {id(job): job for job in self._queued.values()}.values():
                if self.dialogue.withdraw(job):
                    job.dropped()
            held, self._held = self._held, {}
            for entry in [each for family in held.values() for each in family]:
                self.tell(self.blotter.withdraw(entry.order_id))
            self._queued = {
                number: job
                for number, job in self._queued.items()
                if any(not each.over for each in job.family)
            }

    def _withdrawn(self, entry: Entry) -> bool:
        """Take an order that was not sent out of its family; False where it is being sent."""
        job = self._queued.get(entry.order_id)
        families = [job.family] if job is not None else list(self._held.values())
        family = next((each for each in families if entry in each), None)
        if family is None:
            return False
        gone = [each for each in family if entry.order_id in (each.order_id, each.parent_id)]
        for each in gone:
            family.remove(each)
            self._queued.pop(each.order_id, None)
            self.tell(self.blotter.withdraw(each.order_id))
        if not family and job is not None:
            self.dialogue.withdraw(job)
        self._held = {key: members for key, members in self._held.items() if members}
        return True

    def change(self, order_id: int, order: Any) -> None:
        """Have IBKR change an order to what `order` says now.

        One that is done by now is told as not changed: its end may be on its way to the caller.

        Raises
        ------
        OrderError
            There is no such order, or it makes no sense.
        """
        with self.lock:
            entry = self.blotter.find(order_id)
            if entry is None:
                raise OrderError(f"order {order_id} cannot be changed: it is not known")
            if entry.over:
                self.tell_problem(entry, NOT_CHANGED, "not changed: it is done")
                return
            ticket = ticket_of(order, conid_of(entry.contract))
            if not entry.sent:
                entry.ticket, entry.order = ticket, order
                self.tell_open(entry, replaced=True)
                return
            self.dialogue.put(Change(self, entry, ticket, order))

    def submit(
        self, account: str | None, request: Any, confirm: bool = True, timeout_s: float = 60.0
    ) -> list[Row]:
        """Send tickets of the caller's own past the broker, wait, and return IBKR's rows for them.

        Parameters
        ----------
        account
            Where to; None for the account that is traded.
        request
            A ticket (a dict of the Web API's, or ibind's OrderRequest), or a list of them.
        confirm
            True: the questions that IBKR asks are answered by the rules. False: all are declined.
        timeout_s
            How long to wait for the answer.

        Raises
        ------
        RequestRefusedError
            IBKR has not taken them; the text says why.
        ConnectionFailedError
            It is not known yet whether IBKR has them. They are not sent again.
        """
        requests = request if isinstance(request, (list, tuple)) else [request]
        family = []
        for each in requests:
            ticket = ticket_from(each)
            ticket["acctId"] = account or ticket.get("acctId") or self.connection.account_id
            number = self.next_order_id()
            child = bool(ticket.get("parentId"))
            reference = ticket.pop("cOID", None) or ("" if child else client_order_id(number))
            family.append(Entry(number, reference, ticket))
        job = Submit(self, family, None if confirm else Policy(everything=False))
        with self.lock:
            for entry in family:
                self.blotter.register(entry)
            self.send(family, job)
        job.done.wait(timeout_s)
        return job.rows()

    def live_orders(self) -> list[Row]:
        """Return the live orders as IBKR lists them, of all sessions; asks IBKR.

        Raises
        ------
        StoreError
            IBKR cannot be asked.
        """
        rows: list[Row] = []
        for _ in range(3):
            answer = self.connection.get("iserver/account/orders")
            rows = [row for row in (answer or {}).get("orders") or [] if isinstance(row, dict)]
            self.take_orders(rows)
            if (answer or {}).get("snapshot"):
                break
        return rows

    # -- what IBKR says --

    def take_orders(self, rows: list[Row]) -> None:
        """Take in rows of orders, from the stream or from a reading."""
        with self.lock:
            for row in rows:
                self.tell(self.blotter.order_row(row))
            for stray in self.blotter.strays():
                self._recall(stray)

    def _recall(self, stray: Entry) -> None:
        """Cancel an order that was told as refused, and turned up."""
        if not stray.cancel_wanted:
            _log.error("order %s was given up and is live: it is cancelled", stray.reference)
            text = f"order {stray.order_id} was given up, turned up at IBKR, and is cancelled"
            self._listener.error(OrderProblem(-1, NOT_CHANGED, text))
            stray.cancel_wanted = True
            self.dialogue.put(Cancel(self, stray))

    def take_trades(self, rows: list[Row]) -> None:
        """Take in rows of executions, from the stream or from a reading."""
        with self.lock:
            foreign = len(self.blotter.foreign)
            # a reading lists the latest first
            for row in sorted(reversed(rows), key=_traded_at):
                news = self.blotter.execution_row(row)
                if any(isinstance(each, ExecDetails) for each in news):
                    self.executions_at = time.monotonic()
                self.tell(news)
            if len(self.blotter.foreign) > foreign:
                self.executions_at = time.monotonic()
                self._book.recheck()

    def tell(self, messages: list[Message]) -> None:
        """Tell the listener, in order, and do what follows from it; called with the lock held."""
        for message in messages:
            if isinstance(message, OrderStatus):
                self._listener.orderStatus(message)
                entry = self.blotter.find(message.orderId)
                if entry is not None and entry.over:
                    self.settle_group(entry)
            elif isinstance(message, ExecDetails):
                self._told_execution(message)
            elif isinstance(message, OrderProblem):
                self._listener.error(message)
                entry = self.blotter.find(message.id)
                if entry is not None and entry.over:
                    self.settle_group(entry)
            else:
                self._listener.commissionReport(message)

    def _told_execution(self, message: ExecDetails) -> None:
        entry = self.blotter.find(message.execution.m_orderId)
        self._listener.execDetails(message)
        self._book.traded()
        if entry is not None:
            self.settle_group(entry)

    def tell_open(self, entry: Entry, replaced: bool = False) -> None:
        """Tell that IBKR has an order, or a change of it."""
        state = entry.status or "PendingSubmit"
        self._listener.openOrder(
            OpenOrder(entry.order_id, entry.contract, entry.order, state, replaced)
        )

    @property
    def book(self) -> Book:
        """What keeps the account."""
        return self._book

    def audit(self) -> None:
        """Have positions read, and then executions: what differs from ours then was not our doing.

        Without that, a position that is new might come from an execution that was not told yet.
        """
        self.dialogue.put(Audit(self))

    def tell_problem(self, entry: Entry, code: int, text: str) -> None:
        """Tell what went wrong with an order that goes on."""
        self._listener.error(OrderProblem(entry.order_id, code, text))

    def settle_group(self, entry: Entry) -> None:
        """Cancel the others of the entry's group."""
        group = entry.order.m_ocaGroup if entry.order is not None else ""
        if not group:
            return
        for other in self.blotter.members(group):
            if other is not entry and not other.over and not other.cancel_wanted:
                self.cancel(other.order_id)

    # -- duties of the dialogue's thread --

    def _duties(self) -> float | None:
        """Read what the stream may have kept back; return when to look again."""
        with self.lock:
            working = self.blotter.working()
            lacking = self.blotter.lacking()
            unheard = [
                each
                for each in (*working, *self.blotter.strays())
                if each.cancel_wanted and not each.cancel_taken and is_alive(each)
            ]
            doubtful = self.blotter.doubtful(time.monotonic())
        if not working and not unheard and not doubtful:
            return None
        timing, reader = self.timing, self.reader
        if not self.connection.connected:
            return timing.poll_s
        now = time.monotonic()
        if lacking and now - reader.trades_at >= timing.poll_s:
            self.quietly(reader.trades)
        elif now - reader.orders_at >= timing.poll_s:
            self.quietly(reader.orders)
        for entry in unheard:
            if now - entry.cancel_at >= timing.again_s:
                self.dialogue.put(Cancel(self, entry))
        return min(timing.poll_s, timing.again_s) / 2

    @staticmethod
    def quietly(read: Any) -> None:
        """Read; that it fails is no news, for it is tried again."""
        try:
            read()
        except Exception as failure:  # the outermost frame of a duty
            _log.info("reading orders or trades failed: %s", failure)


def _traded_at(row: Row) -> float:
    return number(row.get("trade_time_r")) or 0.0
