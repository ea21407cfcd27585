"""Objects with several named lines, and what is declared about them: ``lines``, ``plotinfo``,
``plotlines``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ._core.clock import Cursor
from ._core.declare import as_names, defines, plant_alias
from .errors import LineError, near_miss
from .linebuffer import NAN, LineActions, LineBuffer, LineDelay
from .lineroot import LineMultiple, LineRoot, LineSingle
from .metabase import AutoInfoClass, declared_by_bases, derive_info, takes_no_keywords

__all__ = ["LineAlias", "LineSeries", "LineSeriesMaker", "LineSeriesStub", "Lines"]


class LineAlias:
    """A line under its name in a `Lines` object: reading gives the line, setting binds it.

    Parameters
    ----------
    line : int
        Index of the line.
    """

    def __init__(self, line: int) -> None:
        self.line = line

    def __get__(self, obj: Any, cls: type | None = None) -> Any:
        return self if obj is None else obj.lines[self.line]

    def __set__(self, obj: Any, value: Any) -> None:
        """Bind: from now on the line takes over the values of `value` (a line, or an object's first
        line).
        """
        if isinstance(value, LineMultiple):
            value = value.lines[0]
        maker = value if isinstance(value, LineActions) else value._owner
        if getattr(maker, "_owner", None) is not obj._owner:
            # only what is computed together with the line hands on its values
            value = value(0)
        value.addbinding(obj.lines[self.line])


class Lines:
    """The lines of an object, by index and by name.

    The names belong to the class: each declaration of ``lines`` makes a subclass.
    """

    _aliases: ClassVar[tuple[str, ...]] = ()
    _base_aliases: ClassVar[tuple[str, ...]] = ()
    _extra: ClassVar[int] = 0
    _base_extra: ClassVar[int] = 0

    _owner: Any = None
    _home: ClassVar[Any] = None  # the class that declares the lines

    def __reduce__(self) -> Any:
        return _lines_from_home, (self._home,), self.__dict__

    @classmethod
    def _derive(
        cls,
        name: str,
        lines: Any,
        extralines: int,
        otherbases: Iterable[Any],
        linesoverride: bool = False,
        lalias: Any = None,
    ) -> type[Lines]:
        """Return a subclass with the lines of `otherbases` and then `lines` added, or in place of
        all others.

        `lalias` are further names: (line name, other name or names) pairs.
        """
        base = () if linesoverride else cls._aliases
        for other in otherbases:
            added = other._getlines() if hasattr(other, "_getlines") else as_names(other)
            base += tuple(x for x in added if x not in base)
        own = as_names(lines)
        aliases = base + own
        extra = extralines if linesoverride else cls._extra + extralines
        body: dict[str, Any] = {
            "_aliases": aliases,
            "_base_aliases": base,
            "_extra": extra,
            "_base_extra": 0 if linesoverride else cls._extra,
            "__module__": cls.__module__,
        }
        for index, alias in enumerate(aliases):
            if isinstance(alias, str):
                body[alias] = LineAlias(index)
        for line_name, others in dict(lalias or ()).items():
            for other_name in as_names(others):
                body[other_name] = LineAlias(aliases.index(line_name))
        return type(f"Lines_{name}", (Lines if linesoverride else cls,), body)

    @classmethod
    def _getlines(cls) -> tuple[str, ...]:
        return cls._aliases

    @classmethod
    def _getlinesbase(cls) -> tuple[str, ...]:
        return cls._base_aliases

    @classmethod
    def _getlinesextra(cls) -> int:
        return cls._extra

    @classmethod
    def _getlinesextrabase(cls) -> int:
        return cls._base_extra

    @classmethod
    def getlinealiases(cls) -> tuple[str, ...]:
        """Return the names of the lines."""
        return cls._aliases

    @classmethod
    def _getlinealias(cls, i: int) -> str:
        return cls._aliases[i] if i < len(cls._aliases) else ""

    def __init__(self, initlines: Any = None) -> None:
        self._build(Cursor(), initlines)

    @classmethod
    def _made(cls, cursor: Cursor, owner: Any, drives: bool, initlines: Any = None) -> Lines:
        """Make the lines of `owner`, on `cursor`, which they move themselves where `drives` is
        set.
        """
        obj = cls.__new__(cls)
        obj._build(cursor, initlines, owner, drives)
        return obj

    def _build(
        self, cursor: Cursor, initlines: Any, owner: Any = None, drives: bool = True
    ) -> None:
        self._cursor = cursor
        self._owner = owner
        self._drives = drives
        self.lines: list[LineBuffer] = []
        given = list(initlines or ())
        for index in range(max(len(self._aliases) + self._extra, len(given))):
            if index < len(given):
                self.lines.append(given[index])
                continue
            line = LineBuffer.__new__(LineBuffer)
            line._setup(cursor)
            line._standalone = False
            line._owner = owner
            self.lines.append(line)

    # as one: the positions of all lines

    def __len__(self) -> int:
        return len(self.lines[0])

    def __iter__(self) -> Iterator[LineBuffer]:
        return iter(self.lines)

    def itersize(self) -> Iterator[LineBuffer]:
        """Iterate over the lines that have a place of their own, extra ones left out."""
        return iter(self.lines[0 : self.size()])

    def size(self) -> int:
        """Return how many lines there are, extra ones left out."""
        return len(self.lines) - self._extra

    def fullsize(self) -> int:
        """Return how many lines there are."""
        return len(self.lines)

    def extrasize(self) -> int:
        """Return how many lines there are beyond those that have a name."""
        return self._extra

    def __getitem__(self, line: int) -> LineBuffer:
        return self.lines[line]

    def __setitem__(self, line: int, value: Any) -> None:
        """Bind: line number `line` takes over the values of `value`."""
        LineAlias(line).__set__(self, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("lines", "_cursor"):
            raise AttributeError(name)
        owner = type(self._owner).__name__ if self._owner is not None else "Lines"
        raise LineError(f"{owner}: unknown line {name!r}{near_miss(name, self._aliases)}")

    def get(self, ago: int = 0, size: int = 1, line: int = 0) -> Any:
        """Return `size` values of line number `line`, the last of them `ago` bars from the current
        one.
        """
        return self.lines[line].get(ago, size=size)

    def buflen(self, line: int = 0) -> int:
        """Return how many values line number `line` holds, delivered or not."""
        return self.lines[line].buflen()

    def reset(self) -> None:
        """Drop all values and go back to before the first bar."""
        for line in self.lines:
            line.reset()

    def home(self) -> None:
        """Go back to before the first bar; the values stay."""
        if self._drives:
            self._cursor.idx = -1

    def forward(self, value: float = NAN, size: int = 1) -> None:
        """Append `size` values to each line and move onto the last of them."""
        if size == 1:
            for line in self.lines:
                line.array.append(value)
        else:
            for line in self.lines:
                line._append(value, size)
        if self._drives:
            self._cursor.idx += size

    def backwards(self, size: int = 1, force: bool = False) -> None:
        """Take the last `size` values of each line away and move back."""
        for line in self.lines:
            line._drop(size)
        if self._drives:
            self._cursor.idx -= size

    def rewind(self, size: int = 1) -> None:
        """Move back by `size` bars; the values stay."""
        if self._drives:
            self._cursor.idx -= size

    def advance(self, size: int = 1) -> None:
        """Move on by `size` bars that are there already."""
        if self._drives:
            self._cursor.idx += size

    def extend(self, value: float = NAN, size: int = 0) -> None:
        """Append `size` values to each line ahead of the current bar, without moving."""
        for line in self.lines:
            line.extend(value, size)


class LineSeries(LineMultiple):
    """An object with named lines; its lines can also be had as its own attributes.

    Class attributes that subclasses declare
    ----------------------------------------
    lines : tuple of str
        Names of the lines, added to those of the bases.
    linesoverride : bool
        Take ``lines`` in place of those of the bases.
    linealias : tuple of (name, other name) pairs
        Further names of lines.
    plotinfo, plotlines : dict
        How the object and its lines are drawn.
    alias : tuple of str or (str, plot name)
        Further names of the class, defined in its module.
    """

    plotinfo: Any = {"plot": True, "plotmaster": None, "legendloc": None}
    plotlines: Any = {}
    lines: Any = ()

    csv = True
    aliased: ClassVar[str] = ""
    alias: ClassVar[Any] = ()

    _coupled: ClassVar[Any]  # set by lineiterator, which is a floor above
    _shortcuts: ClassVar[tuple[tuple[str, int], ...]] = ()

    l: Any  # noqa: E741
    line: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _declare(cls)
        for entry in as_names(cls.__dict__.get("alias", ())):
            plant_alias(cls, entry)

    @classmethod
    def _make_lines(cls, obj: Any) -> Lines:
        """Make the lines of a new object: on a clock of their own, unless a subclass has them share
        one.
        """
        return cls.lines._made(Cursor(), obj, True)

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        info = cls.plotinfo()
        shown = info.__dict__
        for name, default in info._defaults.items():
            shown[name] = kwargs.pop(name, default)
        obj.plotinfo = info
        obj.plotlines = cls.plotlines()
        args, kwargs = super()._prepare(obj, args, kwargs)
        obj.lines = obj.l = lines = cls._make_lines(obj)
        obj._cursor = lines._cursor
        if lines.lines:
            obj.line = obj._line0 = lines.lines[0]
        attributes = obj.__dict__
        for name, index in cls._shortcuts:
            # a line called `p` leaves the parameters alone
            attributes.setdefault(name, lines.lines[index])
        return args, kwargs

    @takes_no_keywords
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    @property
    def array(self) -> Any:
        """The buffer of the first line."""
        return self.lines[0].array

    @property
    def _values(self) -> NDArray[np.float64]:
        """The buffer of the first line as an array on the same memory."""
        values: NDArray[np.float64] = self.lines[0]._values
        return values

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "lines" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if name.startswith("line"):
            number = name[5:] if name[4:5] == "_" else name[4:]
            if number.isdigit() and int(number) < self.lines.fullsize():
                line = self.__dict__[name] = self.lines.lines[int(number)]
                return line
        return getattr(self.lines, name)

    def __len__(self) -> int:
        cursor = self._cursor
        return cursor.idx + 1 + cursor.trimmed

    def __getitem__(self, key: int) -> float:
        # its first line's, without the call; the own cursor would go by way of __getattr__
        line = self._line0
        value: float = line.array[line._cursor.idx + key]
        return value

    def __setitem__(self, key: int, value: Any) -> None:
        """Bind: line number `key` takes over the values of `value`."""
        self.lines[key] = value

    def plotlabel(self) -> str:
        """Return the label to plot the object under: its name and its parameters."""
        label = self.plotinfo.plotname or type(self).__name__
        values = self._plotlabel()
        shown = (value.__name__ if isinstance(value, type) else str(value) for value in values)
        return f"{label} ({', '.join(shown)})" if values else str(label)

    def _plotlabel(self) -> Any:
        return self.params._getvalues()

    def _getline(self, line: Any, minusall: bool = False) -> Any:
        if isinstance(line, str):
            return getattr(self.lines, line)
        if line == -1:
            if minusall:
                return None
            line = 0
        return self.lines[line]

    def __call__(self, ago: Any = None, line: Any = -1) -> Any:
        """Return a line (`line` by name or number, default the first) delayed by `ago` bars.

        Without `ago`, or with another clock in its place, couple to that clock: all lines where
        `line` is -1.
        """
        if ago is None or isinstance(ago, LineRoot):
            wanted = self._getline(line, minusall=True)
            return self._coupled(self if wanted is None else wanted, ago)
        return LineDelay(self._getline(line), ago)

    # as one: the positions of all lines

    def forward(self, value: float = NAN, size: int = 1) -> None:
        """Append `size` values to each line and move onto the last of them."""
        self.lines.forward(value, size)

    def backwards(self, size: int = 1, force: bool = False) -> None:
        """Take the last `size` values of each line away and move back."""
        self.lines.backwards(size, force=force)

    def rewind(self, size: int = 1) -> None:
        """Move back by `size` bars; the values stay."""
        self.lines.rewind(size)

    def extend(self, value: float = NAN, size: int = 0) -> None:
        """Append `size` values to each line ahead of the current bar, without moving."""
        self.lines.extend(value, size)

    def reset(self) -> None:
        """Drop all values and go back to before the first bar."""
        self.lines.reset()

    def home(self) -> None:
        """Go back to before the first bar; the values stay."""
        self.lines.home()

    def advance(self, size: int = 1) -> None:
        """Move on by `size` bars that are there already."""
        self.lines.advance(size)


def _declare(cls: type[LineSeries]) -> None:
    """Turn what the body of `cls` declares into classes merged with those of its bases."""
    body = cls.__dict__
    names = as_names(body.get("lines", ()))
    first, others = declared_by_bases(cls, "lines")
    declared = (first or Lines)._derive(
        cls.__name__,
        names,
        body.get("extralines", 0),
        others,
        bool(body.get("linesoverride", False)),
        body.get("linealias"),
    )
    cls.lines = declared
    declared._home = cls
    cls.plotinfo = derive_info(cls, "plotinfo", _own_info(body, "plotinfo"), AutoInfoClass)
    looks = dict(_own_info(body, "plotlines"))
    for name in names:
        looks.setdefault(name, {})  # there to be set on an instance
    cls.plotlines = derive_info(cls, "plotlines", looks, AutoInfoClass, recurse=True)
    aliases = {name: x.line for name, x in vars(declared).items() if isinstance(x, LineAlias)}
    # an attribute or method of the class is not hidden by a line of that name
    cls._shortcuts = tuple((name, x) for name, x in aliases.items() if not defines(cls, name))


def _lines_from_home(home: type[LineSeries]) -> Lines:
    made: Lines = object.__new__(home.lines)
    return made


def _own_info(body: Any, name: str) -> Any:
    own = body.get(name, ())
    return own._getpairs() if hasattr(own, "_getpairs") else own


_declare(LineSeries)


class LineSeriesStub(LineSeries):
    """A single line in the place of an object with lines.

    Parameters
    ----------
    line : LineSingle
        The line.
    slave : bool
        Leave the line alone when the stub is moved: something else moves it.
    """

    extralines = 1

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        line = args[0] if args else kwargs["line"]
        obj._wrapped = line
        return super()._prepare(obj, args, kwargs)

    @classmethod
    def _make_lines(cls, obj: Any) -> Lines:
        line = obj._wrapped
        return cls.lines._made(line._cursor, obj, line._standalone, (line,))

    def __init__(self, line: Any, slave: bool = False) -> None:
        self.owner = self._owner = line._owner
        self._minperiod = line._minperiod
        self.slave = slave
        if slave:
            self.lines._drives = False

    def minbuffer(self, size: int) -> None:
        if not self.slave:
            super().minbuffer(size)

    def qbuffer(self, savemem: int = 0) -> None:
        if not self.slave:
            super().qbuffer(savemem)


def LineSeriesMaker(arg: Any, slave: bool = False) -> Any:
    """Return `arg` where it has several lines, else a stub with `arg` as its line."""
    if isinstance(arg, LineSingle):
        return LineSeriesStub(arg, slave=slave)
    return arg
