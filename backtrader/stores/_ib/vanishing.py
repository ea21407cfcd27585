"""Noticing that orders have ended of which no row will tell.

IBKR lists the orders of today and those that work. One that ended while nobody listened, and before
the day did, is in no reading any more: its end follows from its absence, and what was filled of it
from its executions.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from ...errors import StoreError
from .blotter import Entry
from .dialogue import Job

__all__ = ["Vanishing"]

_log = logging.getLogger(__name__)

# IBKR lists no more than that: what is missing in so long a list may be there all the same
_MOST_ROWS = 1000
_DAYS = 7
_REASON = "no longer listed by IBKR: it ended while the connection was lost"


class Vanishing:
    """Count the complete readings in which an order of ours is missing.

    It has ended when that were more than `Timing.readings`, over `Timing.arrival_s`, and when then
    the session is a sound one.

    Parameters
    ----------
    desk
        Whose orders are watched.
    """

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self._missing: dict[int, tuple[int, float]] = {}

    def take(self, listed: set[int]) -> None:
        """Take the numbers of the orders of a complete reading."""
        desk, timing, now = self._desk, self._desk.timing, time.monotonic()
        missing: dict[int, tuple[int, float]] = {}
        if len(listed) < _MOST_ROWS:
            with desk.lock:
                working = desk.blotter.working()
            for entry in working:
                if entry.server_id not in listed:
                    count, since = self._missing.get(entry.order_id, (0, now))
                    missing[entry.order_id] = (count + 1, since)
                    if count >= timing.readings and now - since >= timing.arrival_s:
                        desk.dialogue.put(_Gone(desk, entry))
                        del missing[entry.order_id]
        self._missing = missing


class _Gone(Job):
    """Book what was executed of an order that is not listed, and tell its end."""

    def __init__(self, desk: Any, entry: Entry) -> None:
        self._desk = desk
        self._entry = entry

    def run(self) -> None:
        desk, entry = self._desk, self._entry
        try:
            if not desk.reader.trades(_DAYS):
                desk.reader.trades(_DAYS)  # the first answer of a session is empty always
            if not desk.reader.healthy():
                return
        except StoreError as failure:
            _log.info("what became of order %s is not known yet: %s", entry.reference, failure)
            return
        with desk.lock:
            if entry.over:
                return
            quantity = entry.quantity
            filled = quantity is not None and entry.executed >= quantity
            row = {"orderId": entry.server_id, "status": "Filled" if filled else "Cancelled"}
            # more may have been filled than there are executions of: positions will show it
            entry.filled = entry.executed
            reason = {} if filled else {"order_cancellation_by_system_reason": _REASON}
            desk.take_orders([{**row, **reason}])
