"""What the store does with messages: each kind has a method, by the name that TWS has for it.

The rooms call those on orders and the account; all of them can be called by scripts and tests, and
overridden by a subclass of the store.
"""

from __future__ import annotations

import datetime as _datetime
from typing import Any

from ...order import Order
from .booking import ending_of
from .messages import REFUSED
from .ticks import RTVolume

__all__ = ["Handlers"]

_RT_VOLUME = 48  # the type of tick that carries a trade
_ENDED = ("Cancelled", "Inactive")
_REFUSALS = (Order.Margin, Order.Rejected)
_PRICES = {"BID": 1, "ASK": 2, "LAST": 4}


class Handlers:
    """Methods for messages; mixed into the store."""

    p: Any
    broker: Any
    _desk: Any
    put_notification: Any
    logmsg: Any
    _connection: Any = None  # a store over TWS has none, and keeps no figures
    _say: Any
    _wake: Any

    _offset = _datetime.timedelta()
    _managed: tuple[str, ...] = ()
    _rejected: frozenset[int] = frozenset()

    def watcher(self, msg: Any) -> None:
        """Take note of a message of any kind: `_debug` prints it, `notifyall` has it told."""
        self.logmsg(str(msg))
        if self.p.notifyall:
            self.put_notification(msg)

    def _count(self, name: str) -> None:
        if self._connection is not None:
            self._connection.client.figures.count(name)

    def _count_reject(self, order_id: int) -> None:
        # IBKR may say so in its answer, later as a status, or both
        if order_id not in self._rejected:
            self._rejected = self._rejected | {order_id}
            self._count("rejects")

    # orders, told by the order desk

    def orderStatus(self, msg: Any) -> None:
        """The state of an order changed."""
        self.watcher(msg)
        late = msg.status in _ENDED and ending_of(msg, msg.filled > 0.0) in _REFUSALS
        if late:
            self._count_reject(msg.orderId)
        if self.broker is not None:
            self.broker.push_orderstatus(msg)

    def openOrder(self, msg: Any) -> None:
        """An order was taken, or a change of it."""
        self.watcher(msg)
        self._count("order_changes" if getattr(msg, "replaced", False) else "orders")
        if self.broker is not None:
            self.broker.push_orderstate(msg)

    def execDetails(self, msg: Any) -> None:
        """An order was executed, in part or in full."""
        self.watcher(msg)
        self._count("fills")
        if self.broker is not None:
            self.broker.push_execution(msg.execution)

    def commissionReport(self, msg: Any) -> None:
        """The commission of an execution is known."""
        self.watcher(msg)
        if self.broker is not None:
            self.broker.push_commissionreport(msg.commissionReport)

    def error(self, msg: Any) -> None:
        """Something went wrong: with an order, or (-1) altogether."""
        self.logmsg(str(msg))
        if msg.id == -1:
            self._say(str(msg.errorMsg))
        else:
            self.put_notification(msg)
            if msg.errorCode == REFUSED:
                self._count_reject(msg.id)
            else:
                self._count("refused_changes")
            if self.broker is not None:
                self.broker.push_ordererror(msg)

    def nextValidId(self, msg: Any) -> None:
        """Accepted: the numbers of orders are made here."""
        self.watcher(msg)

    # the account, told by the account book

    def updateAccountValue(self, msg: Any) -> None:
        """A figure of the account changed."""
        self.watcher(msg)

    def updatePortfolio(self, msg: Any) -> None:
        """A position was read."""
        self.watcher(msg)

    def position(self, msg: Any) -> None:
        """A position was read."""
        self.watcher(msg)

    def accountDownloadEnd(self, msg: Any) -> None:
        """All of the account was read."""
        self.watcher(msg)
        if self.broker is not None:
            self.broker.push_portupdate()

    def managedAccounts(self, msg: Any) -> None:
        """Note the accounts of the login, given as text with commas."""
        self.watcher(msg)
        names = str(getattr(msg, "accountsList", msg)).split(",")
        self._managed = tuple(name.strip() for name in names if name.strip())

    # data: into the queue of the request

    def _queue_of(self, ticker_id: int) -> Any:
        return None if self._desk is None else self._desk.tickers.queue_of(ticker_id)

    def _put(self, ticker_id: int, message: Any) -> None:
        answers = self._queue_of(ticker_id)
        if answers is not None:
            answers.put(message)
            self._wake()

    def tickString(self, msg: Any) -> None:
        """A trade, as text: ``price;size;time;volume;vwap;single``."""
        if msg.tickType == _RT_VOLUME:
            self._put(msg.tickerId, RTVolume(msg.value, tmoffset=self._offset))

    def tickPrice(self, msg: Any) -> None:
        """A price, of instruments that have no trades."""
        if msg.field in _PRICES.values() and msg.price > 0.0:
            self._put(msg.tickerId, RTVolume(price=msg.price, tmoffset=self._offset))

    def realtimeBar(self, msg: Any) -> None:
        """A bar of five seconds."""
        self._put(msg.reqId, msg)

    def historicalData(self, msg: Any) -> None:
        """A bar of history; ``finished-...`` in place of its date ends the request."""
        over = str(msg.date).startswith("finished-")
        self._put(msg.reqId, None if over else msg)

    def contractDetails(self, msg: Any) -> None:
        """A contract that matches a request."""
        self._put(msg.reqId, msg)

    def contractDetailsEnd(self, msg: Any) -> None:
        """All contracts that match a request were told."""
        self._put(msg.reqId, None)

    # the connection

    def currentTime(self, msg: Any) -> None:
        """Note by how much the clock of IBKR (`time`, epoch seconds) is ahead of this one."""
        self.watcher(msg)
        if self.p.timeoffset:
            utc = _datetime.timezone.utc
            there = _datetime.datetime.fromtimestamp(float(msg.time), utc)
            self._offset = there - _datetime.datetime.now(utc)

    def timeoffset(self) -> _datetime.timedelta:
        """Return by how much the clock of IBKR is ahead of that of this machine, to a second.

        Each answer of the Web API tells it; zero with ``timeoffset=False``.
        """
        if self._connection is not None and self.p.timeoffset:
            ahead: _datetime.timedelta | None = self._connection.client.figures.ahead
            return self._offset if ahead is None else ahead
        return self._offset

    def connectionClosed(self, msg: Any) -> None:
        """The connection is gone; it is restored by itself."""
        self.watcher(msg)
        self._say("connection closed")
