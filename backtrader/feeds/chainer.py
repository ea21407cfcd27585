"""Feeds one after the other."""

from __future__ import annotations

import collections
from typing import Any

from ._joined import Joined

__all__ = ["Chainer"]


class Chainer(Joined):
    """Delivers each of the feeds `args` to its end, then the next.

    Bars that are not later than the last one delivered are left out.
    """

    def start(self) -> None:
        """Start all feeds."""
        super().start()
        self._left = collections.deque(self._args)
        self._latest = float("-inf")
        self._d: Any = None  # the feed that delivered last; scripts read this name

    def get_notifications(self) -> list[Any]:
        """Return what there is to be told of the feed that is being delivered."""
        told: list[Any] = self._left[0].get_notifications() if self._left else []
        return told

    def _load(self) -> bool | None:
        while self._left:
            data = self._left[0]
            delivered = data.next()
            if delivered is None:
                return None
            if not delivered:
                self._left.popleft()
                continue
            now = data.lines.datetime[0]
            if now > self._latest:
                self._latest = now
                self._d = data
                self._take(data)
                return True
        return False
