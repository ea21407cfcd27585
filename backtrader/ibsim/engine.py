"""The life of orders after their acceptance: matched, triggered, expired, cancelled, filled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from random import Random

from .account import Account
from .closes import calendar_day, is_regular, session_close
from .matching import closing_price, fill_price, start_trailing
from .orders import Execution, Order, Status, Ticket, exact
from .records import Instrument, Tick

__all__ = ["EXPIRED", "Engine", "MatchingSettings"]

EXPIRED = "Cancelled by System: order expired"
_PARENT_GONE = "Cancelled by System: parent order cancelled"
_REFUSED = "Cancelled by System: order rejected by the exchange"
_CLOSING = ("MOC", "LOC")


@dataclass(frozen=True)
class MatchingSettings:
    """How orders are matched.

    Parameters
    ----------
    volume_share
        Share of a tick's size that all orders together may fill; None fills orders whole.
    partial_chance
        Probability, by the seed, that a tick fills only a part of an order.
    at_quote
        Market orders fill at the ask or the bid instead of the last price, where known.
    regular_hours
        Whether orders without `outsideRTH` wait for regular trading hours.
    cancel_delay_ticks
        Ticks of the instrument that a cancellation takes; a fill can come before it.
    exchange_reject_chance
        Probability, by the seed, that an accepted order is cancelled by the exchange at once.
    """

    volume_share: float | None = None
    partial_chance: float = 0.0
    at_quote: bool = False
    regular_hours: bool = False
    cancel_delay_ticks: int = 0
    exchange_reject_chance: float = 0.0


class Engine:
    """Match orders against ticks.

    Orders accepted after a tick meet the next tick first. Within a tick they are tried in the order
    of their ids.

    Parameters
    ----------
    accounts
        By account id; they are booked to.
    settings, random
        How to match; where chance comes from.
    clock
        Gives the simulated time in milliseconds of UTC.
    last
        Last price by conid; the engine fills it.
    """

    def __init__(
        self,
        accounts: Mapping[str, Account],
        settings: MatchingSettings,
        random: Random,
        clock: Callable[[], int],
        last: dict[int, float],
    ) -> None:
        self.accounts = accounts
        self.settings = settings
        self.last = last
        self.orders: dict[int, Order] = {}
        self.executions: list[Execution] = []
        self.on_order: list[Callable[[Order, str], None]] = []
        self.on_execution: list[Callable[[Execution], None]] = []
        self._random = random
        self._clock = clock
        self._alive: dict[int, Order] = {}
        self._leaving: dict[int, int] = {}
        self._to_activate: list[Order] = []
        self._next_close: int | None = None
        self._last_time: dict[int, int] = {}
        self._day_end_ms = 0
        self._execution_prefix = f"{random.getrandbits(16):08x}.{random.getrandbits(32):08x}"

    @property
    def alive(self) -> Iterable[Order]:
        """The orders at the exchange that can still be filled or cancelled."""
        return self._alive.values()

    # -- what clients do

    def accept(self, order: Order) -> None:
        """Take an order in and tell its way to its first lasting status."""
        self.orders[order.order_id] = order
        order.changed_ms = order.placed_ms
        order.status = Status.INACTIVE
        start_trailing(order, self.last.get(order.instrument.conid))
        self._tell(order, "placed")

    def transmit(self, order: Order) -> None:
        """Send an accepted order to the exchange."""
        self._alive[order.order_id] = order
        order.close_ms = session_close(order.instrument, self._clock() + 1)
        self._watch_close(order)
        self._move(order, Status.PENDING_SUBMIT)
        if self._random.random() < self.settings.exchange_reject_chance:
            self._end(order, _REFUSED)
            return
        self._move(order, Status.PRE_SUBMITTED)
        if not order.waiting:
            self._move(order, Status.SUBMITTED)

    def replace(self, order: Order, ticket: Ticket) -> None:
        """Put new terms in place of an order's; triggers and trailing stops begin anew.

        An order that was accepted only, since a leg beside it was refused, is sent.
        """
        order.ticket = ticket
        order.triggered = False
        start_trailing(order, self.last.get(order.instrument.conid))
        if order.order_id not in self._alive:
            self.transmit(order)
            return
        self._move(order, Status.PRE_SUBMITTED if order.waiting else Status.SUBMITTED, always=True)

    def cancel(self, order: Order) -> None:
        """Begin to cancel an order; done at once, or after the settings' number of ticks."""
        order.status = Status.PENDING_CANCEL
        self._tell(order, "cancelling")
        if self.settings.cancel_delay_ticks and order.order_id in self._alive:
            self._leaving[order.order_id] = self.settings.cancel_delay_ticks
        else:
            self._end(order, "")

    # -- what the market does

    def on_tick(self, tick: Tick) -> None:
        """Match everything that waits for the instrument of `tick`."""
        self._begin_day(tick.time_ms)
        self.close_sessions(tick.time_ms)
        before = self._last_time.get(tick.conid)
        self._last_time[tick.conid] = tick.time_ms
        self.last[tick.conid] = tick.price
        mine = [o for o in self._alive.values() if o.instrument.conid == tick.conid]
        if mine:
            mine.sort(key=lambda order: order.order_id)
            met = [order for order in mine if self._meets(order, tick, before)]
            self._match(met, tick)
            self._after_match(met, tick)

    def _begin_day(self, time_ms: int) -> None:
        if time_ms >= self._day_end_ms:
            date, self._day_end_ms = calendar_day(time_ms)
            for account in self.accounts.values():
                account.begin_day(date)

    def close_sessions(self, time_ms: int) -> None:
        """Do what comes at the end of every session that ended before `time_ms`.

        Orders at the close are filled at the last price; DAY orders expire.
        """
        if self._next_close is None or time_ms <= self._next_close:
            return
        self._next_close = None
        for order in sorted(self._alive.values(), key=lambda order: order.order_id):
            if order.alive and order.close_ms < time_ms:
                self._end_session(order)
            elif order.alive:
                self._watch_close(order)
        self._activate_children()

    def _watch_close(self, order: Order) -> None:
        if self._next_close is None or order.close_ms < self._next_close:
            self._next_close = order.close_ms

    def _end_session(self, order: Order) -> None:
        last = self.last.get(order.instrument.conid)
        price = None if order.held else closing_price(order, last)
        if price is not None:
            self._fill(order, price, order.remaining, order.close_ms)
        elif order.ticket.tif == "DAY" or order.ticket.order_type in _CLOSING:
            self._end(order, EXPIRED, order.close_ms)

    def _meets(self, order: Order, tick: Tick, before: int | None) -> bool:
        """Return whether the order takes part in this tick; `before`: when the last one was."""
        if order.held:
            return False
        outside = self.settings.regular_hours and not order.ticket.outside_rth
        if outside and not is_regular(order.instrument, tick.time_ms):
            return False
        return order.ticket.tif != "OPG" or self._opens_session(order.instrument, tick, before)

    def _opens_session(self, instrument: Instrument, tick: Tick, before: int | None) -> bool:
        if before is None:
            return True
        if self.settings.regular_hours and not is_regular(instrument, before):
            return True
        return session_close(instrument, before) != session_close(instrument, tick.time_ms)

    def _match(self, orders: Iterable[Order], tick: Tick) -> None:
        share = self.settings.volume_share
        budget = None if share is None else exact(tick.size) * exact(share)
        for order in orders:
            if not order.alive:  # an order before it was of the same group
                continue
            was_waiting = order.waiting
            price = self._price(order, tick)
            size = self._size(order, budget) if price is not None else Decimal(0)
            if price is not None and size > 0:
                self._fill(order, price, size, tick.time_ms)
                budget = None if budget is None else budget - size
            elif was_waiting and not order.waiting and order.status is Status.PRE_SUBMITTED:
                self._move(order, Status.SUBMITTED)

    def _price(self, order: Order, tick: Tick) -> float | None:
        if order.ticket.order_type not in _CLOSING:
            return fill_price(order, tick, self.settings.at_quote)
        return closing_price(order, tick.price) if tick.time_ms == order.close_ms else None

    def _size(self, order: Order, budget: Decimal | None) -> Decimal:
        step = exact(order.instrument.size_increment)
        size = order.remaining
        if budget is not None and budget < size:
            size = (budget / step).to_integral_value(ROUND_FLOOR) * step
        steps = int(size / step)
        if steps > 1 and self._random.random() < self.settings.partial_chance:
            size = step * self._random.randint(1, steps - 1)
        return size

    def _after_match(self, met: Iterable[Order], tick: Tick) -> None:
        for order in met:
            if order.alive and order.ticket.tif in ("IOC", "OPG"):
                self._end(order, EXPIRED if order.ticket.tif == "OPG" else "")
        for order_id, left in list(self._leaving.items()):
            order = self.orders[order_id]
            if order.instrument.conid != tick.conid or order_id not in self._leaving:
                continue
            self._leaving[order_id] = left - 1
            if left <= 1:
                self._end(order, "")
        self._activate_children()

    def _activate_children(self) -> None:
        """Free the children of filled parents: the next tick is the first that they meet."""
        while self._to_activate:
            order = self._to_activate.pop(0)
            if not order.alive:
                continue
            order.held = False
            start_trailing(order, self.last.get(order.instrument.conid))
            if not order.waiting:
                self._move(order, Status.SUBMITTED)

    # -- changes of one order

    def _fill(self, order: Order, price: float, size: Decimal, time_ms: int) -> None:
        account = self.accounts[order.account_id]
        order.filled += size
        order.notional += size * exact(price)
        commission = account.settings.commission(order.filled) - order.commission
        order.commission += commission
        number = len(self.executions) + 1
        held = account.positions.get(order.instrument.conid)
        execution = Execution(
            execution_id=f"{self._execution_prefix}.{number:02d}.01",
            order=order,
            time_ms=time_ms,
            price=price,
            size=size,
            commission=commission,
            position=(held.size if held else Decimal(0)) + size * order.ticket.sign,
        )
        account.book(execution)
        self.executions.append(execution)
        self._after_fill(order, time_ms)
        for listener in self.on_execution:
            listener(execution)
        self._cancel_group(order, time_ms)

    def _after_fill(self, order: Order, time_ms: int) -> None:
        status = Status.SUBMITTED
        if order.status is Status.PENDING_CANCEL:
            status = order.status
        if not order.remaining:
            status = Status.FILLED
            self._forget(order)
            self._to_activate.extend(order.children)
        self._move(order, status, time_ms, always=True)

    def _cancel_group(self, order: Order, time_ms: int) -> None:
        """Cancel what shares the group: one fill, even a partial one, is the end of the others."""
        if not order.oca_group:
            return
        for other in list(self._alive.values()):
            if other.oca_group == order.oca_group and other is not order:
                self._end(other, "", time_ms)

    def _end(self, order: Order, reason: str, time_ms: int | None = None) -> None:
        """Cancel what is left of an order, and the children that wait for it."""
        self._forget(order)
        order.reason = reason
        self._move(order, Status.CANCELLED, time_ms)
        for child in order.children:
            if child.alive and child.held:
                self._end(child, _PARENT_GONE, time_ms)

    def _forget(self, order: Order) -> None:
        self._alive.pop(order.order_id, None)
        self._leaving.pop(order.order_id, None)

    def _move(
        self, order: Order, status: Status, time_ms: int | None = None, always: bool = False
    ) -> None:
        if order.status is status and not always:
            return
        order.status = status
        order.changed_ms = self._clock() if time_ms is None else time_ms
        self._tell(order, "changed")

    def _tell(self, order: Order, event: str) -> None:
        for listener in self.on_order:
            listener(order, event)
