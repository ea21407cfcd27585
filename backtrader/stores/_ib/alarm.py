"""The alarm: has the account cleared when it is pulled, from any thread or a signal handler."""

from __future__ import annotations

import logging
import queue
import signal
import threading
from collections.abc import Callable
from typing import Any

from ...errors import ParameterError, near_miss
from .clearing import Cleared

__all__ = ["Alarm", "Pulled", "signal_of"]

_log = logging.getLogger(__name__)

_ENDING_S = 15.0


class Pulled:
    """One call for clearing the account.

    Attributes
    ----------
    flatten : bool
        Whether positions are to be closed too.
    outcome : Cleared or None
        What came of it; None until it is done.
    """

    def __init__(self, flatten: bool) -> None:
        self.flatten = flatten
        self.outcome: Cleared | None = None
        self._done = threading.Event()

    @property
    def done(self) -> bool:
        """Whether it has come to its end."""
        return self._done.is_set()

    def wait(self, timeout_s: float | None = None) -> Cleared | None:
        """Wait for the end; return what came of it, None where it has not come in time."""
        self._done.wait(timeout_s)
        return self.outcome

    def finish(self, outcome: Cleared) -> None:
        """Note what came of it."""
        self.outcome = outcome
        self._done.set()


class Alarm:
    """Waits on a thread of its own for calls, and has each carried out.

    A signal handler may run while this very thread holds any lock. So that a call takes none, all
    that it does is to put something into a queue of which Python promises that this is safe.

    Parameters
    ----------
    clear
        Clears the account: returns the job, with ``done`` and ``outcome``.
    """

    def __init__(self, clear: Callable[[bool], Any]) -> None:
        self._clear = clear
        self._calls: queue.SimpleQueue[Pulled | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._previous: tuple[int, Any] | None = None

    def start(self) -> None:
        """Begin to wait for calls."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="ib-alarm", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Carry out what was called for, and end; the handler of the signal is taken away."""
        if self._previous is not None:
            signal.signal(*self._previous)
            self._previous = None
        thread, self._thread = self._thread, None
        if thread is not None:
            self._calls.put(None)
            thread.join(_ENDING_S)

    def pull(self, flatten: bool) -> Pulled:
        """Have the account cleared; returns at once, takes no lock."""
        call = Pulled(flatten)
        self._calls.put(call)
        return call

    def listen(self, number: int, act: Callable[[], Any]) -> None:
        """Have `act` called when a signal comes, until `stop`.

        Raises
        ------
        ParameterError
            It is not the main thread that asks: Python lets no other.
        """
        if threading.current_thread() is not threading.main_thread():
            raise ParameterError(
                "IBBroker: cancel_all_signal needs a run on the main thread; elsewhere have a"
                " handler of your own call broker.cancel_all()"
            )
        before = signal.signal(number, lambda *_: act())
        self._previous = (number, before if before is not None else signal.SIG_DFL)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            try:
                job = self._clear(call.flatten)
                job.done.wait()
                outcome = job.outcome
            except Exception as failure:  # the outermost frame of the thread
                _log.exception("the account was not cleared")
                outcome = Cleared(False, {}, None, (f"not cleared: {failure}",))
            call.finish(outcome)


def signal_of(given: Any) -> int:
    """Return the number of a signal that is given by name or number.

    Raises
    ------
    ParameterError
        This system has no such signal.
    """
    known = {each.name: each for each in signal.Signals}
    if isinstance(given, str):
        if given in known:
            return int(known[given])
        raise ParameterError(f"IBBroker: unknown signal {given!r}{near_miss(given, known)}")
    try:
        return int(signal.Signals(given))
    except (ValueError, TypeError):
        raise ParameterError(f"IBBroker: there is no signal {given!r}") from None
