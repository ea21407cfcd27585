"""Who is told of what the connection hears."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from ...errors import ParameterError, near_miss

__all__ = ["EVENTS", "Callbacks"]

logger = logging.getLogger(__name__)

_CONNECTION = ("lost", "ready", "notice", "session", "error")
_STREAM = ("tick", "order", "execution", "pnl", "summary", "ledger")
EVENTS = _CONNECTION + _STREAM


class Callbacks:
    """Functions to call, by the name of the event; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_event: dict[str, tuple[Callable[..., None], ...]] = dict.fromkeys(EVENTS, ())

    def add(self, event: str, callback: Callable[..., None]) -> None:
        """Have `callback` called for `event`, once however often it is added."""
        with self._lock:
            if callback not in self._of(event):
                self._by_event[event] += (callback,)

    def remove(self, event: str, callback: Callable[..., None]) -> None:
        """Undo `add`; harmless when it was not added."""
        with self._lock:
            self._by_event[event] = tuple(one for one in self._of(event) if one != callback)

    def call(self, event: str, *arguments: Any) -> None:
        """Call what was added for `event`, in that order; what one raises is logged."""
        for callback in self._by_event[event]:
            try:
                callback(*arguments)
            except Exception:  # one listener must not cost the others their event
                logger.exception("a callback for %r failed", event)

    def _of(self, event: str) -> tuple[Callable[..., None], ...]:
        try:
            return self._by_event[event]
        except KeyError:
            text = f"there is no event {event!r}{near_miss(event, EVENTS)}"
        raise ParameterError(text)
