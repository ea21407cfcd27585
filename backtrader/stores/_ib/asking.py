"""Requests and what becomes of them: errors of the store, and repetition where it is harmless."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ...errors import (
    AuthenticationError,
    ConnectionFailedError,
    PacingError,
    RequestRefusedError,
    StoreError,
)
from .failures import is_unreachable, translate
from .masking import Mask
from .measures import REQUEST_ID

__all__ = ["Asker"]

logger = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
# the server is there, but cannot answer now
BUSY = frozenset({502, 503, 504})
# 503 is also how the service says that an order or a reply is not known
NOT_BUSY = ("not found", "unknown")


class Asker:
    """Asks, waits and asks again.

    Parameters
    ----------
    stopped
        Set when nothing shall be asked any more.
    mask
        What to hide in errors.
    suspicious
        Called when an answer says that the session is not what it should be, or when none came.
    repeated
        Called whenever something is asked again.
    """

    def __init__(
        self,
        stopped: threading.Event,
        mask: Mask,
        suspicious: Callable[[], None],
        repeated: Callable[[], None] = lambda: None,
    ) -> None:
        self._stopped = stopped
        self._mask = mask
        self._suspicious = suspicious
        self._repeated = repeated

    def once(self, asked: str, act: Callable[[], Any]) -> Any:
        """Return what `act` returns; whatever it raises becomes an error of the store.

        The exceptions of ibind hold addresses and bodies, so none is kept as cause or context.
        """
        result, failure, _unreachable = self._try(asked, act)
        if failure is not None:
            raise failure
        return result

    def persist(
        self,
        asked: str,
        act: Callable[[], Any],
        patience_s: float,
        opening: bool = False,
    ) -> Any:
        """Return what `act` returns, for `patience_s` seconds again and again where that may help.

        Parameters
        ----------
        asked, act
            As for `once`; doing `act` twice must be harmless.
        patience_s
            After so many seconds the last error is raised.
        opening
            Whether the connection is being opened: then it is final that nobody answers at the
            address, or that the login is refused. Later on both may be mended.
        """
        deadline = time.monotonic() + patience_s
        pause = FIRST_PAUSE_S
        while True:
            result, failure, unreachable = self._try(asked, act)
            if failure is None:
                return result
            final = unreachable or getattr(failure, "status_code", None) == 401
            hopeless = not _may_pass(failure) or (opening and final)
            if hopeless or time.monotonic() + pause > deadline or self._stopped.wait(pause):
                raise failure
            self._repeated()
            request_id = REQUEST_ID.get()
            facts = {"request_id": request_id}
            logger.debug("%s %s; asking again", request_id, failure, extra=facts)
            pause = min(pause * 2.0, LONGEST_PAUSE_S)

    def _try(self, asked: str, act: Callable[[], Any]) -> tuple[Any, StoreError | None, bool]:
        """Return the result, or the failure and whether nobody was reached."""
        try:
            return act(), None, False
        except Exception as problem:  # ibind raises a dozen classes; all of them end here
            if self._stopped.is_set():
                text = f"{self._mask.text(asked)}: the connection is being closed"
                return None, ConnectionFailedError(text), True
            failure, unreachable = translate(problem, asked, self._mask), is_unreachable(problem)
        if isinstance(failure, AuthenticationError | ConnectionFailedError):
            self._suspicious()
        return None, failure, unreachable


def _may_pass(failure: StoreError) -> bool:
    """Return whether the same request may be answered a little later."""
    if isinstance(failure, PacingError):
        # without a status it is our own, and has been waited for as long as that makes sense
        return failure.status_code is not None
    if isinstance(failure, ConnectionFailedError):
        return True
    if isinstance(failure, AuthenticationError):
        return failure.status_code in (400, 401)
    if isinstance(failure, RequestRefusedError) and failure.status_code in BUSY:
        return not any(word in failure.text.lower() for word in NOT_BUSY)
    return False
