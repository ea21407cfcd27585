"""Threads that keep a stream open, and begin it anew when it breaks."""

from __future__ import annotations

import datetime as _datetime
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import AuthenticationError
from .failures import OandaError, OandaRequestError
from .records import Price, Signal, moment_of, price_of
from .rest import Client, LineStream

__all__ = ["PriceStream", "StreamThread"]

_log = logging.getLogger(__name__)


class StreamThread:
    """Reads a stream.

    Parameters
    ----------
    client, path, params
        What to listen to.
    take
        Called with each message.
    tell
        Called with each `Signal`. Both are called on this thread.
    retry_s
        Seconds between two attempts to connect.
    attempts
        How often to try after a break; -1 for ever, 0 never.
    wait_s
        Seconds before the first attempt.
    """

    def __init__(
        self,
        client: Client,
        path: str,
        params: Mapping[str, Any] | None,
        take: Callable[[dict[str, Any]], None],
        tell: Callable[[Signal], None],
        retry_s: float = 5.0,
        attempts: int = -1,
        wait_s: float = 0.0,
    ) -> None:
        self._client, self._path, self._params = client, path, params
        self._take, self._tell = take, tell
        self._retry_s, self._attempts, self._wait_s = retry_s, attempts, wait_s
        self._left = attempts
        self._delivers: bool | None = None  # None: nothing is known yet
        self._stream: LineStream | None = None
        self._stopping = threading.Event()
        name = f"oanda-{path.split('/')[-2]}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End the stream and its thread."""
        self._stopping.set()
        stream = self._stream
        if stream is not None:
            stream.close()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(2.0)

    def _run(self) -> None:
        self._stopping.wait(self._wait_s)
        try:
            while not self._stopping.is_set() and self._read():
                if self._left == 0:
                    self._tell(Signal.ENDED)
                    return
                self._left -= self._left > 0
                self._stopping.wait(self._retry_s)
        except Exception:
            _log.exception("the stream %s ended", self._path)
            self._tell(Signal.ENDED)

    def _read(self) -> bool:
        """Read until the stream breaks; say whether there is any use in trying again."""
        try:
            stream = self._stream = self._client.listen(self._path, self._params)
            for message in stream:
                if self._stopping.is_set():
                    return False
                self._note_message()
                self._take(message)
        except (AuthenticationError, OandaRequestError) as error:
            _log.warning("%s", error)
            self._tell(Signal.REFUSED)
            return False
        except OandaError as error:
            if not self._stopping.is_set():
                _log.info("%s", error)
        if self._stopping.is_set():
            return False
        if self._delivers is not False:
            self._delivers = False
            self._tell(Signal.LOST)
        return True

    def _note_message(self) -> None:
        if self._delivers:
            return
        self._tell(Signal.OPENED if self._delivers is None else Signal.RESTORED)
        self._delivers = True
        self._left = self._attempts


class PriceStream:
    """The quotes of one instrument.

    Parameters
    ----------
    client, instrument, retry_s, attempts, wait_s
        As for `StreamThread`.
    wake
        Called when something was queued.

    Attributes
    ----------
    answers : queue of `Price` and `Signal`
    """

    def __init__(
        self,
        client: Client,
        instrument: str,
        wake: Callable[[], None],
        retry_s: float = 5.0,
        attempts: int = -1,
        wait_s: float = 0.0,
    ) -> None:
        self.answers: queue.Queue[Price | Signal] = queue.Queue()
        self._wake = wake
        self._clock: tuple[_datetime.datetime, float] | None = None
        params = {"instruments": instrument}
        path = "accounts/{account}/pricing/stream"
        self._thread = StreamThread(
            client, path, params, self._take, self._tell, retry_s, attempts, wait_s
        )
        self._thread.start()

    def stop(self) -> None:
        """End the stream and its thread."""
        self._thread.stop()

    def now(self) -> _datetime.datetime:
        """Return the time at the server, naive UTC, as far as the last heartbeat tells."""
        clock = self._clock
        if clock is None:
            return _datetime.datetime.now(_datetime.timezone.utc).replace(tzinfo=None)
        return clock[0] + _datetime.timedelta(seconds=time.monotonic() - clock[1])

    def _tell(self, signal: Signal) -> None:
        self.answers.put(signal)
        self._wake()

    def _take(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "HEARTBEAT":
            self._clock = (moment_of(message["time"]), time.monotonic())
        elif kind == "PRICE":
            self.answers.put(price_of(message))
            self._wake()
