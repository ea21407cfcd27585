"""Who is building what: the stack through which a new component finds its owner.

A component is on the stack while its ``__init__`` runs, and the engine puts a strategy there around
the
callbacks in which users may create indicators. The stack lives in a context variable, so that runs
in several
threads do not see each other's components.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_stack: ContextVar[tuple[Any, ...]] = ContextVar("backtrader_owner_stack", default=())


@contextmanager
def entered(component: Any) -> Iterator[None]:
    """Put `component` on top of the stack for the duration of a ``with`` block."""
    token = _stack.set((*_stack.get(), component))
    try:
        yield
    finally:
        _stack.reset(token)


def push(component: Any) -> Any:
    """Put `component` on top of the stack; the result goes to `pop`. Cheaper than `entered`."""
    return _stack.set((*_stack.get(), component))


def pop(token: Any) -> None:
    """Undo the `push` that returned `token`."""
    _stack.reset(token)


def nearest(kind: type | tuple[type, ...], *, excluding: tuple[Any, ...] = ()) -> Any:
    """Return the innermost component under construction that is a `kind`, or None."""
    for component in reversed(_stack.get()):
        if isinstance(component, kind) and not any(component is other for other in excluding):
            return component
    return None


def environment() -> Any:
    """Return the innermost component on the stack that runs others (a Cerebro), or None."""
    for component in reversed(_stack.get()):
        if getattr(component, "_is_environment", False):
            return component
    return None
