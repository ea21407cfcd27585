"""The connection to Interactive Brokers: one login, one REST client, one stream.

This is all of the store that talks; the other rooms translate what it says and hears.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ...errors import (
    AuthenticationError,
    ConnectionFailedError,
)
from . import masking
from .asking import Asker
from .callbacks import Callbacks
from .client import Client
from .login import Login
from .pacing import Pacer
from .settings import Settings
from .states import TRANSITIONS, State
from .stream import Stream
from .topics import Topic
from .upkeep import Upkeep

__all__ = ["Connection", "logger_names"]

logger = logging.getLogger(__name__)

# beginnings of the names of loggers through which a secret might leave
_PACKAGE = __name__.partition(".")[0]
OURS = tuple(f"{_PACKAGE}.{part}" for part in ("stores", "brokers", "feeds"))
THEIRS = ("ibind", "requests", "urllib3", "websocket")
LOGGING_OUT_S = 0.5
ENDING_S = 1.5


class Connection:
    """Hold a session with IBKR's Web API, and keep it.

    Parameters
    ----------
    settings
        Where to connect and as whom; see `settings.resolve`.

    Attributes
    ----------
    settings : Settings
    client : Client
        ibind's client with its named methods. They are paced, never repeated, and raise ibind's
        errors: use `call` for those of the store.
    account_id : str
        The account that is traded; "" before `open`.
    accounts : list of str
        All accounts of the login.
    is_paper : bool
        Whether the account is a paper one.
    state : State

    Events
    ------
    Callbacks are called on a thread of the connection, in order for each event: they queue, and do
    nothing else.

    ``"lost"(reason: str)``
        The connection is not usable; once per outage.
    ``"ready"()``
        It is again (not called for `open`); once per outage. What the server sent meanwhile is
        lost: ask for it.
    ``"tick"(conid: int, updated_ms: int, fields: dict[str, str])``
        Changed fields of a contract by IBKR's ids ("31", "84", ...); `updated_ms` is the server's
        UTC time, 0 where it gives none.
    ``"order"(row: dict)``
        A row of topic ``sor``: what changed of an order.
    ``"execution"(row: dict)``
        A row of topic ``str``; comes more than once.
    ``"pnl"(by_account: dict)``
        Topic ``spl``.
    ``"summary"(account_id: str, rows: list)``, ``"ledger"(account_id: str, rows: list)``
        Topics ``ssd`` and ``sld``: the changed rows.
    ``"notice"(text: str, details: dict)``
        The server, or the connection itself, tells something; ``details["source"]`` is "ntf",
        "blt" or "session", for the last ``details["code"]`` is the value of a `State`.
    ``"session"(status: dict)``
        Topic ``sts``: what changed of the session.
    ``"error"(code: int | None, text: str)``
        An error frame of the stream.
    """

    settings: Settings
    account_id: str
    accounts: list[str]
    is_paper: bool

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.account_id = ""
        self.accounts = []
        self.is_paper = False
        self._state = State.CLOSED
        self._lock = threading.RLock()
        self._callbacks = Callbacks()
        self._mask = masking.Mask(settings.secrets)
        self._masked: list[tuple[logging.Logger, Any]] = []
        self._stream: Stream | None = None
        self._upkeep: Upkeep | None = None
        self._make_client()
        for note in settings.notes:
            logger.warning("%s", note)

    def __repr__(self) -> str:
        account = masking.masked_account(self.account_id) if self.account_id else "no account"
        return f"<{type(self).__name__} {self.settings.rest_url} {account} {self._state.value}>"

    @property
    def state(self) -> State:
        """What the connection is doing."""
        return self._state

    @property
    def connected(self) -> bool:
        """Whether requests are authenticated and the stream delivers."""
        return self._state is State.READY

    def open(self) -> None:
        """Log in, choose the account, start the stream, and return when all of it stands.

        Does nothing when that has been done. It takes ``timeout * reconnect`` seconds at the most.

        Raises
        ------
        ConnectionFailedError
            Nobody answers at the address, or not in time.
        AuthenticationError
            Credentials are refused, nobody is logged in at the gateway, another session holds the
            brokerage session, or the account is a live one where only paper is allowed.
        SettingsError
            The account is not one of the login's, or a key file cannot be used.
        """
        with self._lock:
            if self._state is not State.CLOSED:
                return
            if self._stopped.is_set():
                self._make_client()
            self._change(State.OPENING)
        self._masked = masking.install(self._mask, *logger_names())
        deadline = time.monotonic() + self.settings.opening_s
        try:
            self._log_in(deadline)
            self._start_stream(deadline)
        except BaseException:
            self.close()
            raise
        logger.info("connected: %r", self)

    def close(self) -> None:
        """End everything: requests under way fail, all threads have ended within two seconds.

        Not to be called by a callback.
        """
        with self._lock:
            if self._state in (State.CLOSED, State.CLOSING):
                return
            was_ready = self.connected
            self._change(State.CLOSING)
        deadline = time.monotonic() + ENDING_S
        self._stopped.set()
        self._login.prepared.set()  # nobody is to wait for a session that will not come
        self.client.abort()
        if was_ready and self.settings.oauth is not None:
            self._log_out()
        ended = self._stream is None or self._stream.stop()
        if self._upkeep is not None:
            ended = self._upkeep.join(deadline - time.monotonic()) and ended
        self.client.close()
        if not ended:
            logger.error("a thread of the connection has not ended in time")
        self._stream = self._upkeep = None
        masking.uninstall(self._masked)
        self._masked = []
        self._change(State.CLOSED)

    def get(
        self, path: str, params: dict[str, Any] | None = None, timeout_s: float | None = None
    ) -> Any:
        """Return the decoded answer to ``GET path``; None for an empty one.

        Paced; repeated with growing pauses when the answer is lost, when the server is busy (429,
        503) or has lost the session, for `timeout_s` seconds (default: `settings.patience_s`).

        Parameters
        ----------
        path
            Below ``/v1/api/``: ``"iserver/accounts"``.
        params
            The query; None values are left out.

        Raises
        ------
        StoreError
            The subclass says what happened; `status_code` and `text` are those of the answer.
        """
        return self._request("GET", path, True, timeout_s, lambda: self.client.get(path, params))

    def post(
        self,
        path: str,
        body: dict[str, Any] | None = None,
        repeat: bool = False,
        timeout_s: float | None = None,
    ) -> Any:
        """Return the decoded answer to ``POST path`` with a JSON body.

        Sent once, unless `repeat` says that twice is harmless. After a `ConnectionFailedError` the
        server may or may not have done it: ask. `timeout_s` is how long to wait for the answer
        (default: `settings.request_timeout_s`), with `repeat` how long to go on.
        """
        return self._request("POST", path, repeat, timeout_s, lambda: self.client.post(path, body))

    def delete(
        self,
        path: str,
        params: dict[str, Any] | None = None,
        repeat: bool = False,
        timeout_s: float | None = None,
    ) -> Any:
        """Return the decoded answer to ``DELETE path``, with `params` as JSON body; as `post`."""
        return self._request(
            "DELETE", path, repeat, timeout_s, lambda: self.client.delete(path, params)
        )

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return ``.data`` of the method of ibind's client by that name: paced, once, errors
        translated to those of the store.
        """
        self._check_open()
        result = self._asker.once(method, lambda: getattr(self.client, method)(*args, **kwargs))
        return getattr(result, "data", result)

    def on(self, event: str, callback: Callable[..., None]) -> None:
        """Have `callback` called for an event; see the class for names and arguments."""
        self._callbacks.add(event, callback)

    def off(self, event: str, callback: Callable[..., None]) -> None:
        """Undo `on`; harmless when it was not there."""
        self._callbacks.remove(event, callback)

    def subscribe(self, topic: Topic) -> Any:
        """Ask for a topic (a record of `topics`, or ibind's own), now and after each loss.

        Returns at once. The handle has ``active``, ``status``, ``wait(timeout) -> bool``. Asking
        for what is subscribed already does nothing; other fields for the same contract replace the
        former ones.
        """
        return self._open_stream().put(topic)

    def unsubscribe(self, topic: Topic) -> None:
        """Give a topic up; harmless when it is not subscribed."""
        if self._stream is not None:
            self._stream.drop(topic)

    def renew(self, topic: Topic, end: bool = True) -> None:
        """End a topic on the server and begin it anew, at once: for a stream that fell silent.

        Without `end` it is only asked for again: of a stream that runs nothing is lost then.
        """
        self._open_stream().renew(topic, end)

    def look_now(self) -> None:
        """Have the session examined at once, because something about an answer was odd."""
        if self._upkeep is not None:
            self._upkeep.look_now()

    def _make_client(self) -> None:
        """Make what a closed connection cannot use again; nothing is connected by that."""
        self._stopped = threading.Event()
        self._pacer = Pacer(self.settings.pacing, stopped=self._stopped)
        self.client = client = Client(self.settings, self._pacer, self._mask)
        self._asker = Asker(
            self._stopped, self._mask, self.look_now, lambda: client.figures.count("repeats")
        )
        self._login = Login(self.settings, self.client, self._asker, self._mask)

    def _log_in(self, deadline: float) -> None:
        login = self._login
        login.patiently(deadline)
        login.enter()
        status = login.status()
        if not status.usable:
            status = login.open_brokerage(self.settings.compete, self._stopped.wait)
        if not status.usable:
            said = self._mask.text(status.text)
            why = "another session of this user name holds it" if status.competing else said
            raise AuthenticationError(
                f"no brokerage session: {why or 'the server gives no reason'}"
            )
        choice = login.choose_account()
        login.impatiently()
        self.account_id, self.accounts = choice.account_id, list(choice.accounts)
        self.is_paper = bool(choice.is_paper)

    def _start_stream(self, deadline: float) -> None:
        self._stream = Stream(
            self.settings,
            self.client,
            self.account_id,
            self._login.session_token,
            lambda: self._login.usable,
            self._emit,
            self._stream_changed,
        )
        self._upkeep = Upkeep(
            self.settings,
            self.client,
            self._login,
            self._stream,
            self._stopped,
            lambda: self._state,
            self._change_from_upkeep,
            self._notice,
        )
        stream, upkeep = self._stream, self._upkeep
        stream.start()
        if not stream.wait(max(deadline - time.monotonic(), 1.0)):
            stream.stop()
            raise ConnectionFailedError("the stream (WebSocket) did not become ready in time")
        if not self._change(State.READY):
            stream.stop()
            raise ConnectionFailedError("the connection was closed while it was being opened")
        upkeep.start()
        if not stream.ready:
            self._stream_changed(False, "the stream was lost")

    def _log_out(self) -> None:
        try:
            self.client.log_out(LOGGING_OUT_S)
        except Exception as failure:  # it is polite, not necessary
            logger.debug("logging out failed: %s", type(failure).__name__)

    def _request(
        self, method: str, path: str, repeat: bool, timeout_s: float | None, act: Callable[[], Any]
    ) -> Any:
        self._check_open()
        asked = f"{method} {path}"
        wait_s = self.settings.request_timeout_s
        if not repeat:
            with self.client.within(timeout_s or wait_s):
                return self._asker.once(asked, act).data
        patience_s = timeout_s or self.settings.patience_s

        def prepared() -> Any:
            # in a session that was just opened anew answers are empty, and look like good ones
            if not self._login.prepared.wait(min(wait_s, patience_s)):
                raise ConnectionFailedError("the session is being opened anew")
            return act()

        with self.client.within(min(wait_s, patience_s), patience_s):
            return self._asker.persist(asked, prepared, patience_s).data

    def _check_open(self) -> None:
        if self._stopped.is_set() or self._state is State.CLOSED:
            raise ConnectionFailedError("the connection is not open")

    def _open_stream(self) -> Stream:
        stream = self._stream
        if stream is None:
            raise ConnectionFailedError("the connection is not open")
        return stream

    def _change(self, state: State) -> bool:
        """Go to a state; return whether that is one to go to from here."""
        with self._lock:
            if state not in TRANSITIONS[self._state]:
                return False
            before, self._state = self._state, state
        logger.debug("%s -> %s", before.value, state.value)
        return True

    def _change_from_upkeep(self, state: State, reason: str) -> None:
        was_ready = self.connected
        if not self._change(state):
            return
        if state is State.READY:
            logger.debug("the connection is restored")
            self.client.figures.count("reconnects")
            self._emit("ready")
            if self._stream is not None and not self._stream.ready:
                self._stream_changed(False, "the stream was lost")
        elif was_ready:
            # the store, which is told, says it where users look
            logger.debug("the connection is lost: %s", reason)
            self.client.figures.count("outages")
            self._emit("lost", reason)

    def _stream_changed(self, ready: bool, reason: str) -> None:
        upkeep = self._upkeep
        if upkeep is None or self._state is State.OPENING:
            return
        if not ready and self.connected:
            self._change_from_upkeep(State.LOST, self._mask.text(reason))
        upkeep.stream_changed()

    def _notice(self, text: str, code: str) -> None:
        self._emit("notice", text, {"source": "session", "code": code})

    def _emit(self, event: str, *arguments: Any) -> None:
        if event == "session" and self.connected:
            status = arguments[0]
            if status.get("competing") or status.get("authenticated") is False:
                self.look_now()
        self._callbacks.call(event, *arguments)


def logger_names() -> tuple[list[str], list[str]]:
    """Return the names of all loggers that exist and might tell a secret: ours, and others."""
    known = sorted(logging.root.manager.loggerDict)
    ours = [name for name in known if name.startswith(OURS)]
    return ours, [name for name in known if name.startswith(THEIRS)]
