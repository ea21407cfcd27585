"""What a live run waits on when there is nothing to do."""

from __future__ import annotations

import threading


class Wakeup:
    """One flag for all sources of a run: whoever queued something sets it, the run waits for it.

    The run looks into every queue after `wait`, and a source sets the flag after it queued: so
    nothing that was queued is left lying.
    """

    __slots__ = ("_flag",)

    def __init__(self) -> None:
        self._flag = threading.Event()

    def set(self) -> None:
        """Have the run look into its queues; may be called from any thread."""
        self._flag.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the flag is set, or for `timeout` seconds; take it down.

        Returns
        -------
        bool
            Whether it was set, now or since the last call.
        """
        woken = self._flag.wait(timeout)
        self._flag.clear()
        return woken

    def __reduce__(self) -> tuple[type[Wakeup], tuple[()]]:
        # a run in another process has its own threads: it begins with a flag of its own
        return type(self), ()
