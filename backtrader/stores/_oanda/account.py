"""Cash and value of the account, read from time to time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...errors import StoreError
from .rest import Client
from .tickets import units_of

__all__ = ["AccountWatch", "Figures", "Holding", "figures_of", "holdings_of"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of the account, in its currency.

    `cash` is what is not bound as margin; `value` the balance and the profit of what is open.
    """

    cash: float
    value: float
    balance: float
    last_transaction: int


@dataclass(frozen=True, slots=True)
class Holding:
    """A position; `size` is negative for a short one, and the net of both where both are held."""

    instrument: str
    size: float
    price: float


def figures_of(answer: dict[str, Any]) -> Figures:
    """Return the figures in the summary of an account."""
    account = answer["account"]
    return Figures(
        float(account["marginAvailable"]),
        float(account["NAV"]),
        float(account["balance"]),
        int(answer["lastTransactionID"]),
    )


def holdings_of(answer: dict[str, Any]) -> list[Holding]:
    """Return the positions in an answer to the question for those that are open."""
    found = []
    for row in answer.get("positions", []):
        sides = [row.get(side) or {} for side in ("long", "short")]
        sizes = [units_of(side.get("units", "0")) for side in sides]
        size = sum(sizes)
        if not size:
            continue
        side = sides[0] if size > 0 else sides[1]
        found.append(Holding(row["instrument"], size, float(side["averagePrice"])))
    return found


class AccountWatch:
    """Reads the figures every so many seconds, and when asked to.

    Parameters
    ----------
    client
        What asks.
    interval_s
        Seconds between two readings.
    deliver
        Called with each `Figures`.
    """

    def __init__(
        self, client: Client, interval_s: float, deliver: Callable[[Figures], None]
    ) -> None:
        self._client, self._interval_s, self._deliver = client, interval_s, deliver
        self._now = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="oanda-account", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping = True
        self._now.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(2.0)

    def hurry(self) -> None:
        """Read now."""
        self._now.set()

    def _run(self) -> None:
        while True:
            self._now.wait(self._interval_s)
            self._now.clear()
            if self._stopping:
                return
            try:
                answer = self._client.call("GET", "accounts/{account}/summary")
                self._deliver(figures_of(answer))
            except StoreError as error:
                _log.info("the account could not be read: %s", error)
            except Exception:
                _log.exception("the account could not be read")
