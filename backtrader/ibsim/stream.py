"""The WebSocket: greeting, heartbeat, and the topics that a client subscribes to."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from .faults import Fault, FaultKind, Faults
from .records import Subscriber
from .sessions import USER_NAME, Sessions
from .spoiling import junk_for

__all__ = ["Connection", "Stream", "parse_frame", "session_of_cookie"]

_logger = logging.getLogger(__name__)
_COOKIE = re.compile(r'api=(?:\s*\{\s*"session"\s*:\s*"([^"]*)"|([^;\s]+))')
_FLUSH_S = 5.0  # a client that reads nothing for so long is cut off
_TIC_COPIES = 4


class Topic(Protocol):
    """What a client can subscribe to."""

    def subscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None: ...

    def unsubscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None: ...

    def drop(self, subscriber: Subscriber) -> None: ...


def session_of_cookie(header: str) -> str | None:
    """Return the session id of a ``Cookie`` header, bare or as JSON; None if there is none."""
    found = _COOKIE.search(header)
    return (found[1] or found[2]) if found else None


def parse_frame(text: str) -> tuple[str, str, dict[str, Any]]:
    """Return the parts of a client's frame: its first word, its target, its arguments.

    Raises
    ------
    ValueError
        When what should be JSON is none.
    """
    head, brace, rest = text.strip().partition("{")
    word, _, target = head.rstrip("+").partition("+")
    return word, target, json.loads(brace + rest) if brace else {}


class Connection(Subscriber):
    """One client's socket. Frames are queued, and written by a task of its own."""

    def __init__(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport, faults: Faults
    ) -> None:
        self.socket = socket
        self.greeted = False
        self._transport = transport
        self._faults = faults
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._unwritten = 0

    def send(self, frame: dict[str, Any]) -> None:
        """Queue `frame` for the client, unless a fault comes between."""
        text = json.dumps(frame, separators=(",", ":"))
        fault = self._faults.of_message(frame)
        if fault is None:
            self._put(text)
        else:
            self._send_badly(frame, text, fault)

    def _send_badly(self, frame: dict[str, Any], text: str, fault: Fault) -> None:
        if fault.kind is FaultKind.JUNK_MESSAGE:
            self._put(junk_for(frame))
            self._put(text)
            return
        if fault.kind is FaultKind.LOST_SOCKET:
            self.abort()
            return
        if fault.kind is FaultKind.REPEATED_MESSAGE:
            self._put(text)
        asyncio.get_running_loop().call_later(fault.delay_s, self._put, text)

    def _put(self, text: str) -> None:
        self._unwritten += 1
        self._queue.put_nowait(text)

    async def pump(self) -> None:
        """Write what is queued, for ever."""
        while True:
            text = await self._queue.get()
            try:
                await self.socket.send_str(text)
            except (ConnectionError, RuntimeError):
                pass  # gone: the reading side sees it and ends both
            finally:
                self._written()

    def _written(self) -> None:
        self._unwritten -= 1
        self._queue.task_done()

    async def flushed(self) -> None:
        """Wait until all that was queued went to the socket; one that takes nothing is cut off."""
        if self._unwritten == 0:
            return
        try:
            await asyncio.wait_for(self._queue.join(), _FLUSH_S)
        except asyncio.TimeoutError:
            self.abort()

    def discard(self) -> None:
        """Forget what is still queued; for a connection that has ended."""
        while not self._queue.empty():
            self._queue.get_nowait()
            self._written()

    def abort(self) -> None:
        """Cut the connection without a word."""
        self._transport.abort()

    async def close(self) -> None:
        """Close the connection as the protocol has it, once all is written that was queued."""
        await self.flushed()
        await self.socket.close(code=WSCloseCode.GOING_AWAY)


class Stream:
    """All connections, and what they are told.

    Parameters
    ----------
    topics
        By the first word of a subscription: ``"smd"``, ``"sor"``, ...
    accounts
        Returns the ``args`` of the ``act`` frame.
    greeting_s
        How long after the handshake the greeting comes, in seconds.
    heartbeat_s
        Distance of the heartbeats, in seconds of the real clock whatever the simulated one says.
    """

    def __init__(
        self,
        sessions: Sessions,
        topics: Mapping[str, Topic],
        faults: Faults,
        accounts: Callable[[], dict[str, Any]],
        greeting_s: float = 0.02,
        heartbeat_s: float = 10.0,
    ) -> None:
        self.greeting_s = greeting_s
        self.heartbeat_s = heartbeat_s
        self.connections: list[Connection] = []
        self._sessions = sessions
        self._topics = topics
        self._faults = faults
        self._accounts = accounts
        self.failures: list[Exception] = []
        self._closing: set[asyncio.Future[None]] = set()
        sessions.on_status = self._tell_status
        sessions.on_brokerage_end = self._drop_topics
        sessions.on_logout = self._end_all

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one client until it goes, or is cut off."""
        socket = web.WebSocketResponse(timeout=0.2, compress=False)
        await socket.prepare(request)
        transport = request.transport
        if transport is None:
            return socket
        connection = Connection(socket, transport, self._faults)
        tasks = [self._watched(connection.pump())]
        self.connections.append(connection)
        try:
            if await self._authenticated(connection, request.headers.get("Cookie", "")):
                tasks.append(self._watched(self._greet(connection)))
                await self._listen(connection)
        finally:
            for task in tasks:
                task.cancel()
            self._forget(connection)
        return socket

    def broadcast(self, frame: dict[str, Any]) -> None:
        """Send a frame to every client that was greeted."""
        for connection in self.connections:
            if connection.greeted:
                connection.send(frame)

    async def flushed(self) -> None:
        """Wait until everything that was sent went to the sockets."""
        for connection in list(self.connections):
            await connection.flushed()

    def cut(self) -> None:
        """Cut all connections without a word."""
        for connection in list(self.connections):
            connection.abort()
            self._forget(connection)

    async def close(self) -> None:
        """Close all connections as the protocol has it."""
        await asyncio.gather(*(connection.close() for connection in list(self.connections)))

    # -- one connection

    async def _authenticated(self, connection: Connection, cookie: str) -> bool:
        """Wait for a session id that is good, from the cookie or in a frame; False: it left."""
        named = session_of_cookie(cookie)
        while not self._is_session(named):
            connection.send({"message": "waiting for session"})
            message = await connection.socket.receive()
            if message.type is not WSMsgType.TEXT:
                return False
            named = _session_of_text(message.data)
        return True

    def _is_session(self, named: str | None) -> bool:
        login = self._sessions.login
        return login is not None and named == login.token

    async def _greet(self, connection: Connection) -> None:
        await asyncio.sleep(self.greeting_s)
        hello = {"topic": "system", "success": USER_NAME, "isFT": False, "isPaper": True}
        connection.send(hello)
        connection.send({"topic": "act", "args": self._accounts()})
        connection.send({"topic": "sts", "args": self._sessions.status_of_stream()})
        connection.greeted = True
        while True:
            connection.send({"topic": "system", "hb": int(time.time() * 1000)})
            await asyncio.sleep(self.heartbeat_s)

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            # what comes before the greeting is not looked at, nor what is left of a connection that
            # was cut: its subscription would never end
            known = connection.greeted and connection in self.connections
            if message.type is WSMsgType.TEXT and known:
                self._take(connection, message.data)

    def _take(self, connection: Connection, text: str) -> None:
        try:
            word, target, args = parse_frame(text)
        except ValueError:
            connection.send({"error": f"Invalid frame {text}", "code": 2})
            return
        topic = self._topics.get(f"s{word[1:]}")
        if word == "tic":
            self._tic(connection)
        elif topic is None or word[:1] not in ("s", "u"):
            if text.strip()[:1] != "{":  # a session id that comes again is none of our business
                connection.send({"error": f"Topic unknown {word}", "code": 1})
        elif self._sessions.brokerage is not None:
            connection.session = self._sessions.brokerage
            change = topic.subscribe if word[0] == "s" else topic.unsubscribe
            self._guarded(change, connection, target, args)

    def _watched(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(coroutine)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        failure = None if task.cancelled() else task.exception()
        if isinstance(failure, Exception):
            _logger.error("a task of the stream failed", exc_info=failure)
            self.failures.append(failure)

    def _guarded(
        self, change: Callable[..., None], connection: Connection, target: str, args: Any
    ) -> None:
        try:
            change(connection, target, args)
        except Exception as failure:
            _logger.exception("a topic failed")
            self.failures.append(failure)

    def _tic(self, connection: Connection) -> None:
        login = self._sessions.login
        token = login.token if login else ""
        now = int(time.time() * 1000)
        for _ in range(_TIC_COPIES):
            connection.send({"topic": "tic", "alive": True, "id": token, "lastAccessed": now})

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
            for topic in self._topics.values():
                topic.drop(connection)
            connection.discard()

    # -- what the sessions tell

    def _tell_status(self, changes: dict[str, Any]) -> None:
        # As IBKR does it: one change, one frame, unless all is new.
        parts = [changes] if "username" in changes else [{k: v} for k, v in changes.items()]
        for part in parts:
            self.broadcast({"topic": "sts", "args": part})

    def _drop_topics(self) -> None:
        for connection in self.connections:
            for topic in self._topics.values():
                topic.drop(connection)

    def _end_all(self) -> None:
        # The id in their cookies is worth nothing any more: they must come with the next one.
        for connection in self.connections:
            task = asyncio.ensure_future(connection.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


def _session_of_text(text: str) -> str | None:
    try:
        frame = json.loads(text)
    except ValueError:
        return None
    return frame.get("session") if isinstance(frame, dict) else None
