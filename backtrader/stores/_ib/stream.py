"""The stream: topics in, events out, and the knowledge whether it is alive."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ibind import events

from .client import Client
from .figures import whole
from .settings import Settings
from .wire import WebSocket, subscription_for

__all__ = ["Stream"]

logger = logging.getLogger(__name__)

# IBKR's heartbeat comes every ten seconds
SILENCE_S = 20.0
# a connection that does not become ready in this time is given up for a new one
SETTLING_S = 15.0


class Stream:
    """One WebSocket connection, renewed when it breaks.

    Parameters
    ----------
    settings, client, account_id, session_token, authenticated
        As `WebSocket` takes them.
    emit
        Called as ``emit(event, *arguments)`` on the stream's thread.
    changed
        Called as ``changed(ready, reason)`` on the stream's thread, when it becomes or ceases to be
        ready.
    """

    def __init__(
        self,
        settings: Settings,
        client: Client,
        account_id: str,
        session_token: Callable[[], str],
        authenticated: Callable[[], bool],
        emit: Callable[..., None],
        changed: Callable[[bool, str], None],
    ) -> None:
        self._emit = emit
        self._figures = client.figures
        self._changed = changed
        self._heard_at = time.monotonic()
        self._down_since = self._heard_at
        self._became_ready = threading.Event()
        self._handlers = self._make_handlers()
        self._socket = WebSocket(settings, client, account_id, session_token, authenticated, self)

    @property
    def ready(self) -> bool:
        """Whether the stream delivers."""
        return self._became_ready.is_set()

    def start(self) -> None:
        """Begin to connect."""
        self._down_since = self._heard_at = time.monotonic()
        self._socket.start()

    def wait(self, seconds: float) -> bool:
        """Return whether the stream becomes ready within so many seconds."""
        return self._became_ready.wait(seconds)

    def stop(self) -> bool:
        """End the connection and its threads; return whether they have ended."""
        transport = self._socket.transport
        self._socket.prepare_to_end()
        for _attempt in range(3):
            transport.disconnect()
            if self._socket.shutdown():
                return True
        return False

    def put(self, topic: Any) -> Any:
        """Subscribe to a topic; return ibind's handle."""
        return self._socket.put(subscription_for(topic))

    def drop(self, topic: Any) -> None:
        """Give a topic up."""
        self._socket.drop(subscription_for(topic))

    def renew(self, topic: Any, end: bool = True) -> None:
        """Begin a topic anew; with `end` it is ended before."""
        self._socket.renew(subscription_for(topic), end)

    def tic(self) -> None:
        """Keep the session alive from this side, and clear up."""
        self._socket.forget_unsubscribed()
        if self.ready:
            self._socket.send("tic")

    def hurry(self) -> None:
        """Connect now, if it is waiting to."""
        self._socket.transport.hurry()

    def break_off(self) -> None:
        """End the connection; the next one follows by itself."""
        self._socket.transport.sever()

    def watch(self, usable: bool) -> None:
        """End a connection that says nothing any more, or does not become ready although the
        brokerage session is `usable`.
        """
        self._socket.follow_the_clock()
        now = time.monotonic()
        if self.ready:
            if now - self._heard_at > SILENCE_S:
                logger.info("the stream has been silent for %.0f s", now - self._heard_at)
                self._go_down("no heartbeat")
                self.break_off()
        elif usable and now - self._down_since > SETTLING_S:
            self._down_since = now
            self.break_off()

    def emit(self, event: Any) -> None:
        """Take an event of ibind; called on the stream's thread."""
        self._heard_at = time.monotonic()
        self._figures.message(type(event).__name__)
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _make_handlers(self) -> dict[type, Callable[[Any], None]]:
        return {
            events.MarketData: self._on_market_data,
            events.Orders: lambda event: self._on_rows("order", event),
            events.Trades: lambda event: self._on_rows("execution", event),
            events.Pnl: self._on_pnl,
            events.AccountSummary: lambda event: self._on_account("summary", event),
            events.AccountLedger: lambda event: self._on_account("ledger", event),
            events.Notification: lambda event: self._on_notice("ntf", event.data),
            events.Bulletin: lambda event: self._on_notice("blt", event.data),
            events.AuthenticationStatus: lambda event: self._emit("session", event.data),
            events.IbkrError: self._on_error_frame,
            # the cookie's session is not one of the server's: the next connection has a new one
            events.WaitingForSession: lambda event: self.break_off(),
            events.WsReady: self._on_ready,
            events.WsOpen: lambda event: self._on_new_socket(),
            events.WsClose: lambda event: self._go_down("the stream was closed"),
            events.WsDegraded: lambda event: self._go_down("the stream was lost"),
            events.WsError: self._on_broken,
        }

    def _on_market_data(self, event: Any) -> None:
        frame = event.data
        fields = {key: str(value) for key, value in frame.items() if key.isdigit()}
        self._emit("tick", int(event.conid), whole(frame.get("_updated")) or 0, fields)

    def _on_rows(self, name: str, event: Any) -> None:
        rows = event.data.get("args")
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                self._emit(name, row)

    def _on_pnl(self, event: Any) -> None:
        by_account = event.data.get("args")
        if isinstance(by_account, dict):
            self._emit("pnl", by_account)

    def _on_account(self, name: str, event: Any) -> None:
        self._emit(name, event.account_id, event.data["rows"])

    def _on_notice(self, source: str, row: dict[str, Any]) -> None:
        text = row.get("text") or row.get("message") or row.get("title") or ""
        self._emit("notice", str(text), {**row, "source": source})

    def _on_error_frame(self, event: Any) -> None:
        code, text = event.data.get("code"), event.data.get("error")
        self._emit("error", code if isinstance(code, int) else None, str(text or event.data))

    def _on_ready(self, event: Any) -> None:
        self._socket.transport.settled()
        if not self._became_ready.is_set():
            self._became_ready.set()
            self._socket.work_now()
            self._changed(True, "")

    def _on_new_socket(self) -> None:
        # also when the server says on a living socket that the session is not authenticated
        self._go_down("the session is not authenticated")
        self._socket.repeat_all()

    def _on_broken(self, event: Any) -> None:
        # the socket is of no use after any error, whatever state ibind gives it
        self._go_down("the stream was lost")

    def _go_down(self, reason: str) -> None:
        self._down_since = time.monotonic()
        if self._became_ready.is_set():
            self._became_ready.clear()
            self._changed(False, reason)
