"""Figures about a connection: how many requests, how long they took, what time it is over there."""

from __future__ import annotations

import bisect
import collections
import contextvars
import datetime as _datetime
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

__all__ = ["LATENCIES_S", "REQUEST_ID", "Figures"]

_UTC = _datetime.timezone.utc

# upper ends of the classes in which latencies are counted; IBKR answers most in 50 to 500 ms
LATENCIES_S = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_OF_CONNECTION = ("outages", "reconnects", "repeats", "too_many_requests")
_OF_ORDERS = ("orders", "order_changes", "fills", "rejects", "refused_changes")

# the request that the present thread made last, as log lines call it: "r17"
REQUEST_ID: contextvars.ContextVar[str] = contextvars.ContextVar("REQUEST_ID", default="")


class Figures:
    """Counts what passes; may be asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._requests = self._failures = 0
        self._seconds = self._longest = 0.0
        self._latencies = [0] * (len(LATENCIES_S) + 1)
        self._counts: collections.Counter[str] = collections.Counter()
        self._messages: collections.Counter[str] = collections.Counter()
        self._heard_at: float | None = None
        self._ahead: _datetime.timedelta | None = None

    @contextmanager
    def request(self) -> Iterator[str]:
        """Count what happens within as a request: failed where it raises; give it an id."""
        began = time.monotonic()
        request_id = f"r{next(self._numbers)}"
        REQUEST_ID.set(request_id)
        failed = 1
        try:
            yield request_id
            failed = 0
        finally:
            taken = time.monotonic() - began
            with self._lock:
                self._requests += 1
                self._failures += failed
                self._seconds += taken
                self._longest = max(self._longest, taken)
                self._latencies[bisect.bisect_left(LATENCIES_S, taken)] += 1

    def count(self, name: str) -> None:
        """Count one of `name`, by which `report` tells it."""
        with self._lock:
            self._counts[name] += 1

    def message(self, kind: str) -> None:
        """Count a message of the stream."""
        now = time.monotonic()
        with self._lock:
            self._messages[kind] += 1
            self._heard_at = now

    def note_date(self, header: str | None) -> None:
        """Take note of the ``Date`` of an answer."""
        if not header:
            return
        try:
            there = parsedate_to_datetime(header)
        except ValueError:
            return
        with self._lock:
            self._ahead = there.astimezone(_UTC) - _datetime.datetime.now(_UTC)

    @property
    def ahead(self) -> _datetime.timedelta | None:
        """By how much the clock of the server is ahead, to a second; None before an answer."""
        return self._ahead

    def report(self) -> dict[str, Any]:
        """Return all figures, see `IBStore.get_performance_metrics`; times in seconds, None where
        nothing tells.
        """
        with self._lock:
            count = self._requests
            heard, ahead = self._heard_at, self._ahead
            return {
                "requests": count,
                "failed_requests": self._failures,
                "mean_latency_s": self._seconds / count if count else None,
                "longest_latency_s": self._longest if count else None,
                "total_latency_s": self._seconds,
                "latencies": dict(zip((*LATENCIES_S, float("inf")), self._latencies, strict=True)),
                **{name: self._counts[name] for name in (*_OF_CONNECTION, *_OF_ORDERS)},
                "messages": sum(self._messages.values()),
                "messages_by_kind": dict(self._messages),
                "silent_s": None if heard is None else time.monotonic() - heard,
                "clock_ahead_s": None if ahead is None else ahead.total_seconds(),
            }
