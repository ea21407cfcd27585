"""What a feed does with its stream: ticks in their order, and losses in between."""

from __future__ import annotations

import collections
import datetime as _datetime
import queue
import time
from collections.abc import Callable
from typing import Any

from .history import Signal
from .phases import TRANSITIONS, Phase
from .ticks import RealTimeBar, RTVolume

__all__ = ["Present", "time_of"]

_FIRST_FRAME_S = 10.0  # then the clock of this computer has to do


class Present:
    """The part of a feed that reads its stream; it knows in which phase the feed is."""

    CONNBROKEN: int
    DELAYED: int
    DISCONNECTED: int
    LIVE: int
    NOTSUBSCRIBED: int
    ib: Any
    p: Any
    qlive: queue.Queue[Any] | None
    put_notification: Callable[..., None]
    _name: str
    _begin_fill: Callable[[float | None], None]
    _drop_history: Callable[[], None]
    _last_moment: Callable[[], float | None]
    _load_tick: Callable[[RTVolume | RealTimeBar], bool]
    _delayed: bool
    _given_up: bool
    _held: collections.deque[Any]
    _phase: Phase
    _since: float

    def _go(self, phase: Phase) -> None:
        if phase is not self._phase and phase not in TRANSITIONS[self._phase]:
            raise AssertionError(f"{self._phase} is not followed by {phase}")
        self._phase = phase
        self._since = time.monotonic()

    def _finish(self, status: int | None = None) -> bool:
        """End the feed, and say why."""
        self._drop_history()
        if status is not None:
            self.put_notification(status)
        self._go(Phase.OVER)
        return False

    def _open(self) -> bool | None:
        self._listen()
        if self._phase is not Phase.OPENING:
            return None
        if self._awaits_frame():
            return None
        if self.p.backfill_start:
            self._begin_fill(None)
        else:
            self._go(Phase.LIVE)
        return None

    def _awaits_frame(self) -> bool:
        """Whether the first frame of the stream, which tells the time, may still come."""
        begun = self._server_time() is not None
        return not begun and time.monotonic() - self._since < _FIRST_FRAME_S

    def _server_time(self) -> float | None:
        moment: float | None = self.ib._desk.live.server_time(self.qlive)
        return moment

    def _listen(self) -> None:
        """Take what comes on the stream: signals at once, ticks into the waiting line."""
        if self._given_up and self._server_time() is not None:
            self._resume()
        while self.qlive is not None:
            try:
                message = self.qlive.get_nowait()
            except queue.Empty:
                return
            if isinstance(message, (RTVolume, RealTimeBar)):
                self._held.append(message)
            else:
                self._take_signal(message)
                if self._phase is Phase.OVER:
                    return

    def _take_signal(self, message: Any) -> None:
        if message is None:
            self._finish(self.DISCONNECTED)
        elif message is Signal.NOT_SUBSCRIBED:
            self._finish(self.NOTSUBSCRIBED)
        elif message is Signal.LOST:
            self._break()
        elif message is Signal.RESTORED:
            self._held.append(message)
        elif message is Signal.DELAYED_DATA and not self._delayed:
            self._delayed = True
            self.put_notification(self.DELAYED)
            self.ib.put_notification(f"{self._name}: market data is delayed by 15 to 20 minutes")

    def _resume(self) -> None:
        """Take the stream up that was given up for a while: what came meanwhile is missing."""
        self._given_up = False
        if self._phase is Phase.OPENING:
            return
        if self._phase is Phase.BROKEN:
            self._held.clear()
        else:
            self._break()
        self._held.append(Signal.RESTORED)

    def _break(self) -> None:
        """The stream is gone. Ticks that came before it broke are delivered first."""
        if self._phase is Phase.LIVE:
            self._held.append(Signal.LOST)
            return
        self._fall()

    def _fall(self) -> None:
        self._drop_history()
        self._held.clear()
        self.put_notification(self.CONNBROKEN)
        self._go(Phase.BROKEN)

    def _tick(self) -> bool | None:
        self._listen()
        while self._held and self._phase is Phase.LIVE:
            message = self._held.popleft()
            if message is Signal.LOST:
                rest = list(self._held)
                self._fall()
                self._held.extend(rest)
            elif not isinstance(message, Signal) and self._load_tick(message):
                if not self._delayed:
                    self.put_notification(self.LIVE)
                return True
        return None

    def _wait(self) -> bool | None:
        self._listen()
        if self._phase is not Phase.BROKEN:
            return None
        while self._held:
            if self._held[0] is Signal.RESTORED and self._awaits_frame():
                return None
            if self._held.popleft() is Signal.RESTORED:
                last = self._last_moment()
                wanted = self.p.backfill_start if last is None else self.p.backfill
                if wanted:
                    self._begin_fill(last)
                else:
                    self._go(Phase.LIVE)
                return None
        return None


def time_of(message: Any) -> _datetime.datetime:
    """Return when a tick was, or a bar of five seconds began; a signal was before all of them."""
    if isinstance(message, RTVolume):
        return message.datetime
    if isinstance(message, RealTimeBar):
        return message.time
    return _datetime.datetime.min
