"""Where orders go out: each once, one after the other, on one thread."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...errors import StoreError
from .failures import OandaNetworkError, OandaRequestError
from .rest import Client
from .transactions import TransactionLog

__all__ = ["OrderDesk"]

_log = logging.getLogger(__name__)

# how long OANDA's log is asked for an order whose answer was lost
_ASK_S = 15.0
_PAUSE_S = 1.0
_CANCELS = 5


@dataclass(slots=True)
class _Sent:
    """An order that was sent and not answered: nobody knows whether OANDA has it."""

    name: str
    until: float


@dataclass(frozen=True, slots=True)
class _Job:
    """Something to do: send `body`, or, where there is none, cancel the order."""

    name: str
    body: dict[str, Any] | None = None
    specifier: str = ""
    tries: int = 1
    due: float = 0.0


class OrderDesk:
    """Sends orders and cancellations.

    An order that got no answer is not sent again: OANDA's log is asked for it, by the name that it
    was sent with, until it shows or cannot come any more.

    Parameters
    ----------
    client, log
        What asks, and what knows the log.
    refused
        Called as ``refused(name, reason)`` when OANDA has not taken an order.
    notify
        Called with a text for the user.
    """

    def __init__(
        self,
        client: Client,
        log: TransactionLog,
        refused: Callable[[str, str], None],
        notify: Callable[[str], None],
        ask_s: float = _ASK_S,
    ) -> None:
        self._client, self._log = client, log
        self._refused, self._notify = refused, notify
        self._ask_s = ask_s
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
        self._unanswered: list[_Sent] = []
        self._later: list[_Job] = []
        self._thread = threading.Thread(target=self._run, name="oanda-orders", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what was asked for before is still sent."""
        self._jobs.put(None)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(5.0)

    def send(self, name: str, body: dict[str, Any]) -> None:
        """Have an order sent."""
        self._jobs.put(_Job(name, body))

    def cancel(self, name: str, specifier: str) -> None:
        """Have an order cancelled; `specifier` is OANDA's number of it, or ``@`` and our name."""
        self._jobs.put(_Job(name, None, specifier))

    def _run(self) -> None:
        while True:
            waiting = self._unanswered or self._later
            try:
                job = self._jobs.get(timeout=_PAUSE_S if waiting else None)
            except queue.Empty:
                self._guarded(self._look_again)
                continue
            if job is None:
                return
            self._guarded(self._send if job.body is not None else self._cancel, job)

    def _guarded(self, act: Callable[..., None], *arguments: Any) -> None:
        try:
            act(*arguments)
        except Exception:
            _log.exception("the desk of orders failed")
            self._notify("OANDA: an error of this program, see the log; check your orders")

    def _send(self, job: _Job) -> None:
        try:
            answer = self._client.call(
                "POST", "accounts/{account}/orders", body={"order": job.body}
            )
        except OandaNetworkError as error:
            self._notify(f"order {job.name}: {error}; OANDA is asked whether it has it")
            self._unanswered.append(_Sent(job.name, time.monotonic() + self._ask_s))
        except StoreError as error:
            self._take_answer(getattr(error, "answer", None) or {})
            self._refused(job.name, _reason(error))
        else:
            self._take_answer(answer)

    def _take_answer(self, answer: dict[str, Any]) -> None:
        self._log.add(
            each
            for key, each in answer.items()
            if key.endswith("Transaction") and isinstance(each, dict) and "id" in each
        )

    def _cancel(self, job: _Job) -> None:
        path = f"accounts/{{account}}/orders/{job.specifier}/cancel"
        try:
            answer = self._client.call("PUT", path)
        except OandaNetworkError as error:
            # twice does no harm
            if job.tries >= _CANCELS:
                self._notify(f"order {job.name}: it could not be cancelled: {error}")
                return
            due = time.monotonic() + _PAUSE_S
            self._later.append(_Job(job.name, None, job.specifier, job.tries + 1, due))
        except StoreError as error:
            self._take_answer(getattr(error, "answer", None) or {})
            self._notify(f"order {job.name}: it was not cancelled: {_reason(error)}")
        else:
            self._take_answer(answer)

    def _look_again(self) -> None:
        """Ask for the orders that were not answered, and try again to cancel."""
        now = time.monotonic()
        due = [job for job in self._later if job.due <= now]
        self._later = [job for job in self._later if job.due > now]
        for job in due:
            self._cancel(job)
        if not self._unanswered:
            return
        try:
            self._log.catch_up()
        except StoreError as error:
            _log.info("%s", error)
            return
        for sent in list(self._unanswered):
            if self._log.knows(sent.name):
                self._unanswered.remove(sent)
            elif now > sent.until:
                self._unanswered.remove(sent)
                self._refused(sent.name, "there was no answer, and OANDA's log does not have it")


def _reason(error: StoreError) -> str:
    if isinstance(error, OandaRequestError) and error.text:
        reason = (error.answer or {}).get("errorCode", "")
        return f"{error.text} ({reason})" if reason else error.text
    return str(error)
