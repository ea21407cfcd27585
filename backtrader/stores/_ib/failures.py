"""What went wrong, in the words of the store: the only place that reads exceptions of ibind.

Neither ibind nor requests is imported: what is read is the shape of their exceptions. ibind raises
``ExternalBrokerError`` with ``status_code`` (None where there was no answer), the builtin
``TimeoutError``, ``ValueError`` and ``RuntimeError``; those of requests derive from ``OSError``.
"""

from __future__ import annotations

import json
import re

from ...errors import (
    AuthenticationError,
    ConnectionFailedError,
    PacingError,
    RequestRefusedError,
    SettingsError,
    StoreError,
)
from .masking import Mask

__all__ = ["is_unreachable", "reason_of", "translate"]

# how ibind puts the answer into its message: "... :: 400 :: Bad Request :: {"error": ...}"
_ANSWER = re.compile(r" :: (\d{3}) :: [^:]*? :: (.*)\Z", re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")
_LONGEST_TEXT = 300
_CERTIFICATE_ADVICE = (
    "its certificate is not trusted; give the path of the certificate as cacert, or cacert=False"
    " for a gateway on this machine"
)


def translate(failure: BaseException, asked: str, mask: Mask | None = None) -> StoreError:
    """Return the exception of the store that says what `failure` says.

    Parameters
    ----------
    failure
        What ibind, requests or Python raised.
    asked
        What was asked, for the message: ``"GET iserver/accounts"``.
    mask
        What to hide in texts; account ids are hidden in any case.

    Returns
    -------
    StoreError
        `failure` itself where it is one already.
    """
    if isinstance(failure, StoreError):
        return failure
    hide = (mask or Mask()).text
    asked = hide(asked)
    status, text = _answer_of(failure)
    if status is not None:
        return _refusal(asked, status, hide(text))
    if "no bridge" in str(failure):
        return AuthenticationError(f"{asked}: no brokerage session (no bridge)", 400, "no bridge")
    chain = _chain(failure)
    if any(isinstance(one, OSError) for one in chain):
        return _unanswered(asked, chain)
    return RequestRefusedError(f"{asked}: {hide(str(failure)) or type(failure).__name__}")


def is_unreachable(failure: BaseException) -> bool:
    """Return whether the request cannot have reached anybody."""
    chain = _chain(failure)
    names = {type(one).__name__ for one in chain}
    if names & {"ConnectionRefusedError", "NameResolutionError", "ConnectTimeout"}:
        return True
    return any("WRONG_VERSION_NUMBER" in str(one) for one in chain)


def reason_of(text: str) -> str:
    """Return what the body of a refusal says, without its wrapping in JSON or HTML."""
    try:
        body = json.loads(text)
    except ValueError:
        return " ".join(_TAGS.sub(" ", text).split())[:_LONGEST_TEXT]
    if isinstance(body, dict):
        inner = next((body[key] for key in ("error", "reason", "message") if body.get(key)), None)
        if isinstance(inner, str):
            return reason_of(inner)
    return str(body)[:_LONGEST_TEXT] if body else ""


def _answer_of(failure: BaseException) -> tuple[int | None, str]:
    """Return status and text of the answer that `failure`, or what caused it, tells of."""
    for one in _chain(failure):
        status = getattr(one, "status_code", None)
        if isinstance(status, int):
            body = getattr(one, "body", None)
            if body is None:
                found = _ANSWER.search(str(one))
                body = found.group(2) if found else str(one)
            return status, reason_of(body)
    return None, ""


def _chain(failure: BaseException) -> list[BaseException]:
    """Return the exception and those that caused it."""
    chain: list[BaseException] = []
    current: BaseException | None = failure
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain


def _refusal(asked: str, status: int, text: str) -> StoreError:
    message = f"{asked}: {status} {text}".rstrip()
    if status in (401, 403, 410) or (status == 400 and "no bridge" in text):
        return AuthenticationError(message, status, text)
    if status == 429:
        return PacingError(message, status, text)
    return RequestRefusedError(message, status, text)


def _unanswered(asked: str, chain: list[BaseException]) -> StoreError:
    """Return the error for a request that got no answer that can be read."""
    names = {type(one).__name__ for one in chain}
    told = " ".join(str(one) for one in chain)
    if "CERTIFICATE_VERIFY_FAILED" in told or "SSLCertVerificationError" in names:
        return SettingsError(f"{asked}: {_CERTIFICATE_ADVICE}")
    if names & {"SSLError", "SSLEOFError"}:
        return ConnectionFailedError(f"{asked}: no TLS connection (is it an http:// address?)")
    if "Timeout" in " ".join(names):
        return ConnectionFailedError(f"{asked}: no answer in time")
    if names & {"NameResolutionError", "gaierror"} or "Failed to resolve" in told:
        return ConnectionFailedError(f"{asked}: the name of the host is not known")
    if "ConnectionRefusedError" in names or "refused" in told:
        return ConnectionFailedError(f"{asked}: nobody answers there (connection refused)")
    if isinstance(chain[0], FileNotFoundError | PermissionError):
        return SettingsError(f"{asked}: {chain[0].strerror}: {chain[0].filename}")
    return ConnectionFailedError(f"{asked}: the connection was lost before the answer came")
