"""The broker's part in a restart: orders are made anew, and what the strategy was told is noted.

All of this runs on the thread of Cerebro.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any, TypeAlias

from ...position import Position
from .adoption import make_order, owner_of, restore_bookings, target_of, was_on_clock
from .journal import Record
from .memory import Memory

__all__ = ["News", "Receipts", "Takeover"]

_log = logging.getLogger(__name__)

# number of an order, or 0; what takes it in; its arguments
News: TypeAlias = tuple[int, Callable[..., None], tuple[Any, ...]]


class Receipts:
    """Have the journal note what a strategy was told, once it surely was.

    A strategy is told with its next bar, until which its orders are pending, or at once with
    ``quicknotify``. So after a crash something may be told twice, and nothing is not told at all.

    Parameters
    ----------
    broker
        Whose store has the journal.
    """

    def __init__(self, broker: Any) -> None:
        self._broker = broker
        self._waiting: deque[tuple[Any, Record]] = deque()

    def add(self, order: Any, record: Record) -> None:
        """Note `record` once the owner of `order` was told; None: nobody is to be told."""
        self._waiting.append((order, record))

    def add_end(self, order: Any, order_id: int, status: str, refused: bool = False) -> None:
        """Note that an order has ended."""
        end = {"what": "end", "id": order_id, "status": status, "refused": refused}
        self.add(order, end)

    def add_booking(self, working: Any, name: str, assumed: bool) -> None:
        """Note that an execution is booked on its order; `assumed`: without its commission."""
        executed = working.order.executed
        bit = executed.exbits[working.booked[name]]
        sums = (bit.closed, bit.closedvalue, bit.closedcomm, bit.opened, bit.openedvalue)
        facts = (bit.dt, bit.size, bit.price, *sums, bit.openedcomm, bit.pnl, bit.psize, bit.pprice)
        record = {
            "what": "booked",
            "id": working.order.m_orderId,
            "execution": name,
            "size": bit.size,
            "comm": None if assumed else bit.comm,
            "bit": list(facts),
            "margin": executed.margin,
        }
        self.add(working.order, record)

    def add_unseen(self, execution: Any) -> None:
        """Note an execution of an order that this broker does not follow."""
        name = {"what": "booked", "id": execution.m_orderId, "execution": execution.m_execId}
        self.add(None, {**name, "size": execution.m_shares, "comm": None, "bit": None})

    def work(self) -> None:
        """Have noted what was told by now: all that was there before the last step."""
        while self._waiting:
            order, record = self._waiting[0]
            if order is not None and self._is_pending(order):
                return
            self._waiting.popleft()
            self._broker.ib.note_told(record)

    def _is_pending(self, order: Any) -> bool:
        cerebro = self._broker.cerebro
        if cerebro.p.quicknotify:
            return False
        owner = order.owner if order.owner is not None else cerebro.runningstrats[0]
        return order in owner._orderspending


class Takeover:
    """Take orders of a former process up.

    Parameters
    ----------
    broker, progress
        The broker, and its orders on their way.
    """

    def __init__(self, broker: Any, progress: Any) -> None:
        self._broker = broker
        self._progress = progress
        self._recovery: Any = None
        self._waiting: dict[int, tuple[Memory, Any]] = {}
        self._known: dict[int, Any] = {}

    def begin(self) -> None:
        """Have the store take the orders up: before the positions are taken over.

        Raises
        ------
        StoreError
            What became of them cannot be read.
        """
        self._recovery = self._broker.ib.take_up_orders()

    def work(self, inbox: deque[News]) -> None:
        """Take in what came; an order is made anew with the first bar of its data."""
        # before anything new comes in: that is told after this step only
        self._progress.receipts.work()
        recovery, self._recovery = self._recovery, None
        if recovery is not None:
            self._take_up(recovery)
        if self._waiting:
            self._make_orders(inbox)
        while inbox:
            news = inbox.popleft()
            number, act, arguments = news
            if number in self._waiting:
                self._progress.held.append(news)
            else:
                act(*arguments)

    def _take_up(self, recovery: Any) -> None:
        """Say what is left alone, and what the other orders wait for."""
        progress, positions = self._progress, self._broker.positions
        progress.counted = recovery.counted
        progress.shadows = {
            conid: Position(positions[conid].size - units, positions[conid].price)
            for conid, units in recovery.untold.items()
        }
        for memory in recovery.open if not recovery.adopt else ():
            self._say(f"{memory} of a former run may be open at IBKR: it is left alone")
        for memory in recovery.memories.values() if recovery.adopt else ():
            self._await(memory)

    def _await(self, memory: Memory) -> None:
        datas = self._broker.cerebro.datas
        data = None if memory.asked is None else target_of(memory, datas)
        if data is not None and memory.entry is not None:
            self._waiting[memory.order_id] = (memory, data)
        elif not memory.end:
            what = "it was sent past the broker" if memory.asked is None else "no data has it"
            self._say(f"{memory} of a former run is left alone: {what}")

    def _make_orders(self, inbox: deque[News]) -> None:
        """Make the orders anew whose data has a bar, and put back what came about them."""
        ready = [number for number, (_, data) in self._waiting.items() if len(data)]
        for number in ready:
            self._make_order(*self._waiting.pop(number))
        held = self._progress.held
        if ready and held:
            inbox.extendleft(reversed(held))
            held.clear()

    def _make_order(self, memory: Memory, data: Any) -> None:
        broker, known = self._broker, self._known
        owner = owner_of(memory, broker.cerebro.runningstrats)
        order = known[memory.order_id] = make_order(memory, data, owner, known)
        if memory.end:
            return
        places = restore_bookings(order, memory, broker.getcommissioninfo(data))
        working = self._progress.add(order, memory.conid)
        working.on_clock, working.booked = was_on_clock(memory), places
        working.cancelled = memory.cancelling
        self._progress.assume(
            [name for name in places if memory.bookings[name]["comm"] is None], working
        )
        entry: Any = memory.entry
        entry.contract, entry.order = data.tradecontract, order
        broker.adopted.append(order)
        order.submit(broker)
        broker.notify(order)

    def _say(self, text: str) -> None:
        _log.warning("%s", text)
        self._broker.ib.put_notification(text)
