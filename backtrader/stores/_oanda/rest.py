"""Requests to OANDA, and the lines of its streams."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ...errors import MissingDependencyError, PacingError
from .failures import OandaNetworkError, OandaStreamError, failure_of

__all__ = ["PRACTICE", "TRADE", "Client", "LineStream"]

# (requests, streams)
PRACTICE = ("https://api-fxpractice.oanda.com", "https://stream-fxpractice.oanda.com")
TRADE = ("https://api-fxtrade.oanda.com", "https://stream-fxtrade.oanda.com")

_CONNECT_S = 10.0
_ANSWER_S = 20.0
# a heartbeat comes every five seconds
_SILENCE_S = 20.0
# before a question is asked again that was not answered
_PAUSES_S = (0.5, 1.0, 2.0)


def _requests() -> Any:
    try:
        import requests
    except ImportError as error:
        raise MissingDependencyError("OANDA", "backtrader[oanda]") from error
    return requests


class Client:
    """Asks, tells and listens; may be used by several threads.

    Parameters
    ----------
    token
        What OANDA gives for the access by programs.
    url, stream_url
        Addresses for requests and for streams.
    account
        Replaces ``{account}`` in paths, so that it shows in no message.
    """

    def __init__(
        self,
        token: str,
        url: str,
        stream_url: str,
        account: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._http = _requests()
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept-Datetime-Format": "UNIX",
            **(headers or {}),
        }
        self._url = url.rstrip("/")
        self._stream_url = stream_url.rstrip("/")
        self.account = account
        self._own = threading.local()
        self._closed = threading.Event()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._url}>"

    def close(self) -> None:
        """Ask nothing again from now on."""
        self._closed.set()

    def _path(self, path: str) -> str:
        return f"/v3/{path.replace('{account}', quote(self.account, safe=''))}"

    def _session(self) -> Any:
        session = getattr(self._own, "session", None)
        if session is None:
            # it repeats nothing: what was sent and not answered may have been done
            session = self._own.session = self._http.Session()
            session.headers.update(self._headers)
        return session

    def call(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Send a request, once; return the answer.

        Parameters
        ----------
        method, path, params, body
            HTTP method, path below ``/v3``, query, content.

        Raises
        ------
        OandaNetworkError
            There was no answer, or the server failed: it may have been done.
        OandaRequestError, AuthenticationError, PacingError
            It was refused.
        """
        what = f"{method} {path}"
        try:
            answer = self._session().request(
                method,
                self._url + self._path(path),
                params=params,
                json=body,
                timeout=(_CONNECT_S, _ANSWER_S),
                allow_redirects=False,
            )
        except self._http.RequestException as error:
            raise _unanswered(what, error) from None
        content = _object(answer.text)
        if answer.status_code not in (200, 201):
            raise failure_of(what, answer.status_code, content or {})
        if content is None:
            raise OandaNetworkError(f"OANDA: {what}: the answer is not readable")
        return content

    def ask(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask for something, several times where there is no answer; raises as `call`."""
        for pause in _PAUSES_S:
            try:
                return self.call("GET", path, params)
            except (OandaNetworkError, PacingError):
                if self._closed.wait(pause):
                    raise
        return self.call("GET", path, params)

    def listen(self, path: str, params: Mapping[str, Any] | None = None) -> LineStream:
        """Open a stream; raises as `call`."""
        session = self._http.Session()
        session.headers.update(self._headers)
        try:
            answer = session.get(
                self._stream_url + self._path(path),
                params=params,
                stream=True,
                timeout=(_CONNECT_S, _SILENCE_S),
                allow_redirects=False,
            )
        except self._http.RequestException as error:
            session.close()
            raise _unanswered(f"GET {path}", error) from None
        if answer.status_code != 200:
            content = _object(answer.text) or {}
            session.close()
            raise failure_of(f"GET {path}", answer.status_code, content)
        return LineStream(answer, session, self._http.RequestException)


class LineStream:
    """The messages of a stream, one a line, as they come."""

    def __init__(self, answer: Any, session: Any, broken: type[Exception]) -> None:
        self._answer = answer
        self._session = session
        self._broken = broken

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield messages until the server ends the stream.

        Raises
        ------
        OandaStreamError
            The connection broke, or was silent for longer than a heartbeat takes.
        """
        rest = b""
        try:
            for chunk in self._answer.iter_content(chunk_size=None):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    message = _object(line.decode("utf-8", "replace"))
                    if message is not None:
                        yield message
        except (self._broken, OSError, AttributeError) as error:
            # AttributeError: urllib3 has nothing to read from any more once another thread closed
            raise OandaStreamError(f"OANDA: the stream broke ({type(error).__name__})") from None
        finally:
            self._session.close()

    def close(self) -> None:
        """End the stream; from any thread."""
        shutdown = getattr(self._answer.raw, "shutdown", None)
        try:
            if shutdown is not None:
                # wakes the thread that reads; older versions of urllib3 leave it to the heartbeat
                shutdown()
        except (OSError, RuntimeError, ValueError):
            pass


def _unanswered(what: str, error: Exception) -> OandaNetworkError:
    # the text of the error has the account in it
    return OandaNetworkError(f"OANDA: {what}: no answer ({type(error).__name__})")


def _object(text: str) -> dict[str, Any] | None:
    """The JSON object in a text; None where there is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
