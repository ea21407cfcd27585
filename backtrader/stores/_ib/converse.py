"""One exchange with IBKR about an order: what is sent, the questions, and what came of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ...errors import AuthenticationError, PacingError, RequestRefusedError, StoreError
from .questions import Policy, Question

_log = logging.getLogger(__name__)

_MOST_QUESTIONS = 20
# IBKR's words for a reference that it knows already
_KNOWN_REFERENCE = "already registered"


class Result(Enum):
    """What came of an exchange.

    ACCEPTED: IBKR has it; the rows say under which numbers.
    REFUSED: IBKR certainly has not.
    UNKNOWN: it may have it or not: it has to be asked.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of an exchange, rows of the answer, and the text for a refusal or a doubt.

    `declined` says that a question was declined: what IBKR has of it all the same has to go.
    """

    result: Result
    rows: tuple[dict[str, Any], ...] = field(default=())
    text: str = ""
    declined: bool = False


def converse(connection: Any, path: str, body: dict[str, Any], policy: Policy) -> Outcome:
    """Send `body` to `path` once, and answer what IBKR asks.

    Nothing is sent a second time, whatever happens.
    """
    try:
        answer = connection.post(path, body)
    except StoreError as failure:
        return _failed(failure)
    for _ in range(_MOST_QUESTIONS):
        question = _question_in(answer)
        if question is None:
            return _judged(answer)
        decided = policy.decide(question)
        if not decided.confirmed:
            return _decline(connection, question, decided.reason)
        try:
            answer = _reply(connection, question, True)
        except StoreError as failure:
            # a reply that is not known any more may have been one to an order that went live
            return Outcome(Result.UNKNOWN, text=f"a reply failed: {failure}")
    return Outcome(Result.UNKNOWN, text="IBKR asks without end")


def _failed(failure: StoreError) -> Outcome:
    """Judge a failure: only what stands before the order system leaves no doubt."""
    text = failure.text or str(failure)
    if isinstance(failure, (PacingError, AuthenticationError)):
        return Outcome(Result.REFUSED, text=str(failure))
    status = failure.status_code
    if isinstance(failure, RequestRefusedError) and status is not None and 400 <= status < 500:
        return _refused(text)
    return Outcome(Result.UNKNOWN, text=str(failure))


def _refused(text: str) -> Outcome:
    result = Result.UNKNOWN if _KNOWN_REFERENCE in text else Result.REFUSED
    return Outcome(result, text=text)


def _question_in(answer: Any) -> Question | None:
    """Return the first question in the rows of an answer."""
    if not isinstance(answer, list):
        return None
    rows = [row for row in answer if isinstance(row, dict)]
    found = next((row for row in rows if "message" in row and row.get("id")), None)
    return None if found is None else Question.of(found)


def _judged(answer: Any) -> Outcome:
    if isinstance(answer, dict) and answer.get("error"):
        return _refused(str(answer["error"]))
    if isinstance(answer, dict) and answer.get("prompt"):
        return _refused(str(answer.get("text") or answer))
    rows = answer if isinstance(answer, list) else [answer]
    known = tuple(row for row in rows if isinstance(row, dict) and row.get("order_id"))
    if not known:
        return Outcome(Result.UNKNOWN, text="the answer has no order in it")
    return Outcome(Result.ACCEPTED, known)


def _reply(connection: Any, question: Question, confirmed: bool) -> Any:
    path = f"iserver/reply/{question.reply_id}"
    return connection.post(path, {"confirmed": confirmed})


def _decline(connection: Any, question: Question, reason: str) -> Outcome:
    text = f"IBKR asks: {question.text} Declined: {reason}"
    try:
        _reply(connection, question, False)
    except RequestRefusedError as failure:
        if failure.status_code is None or failure.status_code >= 500:
            return Outcome(Result.UNKNOWN, text=text, declined=True)
    except StoreError as failure:
        _log.warning("declining a question failed: %s", failure)
        return Outcome(Result.UNKNOWN, text=text, declined=True)
    return Outcome(Result.REFUSED, text=text, declined=True)
