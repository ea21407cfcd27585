"""Reading the declarations of a class body."""

from __future__ import annotations

import sys
from typing import Any


def as_names(lines: Any) -> tuple[Any, ...]:
    """Return a declaration of one name, or of several, as a tuple."""
    return (lines,) if isinstance(lines, str) else tuple(lines)


def defines(cls: type, name: str) -> bool:
    """Whether `cls` or a base of it has an attribute `name` in its body."""
    return any(name in base.__dict__ for base in cls.__mro__)


def plant_alias(cls: type, entry: Any) -> None:
    """Define a further name of `cls` in its module: a subclass that differs in its name alone."""
    name, plot_name = (entry, None) if isinstance(entry, str) else entry
    body: dict[str, Any] = {
        "__module__": cls.__module__,
        "__doc__": cls.__doc__,
        "aliased": cls.__name__,
    }
    if plot_name:
        body["plotinfo"] = {"plotname": plot_name}
    setattr(sys.modules[cls.__module__], name, type(cls)(name, (cls,), body))
