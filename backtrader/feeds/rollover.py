"""Going from one feed to the next by a rule, as from one future to the one that expires later."""

from __future__ import annotations

import collections
from typing import Any

from ._joined import Joined

__all__ = ["RollOver"]


class RollOver(Joined):
    """Delivers the first of the feeds `args` until a rule says to go on to the next, and so on.

    Parameters
    ----------
    checkdate : None
        Takes the time of the bar (datetime) and its feed, and says whether to consider the next
        feed; default never.
    checkcondition : None
        Takes the feed and the next one, and says whether to go on; asked where `checkdate` says so.
        Default always.

    The feeds that follow are kept at the first bar that is not earlier than the current one. The
    next is gone on to as well when a feed ends.
    """

    params: Any = {"checkdate": None, "checkcondition": None}

    def start(self) -> None:
        """Start all feeds."""
        super().start()
        self._following = collections.deque(self._args)
        # the feed that delivers; scripts read this name
        self._d: Any = self._following.popleft() if self._args else None

    def _load(self) -> bool | None:
        while self._d is not None:
            delivered = self._d.next()
            if delivered is None:
                return None
            if delivered:
                self._catch_up()
                if self._is_over():
                    self._d = self._following.popleft()
                self._take(self._d)
                return True
            # Compat: the bar at which the next feed stands is not delivered, only the one after it,
            # tests/parity/scenarios/combined.py::rollover_at_the_end
            self._d = self._following.popleft() if self._following else None
        return False

    def _catch_up(self) -> None:
        """Move the feeds that follow on until they are not earlier; one that ends before that is
        left out.
        """
        now = self._d.lines.datetime[0]
        self._following = collections.deque(
            data for data in self._following if self._moved_to(data, now)
        )

    @staticmethod
    def _moved_to(data: Any, moment: float) -> bool:
        """Move a feed on to its first bar not before `moment`; say whether it has one."""
        while not len(data) or data.lines.datetime[0] < moment:
            if not data.next():
                return False
        return True

    def _is_over(self) -> bool:
        """Whether it is time for the next feed."""
        check = self.p.checkdate
        if check is None or not check(self._d.datetime.datetime(), self._d):
            return False
        if not self._following:
            return False
        condition = self.p.checkcondition
        return condition is None or bool(condition(self._d, self._following[0]))
