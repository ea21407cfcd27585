"""Finding out what IBKR knows of orders whose answer was lost: by asking, never by sending again.

The rule: orders are found where a row of the live orders or of the trades has their reference. They
are absent only when all of this holds:

- so many readings of the live orders (two) said ``snapshot: true`` and did not list them, each
  after the server's cache was cleared (``force``) by the reading before it;
- the trades do not list them either;
- the brokerage session was authenticated and established after each of these readings;
- they were sent so long ago (ten seconds) that nothing of it can still be on its way.

As long as the server cannot be asked the question stays open, and the dialogue waits for it:
nothing else about orders is sent meanwhile.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...errors import StoreError

_log = logging.getLogger(__name__)

_ORDERS = "iserver/account/orders"
_TRADES = "iserver/account/trades/"
_GLANCE_S = 0.01


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take, in seconds; the defaults are IBKR's.

    `poll_s` is the time between two readings of live orders while there are any, `inquiry_s` that
    between two readings of an inquiry, `arrival_s` after what time a request cannot arrive any
    more, `readings` how many readings must agree that an order is absent, `again_s` after what time
    a cancellation is sent again that was not acknowledged, `patience_s` how long a reading tries,
    `stream_s` how long the stream may take to say what an answer left out, `doubt_s` how long live
    orders are read after an order was given up, lest it turns up: then it is cancelled.
    """

    poll_s: float = 5.0
    inquiry_s: float = 5.0
    arrival_s: float = 10.0
    readings: int = 2
    stream_s: float = 0.5
    doubt_s: float = 60.0
    again_s: float = 5.0
    patience_s: float = 10.0


class Reader:
    """Read orders and executions by REST, and hand the rows on.

    Parameters
    ----------
    connection
        What to ask.
    take_orders, take_trades
        Called with the rows of a reading.
    timing
        How long a reading may take.
    """

    def __init__(
        self,
        connection: Any,
        take_orders: Callable[[list[dict[str, Any]]], None],
        take_trades: Callable[[list[dict[str, Any]]], None],
        timing: Timing,
    ) -> None:
        self._connection = connection
        self._take_orders = take_orders
        self._take_trades = take_trades
        self._timing = timing
        self.orders_at = self.trades_at = -1e9

    def orders(self, force: bool = False) -> bool:
        """Read the live orders; return whether the answer was a complete one.

        With `force` the server clears its cache: that answer is empty, the next one is fresh.
        """
        params = {"force": "true"} if force else None
        self.orders_at = time.monotonic()
        answer = self._connection.get(_ORDERS, params, timeout_s=self._timing.patience_s)
        if not isinstance(answer, dict):
            return False
        self._take_orders([row for row in answer.get("orders") or [] if isinstance(row, dict)])
        return bool(answer.get("snapshot")) and not force

    def trades(self) -> bool:
        """Read the executions; return whether there were any: the first answer is empty always."""
        self.trades_at = time.monotonic()
        answer = self._connection.get(_TRADES, None, timeout_s=self._timing.patience_s)
        if not isinstance(answer, list):
            return False
        self._take_trades([row for row in answer if isinstance(row, dict)])
        return bool(answer)

    def healthy(self) -> bool:
        """Whether the brokerage session is one whose answers can be trusted."""
        path, patience_s = "iserver/auth/status", self._timing.patience_s
        answer = self._connection.post(path, {}, repeat=True, timeout_s=patience_s)
        if not isinstance(answer, dict):
            return False
        flags = (answer.get("authenticated"), answer.get("connected"))
        established = answer.get("established", True)
        return all(flags) and bool(established) and not answer.get("competing")


def inquire(
    reader: Reader,
    missing: Callable[[], bool],
    sent_at: float,
    timing: Timing,
    pause: Callable[[float], bool],
) -> bool | None:
    """Ask until it is known whether orders are at IBKR.

    Parameters
    ----------
    reader
        Reads, and hands on what it reads.
    missing
        Whether there is still an order that no row was found of.
    sent_at
        When they were sent, by ``time.monotonic``.
    timing
        See `Timing`.
    pause
        Waits for so many seconds; False when there is no use in going on.

    Returns
    -------
    bool or None
        True: all are found. False: those that are missing are not there. None: given up.
    """
    absent, cleared = 0, False
    listen_until = time.monotonic() + timing.stream_s
    while missing() and time.monotonic() < listen_until:
        if not pause(_GLANCE_S):
            return None
    while missing():
        try:
            fresh = _look(reader, cleared)
        except StoreError as failure:
            _log.info("what became of an order is not known yet: %s", failure)
            fresh, absent = False, 0
        if not missing():
            break
        absent += fresh
        if absent >= timing.readings and time.monotonic() - sent_at >= timing.arrival_s:
            return False
        if not pause(timing.inquiry_s):
            return None
        cleared = _clear(reader) and pause(timing.inquiry_s)
    return None if missing() else True


def _look(reader: Reader, cleared: bool) -> bool:
    """Read orders and trades; return whether what is not in them is absent, for this reading."""
    complete = reader.orders()
    reader.trades()
    return complete and cleared and reader.healthy()


def _clear(reader: Reader) -> bool:
    """Have the server clear its cache; return whether it did."""
    try:
        reader.orders(force=True)
    except StoreError as failure:
        _log.info("the live orders cannot be read: %s", failure)
        return False
    return True
