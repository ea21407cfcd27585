"""Dictionaries that make what is missing, and read their keys as attributes."""

from collections import OrderedDict, defaultdict
from typing import Any

__all__ = ["AutoDict", "AutoDictList", "AutoOrderedDict", "DotDict", "Tree"]


def _is_dunder(name: str) -> bool:
    return name.startswith("__")


def Tree() -> "defaultdict[Any, Any]":
    """Return a dictionary in which every missing key becomes such a dictionary, at any depth."""
    return defaultdict(Tree)


class AutoDictList(dict[Any, Any]):
    """Be a dictionary in which a missing key becomes an empty list."""

    def __missing__(self, key: Any) -> list[Any]:
        made: list[Any] = []
        self[key] = made
        return made


class DotDict(dict[Any, Any]):
    """Be a dictionary whose values can also be read as attributes.

    Raises
    ------
    KeyError
        On reading an attribute that is no key.
    """

    def __getattr__(self, key: str) -> Any:
        if _is_dunder(key):  # the protocols of copy and pickle ask for names that must be absent
            raise AttributeError(key)
        return self[key]


class _Growing(dict[Any, Any]):
    """Share what both auto dictionaries do: grow while open, have keys as attributes.

    Names that begin with an underscore are attributes of the object, never keys.
    """

    _closed = False

    def _close(self) -> None:
        """Make missing keys an error, in here and in every such dictionary below."""
        self._closed = True
        for value in self.values():
            if isinstance(value, _Growing):
                value._close()

    def _open(self) -> None:
        """Let missing keys be made again, in this dictionary alone."""
        self._closed = False

    def __missing__(self, key: Any) -> Any:
        if self._closed:
            raise KeyError(key)
        made = self[key] = type(self)()
        return made

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no attribute {key!r}")
        return self[key]

    def __setattr__(self, key: str, value: Any) -> None:
        if key.startswith("_"):
            super().__setattr__(key, value)
        else:
            self[key] = value


class AutoDict(_Growing):
    """Be a dictionary in which a missing key becomes an ``AutoDict``, with keys as attributes.

    After ``_close()`` a missing key is a ``KeyError``.
    """


class AutoOrderedDict(_Growing, OrderedDict[Any, Any]):
    """Be an ordered dictionary with keys as attributes, which makes what is missing.

    A key not seen yet can be counted up at once: ``result.won.total += 1`` makes ``won``, and in it
    ``total`` as 1. After ``_close()`` a missing key is a ``KeyError``.
    """

    def lvalues(self) -> list[Any]:
        """Return a list of the values."""
        return [*self.values()]

    # An in-place operator meets one of these where a key was missing: it stands for the zero of the
    # other operand. Compat: one that has items by then is replaced all the same.

    def __iadd__(self, other: Any) -> Any:
        return type(other)() + other

    def __isub__(self, other: Any) -> Any:
        return type(other)() - other

    def __imul__(self, other: Any) -> Any:
        return type(other)() * other

    def __itruediv__(self, other: Any) -> Any:
        return type(other)() / other
