"""Figures about a connection: how many requests, how long they took, what time it is over there."""

from __future__ import annotations

import datetime as _datetime
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

__all__ = ["Figures"]

_UTC = _datetime.timezone.utc


class Figures:
    """Counts what passes; may be asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests = self._failures = self._outages = 0
        self._seconds = self._longest = 0.0
        self._ahead: _datetime.timedelta | None = None

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count what happens within as a request: failed where it raises."""
        began = time.monotonic()
        failed = 1
        try:
            yield
            failed = 0
        finally:
            taken = time.monotonic() - began
            with self._lock:
                self._requests += 1
                self._failures += failed
                self._seconds += taken
                self._longest = max(self._longest, taken)

    def outage(self, *_: Any) -> None:
        """Count a loss of the connection."""
        with self._lock:
            self._outages += 1

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
        """Return all figures; times in seconds, None where there was no request."""
        with self._lock:
            count = self._requests
            return {
                "requests": count,
                "failed_requests": self._failures,
                "mean_latency_s": self._seconds / count if count else None,
                "longest_latency_s": self._longest if count else None,
                "outages": self._outages,
            }
