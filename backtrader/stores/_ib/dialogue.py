"""The one thread that talks to IBKR about orders: one thing at a time, in the order of arrival."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

_log = logging.getLogger(__name__)


class Job:
    """Something to be done on the dialogue's thread."""

    def run(self) -> None:
        """Do it."""
        raise NotImplementedError

    def crashed(self, failure: Exception) -> None:
        """Take note that `run` raised what nobody expected."""

    def dropped(self) -> None:
        """Take note that it will not be done, for the dialogue has been stopped."""


class Dialogue:
    """Do jobs one after the other, on a thread of its own; and duties, when there are none.

    IBKR forgets what it asked about an order when another order comes between: so nothing about
    orders is sent on any other thread.

    Parameters
    ----------
    duties
        Called when there is no job; returns after how many seconds it wants to be called again,
        None for not before another job was done.
    """

    def __init__(self, duties: Callable[[], float | None]) -> None:
        self._duties = duties
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread; harmless when it runs."""
        if self._thread is None:
            self._stopping = False
            self._thread = threading.Thread(target=self._work, name="ib-orders", daemon=True)
            self._thread.start()

    def stop(self, timeout_s: float = 1.0) -> bool:
        """Drop the jobs that were not begun, and end; return whether the thread has ended."""
        with self._changed:
            self._stopping = True
            jobs, self._jobs = self._jobs, deque()
            self._changed.notify_all()
        for job in jobs:
            job.dropped()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout_s)
            if thread.is_alive():
                return False
        self._thread = None
        return True

    @property
    def stopping(self) -> bool:
        """Whether a job should give up."""
        return self._stopping

    def put(self, job: Job, first: bool = False) -> None:
        """Add a job to the end of the queue, or have it done before all others."""
        with self._changed:
            stopping = self._stopping
            if not stopping:
                (self._jobs.appendleft if first else self._jobs.append)(job)
                self._changed.notify_all()
        if stopping:
            job.dropped()

    def withdraw(self, job: Job) -> bool:
        """Take a job out of the queue; False where it was begun."""
        with self._changed:
            try:
                self._jobs.remove(job)
            except ValueError:
                return False
            return True

    def nudge(self) -> None:
        """Have the duties looked after now."""
        with self._changed:
            self._changed.notify_all()

    def pause(self, seconds: float) -> bool:
        """Wait, within a job; return False when the dialogue is stopped meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, seconds)
            return not self._stopping

    def _next_job(self, wait_s: float | None) -> Job | None:
        with self._changed:
            if not self._jobs and not self._stopping:
                self._changed.wait(wait_s)
            return self._jobs.popleft() if self._jobs and not self._stopping else None

    def _work(self) -> None:
        wait_s: float | None = None
        while not self._stopping:
            job = self._next_job(wait_s)
            if job is not None:
                self._guarded(job.run, job.crashed)
            if not self._stopping and not self._jobs:
                wait_s = self._guarded(self._duties, lambda _: None)

    def _guarded(self, act: Callable[[], Any], crashed: Callable[[Exception], None]) -> Any:
        """Do something; what nobody expected is logged and told, and the thread goes on."""
        try:
            return act()
        except Exception as failure:
            _log.exception("the dialogue with IBKR about orders failed")
            crashed(failure)
            return 1.0
