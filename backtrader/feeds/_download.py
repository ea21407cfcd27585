"""Fetching text from a web service."""

from __future__ import annotations

import http.client
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from ..errors import ConnectionFailedError, DataError

_TIMEOUT_S = 30.0
# Some services turn away what does not look like a browser.
_USER_AGENT = "Mozilla/5.0 (compatible; backtrader)"


class Session:
    """Requests to a service that belong together: cookies are kept from one to the next.

    Parameters
    ----------
    proxies
        Addresses of proxies by scheme; empty for those that the environment names.
    retries
        How often a request that got no answer is made again.
    """

    def __init__(self, proxies: Mapping[str, str] | None = None, retries: int = 0) -> None:
        handlers: list[Any] = [
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            *([urllib.request.ProxyHandler(dict(proxies))] if proxies else []),
        ]
        self._opener = urllib.request.build_opener(*handlers)
        self._opener.addheaders = [("User-Agent", _USER_AGENT), ("Accept", "*/*")]
        self._attempts = 1 + max(0, retries)

    def get(self, address: str, accept_any: bool = False, **query: Any) -> str:
        """Return the text at `address`.

        Parameters
        ----------
        accept_any
            Return whatever comes with a status that says that there is something wrong.
        **query
            Terms of the query; those that are None are left out.

        Raises
        ------
        DataError
            The service refuses, or what it sends is not text.
        ConnectionFailedError
            There was no answer.
        """
        terms = {name: str(value) for name, value in query.items() if value is not None}
        whole = address + ("?" + urllib.parse.urlencode(terms) if terms else "")
        shown = _without_secrets(address, terms)
        for attempt in range(self._attempts):
            try:
                return self._get(whole)
            except urllib.error.HTTPError as error:
                text = error.read().decode(errors="replace")
                if accept_any:
                    return text
                if error.code < 500 or attempt + 1 == self._attempts:
                    raise DataError(
                        f"the service refuses ({error.code} {error.reason}): {text[:200]!r}",
                        path=shown,
                    ) from error
            except (OSError, http.client.HTTPException) as error:
                reason = error
        raise ConnectionFailedError(f"{shown}: no answer: {reason}") from reason

    def _get(self, address: str) -> str:
        with self._opener.open(address, timeout=_TIMEOUT_S) as response:
            raw: bytes = response.read()
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DataError("the service sends something that is not text", path=address) from error


def _without_secrets(address: str, terms: dict[str, str]) -> str:
    shown = {name: value for name, value in terms.items() if name not in ("api_key", "crumb")}
    return address + ("?" + urllib.parse.urlencode(shown) if shown else "")
