"""The simulator: a server on a thread of its own, and what a test does with it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import copy
import logging
import os
import shutil
import socket
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web

from ..errors import ParameterError
from .dispatch import PREFIX, Desk, Served
from .faults import Fault, FaultKind, Faults
from .oauth import TokenDesk, make_credentials
from .pacing import Pacing
from .prices import Tape
from .records import BrokerageSession, Call
from .replay import Replay
from .sessions import Sessions
from .stream import Stream
from .tls import server_context, write_certificate
from .world import World

__all__ = ["Simulator"]

_logger = logging.getLogger(__name__)
_T = TypeVar("_T")
_ANSWER_S = 60.0  # longest that a test waits for the server's thread
_SLICE_S = 0.5
_REFRESH_S = 0.25  # how often the sessions look at the clock
_STOP_S = 5.0
_TURNS = 5  # of the loop, until the sockets below TLS are closed too
_SMD_INTERVAL_MS = 500  # IBKR's, in simulated time; a test that steps sees each trade


class Simulator:
    """IBKR's Web API on this machine: REST and WebSocket, for one user with one account.

    A context manager; `start` and `stop` do the same, and may come again and again: orders,
    positions, sessions and the port stay. Several may be there at once.

    Parameters
    ----------
    source
        A `World`, or the tapes to make one of (one, or several); None for a market without trades.
    port
        0 for any that is free.
    host
        Address to listen at.
    tls
        Whether to speak HTTPS and WSS with a self-signed certificate, or HTTP and WS.
    oauth
        Whether the user comes with OAuth 1.0a; else as through the gateway, logged in already.
    speed
        None: time stands still but for `step`; 0: as fast as possible; else simulated seconds in
        each real one. It begins with `start`, unless `playing` is False: then with `play`.
    playing
        Whether replay begins with `start`.
    max_pause_s
        Longest real pause between two ticks that are replayed at a speed; None for any.
    seed
        Of whatever the simulator decides by chance.
    pacing
        True for IBKR's limits, False for none, or limits of your own.
    idle_s
        After how many seconds without a request the user is logged out.
    establish_s
        How long a new brokerage session is authenticated before it is established, in seconds.
    token_life_s
        How long a live session token is good, in seconds.
    latency_s
        How long the server thinks about each answer, in seconds.
    greeting_s, heartbeat_s
        When the greeting of the WebSocket comes, and how often its heartbeat, in real seconds.
    **settings
        For the `World` that is made: ``cash=``, ``account_id=`` and others.
    """

    def __init__(
        self,
        source: Any = None,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        tls: bool = True,
        oauth: bool = False,
        speed: float | None = None,
        playing: bool = True,
        max_pause_s: float | None = None,
        seed: int = 0,
        pacing: bool | Pacing = True,
        idle_s: float = 360.0,
        establish_s: float = 0.0,
        token_life_s: float = 86_400.0,
        latency_s: float = 0.0,
        greeting_s: float = 0.02,
        heartbeat_s: float = 10.0,
        **settings: Any,
    ) -> None:
        self.host, self.tls, self.speed = host, tls, speed
        self.faults = Faults()
        self.world = _world(source, speed, seed, settings)
        self.account_id: str = self.world.account_id
        folder = Path(tempfile.mkdtemp(prefix="ibsim-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._port = port
        self._playing = playing and speed is not None
        self.certificate, self._key = write_certificate(folder, host)
        self._tokens = (
            TokenDesk(make_credentials(folder), token_life_s, clock=lambda: self.desk.now())
            if oauth
            else None
        )
        self.sessions = Sessions(
            self.account_id, oauth=oauth, seed=seed, idle_s=idle_s, establish_s=establish_s
        )
        self._assemble(pacing, latency_s, greeting_s, heartbeat_s, max_pause_s)

    def _assemble(
        self,
        pacing: bool | Pacing,
        latency_s: float,
        greeting_s: float,
        heartbeat_s: float,
        max_pause_s: float | None,
    ) -> None:
        self.stream = Stream(
            self.sessions, self.world.topics, self.faults, self._accounts, greeting_s, heartbeat_s
        )
        self.desk = Desk(
            self.world,
            self.sessions,
            self.faults,
            Pacing() if pacing is True else pacing or None,
            self._tokens,
            self._addresses,
            self._mishap,
            latency_s,
        )
        self._replay = Replay(self.world, self.stream.flushed, max_pause_s)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping: asyncio.Event | None = None
        self._player: asyncio.Task[None] | None = None

    # -- where it is

    @property
    def port(self) -> int:
        """The port it listens at; known once it was started."""
        if self._port == 0:
            raise RuntimeError("Simulator: has no port before start()")
        return self._port

    @property
    def rest_url(self) -> str:
        """Address of the REST service, with a slash at its end."""
        return f"http{'s' if self.tls else ''}://{self.host}:{self.port}{PREFIX}"

    @property
    def ws_url(self) -> str:
        """Address of the WebSocket."""
        return f"ws{'s' if self.tls else ''}://{self.host}:{self.port}{PREFIX}ws"

    @property
    def oauth_settings(self) -> dict[str, str]:
        """What a client needs, by the names of ibind's ``OAuth1aConfig``."""
        if self._tokens is None:
            raise RuntimeError("Simulator: has no credentials, for it was made without oauth=True")
        return self._tokens.credentials.settings()

    @property
    def running(self) -> bool:
        """Whether it can be reached."""
        return self._loop is not None

    # -- its life

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> Simulator:
        """Listen, and return itself; at the same port as before, if it was stopped.

        Raises
        ------
        OSError
            When the port is not free.
        """
        if self.running:
            return self
        listener = _listen(self.host, self._port)
        self._port = listener.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._main(listener, ready)), name="ibsim", daemon=True
        )
        self._thread.start()
        if not ready.wait(_ANSWER_S) or not self.running:
            raise RuntimeError("Simulator: its thread did not start")
        return self

    def stop(self) -> None:
        """Cut all connections and end the thread; what happened so far is kept."""
        thread, loop, stopping = self._thread, self._loop, self._stopping
        if thread is None or loop is None or stopping is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop has just ended
            loop.call_soon_threadsafe(stopping.set)
        thread.join(_STOP_S)
        if thread.is_alive():
            raise RuntimeError("Simulator: its thread does not end")
        self._thread = None

    async def _main(self, listener: socket.socket, ready: threading.Event) -> None:
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.1)
        try:
            await runner.setup()
            context = server_context(self.certificate, self._key) if self.tls else None
            await web.SockSite(runner, listener, ssl_context=context).start()
            self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
            chores = asyncio.create_task(self._watch_sessions())
            if self._playing:
                self._play(self.speed or 0.0)
            ready.set()
            await self._stopping.wait()
            chores.cancel()
            self._pause()
        finally:
            self._loop = None
            await _close(runner)
            listener.close()
            ready.set()

    def _application(self) -> web.Application:
        application = web.Application()
        application.router.add_get(f"{PREFIX}ws", self._serve_stream)
        application.router.add_route("*", "/{path:.*}", self.desk.serve)
        return application

    async def _serve_stream(self, request: web.Request) -> web.StreamResponse:
        if self._tokens and not self._tokens.knows(request.query.get("oauth_token", "")):
            return web.json_response({"error": "not authenticated", "statusCode": 401}, status=401)
        return await self.stream.serve(request)

    async def _watch_sessions(self) -> None:
        while True:
            await asyncio.sleep(_REFRESH_S)
            self.sessions.refresh()

    # -- time

    def step(self, n: int = 1) -> int:
        """Let the next `n` ticks happen; return how many there were.

        Any thread but the server's may call it. When it returns, what the ticks brought about was
        handed to the sockets.
        """
        return self._run(self._replay.step(n))

    def play(self, speed: float | None = None) -> None:
        """Replay from now on, at `speed` or at that given at first."""
        chosen = speed if speed is not None else self.speed or 0.0
        self.call(lambda world: self._play(chosen))

    def pause(self) -> None:
        """Let time stand still, but for `step`."""
        self.call(lambda world: self._pause())

    @property
    def finished(self) -> bool:
        """Whether the tapes are at their end."""
        return self.call(lambda world: world.market.peek_ms() is None)

    def _play(self, speed: float) -> None:
        self._pause()
        self._player = asyncio.get_running_loop().create_task(self._replay.play(speed))
        self._player.add_done_callback(self._played)

    def _played(self, task: asyncio.Task[None]) -> None:
        failure = None if task.cancelled() else task.exception()
        if isinstance(failure, Exception):
            _logger.error("the replay failed", exc_info=failure)
            self.desk.failures.append(failure)

    def _pause(self) -> None:
        if self._player is not None:
            self._player.cancel()
            self._player = None

    # -- what a test looks at

    def call(self, function: Callable[[Any], _T]) -> _T:
        """Return ``function(world)``, run on the server's thread; here, when it is stopped."""
        if not self.running:
            return function(self.world)
        return self._run(self._called(function))

    def requests(self) -> list[Served]:
        """Return the requests that were served so far."""
        return self.call(lambda world: list(self.desk.log))

    def failures(self) -> list[Exception]:
        """Return the exceptions of the simulator itself: there should be none."""
        return self.call(lambda world: [*self.desk.failures, *self.stream.failures])

    def orders(self) -> list[Any]:
        """Return copies of all orders, in the order in which they came."""
        return self.call(lambda world: copy.deepcopy(list(world.exchange.orders.values())))

    def executions(self) -> list[Any]:
        """Return copies of all executions, in the order in which they happened."""
        return self.call(lambda world: copy.deepcopy(list(world.exchange.executions)))

    def positions(self) -> dict[int, float]:
        """Return the sizes that are held, by contract id; without those that are 0."""
        return self.call(
            lambda world: {
                conid: float(position.size)
                for conid, position in world.account.positions.items()
                if position.size
            }
        )

    def cash(self) -> float:
        """Return the cash of the account, in its base currency."""
        return self.call(lambda world: float(world.account.cash))

    # -- what goes wrong

    def send(self, frame: dict[str, Any]) -> None:
        """Send a frame of your own to every client of the stream."""
        self.call(lambda world: self.stream.broadcast(frame))

    def notify(self, *notices: dict[str, Any]) -> None:
        """Send an ``ntf`` frame; a notice has ``id``, ``text``, ``title`` and ``url``."""
        self.send({"topic": "ntf", "args": list(notices)})

    def bulletin(self, message: str, bulletin_id: int = 1) -> None:
        """Send a ``blt`` frame."""
        self.send(
            {"topic": "blt", "args": [{"id": bulletin_id, "exchanges": None, "message": message}]}
        )

    def drop_sockets(self, clean: bool = False) -> None:
        """Close all streams as the protocol has it, or cut them."""
        if self.running:
            self._run(self.stream.close() if clean else self._called(lambda _: self.stream.cut()))

    def lose_session(self) -> None:
        """End the user's session: 401 until `log_in`, or with OAuth until a new token is asked."""
        self.call(lambda world: self._lose_session())

    def log_in(self) -> None:
        """Log the user in through the gateway, as a human would."""
        self.call(lambda world: self.sessions.log_in())

    def take_over(self) -> None:
        """Let another program of the user take the brokerage session."""
        self.call(lambda world: self.sessions.take_over())

    def nightly_reset(self, seconds: float = 0.0) -> None:
        """End the brokerage session; for so many real seconds no new one can be opened."""
        self.call(lambda world: self.sessions.reset(seconds))

    def expire_streams(self) -> None:
        """End all market data streams silently, as IBKR does after 15 minutes."""
        self.call(lambda world: world.expire_streams())

    # -- the server's thread

    def _run(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            coroutine.close()
            raise RuntimeError("Simulator: is not running")
        if thread is threading.current_thread():
            coroutine.close()
            raise RuntimeError("Simulator: asked from its own thread, which would wait for itself")
        future = asyncio.run_coroutine_threadsafe(coroutine, loop)
        end = time.monotonic() + _ANSWER_S
        while True:
            # In slices: a server that is stopped meanwhile answers nothing any more.
            try:
                return future.result(_SLICE_S)
            except concurrent.futures.CancelledError as failure:
                raise RuntimeError("Simulator: was stopped meanwhile") from failure
            except concurrent.futures.TimeoutError:
                if future.done() or not thread.is_alive() or time.monotonic() > end:
                    raise

    async def _called(self, function: Callable[[Any], _T]) -> _T:
        result = function(self.world)
        await self.stream.flushed()
        return result

    def _addresses(self) -> list[str]:
        scheme = "https" if self.tls else "http"
        hosts = dict.fromkeys((self.host, "127.0.0.1", "localhost"))
        return [f"{scheme}://{host}:{self.port}" for host in hosts]

    def _accounts(self) -> dict[str, Any]:
        found = self.desk.find("GET", "iserver/accounts")
        if found is None:
            return {}
        # A session of its own: what the greeting tells is no pre-flight call of the client.
        session = BrokerageSession("", self.account_id)
        call = Call("GET", "iserver/accounts", found[1], {}, None)
        body: dict[str, Any] = found[0].handler(self.world, session, call).body
        return body

    def _lose_session(self) -> None:
        if self._tokens is not None:
            self._tokens.forget()
        self.sessions.log_out()

    def _mishap(self, fault: Fault) -> None:
        if fault.kind is FaultKind.DROP_SOCKETS:
            self.stream.cut()
        elif fault.kind is FaultKind.TAKE_OVER:
            self.sessions.take_over()
        else:
            self.sessions.reset(fault.delay_s)


def _world(source: Any, speed: float | None, seed: int, settings: dict[str, Any]) -> Any:
    """Return `source` if it is a world, else one of its tapes."""
    if source is None or isinstance(source, (Tape, Iterable)):
        if speed is not None:
            settings = {"smd_interval_ms": _SMD_INTERVAL_MS, **settings}
        tapes = source if source is None or isinstance(source, Tape) else list(source)
        return World(tapes, seed=seed, **settings)
    if settings:
        raise ParameterError(
            f"Simulator: a world that is there takes no settings: {sorted(settings)}"
        )
    return source


async def _close(runner: web.AppRunner) -> None:
    # Cut, not closed: TLS would say goodbye, and wait for a client that does not answer.
    for connection in runner.server.connections if runner.server else ():
        if connection.transport is not None:
            connection.transport.abort()
    await runner.cleanup()
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Connections of its former life that are not quite over do not bar it from its port. On
        # Windows they never do, and the option would let it in beside another server.
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
