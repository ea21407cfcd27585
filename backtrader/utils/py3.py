"""One name for what Python 2 and 3 called differently; extensions written for both still import
these."""

import importlib
import queue
import sys
from collections.abc import ItemsView, Iterator
from collections.abc import Mapping as _Mapping
from io import StringIO
from typing import TYPE_CHECKING, Any

if sys.platform == "win32":
    import winreg
else:
    winreg = None

__all__ = ["MAXFLOAT", "MAXINT", "MINFLOAT", "MININT", "PY2", "integer_types", "string_types"]
__all__ += ["bstr", "bytes", "cmp", "filter", "long", "map", "range", "with_metaclass", "zip"]
__all__ += ["items", "iteritems", "iterkeys", "itervalues", "keys", "values"]
__all__ += ["ProxyHandler", "build_opener", "install_opener", "urlopen", "urlquote"]
__all__ += ["StringIO", "queue", "winreg"]

if TYPE_CHECKING:
    from urllib.parse import quote as urlquote
    from urllib.request import ProxyHandler, build_opener, install_opener, urlopen

# Looked up when they are asked for: they bring http, email and ssl along.
_ON_THE_WEB = {
    "ProxyHandler": "urllib.request.ProxyHandler",
    "build_opener": "urllib.request.build_opener",
    "install_opener": "urllib.request.install_opener",
    "urlopen": "urllib.request.urlopen",
    "urlquote": "urllib.parse.quote",
}

PY2 = False

MAXINT = sys.maxsize
MININT = -sys.maxsize - 1
MAXFLOAT = sys.float_info.max
MINFLOAT = sys.float_info.min

string_types = (str,)
integer_types = (int,)

# Bound here so that `from backtrader.utils.py3 import filter, map, range, zip` keeps working.
filter = filter
map = map
range = range
zip = zip
long = int


def cmp(a: Any, b: Any) -> int:
    """Return 1 where ``a > b``, -1 where ``a < b``, else 0 (NaN included)."""
    return int(a > b) - int(a < b)


def bytes(x: str) -> Any:
    """Return the UTF-8 form of a text."""
    return x.encode("utf-8")


def bstr(x: object) -> str:
    """Return ``str(x)``."""
    return str(x)


def iterkeys(d: _Mapping[Any, Any]) -> Iterator[Any]:
    """Return an iterator over the keys."""
    return iter(d)


def itervalues(d: _Mapping[Any, Any]) -> Iterator[Any]:
    """Return an iterator over the values."""
    return iter(d.values())


def iteritems(d: _Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """Return an iterator over pairs of key and value."""
    pairs: ItemsView[Any, Any] = d.items()
    return iter(pairs)


def keys(d: _Mapping[Any, Any]) -> list[Any]:
    """Return a list of the keys."""
    return [*d]


def values(d: _Mapping[Any, Any]) -> list[Any]:
    """Return a list of the values."""
    return [*d.values()]


def items(d: _Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    """Return a list of pairs of key and value."""
    return [*d.items()]


def with_metaclass(meta: type, *bases: type) -> Any:
    """Return a base for a ``class`` statement that has ``meta`` make the class, upon ``bases``.

    It leaves no trace in the bases or the ``__mro__`` of the class: it lives until the class
    statement is executed.
    """

    def make(placeholder: type, name: str, _: tuple[type, ...], body: dict[str, Any]) -> Any:
        return meta(name, bases, body)

    def prepare(placeholder: type, name: str, _: tuple[type, ...]) -> Any:
        return meta.__prepare__(name, bases)

    standin = type("standin", (meta,), {"__new__": make, "__prepare__": classmethod(prepare)})
    return type.__new__(standin, "temporary_class", (), {})


def __getattr__(name: str) -> Any:
    where = _ON_THE_WEB.get(name)
    if where is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, there = where.rpartition(".")
    return getattr(importlib.import_module(module), there)
