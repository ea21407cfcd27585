"""From an HTTP request to its answer: route, pacing, faults, sessions, handler."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from aiohttp import web

from .faults import SPOILED, Fault, FaultKind, Faults
from .oauth import OAuthError, TokenDesk
from .pacing import Pacing
from .records import Call, Reply, Route
from .sessions import Sessions
from .spoiling import HUGE, spoiled

__all__ = ["Desk", "Served", "Table"]

_logger = logging.getLogger(__name__)
PREFIX = "/v1/api/"
TOKEN_PATH = "oauth/live_session_token"
_NAME = re.compile(r"\{(\w+)\}")
_NOT_FOUND = "<html><head><title>404 Not Found</title></head><body>Resource not found</body></html>"
_NO_BRIDGE = Reply({"error": "Bad Request: no bridge", "statusCode": 400}, 400)
_REFUSALS = {
    FaultKind.UNAUTHORIZED: Reply({"error": "not authenticated", "statusCode": 401}, 401),
    FaultKind.TOO_MANY: Reply({"error": "Too Many Requests", "statusCode": 429}, 429),
    FaultKind.UNAVAILABLE: Reply({"error": "Service Unavailable", "statusCode": 503}, 503),
    FaultKind.UNAVAILABLE_AFTER: Reply({"error": "Service Unavailable", "statusCode": 503}, 503),
}
_BEFORE = (FaultKind.UNAUTHORIZED, FaultKind.TOO_MANY, FaultKind.UNAVAILABLE)
_EVERYWHERE = (FaultKind.DROP_SOCKETS, FaultKind.TAKE_OVER, FaultKind.NIGHTLY_RESET)
_LOG_LENGTH = 100_000


@dataclass(frozen=True, slots=True)
class Served:
    """A request that came, and what became of it; `fault` is what was made to go wrong."""

    method: str
    path: str
    params: dict[str, str]
    body: Any
    status: int
    fault: FaultKind | None = None


class Table:
    """Routes by method and path; where several fit, that with the fewest names in braces."""

    def __init__(self, routes: Iterable[Route]) -> None:
        ordered = sorted(routes, key=lambda route: len(_NAME.findall(route.pattern)))
        self._rows = [(_expression(route.pattern), route) for route in ordered]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a request and what its names stand for, or None."""
        for expression, route in self._rows:
            found = expression.fullmatch(path) if route.method == method else None
            if found is not None:
                return route, found.groupdict()
        return None


def _expression(pattern: str) -> re.Pattern[str]:
    parts = _NAME.split(pattern.strip("/"))  # text, name, text, name, ..., text
    pieces = [f"(?P<{p}>[^/]+)" if i % 2 else re.escape(p) for i, p in enumerate(parts)]
    return re.compile("".join(pieces))


class Desk:
    """Answers requests.

    Parameters
    ----------
    world
        Handed to the handlers.
    tokens
        Verifies signatures; None where the gateway stands for the user.
    addresses
        Returns the beginnings of the server's URL that a client may have signed, up to and without
        the path: what is in the header ``Host`` is not to be trusted (ibind sends IBKR's).
    mishap
        Called with a fault that strikes more than one request.
    latency_s
        How long the server thinks about each answer, in seconds.

    Attributes
    ----------
    clock_ahead_s
        By how much its clock is ahead of that of this machine, in seconds: answers show it
        (``Date``), and what is signed is judged by it.
    redirect
        A path, and the address that whoever asks for it is sent to; None for no such path.
    """

    def __init__(
        self,
        world: Any,
        sessions: Sessions,
        faults: Faults,
        pacing: Pacing | None,
        tokens: TokenDesk | None,
        addresses: Callable[[], list[str]],
        mishap: Callable[[Fault], None],
        latency_s: float = 0.0,
    ) -> None:
        self.log: deque[Served] = deque(maxlen=_LOG_LENGTH)
        self.failures: list[Exception] = []
        self.latency_s = latency_s
        self.clock_ahead_s = 0.0
        self.redirect: tuple[str, str] | None = None
        self._world = world
        self._sessions = sessions
        self._faults = faults
        self._pacing = pacing
        self._tokens = tokens
        self._addresses = addresses
        self._mishap = mishap
        self._table = Table((*world.routes, *sessions.routes))
        self._under_way: Counter[str] = Counter()

    def now(self) -> float:
        """Return the Unix time of the server's clock."""
        return time.time() + self.clock_ahead_s

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a path below ``/v1/api/``, or None."""
        return self._table.find(method, path)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        path = request.path.removeprefix(PREFIX).strip("/")
        if self.redirect is not None and path == self.redirect[0]:
            raise web.HTTPTemporaryRedirect(self.redirect[1])
        body = await _json_of(request)
        fault = self._faults.of_request(request.method, path)
        if fault is not None and fault.kind in _EVERYWHERE:
            self._mishap(fault)
        reply = await self._reply(request, path, body, fault)
        kind = FaultKind(fault.kind) if fault else None
        params = dict(request.query)
        self.log.append(Served(request.method, path, params, body, reply.status, kind))
        if kind is FaultKind.LATE_ANSWER and fault is not None:
            await asyncio.sleep(fault.delay_s)
        if kind is FaultKind.LOST_ANSWER and request.transport is not None:
            request.transport.abort()
        if kind is FaultKind.GIGANTIC:
            return await _gigantic(request)
        if kind in SPOILED:
            text, content_type = spoiled(FaultKind(kind), reply.body)
            response = web.Response(text=text, content_type=content_type)
        else:
            response = _response(reply)
        if self.clock_ahead_s:
            response.headers["Date"] = formatdate(self.now(), usegmt=True)
        return response

    async def _reply(
        self, request: web.Request, path: str, body: Any, fault: Fault | None
    ) -> Reply:
        if fault is not None and fault.kind in _BEFORE:
            return _REFUSALS[FaultKind(fault.kind)]
        if path == TOKEN_PATH and self._tokens is not None and request.method == "POST":
            return self._issue(request, self._tokens)
        found = self._table.find(request.method, path)
        if found is None:
            return Reply(_NOT_FOUND, 404)
        route, captured = found
        kind = f"{route.method} {route.pattern}"
        if self._pacing and not self._pacing.admit(route, self._under_way[kind], time.monotonic()):
            return _REFUSALS[FaultKind.TOO_MANY]
        self._under_way[kind] += 1
        try:
            call = Call(request.method, path, captured, dict(request.query), body)
            reply = self._refusal(request, route) or self._handled(route, call)
            if self.latency_s:
                await asyncio.sleep(self.latency_s)
        finally:
            self._under_way[kind] -= 1
        after = fault is not None and fault.kind is FaultKind.UNAVAILABLE_AFTER
        return _REFUSALS[FaultKind.UNAVAILABLE_AFTER] if after else reply

    def _refusal(self, request: web.Request, route: Route) -> Reply | None:
        """Return why the request is not served, or None."""
        if self._tokens is not None:
            try:
                header = request.headers.get("Authorization", "")
                self._tokens.verify(request.method, self._spellings(request), header)
            except OAuthError as failure:
                return Reply({"error": str(failure), "statusCode": 401}, 401)
        if not self._sessions.touch():
            if route.pattern == "iserver/auth/status":
                return Reply(self._sessions.status())
            return Reply({"error": "not authenticated", "statusCode": 401}, 401)
        if route.brokerage and self._sessions.brokerage is None:
            return _NO_BRIDGE
        return None

    def _handled(self, route: Route, call: Call) -> Reply:
        login = self._sessions.login
        if login is None:
            raise RuntimeError("a request came through without a session")
        try:
            return route.handler(self._world, login.brokerage or login.reading, call)
        except Exception as failure:
            # A mistake of the simulator, not of the client: told to both, and to the test.
            _logger.exception("%s %s failed", call.method, call.path)
            self.failures.append(failure)
            return Reply({"error": f"Internal Server Error: {failure!r}", "statusCode": 500}, 500)

    def _issue(self, request: web.Request, tokens: TokenDesk) -> Reply:
        header = request.headers.get("Authorization", "")
        try:
            body = tokens.issue(request.method, self._spellings(request), header)
        except OAuthError as failure:
            error = f"id: {len(self.log)}, error: {failure}"
            return Reply({"error": error, "statusCode": 401}, 401)
        self._sessions.log_in()
        self._sessions.touch()
        return Reply(body)

    def _spellings(self, request: web.Request) -> list[str]:
        # The client may have signed the path before or after it was percent-encoded.
        paths = dict.fromkeys((request.rel_url.raw_path, request.path))
        return [f"{address}{path}" for address in self._addresses() for path in paths]


async def _gigantic(request: web.Request) -> web.StreamResponse:
    """Answer with more than anybody should read."""
    headers = {"Content-Type": "application/json", "Content-Length": str(HUGE)}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    piece = b" " * 65_536
    for _ in range(HUGE // len(piece)):
        await response.write(piece)
    return response


async def _json_of(request: web.Request) -> Any:
    text = await request.text()
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _response(reply: Reply) -> web.Response:
    if reply.body is None:
        return web.Response(status=reply.status)
    if isinstance(reply.body, str):
        kind = "text/html" if reply.body.startswith("<html") else "text/plain"
        return web.Response(text=reply.body, status=reply.status, content_type=kind)
    text = json.dumps(reply.body, separators=(",", ":"))
    return web.Response(
        text=text, status=reply.status, content_type="application/json", charset="utf-8"
    )
