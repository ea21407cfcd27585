"""What a live feed tells of its connection."""

from __future__ import annotations

import collections
from typing import Any, ClassVar


class Statuses:
    """The part of a feed that notes in which state it is, and has others told of it."""

    (
        CONNECTED,
        DISCONNECTED,
        CONNBROKEN,
        DELAYED,
        LIVE,
        NOTSUBSCRIBED,
        NOTSUPPORTED_TF,
        UNKNOWN,
    ) = range(8)

    _NOTIFNAMES: ClassVar[list[str]] = [
        "CONNECTED",
        "DISCONNECTED",
        "CONNBROKEN",
        "DELAYED",
        "LIVE",
    ]
    _NOTIFNAMES += ["NOTSUBSCRIBED", "NOTSUPPORTED_TIMEFRAME", "UNKNOWN"]

    notifs: collections.deque[tuple[int, Any, Any]]
    p: Any
    _laststatus = CONNECTED
    _qcheck = 0.0
    # whether the feed never blocks, and sets the wake-up of the run when it has something
    _wakes = False

    def do_qcheck(self, onoff: bool, qlapse: float) -> None:
        """Set how long to wait for data: `qcheck` less `qlapse` seconds, or not at all."""
        self._qcheck = max(0.0, (self.p.qcheck if onoff else 0.0) - qlapse)

    @classmethod
    def _getstatusname(cls, status: int) -> str:
        return cls._NOTIFNAMES[status]

    def put_notification(self, status: int, *args: Any, **kwargs: Any) -> None:
        """Have Cerebro and the strategies told of `status`, unless it is the one they know."""
        if self._laststatus != status:
            self._laststatus = status
            self.notifs.append((status, args, kwargs))

    def get_notifications(self) -> list[tuple[int, Any, Any]]:
        """Return what there is to be told, and forget it."""
        waiting = []
        while self.notifs:
            waiting.append(self.notifs.popleft())
        return waiting
