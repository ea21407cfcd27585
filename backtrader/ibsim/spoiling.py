"""Answers and messages that are of no use, made out of good ones."""

from __future__ import annotations

import itertools
import json
from typing import Any

from .faults import FaultKind

__all__ = ["HUGE", "junk_for", "spoiled"]

_HTML = "<html><head><title>Bad Gateway</title></head><body><h1>Try again later</h1></body></html>"
# what a gigantic answer has, in bytes
HUGE = 65_536 * 1500
_UNREADABLE: tuple[Any, ...] = (None, "n/a", [], {})


def spoiled(kind: FaultKind, body: Any) -> tuple[str, str]:
    """Return the text that comes instead of an answer, and its content type."""
    if kind is FaultKind.EMPTY:
        return "", "application/json"
    if kind is FaultKind.HTML:
        return _HTML, "text/html"
    if kind is FaultKind.MISSHAPEN:
        body = [42, None, "text", [body]] if isinstance(body, dict) else {"unexpected": [None]}
    elif kind is FaultKind.MANGLED:
        body = _mangled(body, itertools.cycle(_UNREADABLE))
    text = json.dumps(body)
    if kind is FaultKind.TRUNCATED:
        text = text[: len(text) // 2]
    return text, "application/json"


def junk_for(frame: dict[str, Any]) -> str:
    """Return a message of the same topic that cannot be read."""
    topic = frame.get("topic")
    return json.dumps({"topic": topic, "args": [None, 7, "text", {"orderId": "x"}], "conid": "?"})


def _mangled(body: Any, leaves: Any) -> Any:
    if isinstance(body, dict):
        return {name: _mangled(value, leaves) for name, value in body.items()}
    if isinstance(body, list):
        return [_mangled(value, leaves) for value in body]
    return next(leaves)
