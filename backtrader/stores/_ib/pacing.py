"""Keeps requests within IBKR's limits.

Ten requests a second over all; some paths have a spacing of their own, and history takes five at
a time (IBKR's Web API documentation, "Pacing limitations"). Who exceeds them is answered 429, and
stays shut out for ten minutes when it goes on.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ...errors import ConnectionFailedError, PacingError
from .masking import Mask

__all__ = ["Pacer"]

REQUESTS_PER_SECOND = 10.0
BURST = 10.0
# kept for orders: a series of history requests does not make them wait
RESERVE = 3.0
HISTORY_AT_ONCE = 5
FIRST_PENALTY_S = 1.0
LONGEST_PENALTY_S = 600.0
# beyond the spacing itself, for requests do not travel equally fast
MARGIN_S = 0.05

# pattern of a path -> shortest time between two requests, in seconds
SPACINGS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern), seconds)
    for pattern, seconds in (
        (r"tickle", 1.0),
        (r"sso/validate", 60.0),
        (r"iserver/account/orders", 5.0),
        (r"iserver/account/trades", 5.0),
        (r"iserver/account/pnl/partitioned", 5.0),
        (r"portfolio/accounts", 5.0),
        (r"portfolio/subaccounts", 5.0),
        (r"iserver/scanner/params", 900.0),
        (r"iserver/scanner/run", 1.0),
        (r"pa/(performance|allperiods|transactions)", 900.0),
        (r"fyi/.*", 1.0),
    )
)
_HISTORY = re.compile(r"iserver/marketdata/history|hmds/history")
_URGENT = re.compile(r"iserver/account/[^/]+/orders?(/.*)?|iserver/reply/.*|iserver/auth/.*|logout")


class Pacer:
    """Makes requests wait until they may be sent; safe to use from several threads.

    Parameters
    ----------
    enabled
        Whether to wait at all.
    clock
        Monotonic time in seconds.
    stopped
        Set when nobody shall wait any longer. Waits are on this event, unless `wait` is given.
    wait
        Called with seconds; returns True when `stopped` was set.
    """

    def __init__(
        self,
        enabled: bool = True,
        clock: Callable[[], float] = time.monotonic,
        stopped: threading.Event | None = None,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._enabled = enabled
        self._clock = clock
        self._stopped = stopped or threading.Event()
        self._wait = wait or self._stopped.wait
        self._lock = threading.Lock()
        self._tokens = BURST
        self._filled_at = clock()
        self._free_at: dict[object, float] = {}  # spacing or path -> when it may be asked again
        self._all_free_at = 0.0
        self._penalties = 0
        self._history = threading.BoundedSemaphore(HISTORY_AT_ONCE)

    @contextmanager
    def turn(self, method: str, path: str, longest_wait_s: float) -> Iterator[None]:
        """Wait until ``method path`` may be sent; hold its place until the block is left.

        Raises
        ------
        PacingError
            It may not be sent within `longest_wait_s` seconds.
        ConnectionFailedError
            `stopped` was set meanwhile.
        """
        path = path.strip("/")
        deadline = self._clock() + longest_wait_s
        if not (self._enabled and _HISTORY.fullmatch(path)):
            self._take(method, path, deadline)
            yield
            return
        if not self._history.acquire(timeout=max(longest_wait_s, 0.0)):
            raise PacingError(f"{method} {path}: five requests for history are under way")
        try:
            self._take(method, path, deadline)
            yield
        finally:
            self._history.release()

    def penalise(self, path: str) -> float:
        """Note an answer 429 to `path`; return for how many seconds to stay away.

        The first time the path alone rests, from the second in a row on everything does.
        """
        with self._lock:
            pause = min(FIRST_PENALTY_S * 2.0**self._penalties, LONGEST_PENALTY_S)
            self._penalties += 1
            until = self._clock() + pause
            self._free_at[path.strip("/")] = until
            if self._penalties > 1:
                self._all_free_at = until
            return pause

    def forgive(self) -> None:
        """Note that a request was answered: the next penalty is a short one again."""
        if self._penalties:
            with self._lock:
                self._penalties = 0

    def _take(self, method: str, path: str, deadline: float) -> None:
        while True:
            if self._stopped.is_set():
                asked = Mask().text(f"{method} {path}")
                raise ConnectionFailedError(f"{asked}: the connection is being closed")
            with self._lock:
                pause = self._pause(path)
                if pause <= 0.0:
                    self._book(path)
                    return
                if self._clock() + pause > deadline:
                    asked = Mask().text(f"{method} {path}")
                    raise PacingError(f"{asked}: may be sent in {pause:.1f} s only")
            self._wait(pause)

    def _pause(self, path: str) -> float:
        """Return the seconds until `path` may be sent, as things stand."""
        now = self._clock()
        own = max(self._free_at.get(key, 0.0) for key in (path, _spacing(path)))
        pause = max(own, self._all_free_at) - now
        if not self._enabled:
            return pause if self._penalties else 0.0
        self._tokens = min(BURST, self._tokens + (now - self._filled_at) * REQUESTS_PER_SECOND)
        self._filled_at = now
        needed = 1.0 if _URGENT.fullmatch(path) else 1.0 + RESERVE
        # a hair more than the arithmetic says, for the sum that is reached may be 0.9999
        short = (needed - self._tokens) / REQUESTS_PER_SECOND
        return max(pause, short + 1e-6 if short > 1e-9 else 0.0)

    def _book(self, path: str) -> None:
        if not self._enabled:
            return
        self._tokens -= 1.0
        spacing = _spacing(path)
        if spacing is not None:
            self._free_at[spacing] = self._clock() + spacing[1] + MARGIN_S


def _spacing(path: str) -> tuple[re.Pattern[str], float] | None:
    """Return the rule for a path, where it has one."""
    return next((rule for rule in SPACINGS if rule[0].fullmatch(path)), None)
