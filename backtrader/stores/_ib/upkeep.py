"""Keeping the session: a thread that keeps it alive, and brings it back when it is lost."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ...errors import AuthenticationError, StoreError
from .client import Client
from .login import Login, SessionStatus
from .settings import Settings
from .states import State
from .stream import Stream

__all__ = ["Upkeep"]

logger = logging.getLogger(__name__)

# how often the stream is looked at
LOOK_S = 1.0
# a live session token is renewed so long before its end, or in the last fifth of a short life
RENEW_AHEAD_S = 3600.0
# a session that was taken back is not taken back again for so long
TRUCE_S = 3600.0
# answers to the keep-alive that may be missed before the connection counts as lost
MISSES = 2

_TAKEN_OVER = "another session of this user name has taken the brokerage session over"
_LOGGED_OUT_GATEWAY = "the gateway's login has ended: log in again in a browser"
_LOGGED_OUT_OAUTH = "the OAuth credentials are not accepted any more"


class Upkeep:
    """Keep a session that `Login` opened.

    Parameters
    ----------
    settings, client, login, stream, stopped
        As the connection has them.
    state
        Returns the state of the connection.
    change
        Called as ``change(state, reason)``; does nothing when the state is the same.
    notice
        Called as ``notice(text, code)`` with what the user should be told.
    """

    def __init__(
        self,
        settings: Settings,
        client: Client,
        login: Login,
        stream: Stream,
        stopped: threading.Event,
        state: Callable[[], State],
        change: Callable[[State, str], None],
        notice: Callable[[str, str], None],
    ) -> None:
        self._settings = settings
        self._client = client
        self._login = login
        self._stream = stream
        self._stopped = stopped
        self._state = state
        self._change = change
        self._notice = notice
        self._awake = threading.Event()
        self._suspicious = False
        self._misses = 0
        self._failures = 0
        self._next_tickle = self._next_renewal = self._next_try = 0.0
        self._fought_at: float | None = None
        self._told_ahead_s = 0.0
        self._thread = threading.Thread(target=self._run, name="ib-session", daemon=True)

    def start(self) -> None:
        """Begin, with a session that has just been opened."""
        now = time.monotonic()
        self._next_tickle = now + self._settings.keepalive_s
        self._next_renewal = self._renewal_time(now)
        self._thread.start()

    def join(self, seconds: float) -> bool:
        """Wait for the thread to end once `stopped` is set; return whether it has."""
        self._awake.set()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(max(seconds, 0.0))
        return not self._thread.is_alive()

    def look_now(self) -> None:
        """Have the session examined at once: something is odd, or may have been mended."""
        self._suspicious = True
        self._awake.set()

    def stream_changed(self) -> None:
        """Take note that the stream came or went: what was waited for may be there."""
        self._next_try = 0.0
        self._failures = 0
        self._awake.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._round(time.monotonic())
            except Exception:  # the session must be kept whatever happens in one round
                logger.exception("the keeper of the session stumbled")
            self._awake.wait(self._until_next(time.monotonic()))
            self._awake.clear()

    def _until_next(self, now: float) -> float:
        """Return the seconds until something is due."""
        due = [self._next_tickle, self._next_renewal]
        if self._state() is not State.READY:
            due.append(self._next_try)
        return min(max(min(due) - now, 0.0), LOOK_S)

    def _round(self, now: float) -> None:
        self._tell_of_the_clock()
        self._stream.watch(self._login.usable)
        if now >= self._next_tickle:
            self._next_tickle = now + self._settings.keepalive_s
            self._stream.tic()
            if self._state() is State.READY:
                self._examine(self._login.tickle)
        if now >= self._next_renewal:
            self._renew_token(now)
        if self._state() is State.READY:
            if self._suspicious:
                self._suspicious = False
                self._examine(self._login.status)
        elif now >= self._next_try:
            self._suspicious = False
            self._recover()

    def _tell_of_the_clock(self) -> None:
        ahead_s = self._client.clock_ahead_s
        if ahead_s == self._told_ahead_s:
            return
        self._told_ahead_s = ahead_s
        if ahead_s:
            word = "slow" if ahead_s > 0.0 else "fast"
            text = f"the clock of this computer is {abs(ahead_s):.0f} s {word}: IBKR refuses"
            self._notice(f"{text} its time, requests are signed with IBKR's", "clock")
        else:
            self._notice("the clock of this computer is right again", "clock")

    def _examine(self, ask: Callable[[], SessionStatus]) -> None:
        """Compare what the server says of the session with what we believe."""
        try:
            status = ask()
        except AuthenticationError:
            self._login.lost(outer=True)
            self._lose("the session is not accepted any more")
        except StoreError as failure:
            self._misses += 1
            logger.info("the session could not be examined: %s", failure)
            if self._misses >= MISSES:
                self._lose(str(failure))
            else:
                self._suspicious = True
        else:
            self._misses = 0
            if not status.usable:
                self._lose(_TAKEN_OVER if status.competing else "no brokerage session")

    def _lose(self, reason: str) -> None:
        self._misses = self._failures = 0
        self._next_try = 0.0
        self._login.lost()
        self._change(State.LOST, reason)
        self._awake.set()

    def _recover(self) -> None:
        """Try once to bring the session back, and say when to try again if that fails."""
        try:
            back = self._restore()
        except AuthenticationError as failure:
            logger.info("the session is not back yet: %s", failure)
            back = self._enter_again(failure)
        except StoreError as failure:
            logger.info("the session is not back yet: %s", failure)
            back = False
        if back:
            self._failures = 0
            self._next_tickle = time.monotonic() + self._settings.keepalive_s
            self._change(State.READY, "")
        else:
            self._next_try = time.monotonic() + self._pause()

    def _pause(self) -> float:
        """Return the seconds until the next try: they grow, and a human is not hurried."""
        longest = self._settings.longest_pause_s
        if self._state() in (State.TAKEN_OVER, State.LOGGED_OUT):
            return longest
        self._failures += 1
        # the exponent is bounded: an outage may last a weekend
        return min(self._settings.first_pause_s * 2.0 ** min(self._failures - 1, 16), longest)

    def _restore(self) -> bool:
        """Return whether session and stream stand."""
        status = self._login.status()
        if not status.usable:
            if status.competing and not self._may_fight():
                self._report(State.TAKEN_OVER, _TAKEN_OVER)
                return False
            fighting = status.competing
            if fighting:
                self._report(State.TAKEN_OVER, f"{_TAKEN_OVER}; taking it back once")
            status = self._login.open_brokerage(fighting, self._stopped.wait)
            if fighting and status.connected:
                self._fought_at = time.monotonic()
        if not status.usable:
            return False
        self._login.prepare()
        self._stream.hurry()
        return self._stream.ready

    def _may_fight(self) -> bool:
        """Return whether to take the session back: not soon after that was done.

        It is not done yet where the server could not give it to anybody, as in its nightly reset.
        """
        if not self._settings.compete:
            return False
        return self._fought_at is None or time.monotonic() - self._fought_at >= TRUCE_S

    def _enter_again(self, failure: AuthenticationError) -> bool:
        """Open the outer session anew, where that can be done without a human."""
        if failure.status_code == 400:  # no bridge: the outer session is there
            return self._open_brokerage()
        if self._settings.oauth is None:
            self._report(State.LOGGED_OUT, _LOGGED_OUT_GATEWAY)
            return False
        try:
            self._login.enter()
            self._next_renewal = self._renewal_time(time.monotonic())
        except AuthenticationError as refused:
            self._report(State.LOGGED_OUT, f"{_LOGGED_OUT_OAUTH}: {refused}")
            return False
        except StoreError as lost:
            logger.info("no new live session token yet: %s", lost)
            return False
        return self._open_brokerage()

    def _open_brokerage(self) -> bool:
        try:
            return self._restore_after(self._login.open_brokerage(False, self._stopped.wait))
        except StoreError as failure:
            logger.info("the brokerage session is not back yet: %s", failure)
            return False

    def _restore_after(self, status: SessionStatus) -> bool:
        if not status.usable:
            return False
        self._login.prepare()
        self._stream.hurry()
        return self._stream.ready

    def _report(self, state: State, text: str) -> None:
        """Change to `state` and tell why, once for each time it is entered."""
        if self._state() is not state:
            self._change(state, text)
            self._notice(text, state.value)

    def _renew_token(self, now: float) -> None:
        """Get a new live session token while the old one is still good."""
        try:
            self._login.enter()
            self._login.prepare()
        except StoreError as failure:
            logger.warning("the live session token could not be renewed: %s", failure)
            self._next_renewal = now + self._settings.longest_pause_s
            return
        self._next_renewal = self._renewal_time(now)
        self._suspicious = True

    def _renewal_time(self, now: float) -> float:
        expires_ms: Any = self._client.live_session_token_expires_ms
        if not isinstance(expires_ms, int | float):
            return float("inf")
        ahead = self._client.figures.ahead
        ahead_s = 0.0 if ahead is None else ahead.total_seconds()
        life_s = max(expires_ms / 1000.0 - time.time() - ahead_s, 0.0)
        return now + max(life_s - min(RENEW_AHEAD_S, life_s / 5.0), LOOK_S)
