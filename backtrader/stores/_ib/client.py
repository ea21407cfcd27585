"""ibind's REST client as the store uses it: paced, never repeating, verified, interruptible."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import requests
from ibind import ExternalBrokerError, IbkrClient, Result
from ibind.oauth.oauth1a import (
    OAuth1aConfig,
    calculate_live_session_token,
    generate_oauth_headers,
    prepare_oauth,
    validate_live_session_token,
)
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

from ...errors import AuthenticationError, SettingsError
from .masking import Mask
from .measures import Figures
from .pacing import Pacer
from .settings import OAuth, Settings

__all__ = ["LEAST_TLS", "Answered", "Client"]

logger = logging.getLogger(__name__)

# a host that drops packets must not outlast a stop; one lost packet is sent again within a second
LONGEST_CONNECT_S = 1.5
# no answer of IBKR's comes near it; what does would take the memory of this process
LARGEST_ANSWER = 32 << 20
LEAST_TLS = ssl.TLSVersion.TLSv1_2
# so far two clocks seem to differ that do not: the date of an answer is of its second, and it takes
# its time to come
CLOCK_S = 10.0
# besides what is only read: may be sent once more as it was not taken
_HARMLESS = frozenset({"tickle", "iserver/auth/status"})
_ACCOUNTS = "iserver/accounts"
# IBKR's words in a session that was opened anew; nothing was done of what is refused with them
_UNPREPARED = "query /accounts first"


class Answered(ExternalBrokerError):
    """ibind's error for an answer that is not 2xx, with the body beside the status."""

    def __init__(self, message: str, status_code: int, body: str) -> None:
        super().__init__(message, status_code=status_code)
        self.body = body


class _Sockets:
    """Knows the connections that are open, to end them all from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connections: weakref.WeakSet[HTTPConnection] = weakref.WeakSet()

    def add(self, connection: HTTPConnection) -> HTTPConnection:
        with self._lock:
            self._connections.add(connection)
        return connection

    def shut_down(self) -> None:
        """Make every read and write on them fail now."""
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            shut_down(getattr(connection, "sock", None))


def shut_down(sock: Any) -> None:
    """Wake whoever waits on a socket, on the level of the system: TLS takes no part in it."""
    if isinstance(sock, socket.socket):
        try:
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        except OSError:
            logger.debug("a socket was closed already")


class _Pools(PoolManager):
    """Makes pools whose connections are known to `sockets`."""

    def __init__(self, sockets: _Sockets, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._sockets = sockets

    def _new_pool(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        pool = super()._new_pool(*args, **kwargs)
        make: Callable[..., HTTPConnection] = pool.ConnectionCls  # type: ignore[assignment]
        sockets = self._sockets

        def made(*args: Any, **kwargs: Any) -> HTTPConnection:
            return sockets.add(make(*args, **kwargs))

        pool.ConnectionCls = made  # type: ignore[assignment]
        return pool


class _Adapter(HTTPAdapter):
    """Sends requests through `_Pools`; never repeats one."""

    def __init__(self, sockets: _Sockets) -> None:
        self._sockets = sockets
        super().__init__(pool_maxsize=16, max_retries=0)

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request, and take no answer that is larger than any should be."""
        response = super().send(*args, **kwargs)
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > LARGEST_ANSWER:
            response.close()
            raise requests.ConnectionError(f"an answer of {length} bytes was not taken")
        return response

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **kwargs: Any
    ) -> None:
        self.poolmanager = _Pools(
            self._sockets,
            num_pools=connections,
            maxsize=maxsize,
            block=block,
            ssl_minimum_version=LEAST_TLS,
            **kwargs,
        )


class _Session(requests.Session):
    """Follows no redirection: it would send an order once more, and may lead to anybody."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: there is nowhere to go on to."""
        return None


class Client(IbkrClient):
    """ibind's client; constructing it does not connect.

    Parameters
    ----------
    settings
        Where, and with which credentials.
    pacer
        Asked before each request.
    mask
        Told of secrets that come up, as live session tokens.

    Attributes
    ----------
    clock_ahead_s
        What is added to the time of this computer where one is signed with, in seconds: by how much
        IBKR's is ahead, once IBKR has refused a request and the two were seen to differ.
    """

    def __init__(self, settings: Settings, pacer: Pacer, mask: Mask) -> None:
        self._pacer = pacer
        self._mask = mask
        self._sockets = _Sockets()
        self._patience = threading.local()
        self._default_timeout_s = settings.request_timeout_s
        self._corrects_clock = settings.correct_clock
        super().__init__(
            account_id=None,
            url=settings.rest_url,
            cacert=settings.cacert,
            timeout=settings.request_timeout_s,
            max_retries=0,
            use_session=True,
            auto_recreate_session=False,
            auto_register_shutdown=False,
            log_responses=False,
            use_oauth=settings.oauth is not None,
            oauth_config=_oauth_config(settings.rest_url, settings.oauth),
        )
        self.figures = Figures()
        # ibind insists on the usual certificates with OAuth
        self.cacert = settings.cacert
        self.live_session_token: str | None = None
        self.live_session_token_expires_ms: int | None = None
        self.clock_ahead_s = 0.0

    @property
    def _timeout(self) -> tuple[float, float]:
        """Seconds to connect and to wait for an answer, for the thread that asks."""
        seconds = getattr(self._patience, "seconds", self._default_timeout_s)
        return min(seconds, LONGEST_CONNECT_S), seconds

    @_timeout.setter
    def _timeout(self, value: float) -> None:
        """Take no notice of what ibind's constructor sets: `within` decides."""

    @contextmanager
    def within(self, seconds: float, turn_s: float | None = None) -> Iterator[None]:
        """Have requests of this thread answered in so many seconds, or fail.

        They wait at most `turn_s` seconds (default: as many) until they may be sent.
        """
        mine = self._patience
        before = dict(mine.__dict__)
        mine.seconds, mine.turn_s = seconds, seconds if turn_s is None else turn_s
        try:
            yield
        finally:
            mine.__dict__.clear()
            mine.__dict__.update(before)

    def make_session(self) -> None:
        """Create the pool of connections."""
        self._session = _Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._sockets))

    def abort(self) -> None:
        """Have every request that is under way fail now; safe from any thread."""
        self._sockets.shut_down()

    def probe(self) -> None:
        """Ask for anything, without credentials: what comes tells of address, TLS and clock."""
        response = self._session.get(
            self.base_url, timeout=self._timeout, verify=self.cacert, allow_redirects=False
        )
        self.figures.note_date(response.headers.get("Date"))

    def log_out(self, seconds: float) -> None:
        """End the session at the server, if that can be done in so many seconds; not paced."""
        with self.within(seconds):
            super()._request("POST", "logout", log=False)

    def close(self) -> None:
        """Close the connections; log nobody out."""
        self.abort()
        self.close_session()

    def log_in(self) -> None:
        """Get a live session token and check it (OAuth only).

        Raises
        ------
        AuthenticationError
            The service proves to have other credentials than ours.
        SettingsError
            The credentials cannot be used: a key or the secret is malformed.
        """
        unusable = False
        try:
            self._corrected(self.generate_live_session_token)
        except (ValueError, IndexError, TypeError):  # what the parsers of keys and base64 raise
            unusable = True
        if unusable:
            raise SettingsError(
                "OAuth: a key, the access token secret or the prime is malformed, or they do not"
                " belong together"
            )
        self._mask.add(self.live_session_token or "")
        if not validate_live_session_token(
            live_session_token=self.live_session_token,
            live_session_token_signature=self.live_session_token_signature,
            consumer_key=self.oauth_config.consumer_key,
        ):
            raise AuthenticationError("OAuth: the live session token does not stand the check")

    def _corrected(self, ask: Callable[[], Any]) -> Any:
        """Return what `ask` returns; ask anew where its refusal showed that the clock is wrong."""
        ahead_s = self.clock_ahead_s
        try:
            return ask()
        except ExternalBrokerError:
            if self.clock_ahead_s == ahead_s:
                raise
        return ask()

    def generate_live_session_token(self) -> None:
        """Do as ibind does, by IBKR's clock where that of this computer was refused."""
        if not self.clock_ahead_s:
            super().generate_live_session_token()
            return
        config = self.oauth_config
        path = config.live_session_token_endpoint
        prepend, challenge, dh_random = prepare_oauth(config)
        headers = generate_oauth_headers(
            oauth_config=config,
            request_method="POST",
            request_url=f"{self.base_url}{path}",
            extra_headers=challenge | self._right_time(),
            signature_method="RSA-SHA256",
            prepend=prepend,
        )
        answer = self.post(path, extra_headers=headers).data
        self.live_session_token = calculate_live_session_token(
            dh_prime=config.dh_prime,
            dh_random_value=dh_random,
            dh_response=answer["diffie_hellman_response"],
            prepend=prepend,
        )
        self.live_session_token_expires_ms = answer["live_session_token_expiration"]
        self.live_session_token_signature = answer["live_session_token_signature"]

    def _get_headers(self, request_method: str, request_url: str) -> dict[str, str]:
        headers: dict[str, str] = super()._get_headers(request_method, request_url)
        if headers and self.clock_ahead_s:
            headers = generate_oauth_headers(
                oauth_config=self.oauth_config,
                request_method=request_method,
                request_url=request_url,
                live_session_token=self.live_session_token,
                extra_headers=self._right_time(),
            )
        return headers

    def _right_time(self) -> dict[str, str]:
        return {"oauth_timestamp": str(int(time.time() + self.clock_ahead_s))}

    def _compare_clocks(self) -> None:
        """After a refusal: see whether it was for the time that was signed with."""
        ahead = self.figures.ahead
        if not self._use_oauth or not self._corrects_clock or ahead is None:
            return
        ahead_s = ahead.total_seconds()
        if abs(ahead_s - self.clock_ahead_s) > CLOCK_S:
            self.clock_ahead_s = ahead_s if abs(ahead_s) > CLOCK_S else 0.0

    def _request(
        self,
        method: str,
        endpoint: str,
        base_url: str | None = None,
        extra_headers: dict[str, str] | None = None,
        log: bool = True,
        **kwargs: Any,
    ) -> Result:
        # ibind would log addresses and bodies with account ids in them
        ask = partial(super()._request, method, endpoint, base_url, extra_headers, False, **kwargs)
        try:
            return self._turn(method, endpoint, ask)
        except Answered as refused:
            if endpoint == _ACCOUNTS or _UNPREPARED not in refused.body:
                raise
        self.get(_ACCOUNTS)
        return self._turn(method, endpoint, ask)

    def _turn(self, method: str, endpoint: str, ask: Callable[[], Result]) -> Result:
        """Ask when it is its turn."""
        turn_s = getattr(self._patience, "turn_s", self._default_timeout_s)
        with (
            self._pacer.turn(method, endpoint, turn_s),
            self.figures.request() as request_id,
            self._logged(request_id, method, endpoint),
        ):
            harmless = method == "GET" or endpoint in _HARMLESS
            result: Result = self._corrected(ask) if harmless else ask()
        self._pacer.forgive()
        return result

    @contextmanager
    def _logged(self, request_id: str, method: str, endpoint: str) -> Iterator[None]:
        """Log a request, and how it ended, under its id; the facts are attributes of the records
        too, for handlers that write them in columns.
        """
        if not logger.isEnabledFor(logging.DEBUG):
            yield
            return
        path = self._mask.text(endpoint)
        facts: dict[str, Any] = {"request_id": request_id, "method": method, "path": path}
        logger.debug("%s %s %s", request_id, method, path, extra=facts)
        began = time.monotonic()
        ended = "answered"
        try:
            yield
        except Exception as failure:
            facts["status"] = status = getattr(failure, "status_code", None)
            ended = f"failed ({status or type(failure).__name__})"
            raise
        finally:
            facts["seconds"] = seconds = round(time.monotonic() - began, 6)
            logger.debug("%s %s after %.3f s", request_id, ended, seconds, extra=facts)

    def _process_response(self, response: requests.Response, result: Result) -> Result:
        self.figures.note_date(response.headers.get("Date"))
        if response.status_code == 401:
            self._compare_clocks()
        if response.status_code == 429:
            self.figures.count("too_many_requests")
            self._pacer.penalise(
                str(response.request.path_url).partition("/v1/api/")[2].partition("?")[0]
            )
        if response.is_redirect or response.is_permanent_redirect:
            message = "the answer is a redirection, which is not followed"
            raise Answered(message, response.status_code, message)
        if not response.ok:
            code, body = response.status_code, response.text
            message = f"response error :: {code} :: {response.reason} :: {body}"
            raise Answered(message, code, body)
        if not response.content:
            result.data = None
            return result
        return super()._process_response(response, result)


def _oauth_config(rest_url: str, oauth: OAuth | None) -> OAuth1aConfig | None:
    if oauth is None:
        return None
    return OAuth1aConfig(
        init_oauth=False,
        oauth_rest_url=rest_url,
        live_session_token_endpoint=oauth.live_session_token_endpoint,
        access_token=oauth.access_token,
        access_token_secret=oauth.access_token_secret,
        consumer_key=oauth.consumer_key,
        dh_prime=oauth.dh_prime,
        encryption_key_fp=oauth.encryption_key_fp,
        encryption_key=oauth.encryption_key,
        signature_key_fp=oauth.signature_key_fp,
        signature_key=oauth.signature_key,
        dh_generator=oauth.dh_generator,
        realm=oauth.realm,
    )
