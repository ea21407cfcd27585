"""What goes wrong with OANDA, by the names and numbers that scripts know."""

from __future__ import annotations

from typing import Any, ClassVar

from ...errors import (
    AuthenticationError,
    ConnectionFailedError,
    PacingError,
    RequestRefusedError,
    StoreError,
)

__all__ = ["OandaError", "OandaNetworkError", "OandaRequestError", "OandaStreamError"]
__all__ += ["OandaTimeFrameError", "failure_of"]


class OandaError(StoreError):
    """Stand at the root of the errors of OANDA's service.

    Attributes
    ----------
    code
        Number of the kind of error; the HTTP status where there was an answer.
    error_response
        The error as a dict: code, message, description.
    """

    number: ClassVar[int] = 0
    title: ClassVar[str] = ""

    def __init__(self, content: str = "", status_code: int | None = None, text: str = "") -> None:
        super().__init__(content or self.title, status_code, text)

    @property
    def code(self) -> int:
        return self.number if self.status_code is None else self.status_code

    @property
    def error_response(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.title, "description": self.message}


class OandaRequestError(OandaError, RequestRefusedError):
    """Say that OANDA refused a request; `answer` is what it sent along."""

    number, title = 599, "Request Error"
    answer: dict[str, Any] | None = None


class OandaStreamError(OandaError):
    """Say that a stream failed."""

    number, title = 598, "Failed Streaming"


class OandaTimeFrameError(OandaError, ValueError):
    """Say that OANDA has no candles of a size."""

    number, title = 597, "Not supported TimeFrame"


class OandaNetworkError(OandaError, ConnectionFailedError):
    """Say that there was no answer: what was asked may have happened all the same."""

    number, title = 596, "Network Error"


def failure_of(what: str, status: int, answer: dict[str, Any]) -> StoreError:
    """Return the error that an answer other than success stands for.

    Parameters
    ----------
    what
        The request, without credentials and account.
    status
        HTTP status.
    answer
        The body, empty where it is none of OANDA's.
    """
    text = str(answer.get("errorMessage", ""))
    message = f"OANDA: {what}: {status} {text}".rstrip()
    if status in (401, 403):
        return AuthenticationError(message, status, text)
    if status == 429:
        return PacingError(message, status, text)
    if status >= 500:
        return OandaNetworkError(message, status, text)
    refused = OandaRequestError(message, status, text)
    refused.answer = answer
    return refused
