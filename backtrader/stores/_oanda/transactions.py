"""OANDA's log of transactions: what happened in the account, each entry once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from .records import Signal
from .rest import Client
from .streams import StreamThread

__all__ = ["TransactionLog", "client_name"]

_log = logging.getLogger(__name__)

Transaction = dict[str, Any]


def client_name(transaction: Transaction) -> str:
    """Return our own name of the order that a transaction creates or refuses; empty for none."""
    extensions = transaction.get("clientExtensions") or {}
    return str(extensions.get("id", "") or transaction.get("clientOrderID", ""))


class TransactionLog:
    """Follows the log from a transaction on.

    They come on the stream, with the answers to requests, and from the log itself wherever a gap
    may be; whichever way one comes first, it is handed on once.

    Parameters
    ----------
    client
        What listens and asks.
    last_id
        The last transaction that is known already.
    deliver
        Called with each transaction, from any thread.
    tell
        Called with each `Signal` of the stream.
    """

    def __init__(
        self,
        client: Client,
        last_id: int,
        deliver: Callable[[Transaction], None],
        tell: Callable[[Signal], None],
    ) -> None:
        self._client = client
        self._deliver, self._tell = deliver, tell
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._known = last_id  # all up to here were handed on
        self._ahead: set[int] = set()
        self._names: set[str] = set()
        self._stream = StreamThread(
            client, "accounts/{account}/transactions/stream", None, self._take, self._on_signal
        )

    def start(self) -> None:
        """Begin to listen."""
        self._stream.start()

    def stop(self) -> None:
        """End the stream and its thread."""
        self._stream.stop()

    def knows(self, name: str) -> bool:
        """Whether a transaction came that has to do with the order of this name of ours."""
        with self._lock:
            return name in self._names

    def add(self, transactions: Iterable[Transaction]) -> None:
        """Hand on those that are new, in the order of the log."""
        for each in sorted(transactions, key=_number):
            with self._lock:
                number = _number(each)
                if number <= self._known or number in self._ahead:
                    continue
                self._ahead.add(number)
                while self._known + 1 in self._ahead:
                    self._known += 1
                    self._ahead.discard(self._known)
                self._names.add(client_name(each))
                # within the lock: two threads must not turn the order around
                self._deliver(each)

    def catch_up(self) -> None:
        """Read what the log has besides; raises as `Client.call`."""
        with self._asking:
            while True:
                with self._lock:
                    since = self._known
                answer = self._client.call(
                    "GET", "accounts/{account}/transactions/sinceid", {"id": since}
                )
                found = answer.get("transactions", [])
                self.add(found)
                newest = max((_number(each) for each in found), default=since)
                with self._lock:
                    # numbers may be left out: up to here nothing is missing
                    self._known = max(self._known, newest)
                    self._ahead = {each for each in self._ahead if each > self._known}
                if not found or newest >= int(answer.get("lastTransactionID", newest)):
                    return

    def _on_signal(self, signal: Signal) -> None:
        if signal in (Signal.OPENED, Signal.RESTORED):
            self._try_catching_up()
        self._tell(signal)

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("type") != "HEARTBEAT":
            self.add([message])
            return
        with self._lock:
            behind = int(message.get("lastTransactionID", 0)) > self._known
        if behind:
            self._try_catching_up()

    def _try_catching_up(self) -> None:
        try:
            self.catch_up()
        except Exception as error:
            # the next heartbeat is the next occasion
            _log.info("the log of transactions could not be read: %s", error)


def _number(transaction: Transaction) -> int:
    return int(transaction["id"])
