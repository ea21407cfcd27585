"""The orders of a broker on their way: what came in is brought into the order that the strategy
expects, and each thing is told once.

All of this runs on the thread of Cerebro.
"""

from __future__ import annotations

import datetime
import logging
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ...order import Order
from ...position import Position
from ...utils.date import date2num
from .booking import book, correct, ending_of, refusal_of, set_ending
from .messages import NOT_CANCELLED, NOT_CHANGED, WITHDRAWN, Execution, OrderProblem, OrderStatus
from .takeover import Receipts

_log = logging.getLogger(__name__)

# how long an execution waits for its commission
COMMISSION_S = 2.0
_TINY = 1e-9
# of orders that have ended so many can be asked for
_REMEMBERED = 1000
_ACCEPTED = ("PreSubmitted", "Submitted")
_ENDED = ("Cancelled", "Filled", "Inactive")


@dataclass(slots=True)
class Working:
    """An order and what is pending about it.

    `on_clock` says that the order's data runs at the time of this machine: then it expires by that
    too, and not with the next bar only. `replacements` are what it becomes by the changes that are
    under way, in order.
    """

    order: Any
    conid: int
    on_clock: bool = False
    cancelled: bool = False
    expiring: bool = False
    end: OrderStatus | None = None
    replacements: deque[Any] = field(default_factory=deque)
    unbooked: int = 0
    booked: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Waiting:
    working: Working
    execution: Execution
    until: float


class Progress:
    """Follow the orders of a broker.

    Parameters
    ----------
    broker
        Told orders (``notify``), asked for positions and schemes.
    """

    def __init__(self, broker: Any) -> None:
        self._broker = broker
        self.by_id: dict[int, Working] = {}
        self._unbooked: deque[_Waiting] = deque()
        self._commissions: dict[str, float] = {}
        self._assumed: dict[str, Working] = {}
        self._ending: list[Working] = []
        self._timed: list[Working] = []
        self.receipts = Receipts(broker)
        self._ended: deque[Working] = deque()
        # what came about orders that are still to be taken up
        self.held: deque[Any] = deque()
        # executions that the positions had when they were read, and positions without them
        self.counted: frozenset[str] = frozenset()
        self.shadows: dict[int, Any] = {}

    def add(self, order: Any, conid: int) -> Working:
        """Begin to follow an order."""
        near = abs(self._now() - order.created.dt) < 1.0
        working = self.by_id[order.m_orderId] = Working(order, conid, on_clock=near)
        if order.m_tif == "GTD":
            self._timed.append(working)
        return working

    def assume(self, names: list[str], working: Working) -> None:
        """Take note of executions that were booked without their commission."""
        self._assumed.update(dict.fromkeys(names, working))

    @property
    def settled(self) -> bool:
        """Whether all executions that came are booked."""
        return not self._unbooked and not self.held

    # -- what comes in --

    def on_status(self, message: OrderStatus) -> None:
        """Take in the state of an order."""
        ended = message.status in _ENDED and (message.status != "Inactive" or message.whyHeld)
        working = self.by_id.get(message.orderId)
        if working is None:
            if ended:
                self.receipts.add_end(None, message.orderId, message.status)
            return
        if message.status in _ACCEPTED:
            self._accept(working)
        if ended:
            working.end = message
            self._ending.append(working)

    def on_execution(self, execution: Execution) -> None:
        """Take in an execution: it is booked when its commission is known, or after a while."""
        working = self.by_id.get(execution.m_orderId)
        if working is None or execution.m_execId in working.booked:
            return
        if any(each.execution.m_execId == execution.m_execId for each in self._unbooked):
            return
        working.unbooked += 1
        self._unbooked.append(_Waiting(working, execution, time.monotonic() + COMMISSION_S))

    def on_commission(self, name: str, commission: float) -> None:
        """Take in the commission of an execution; one that was booked without it is corrected."""
        self._commissions[name] = commission
        working = self._assumed.pop(name, None)
        if working is None:
            return
        difference = correct(working.order, working.booked[name], commission)
        self.receipts.add_booking(working, name, assumed=False)
        text = f"order {working.order.ref}: commission of an execution, late: {difference:g}"
        self._broker.ib.put_notification(text, working.order.clone())
        _log.info("%s", text)

    def on_problem(self, message: OrderProblem) -> None:
        """Take in that an order was refused, withdrawn, or not changed."""
        working = self.by_id.get(message.id)
        if working is None:
            if message.errorCode not in (NOT_CANCELLED, NOT_CHANGED):
                self.receipts.add_end(None, message.id, "Inactive", refused=True)
            return
        order = working.order
        if message.errorCode in (NOT_CANCELLED, NOT_CHANGED):
            if message.errorCode == NOT_CHANGED and working.replacements:
                working.replacements.popleft()
            order.addinfo(problem=message.errorMsg)
            self._broker.ib.put_notification(message.errorMsg, order.clone())
            return
        if not order.alive():
            return
        if message.errorCode == WITHDRAWN:
            status = Order.Expired if working.expiring and not working.cancelled else Order.Canceled
        else:
            status = refusal_of(message.errorMsg)
            order.addinfo(reason=message.errorMsg)
            self._broker.ib.put_notification(message.errorMsg, order.clone())
        self._end(working, status, "Inactive", refused=True)

    def on_replaced(self, order_id: int) -> None:
        """Take in that IBKR has changed an order to what was asked for."""
        working = self.by_id.get(order_id)
        if working is None or not working.replacements:
            return
        order, changed = working.order, working.replacements.popleft()
        order.__dict__.update({name: vars(changed)[name] for name in _facts_of(changed)})
        executed = order._own_executed()
        executed.remsize = order.created.size - executed.size
        if order.alive():
            if order.status in (Order.Submitted, Order.Accepted):
                order.accept(self._broker)
            self._broker.notify(order)

    # -- what follows from it --

    def work(self) -> None:
        """Book what is due, and have orders cancelled whose time is over."""
        if self._unbooked:
            self._book_due()
        if self._ending:
            self._finish_due()
        for working in [each for each in self._timed if self._is_over(each)]:
            working.expiring = True
            self._timed.remove(working)
            self._broker.ib.cancelOrder(working.order.m_orderId)

    def _is_over(self, working: Working) -> bool:
        order = working.order
        if order.expire():
            return True
        return working.on_clock and bool(self._now() > order.valid)

    def _now(self) -> float:
        """Return the time of IBKR's clock, as lines have it: this machine's may be set wrong."""
        now = datetime.datetime.now(datetime.timezone.utc) + self._broker.ib.timeoffset()
        return date2num(now)

    def _book_due(self) -> None:
        """Book in the order of arrival: for each contract the first that waits holds the others."""
        blocked: set[int] = set()
        waiting, self._unbooked = self._unbooked, deque()
        now = time.monotonic()
        for each in waiting:
            commission = self._commissions.get(each.execution.m_execId)
            held = commission is None and now < each.until
            held = held or _waits_for_change(each)
            if held or each.working.conid in blocked:
                blocked.add(each.working.conid)
                self._unbooked.append(each)
                continue
            if commission is None:
                self._assumed[each.execution.m_execId] = each.working
            self._book(each.working, each.execution, commission or 0.0)

    def _finish_due(self) -> None:
        """Tell of ends, after the executions that came before them: one of an order of a group is
        the end of the others.
        """
        blocked = {each.working.conid for each in self._unbooked}
        ending, self._ending = self._ending, []
        for working in ending:
            if working.conid in blocked:
                self._ending.append(working)
            else:
                self._finish(working)

    def _book(self, working: Working, execution: Execution, commission: float) -> None:
        order = working.order
        self._accept(working)
        working.unbooked -= 1
        working.booked[execution.m_execId] = len(order.executed.exbits)
        position = self._position_for(working, execution)
        scheme = self._broker.getcommissioninfo(order.data)
        book(order, position, scheme, execution, commission)
        assumed = execution.m_execId in self._assumed
        self.receipts.add_booking(working, execution.m_execId, assumed)
        counted = order.m_cashQty is None
        left = order.executed.remsize * (1 if order.isbuy() else -1)
        if counted and left <= _TINY:
            order.completed()
            self._note_end(working, "Filled")
        elif order.alive():
            order.partial()
        self._broker.notify(order)
        self._finish(working)

    def _position_for(self, working: Working, execution: Execution) -> Any:
        """Return the position that an execution changes: one that was read after it has it."""
        conid = working.conid
        position = self._broker.position_of(working.order, conid)
        held = self._broker.positions[conid]
        if execution.m_execId not in self.counted or position is not held:
            return position
        if conid not in self.shadows:
            size = execution.m_shares * (1 if execution.m_side == "BOT" else -1)
            self.shadows[conid] = Position(held.size - size, held.price)
        return self.shadows[conid]

    def _accept(self, working: Working) -> None:
        if working.order.status == Order.Submitted:
            working.order.accept(self._broker)
            self._broker.notify(working.order)

    def _finish(self, working: Working) -> None:
        """Tell of the end of an order, once all its executions are booked."""
        message, order = working.end, working.order
        if message is None or working.unbooked or not order.alive():
            return
        if message.status == "Filled":
            order.completed()
            self._broker.notify(order)
            self._note_end(working, message.status)
            return
        status = ending_of(message, bool(order.executed.size))
        if status == Order.Canceled and working.expiring and not working.cancelled:
            status = Order.Expired
        if message.whyHeld:
            order.addinfo(reason=message.whyHeld)
            self._broker.ib.put_notification(message.whyHeld, order.clone())
        self._end(working, status, message.status)

    def _end(self, working: Working, status: int, word: str, refused: bool = False) -> None:
        set_ending(working.order, status, self._broker)
        self._broker.notify(working.order)
        self._note_end(working, word, refused)

    def _note_end(self, working: Working, word: str, refused: bool = False) -> None:
        """Have the end noted; forget the order that ended a thousand orders ago."""
        order = working.order
        self.receipts.add_end(order, order.m_orderId, word, refused)
        self._ended.append(working)
        if len(self._ended) > _REMEMBERED:
            past = self._ended.popleft()
            self.by_id.pop(past.order.m_orderId, None)
            for name in past.booked:
                self._commissions.pop(name, None)
                self._assumed.pop(name, None)


def _waits_for_change(each: _Waiting) -> bool:
    """Whether the execution would end an order whose size may have been changed meanwhile."""
    order = each.working.order
    done = abs(order.executed.size) + each.execution.m_shares
    return bool(each.working.replacements) and bool(done >= abs(order.size) - _TINY)


def _facts_of(changed: Any) -> list[str]:
    """Return the names of what a changed order takes over from the change."""
    facts = ("created", "size", "price", "pricelimit", "_plimit", "trailamount", "trailpercent")
    known = vars(changed)
    return [name for name in known if name in facts or name == "_limitoffset" or name[:2] == "m_"]
