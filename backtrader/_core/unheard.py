"""Changes of orders and trades in a run in which nobody listens to them.

Most strategies that are optimised look at their position and no more. Snapshots of each order at
each of its changes, made for them and thrown away, were a third of what an order costs (bench:
optimise). Here a change is a note, and a snapshot is made of it when somebody looks after all.
"""

from __future__ import annotations

import copy
from typing import Any

from .orderstate import OrderState

_NOTE = 3  # entries of a note: order, state, length of its data; or a snapshot, None, None

_ACCEPTED, _COMPLETED = OrderState.Accepted, OrderState.Completed
_MARKET = OrderState.Market
_new = object.__new__


class Unheard:
    """Keep what a broker would have told a strategy.

    The broker notes each change; the engine says with `deliver` that the strategy would have been
    told of those by now.

    Parameters
    ----------
    strategy
        The one strategy of the run.

    Attributes
    ----------
    strategy
        The same.
    """

    def __init__(self, strategy: Any) -> None:
        self.strategy = strategy
        self._notes: list[Any] = []  # flat: a tuple for each would be one more object to collect
        self._told = self._told_before = 0
        self._step = -1
        self._over = False
        self._trades: list[Any] = []
        self._trades_after = 0
        self._past: list[Any] = []
        self._past_until = 0

    def note(self, order: Any) -> None:
        """Take note of the present state of `order`; book its executions on its trade."""
        status = order.status
        if order.exectype != _MARKET or not (status <= _ACCEPTED or status == _COMPLETED):
            snapshot = order.clone()
            self._notes += (snapshot, None, None)
            if snapshot.executed.size:
                self._account(snapshot)
            return
        self._notes += (order, status, order.plen)
        if status == _COMPLETED:
            order.executed.markpending()
            self._account(order)

    def _account(self, order: Any) -> None:
        if self._trades_after != self._told:
            self._trades_after = self._told
            self._trades = []
        elif self._trades:
            # what was told of in this step already must not change with the trade
            self._trades = [copy.copy(trade) for trade in self._trades]
        self.strategy._account_on(order, self._trades, _as_it_is)

    def deliver(self, step: int) -> None:
        """Count all notes as told in the `step`, by the strategy's clock from the first bar on."""
        self._told_before = self._told
        self._told = len(self._notes)
        self._step = step

    def end(self, broker: Any = None) -> None:
        """Take note that the run is over; or that it goes on and the strategy is told by the
        `broker` again.
        """
        self._over = True
        if broker is not None:
            made = self._made(0, self._told)
            vars(self.strategy).update(_orders=made, _orderspending=[], _tradespending=[])
            broker.notifs.extend(self._snapshots(self._told, len(self._notes)))

    def forget(self) -> None:
        """Let go of all notes."""
        self._notes.clear()
        self._trades.clear()
        self._past.clear()
        self._told = self._told_before = self._past_until = 0

    def keep(self, order: Any) -> None:
        """Make the snapshots of `order` now, as it is about to be changed."""
        notes = self._notes
        for at in range(0, len(notes), _NOTE):
            if notes[at] is order and notes[at + 1] is not None:
                notes[at : at + _NOTE] = (_snapshot(*notes[at : at + _NOTE]), None, None)

    # -- what somebody looks at after all --

    def _is_now(self) -> bool:
        cursor = self.strategy._cursor
        return not self._over and cursor.idx + cursor.trimmed == self._step

    def orders(self) -> list[Any]:
        """Return snapshots of all changes that were told before the current step."""
        last = self._told_before if self._is_now() else self._told
        self._past += self._made(self._past_until, last)
        self._past_until = last
        return self._past

    def orders_pending(self) -> list[Any]:
        """Return snapshots of the changes that are told in the current step."""
        return self._made(self._told_before, self._told) if self._is_now() else []

    def trades_pending(self) -> list[Any]:
        """Return copies of the trades that are told in the current step."""
        if self._is_now() and self._trades_after == self._told_before:
            return [copy.copy(trade) for trade in self._trades]
        return []

    def _made(self, first: int, last: int) -> list[Any]:
        return [order for order in self._snapshots(first, last) if not order.simulated]

    def _snapshots(self, first: int, last: int) -> list[Any]:
        notes = self._notes
        return [_snapshot(*notes[at : at + _NOTE]) for at in range(first, last, _NOTE)]


def _snapshot(order: Any, status: int | None, plen: int | None) -> Any:
    """Return `order` as it was in that state, when its data had the length `plen`."""
    if status is None:
        return order
    copied = _new(order.__class__)
    values = copied.__dict__ = order.__dict__.copy()
    values["_original"] = order._original or order
    values["status"], values["plen"] = status, plen
    executed = order.executed
    if status <= _ACCEPTED:
        values.pop("comminfo", None)
        untouched = values["executed"] = _new(executed.__class__)
        untouched.__dict__ = {"remsize": order.size, "exbits": executed.exbits, "_held": True}
    else:
        executed._held = True
    return copied


def _as_it_is(trade: Any) -> Any:
    return trade


class Looked:
    """Be an attribute of a strategy that is only made when somebody looks, see `Unheard`."""

    def __init__(self, make: str) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, strategy: Any, owner: type | None = None) -> Any:
        if strategy is None:
            return self
        unheard = strategy.__dict__.get("_unheard")
        if unheard is None:
            raise AttributeError(f"{type(strategy).__name__} has no attribute {self._name!r}")
        return getattr(unheard, self._make)()
