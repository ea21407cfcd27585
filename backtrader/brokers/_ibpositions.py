"""Positions that somebody else has changed: found by comparing ours with IBKR's, and taken over."""

from __future__ import annotations

import logging
import math
import time
from typing import Any

__all__ = ["ComparedPositions", "units"]

_log = logging.getLogger(__name__)

# what a difference between our positions and IBKR's must outlast, in seconds
_DIFFERENCE_S = 1.0
# and how long an answer to a question about positions may take
_ASK_S = 5.0


class ComparedPositions:
    """Compares positions; mixed into the broker."""

    ib: Any
    positions: Any
    _differences: dict[int, tuple[float, float]]
    _traded_at: dict[int, float]
    _asked_at: float

    def _compare_positions(self) -> None:
        """Take positions over that somebody else has changed.

        A position may differ because an execution of ours was not told yet. So a difference must
        stand in a reading that began after it was seen, and after which all executions were read.
        """
        reported = {held.conid: held for held in self.ib.get_positions()}
        readings = self.ib.get_position_readings()
        for conid in {*reported, *self.positions}:
            if readings.began <= self._traded_at.get(conid, -math.inf):
                continue
            held = reported.get(conid)
            size = units(held.position) if held is not None else 0
            seen = self._differences.get(conid)
            if size == self.positions[conid].size:
                self._differences.pop(conid, None)
            elif seen is None or seen[0] != size:
                self._differences[conid] = (size, time.monotonic())
            elif readings.audited > seen[1]:
                self._adopt(conid, size, held.averageCost if held is not None else 0.0)

    def _ask_again(self) -> None:
        """Have positions read anew that differ from ours."""
        now = time.monotonic()
        oldest = min(since for _, since in self._differences.values())
        if now - oldest >= _DIFFERENCE_S and now - self._asked_at >= _ASK_S:
            self._asked_at = now
            self.ib.reqPositions()

    def _adopt(self, conid: int, size: float, price: float) -> None:
        """Take over a position that somebody else has changed."""
        del self._differences[conid]
        before = self.positions[conid].size
        self.positions[conid].fix(size, price)
        text = f"position in contract {conid} changed from outside: {before} -> {size}"
        _log.warning("%s", text)
        self.ib.put_notification(text)


def units(size: float) -> float:
    """Return a size as a whole number, where it is one."""
    return int(size) if size == int(size) else size
