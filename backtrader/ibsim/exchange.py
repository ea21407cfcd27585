"""The exchange as clients see it: orders in, questions, answers; executions out."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID

from .account import Account
from .checks import CheckSettings, check_funds, check_instrument
from .engine import Engine, MatchingSettings
from .groups import Group
from .orders import Execution, Order, Status, Ticket, TicketError, read_ticket
from .questions import Question, QuestionSettings, questions_about
from .records import Instrument, Tick

__all__ = ["Exchange", "ExchangeSettings", "OrderGoneError", "ReplyGoneError"]

_ID_LIFE_MS = 24 * 3600 * 1000


class OrderGoneError(LookupError):
    """Say that an order is not there, or that nothing can be done to it any more."""


class ReplyGoneError(LookupError):
    """Say that a question is not open; `invalidated` when a later order closed it."""

    def __init__(self, reply_id: str, invalidated: bool) -> None:
        super().__init__(f"reply id not found: '{reply_id}'")
        self.invalidated = invalidated


@dataclass(frozen=True)
class ExchangeSettings(QuestionSettings, MatchingSettings, CheckSettings):
    """Everything that can be set about the exchange: questions, matching and checks.

    Parameters
    ----------
    order_topic
        Whether the topic ``sor`` sends anything: one user of the real service never got a frame.
    late_commissions
        Whether an execution's commission comes with the next tick only.
    positions_life_ms
        For how long, in simulated time, the portfolio's positions are told from memory; asking to
        invalidate them ends it. 0: never.
    """

    order_topic: bool = True
    late_commissions: bool = False
    positions_life_ms: int = 0


@dataclass(slots=True)
class _Submission:
    """Tickets on their way to the exchange; `order` is what a modification is about."""

    account: Account
    tickets: list[Ticket | TicketError]
    questions: list[Question]
    order: Order | None = None


class Exchange:
    """Takes orders, asks questions, and matches.

    Parameters
    ----------
    find
        Returns the instrument of a conid, or None.
    accounts
        Who may trade.
    clock
        Returns the simulated time, milliseconds of UTC.
    last
        Last prices by conid, shared with the accounts; the exchange writes it.
    settings
        How it behaves.
    seed
        Where its chance begins: same seed, same world.
    groups
        What orders may name in the place of an account.

    Attributes
    ----------
    orders
        By order id, in the order of their acceptance; finished ones stay.
    executions
        All fills, in order.
    carriers
        Accounts and groups, by what orders name them.
    final_rows
        What live orders say of finished ones, which does not change any more, by order id.
    """

    def __init__(
        self,
        find: Callable[[int], Instrument | None],
        accounts: Iterable[Account],
        clock: Callable[[], int],
        last: dict[int, float],
        settings: ExchangeSettings | None = None,
        seed: int = 0,
        groups: Iterable[Group] = (),
    ) -> None:
        self.settings = settings or ExchangeSettings()
        self.accounts = {account.account_id: account for account in accounts}
        self.groups = {group.account_id: group for group in groups}
        self.carriers = ChainMap[str, Account](self.accounts, dict[str, Account](self.groups))
        self.last = last
        self.on_tick_done: list[Callable[[Tick], None]] = []
        self._find = find
        self._clock = clock
        self._random = Random(seed)
        self._engine = Engine(self.carriers, self.settings, Random(seed + 1), clock, last)
        self._next_order_id = self._random.randrange(100_000_000, 900_000_000)
        self._client_ids: dict[tuple[str, str], int] = {}
        self._open_replies: dict[str, _Submission] = {}
        self._invalidated: set[str] = set()
        self.orders: dict[int, Order] = self._engine.orders
        self.executions: list[Execution] = self._engine.executions
        self.final_rows: dict[int, dict[str, Any]] = {}

    @property
    def now_ms(self) -> int:
        """Simulated time, milliseconds of UTC."""
        return self._clock()

    @property
    def on_order(self) -> list[Callable[[Order, str], None]]:
        """Called with an order and what happened: ``placed``, ``changed`` or ``cancelling``."""
        return self._engine.on_order

    @property
    def on_execution(self) -> list[Callable[[Execution], None]]:
        """Called with each fill, once it is booked."""
        return self._engine.on_execution

    def on_tick(self, tick: Tick) -> None:
        """Match what waits for the instrument of `tick`."""
        instrument = self._find(tick.conid)
        if instrument is not None and instrument.sec_type == "CASH":
            for account in self.accounts.values():
                account.rates.see(instrument, tick.price)
        self._engine.on_tick(tick)
        for listener in self.on_tick_done:
            listener(tick)

    def close_sessions(self, time_ms: int) -> None:
        """End every session that closed before `time_ms`, as the first tick after it would."""
        self._engine.close_sessions(time_ms)

    def order(self, order_id: int) -> Order:
        """Return an order.

        Raises
        ------
        OrderGoneError
            When there is none with that id.
        """
        if order_id not in self.orders:
            raise OrderGoneError(f"OrderID {order_id} doesn't exist")
        return self.orders[order_id]

    def concerns(self, order: Order, account_id: str) -> bool:
        """Whether an order is of an account, or of a group that it is in."""
        if order.account_id == account_id:
            return True
        group = self.groups.get(order.account_id)
        return group is not None and self.accounts.get(account_id) in group.members

    # -- placing

    def place(self, account_id: str, body: Any, suppressed: set[str]) -> Any:
        """Take the tickets of a request and return the body of the answer to it.

        `suppressed` holds the ids of the questions that are not asked.
        """
        self._invalidate_replies()
        account = self.carriers[account_id]
        bodies = body.get("orders") if isinstance(body, dict) else None
        if not isinstance(bodies, list) or not bodies:
            return {"error": "Missing orders"}
        tickets = [self._admitted(account, ticket) for ticket in bodies]
        wrong = [ticket for ticket in tickets if isinstance(ticket, TicketError)]
        good = [ticket for ticket in tickets if isinstance(ticket, Ticket)]
        if wrong and all(ticket.parent_id for ticket in good):  # nothing that could stand alone
            return {"error": str(wrong[0])}
        refusal = self._group_refusal(good, len(tickets)) or self._registered(account, good)
        if refusal:
            return {"error": refusal}
        questions = [q for t in good for q in self._questions(t, suppressed)]
        return self._advance(_Submission(account, tickets, questions))

    def _admitted(self, account: Account, body: Any) -> Ticket | TicketError:
        try:
            ticket = read_ticket(body)
            instrument = self._instrument(ticket)
            check_instrument(ticket, instrument, self.settings)
            if self._random.random() < self.settings.refuse_chance:
                raise TicketError("Order rejected: it was refused by the seed of the simulation")
            if not ticket.parent_id:
                price = _estimate(ticket, self.last.get(ticket.conid))
                check_funds(account, ticket, instrument, price, self._bound(account))
        except TicketError as refusal:
            return refusal
        return ticket

    def _instrument(self, ticket: Ticket) -> Instrument:
        instrument = self._find(ticket.conid)
        if instrument is None:
            raise TicketError(f"No security definition found for conid {ticket.conid}")
        return instrument

    def _bound(self, account: Account, leave_out: Order | None = None) -> float:
        """Return what the working orders of `account` will need, closing ones left out."""
        bound = 0.0
        for order in self._engine.alive:
            if order.account_id != account.account_id or order is leave_out:
                continue
            price = _estimate(order.ticket, self.last.get(order.instrument.conid))
            if price is None or order.parent is not None or order.oca_group:
                continue
            size = order.remaining * order.ticket.sign
            bound += max(account.cost_of(order.instrument, size, price), 0.0)
        return bound

    def _group_refusal(self, tickets: list[Ticket], sent: int) -> str:
        """Return why tickets sent together are no bracket and no group, empty when they are."""
        parents = {ticket.client_id for ticket in tickets if not ticket.parent_id}
        if sent == 1:
            missing = [t.parent_id for t in tickets if t.parent_id and not self._parent_of(t)]
            return f"Invalid parent order id: {missing[0]}" if missing else ""
        if all(ticket.single_group for ticket in tickets):
            return ""
        unrelated = [t for t in tickets if t.parent_id and t.parent_id not in parents]
        if len(parents) > 1 or (unrelated and sent == len(tickets)) or sent > 1 and not parents:
            return "Unrelated orders cannot be submitted together"
        if all(not ticket.parent_id for ticket in tickets) and sent == len(tickets):
            return "Unrelated orders cannot be submitted together"
        return ""

    def _registered(self, account: Account, tickets: list[Ticket]) -> str:
        """Return the refusal of a client id that was used within 24 hours, else nothing."""
        seen: set[str] = set()
        for ticket in tickets:
            used_ms = self._client_ids.get((account.account_id, ticket.client_id))
            recent = used_ms is not None and self.now_ms - used_ms < _ID_LIFE_MS
            if ticket.client_id and (recent or ticket.client_id in seen):
                text = f"Order couldn't be submitted: Local order ID={ticket.client_id}"
                return f"{text} is already registered."
            seen.add(ticket.client_id)
        return ""

    # -- questions

    def _questions(self, ticket: Ticket, suppressed: set[str]) -> list[Question]:
        instrument = self._instrument(ticket)
        last = self.last.get(ticket.conid)
        asked = questions_about(ticket, instrument, last, self.settings, self._random)
        return [question for question in asked if question.message_id not in suppressed]

    def _invalidate_replies(self) -> None:
        self._invalidated.update(self._open_replies)
        self._open_replies.clear()

    def _advance(self, submission: _Submission) -> Any:
        """Ask the next question, or carry the submission out."""
        if submission.questions:
            question = submission.questions[0]
            reply_id = str(UUID(int=self._random.getrandbits(128), version=4))
            self._open_replies[reply_id] = submission
            return [_question_row(reply_id, question)]
        if submission.order is not None:
            return self._modified(submission)
        return self._placed(submission)

    def reply(self, reply_id: str, confirmed: bool) -> Any:
        """Answer a question and return the body of the answer to that.

        Raises
        ------
        ReplyGoneError
            When the question is not open.
        """
        submission = self._open_replies.pop(reply_id, None)
        if submission is None:
            raise ReplyGoneError(reply_id, reply_id in self._invalidated)
        if not confirmed:
            return {"error": "Order not confirmed"}
        del submission.questions[0]
        return self._advance(submission)

    # -- acceptance

    def _placed(self, submission: _Submission) -> list[dict[str, Any]]:
        legs = submission.tickets
        whole = all(isinstance(leg, Ticket) for leg in legs)
        tickets = [leg for leg in legs if isinstance(leg, Ticket)]
        orders = self._make_orders(submission.account, tickets)
        for order in orders:
            self._engine.accept(order)
        if whole:
            for order in orders:
                self._engine.transmit(order)
        made = iter(orders)
        return [
            _failed_row(leg) if isinstance(leg, TicketError) else _placed_row(next(made), whole)
            for leg in legs
        ]

    def _make_orders(self, account: Account, tickets: list[Ticket]) -> list[Order]:
        orders: list[Order] = []
        first_id = self._next_order_id
        self._next_order_id += len(tickets)
        group = f"oco-{first_id}" if _is_oca(tickets) else ""
        for number, ticket in enumerate(tickets):
            order = Order(
                order_id=first_id + number,
                account_id=account.account_id,
                ticket=ticket,
                instrument=self._instrument(ticket),
                placed_ms=self.now_ms,
                oca_group=group,
            )
            if ticket.client_id:
                self._client_ids[account.account_id, ticket.client_id] = self.now_ms
            orders.append(order)
        for order in orders:
            self._attach(order, orders)
        return orders

    def _attach(self, order: Order, together: list[Order]) -> None:
        """Tie a child to its parent: among those sent with it, or one that is alive already."""
        wanted = order.ticket.parent_id
        if not wanted:
            return
        beside = [o for o in together if o is not order and o.client_id == wanted]
        parent = beside[0] if beside else self._parent_of(order.ticket)
        if parent is not None:
            order.parent = parent
            order.oca_group = str(parent.order_id)
            order.held = True
            parent.children.append(order)

    def _parent_of(self, child: Ticket) -> Order | None:
        """Return the living order that `child` names, by its client id or its order id."""
        for order in self._engine.alive:
            if child.parent_id in (order.client_id, str(order.order_id)):
                return order
        return None

    # -- modifying and cancelling

    def modify(self, account_id: str, order_id: int, body: Any, suppressed: set[str]) -> Any:
        """Put new terms in place of an order's and return the body of the answer.

        Raises
        ------
        OrderGoneError
            When the order is unknown or finished.
        """
        self._invalidate_replies()
        order = self._changeable(account_id, order_id)
        account = self.carriers[account_id]
        try:
            ticket = read_ticket(body)
            _check_same(order, ticket)
            instrument = self._instrument(ticket)
            check_instrument(ticket, instrument, self.settings)
            price = _estimate(ticket, self.last.get(ticket.conid))
            if order.parent is None:
                left = replace(ticket, quantity=ticket.quantity - order.filled)
                check_funds(account, left, instrument, price, self._bound(account, order))
        except TicketError as refusal:
            return {"error": str(refusal)}
        refusal_text = self._registered(account, [ticket])
        if refusal_text:
            return {"error": refusal_text}
        questions = self._questions(ticket, suppressed)
        return self._advance(_Submission(account, [ticket], questions, order))

    def _modified(self, submission: _Submission) -> Any:
        order, ticket = submission.order, submission.tickets[0]
        assert order is not None and isinstance(ticket, Ticket)
        if not order.alive or ticket.quantity <= order.filled:  # it filled while we asked
            return {"error": "Order couldn't be modified: it is filled or cancelled"}
        ids = {"client_id": order.client_id, "parent_id": order.ticket.parent_id}
        self._engine.replace(order, replace(ticket, **ids))  # type: ignore[arg-type]
        return [_placed_row(order, True)]

    def _changeable(self, account_id: str, order_id: int) -> Order:
        order = self.order(order_id)
        if order.account_id != account_id:
            raise OrderGoneError(f"OrderID {order_id} doesn't exist")
        if not order.alive or order.status is Status.PENDING_CANCEL:
            raise OrderGoneError("Order is inactive")
        return order

    def cancel(self, account_id: str, order_id: int) -> Order | None:
        """Begin to cancel an order and return it; -1 cancels all of the account, None comes back.

        Raises
        ------
        OrderGoneError
            When the order is unknown or finished.
        """
        if order_id != -1:
            order = self._changeable(account_id, order_id)
            self._engine.cancel(order)
            return order
        for order in list(self.orders.values()):
            mine = order.account_id == account_id and order.status is not Status.PENDING_CANCEL
            if order.alive and mine:
                self._engine.cancel(order)
        return None

    def preview(self, account_id: str, body: Any) -> tuple[Ticket, Instrument, str]:
        """Return ticket and instrument of a preview, and why the account could not carry it.

        Raises
        ------
        TicketError
            When the ticket makes no sense.
        """
        bodies = body.get("orders") if isinstance(body, dict) else None
        if not isinstance(bodies, list) or not bodies:
            raise TicketError("Missing orders")
        ticket = read_ticket(bodies[0])
        instrument = self._instrument(ticket)
        check_instrument(ticket, instrument, self.settings)
        account = self.carriers[account_id]
        try:
            price = _estimate(ticket, self.last.get(ticket.conid))
            check_funds(account, ticket, instrument, price, self._bound(account))
        except TicketError as refusal:
            return ticket, instrument, str(refusal)
        return ticket, instrument, ""

    def preview_questions(self, ticket: Ticket, suppressed: set[str]) -> list[Question]:
        """Return what would be asked about `ticket`; chance stays untouched."""
        instrument = self._instrument(ticket)
        last = self.last.get(ticket.conid)
        asked = questions_about(ticket, instrument, last, self.settings, Random(0))
        return [question for question in asked if question.message_id not in suppressed]


def _estimate(ticket: Ticket, last: float | None) -> float | None:
    """Return what a unit will probably cost: the limit, else the stop, else the last price."""
    return ticket.limit or ticket.stop or last


def _is_oca(tickets: list[Ticket]) -> bool:
    return len(tickets) > 1 and all(t.single_group and not t.parent_id for t in tickets)


def _check_same(order: Order, ticket: Ticket) -> None:
    if ticket.conid != order.ticket.conid or ticket.side != order.ticket.side:
        raise TicketError("Order couldn't be modified: contract and side cannot change")
    if ticket.quantity <= order.filled:
        raise TicketError("Order couldn't be modified: its size is filled already")


def _question_row(reply_id: str, question: Question) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": reply_id,
        "message": [question.text],
        "isSuppressed": False,
        "messageIds": [question.message_id],
    }
    if question.dialogue:
        row |= {"isSuppressible": True, "defaultSuppressionOption": "Accept and Continue"}
        return row | {"messageOptions": ["Decline", "Accept and Continue"]}
    return row | {"messageOptions": ["Yes", "No"]}


def _failed_row(refusal: TicketError) -> dict[str, Any]:
    warning = "Order rejected by the exchange."
    row = {"order_id": "-1", "order_status": "Failed", "text": str(refusal)}
    return row | {"warning_message": warning}


def _placed_row(order: Order, transmitted: bool) -> dict[str, Any]:
    if not transmitted:
        return {"order_id": str(order.order_id), "order_status": Status.INACTIVE.value}
    # the answer is made before the exchange acknowledges a working order
    status = Status.PRE_SUBMITTED if order.waiting else Status.PENDING_SUBMIT
    row = {"order_id": str(order.order_id), "order_status": status.value, "encrypt_message": "1"}
    if order.client_id:
        row["local_order_id"] = order.client_id
    if order.parent is not None:
        row["parent_order_id"] = str(order.parent.order_id)
    return row
