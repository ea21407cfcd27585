"""Exchange rates, as IBKR has them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from ...errors import RequestRefusedError, StoreError
from .figures import number

__all__ = ["Rates"]

_log = logging.getLogger(__name__)

# a rate is asked for anew after this time, and good for the other where it cannot be
_FRESH_S = 60.0
_GOOD_S = 900.0
_PATIENCE_S = 3.0


class Rates:
    """What a unit of a currency is in another, read when it is asked for.

    Parameters
    ----------
    connection
        The session with IBKR.
    base_of
        Returns the base currency of an account, None: of the one that is traded; raises as `rate`.
    clock
        Source of seconds that never run backwards.
    """

    def __init__(
        self,
        connection: Any,
        base_of: Callable[[str | None], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.connection = connection
        self._base_of = base_of
        self._clock = clock
        self._rates: dict[tuple[str, str], tuple[float, float]] = {}

    def rate(self, source: str, target: str | None = None) -> float:
        """Return how many units of `target` (None: the base currency) one of `source` is.

        A rate serves for a minute, and for a quarter of an hour where no newer one can be had.

        Raises
        ------
        StoreError
            It is not known and cannot be read.
        """
        source, target = source.upper(), (target or self._base_of(None)).upper()
        if source in (target, ""):
            return 1.0
        known = self._rates.get((source, target))
        now = self._clock()
        if known is not None and now - known[1] < _FRESH_S:
            return known[0]
        try:
            found = self._read(source, target)
        except StoreError:
            if known is not None and now - known[1] < _GOOD_S:
                return known[0]
            raise
        self._rates[source, target] = (found, now)
        return found

    def latest(self, source: str) -> float:
        """Return the rate to base currency, the last one known where none can be had; for values
        that are shown. Raises as `rate` where none was ever known.
        """
        try:
            return self.rate(source)
        except StoreError as failure:
            known = self._rates.get((source.upper(), self._base_of(None).upper()))
            if known is None:
                raise
            _log.info("a rate cannot be read, the last one is used: %s", failure)
            return known[0]

    def _read(self, source: str, target: str) -> float:
        path, query = "iserver/exchangerate", {"source": source, "target": target}
        answer = self.connection.get(path, query, timeout_s=_PATIENCE_S)
        found = number(answer.get("rate")) if isinstance(answer, dict) else None
        if found is None or found <= 0.0:
            raise RequestRefusedError(f"there is no exchange rate from {source} to {target}")
        return found
