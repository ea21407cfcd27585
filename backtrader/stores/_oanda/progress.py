"""The orders of a broker on their way: what the log of transactions says of them.

All of this runs on the thread of Cerebro.
"""

from __future__ import annotations

import datetime as _datetime
import logging
from dataclasses import dataclass, field
from typing import Any

from ...errors import OrderError
from ...order import Order
from .._ib.booking import book, set_ending
from .._ib.messages import Execution
from .records import moment_of
from .tickets import units_of
from .transactions import Transaction, client_name

__all__ = ["Progress", "Working"]

_log = logging.getLogger(__name__)

_EPOCH = _datetime.datetime(1970, 1, 1)
_MS = _datetime.timedelta(milliseconds=1)
_TINY = 1e-9
# reasons for the end of an order that are no refusal of it
_QUIET = ("CLIENT_REQUEST", "CLIENT_REQUEST_REPLACED", "LINKED_TRADE_CLOSED", "MIGRATION")


@dataclass(slots=True, eq=False)
class Working:
    """An order under way; `children` close what it opens, `group` is cancelled with its end."""

    order: Any
    name: str
    parent: Working | None = None
    children: list[Working] = field(default_factory=list)
    group: list[Working] = field(default_factory=list)
    created: bool = False  # whether OANDA has it


class Progress:
    """Follow the orders of a broker.

    Parameters
    ----------
    broker
        Told orders (``notify``), asked for positions and schemes.
    """

    def __init__(self, broker: Any) -> None:
        self._broker = broker
        self.by_ref: dict[int, Working] = {}
        self._by_name: dict[str, Working] = {}
        self._by_id: dict[str, Working] = {}  # OANDA's number of an order
        self.trades: dict[str, dict[str, float]] = {}  # instrument -> OANDA's trade -> units
        # the last transactions that were in the trades and positions at the start
        self.trades_as_of = self.positions_as_of = 0

    def add(self, order: Any, name: str, parent: Working | None = None) -> Working:
        """Begin to follow an order."""
        working = Working(order, name, parent)
        if parent is not None:
            parent.children.append(working)
        self.by_ref[order.ref] = self._by_name[name] = working
        return working

    def join(self, working: Working, other: Working) -> None:
        """Put an order into the group of another."""
        if not other.group:
            other.group.append(other)
        other.group.append(working)
        working.group = other.group

    def trade_for(self, order: Any, instrument: str) -> str:
        """Return OANDA's number of the open trade that `order` closes.

        Raises
        ------
        OrderError
            There is none, or there are several.
        """
        wanted = -order.created.size
        found = [
            number
            for number, units in self.trades.get(instrument, {}).items()
            if abs(units - wanted) < _TINY
        ]
        if len(found) == 1:
            return found[0]
        raise OrderError(
            f"order: OANDA trails the stop of an open trade, and {len(found)} trades in"
            f" {instrument} have {wanted} units: give one by tradeID=..., or make the order the"
            " stop of a bracket"
        )

    # what comes in

    def on_transaction(self, entry: Transaction) -> None:
        """Take an entry of the log in."""
        kind = str(entry.get("type", ""))
        if kind == "ORDER_FILL":
            self._fill(entry)
        elif kind == "ORDER_CANCEL":
            working = self._by_id.get(str(entry.get("orderID", "")))
            if working is not None:
                self._cancel(working, str(entry.get("reason", "")))
        elif kind.endswith("_ORDER_REJECT"):
            self.on_refused(client_name(entry), str(entry.get("rejectReason", "")))
        elif kind.endswith("_ORDER"):
            self._create(entry)

    def on_refused(self, name: str, reason: str) -> None:
        """Take in that OANDA has not taken an order."""
        working = self._by_name.get(name)
        if working is None or not working.order.alive():
            return
        self._say(working, reason)
        self._end(working, Order.Margin if "MARGIN" in reason.upper() else Order.Rejected)

    def _create(self, entry: Transaction) -> None:
        working = self._by_name.get(client_name(entry))
        if working is None:
            return
        self._by_id[str(entry["id"])] = working
        working.created = True
        order = working.order
        order.activate()
        if not order.alive():
            text = f"order {order.ref} came to OANDA after it had been given up; it is cancelled"
            self._broker.o.put_notification(text, order.clone())
            self._broker.o.order_cancel(order)
        elif order.status == Order.Submitted:
            order.accept(self._broker)
            self._broker.notify(order)

    def _fill(self, entry: Transaction) -> None:
        self._note_trades(entry)
        working = self._by_id.get(str(entry.get("orderID", "")))
        size, price = units_of(entry["units"]), float(entry.get("fullVWAP") or entry["price"])
        position = self._broker.positions[entry["instrument"]]
        time = moment_of(entry["time"])
        if working is None:
            if int(entry["id"]) <= self.positions_as_of:
                return
            position.update(size, price, time)
            text = f"{entry['instrument']}: {size} units were dealt at {price} from outside"
            self._broker.o.put_notification(text)
            return
        order = working.order
        if order.status == Order.Submitted:
            order.accept(self._broker)
            self._broker.notify(order)
        side = "BOT" if size > 0 else "SLD"
        execution = Execution(
            str(entry["id"]), order.ref, side, abs(size), price, (time - _EPOCH) // _MS
        )
        scheme = self._broker.getcommissioninfo(order.data)
        book(order, position, scheme, execution, float(entry.get("commission") or 0.0))
        # what closes a trade is done with it, however many units that still had
        if working.parent is not None or abs(order.executed.remsize) <= _TINY:
            order.completed()
        else:
            order.partial()
        self._broker.notify(order)
        if not order.alive():
            self._ended(working, opened="tradeOpened" in entry)

    def _note_trades(self, entry: Transaction) -> None:
        if int(entry["id"]) <= self.trades_as_of:
            return
        trades = self.trades.setdefault(entry["instrument"], {})
        opened, reduced = entry.get("tradeOpened"), entry.get("tradeReduced")
        if opened:
            trades[opened["tradeID"]] = units_of(opened["units"])
        for closed in entry.get("tradesClosed") or ():
            trades.pop(closed["tradeID"], None)
        if reduced and reduced["tradeID"] in trades:
            trades[reduced["tradeID"]] += units_of(reduced["units"])

    def _cancel(self, working: Working, reason: str) -> None:
        order = working.order
        if not order.alive():
            return
        if reason == "TIME_IN_FORCE_EXPIRED":
            self._end(working, Order.Expired)
        elif reason in _QUIET:
            self._end(working, Order.Canceled)
        else:
            self._say(working, reason)
            margin = "MARGIN" in reason
            refused = Order.Canceled if order.executed.size else Order.Rejected
            self._end(working, Order.Margin if margin and refused != Order.Canceled else refused)

    # what follows from it

    def _say(self, working: Working, reason: str) -> None:
        order = working.order
        order.addinfo(reason=reason)
        self._broker.o.put_notification(f"order {order.ref}: {reason}", order.clone())

    def _end(self, working: Working, status: int) -> None:
        set_ending(working.order, status, self._broker)
        self._broker.notify(working.order)
        self._ended(working, opened=bool(working.order.executed.size))

    def _ended(self, working: Working, opened: bool) -> None:
        """Cancel what goes with an order: its group, and its children where it opened no trade."""
        for child in working.children:
            if not opened and not child.created and child.order.alive():
                self._end(child, Order.Canceled)
        for other in working.group:
            if other is not working and other.order.alive():
                self._broker.cancel(other.order)
