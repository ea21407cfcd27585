"""One line: its values, the cursor through which they are read, and operations between lines.

Index 0 is the current value, -1 the one before and 1 the next. The position is not the line's own:
it belongs to
the clock (see `Cursor`), so that one move serves all lines of a data feed and everything computed
from it.
"""

from __future__ import annotations

import datetime as _datetime
from array import array
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ._core import owner as _owners
from ._core.clock import Cursor
from ._core.moments import MomentMethods
from ._kernels import operators as _operators
from .lineroot import LineMultiple, LineRoot, LineSingle, Operation
from .metabase import AutoInfoClass
from .utils.dateintern import num2date

__all__ = ["NAN", "LineActions", "LineBuffer", "LineDelay", "LineNum", "LineOwnOperation"]
__all__ += ["LinesOperation", "PseudoArray"]

NAN = float("nan")

_NO_PARAMS = AutoInfoClass()  # what the lines of an object have for parameters, all of them


class LineBuffer(MomentMethods, LineSingle):
    """A line of float64 values.

    Attributes
    ----------
    array : array.array
        All values, typecode ``'d'``. In bounded-memory mode the oldest are dropped from time to
        time.
    bindings : list of LineBuffer
        Lines that take over each value written here.
    extension : int
        Values put in ahead of the last delivered bar (see `extend`).
    """

    UnBounded, QBuffer = (0, 1)

    _coupled: ClassVar[Callable[..., Any]]  # set by lineiterator, which is a floor above
    _standalone = True  # moves its cursor itself, instead of being one of a clock's lines
    _derived = False  # computed from other lines: in a batch others may share its buffer
    _passive = False  # shows in a batch what it is bound to, and nothing else
    _source: LineBuffer | None = None  # the line whose values it takes over

    def __init__(self) -> None:
        self._setup(Cursor())

    def _setup(self, cursor: Cursor) -> None:
        self.__dict__.setdefault("params", _NO_PARAMS)
        self.p = self.params
        self.lines = [self]
        self.mode = self.UnBounded
        self.bindings: list[LineBuffer] = []
        self.array = array("d")
        self.extension = 0
        self._tz: Any = None
        self._join(cursor)

    def _join(self, cursor: Cursor) -> None:
        self._cursor = cursor
        cursor.lines.append(self)

    def _allocate(self, size: int) -> None:
        """Make room for `size` values, all NaN."""
        self.array = array("d", (NAN,)) * size

    @property
    def _values(self) -> NDArray[np.float64]:
        """The buffer as an array on the same memory; do not keep it: the line cannot grow
        meanwhile.
        """
        return np.frombuffer(self.array)

    # positions

    def __len__(self) -> int:
        cursor = self._cursor
        return cursor.idx + 1 + cursor.trimmed

    @property
    def lencount(self) -> int:
        """Bars delivered so far."""
        return len(self)

    def get_idx(self) -> int:
        """Return the index of the current value in `array`."""
        return self._cursor.idx

    def set_idx(self, idx: int, force: bool = False) -> None:
        """Move the clock of this line to `idx`."""
        self._cursor.idx = idx

    idx = property(get_idx, set_idx)

    @property
    def _idx(self) -> int:
        return self._cursor.idx

    def buflen(self) -> int:
        """Return how many values there are, delivered or not."""
        return len(self.array) - self.extension

    def reset(self) -> None:
        """Drop all values and go back to before the first bar."""
        self.array = array("d")
        self._cursor.idx = -1
        self._cursor.trimmed = 0
        self.extension = 0

    def home(self) -> None:
        """Go back to before the first bar; the values stay."""
        self._cursor.idx = -1

    def forward(self, value: float = NAN, size: int = 1) -> None:
        """Append `size` values and move onto the last of them."""
        self._append(value, size)
        if self._standalone:
            self._cursor.idx += size

    def _append(self, value: float = NAN, size: int = 1) -> None:
        for _ in range(size):
            self.array.append(value)

    def backwards(self, size: int = 1, force: bool = False) -> None:
        """Take the last `size` values away and move back."""
        self._drop(size)
        if self._standalone:
            self._cursor.idx -= size

    def _drop(self, size: int) -> None:
        if size:
            del self.array[-size:]

    def rewind(self, size: int = 1) -> None:
        """Move back by `size` bars; the values stay."""
        self._cursor.idx -= size

    def advance(self, size: int = 1) -> None:
        """Move on by `size` bars that are there already."""
        self._cursor.idx += size

    def extend(self, value: float = NAN, size: int = 0) -> None:
        """Append `size` values ahead of the current bar, without moving."""
        self.extension += size
        self._append(value, size)

    # bounded memory

    def qbuffer(self, savemem: int = 0, extrasize: int = 0) -> None:
        """Allow old values to be dropped; those of the minimum period and `extrasize` more stay."""
        self.mode = self.QBuffer
        self._cursor.bound(self._minperiod + extrasize)

    def minbuffer(self, size: int) -> None:
        """Keep at least `size` values where old ones are dropped."""
        if self.mode == self.QBuffer:
            self._cursor.bound(size)

    def getindicators(self) -> list[Any]:
        """Return the operations that this line consists of: none."""
        return []

    # values

    def __getitem__(self, ago: int) -> float:
        return self.array[self._cursor.idx + ago]

    def __setitem__(self, ago: int, value: float) -> None:
        self.array[self._cursor.idx + ago] = value
        for binding in self.bindings:
            binding[ago] = value

    def set(self, value: float, ago: int = 0) -> None:
        """Set the value of `ago` bars from the current one."""
        self[ago] = value

    def get(self, ago: int = 0, size: int = 1) -> Any:
        """Return `size` values, the last of them `ago` bars from the current one, as an array."""
        end = self._cursor.idx + ago + 1
        return self.array[end - size : end]

    def getzeroval(self, idx: int = 0) -> float:
        """Return the value at `idx` counted from the start of the buffer."""
        return self.array[idx]

    def getzero(self, idx: int = 0, size: int = 1) -> Any:
        """Return `size` values from `idx`, counted from the start of the buffer."""
        return self.array[idx : idx + size]

    def plot(self, idx: int = 0, size: int | None = None) -> Any:
        """Return the values to be plotted: `size` (default: all delivered) from `idx`."""
        return self.getzero(idx, size or len(self))

    def plotrange(self, start: int, end: int) -> Any:
        """Return the values from index `start` to `end` (excluded)."""
        return self.array[start:end]

    # bindings

    def addbinding(self, binding: LineBuffer) -> None:
        """Let `binding` take over the values of this line from now on."""
        self.bindings.append(binding)
        binding._source = self
        binding.updateminperiod(self._minperiod)

    def bind2lines(self, binding: Any = 0) -> LineBuffer:
        """Bind this line to a line, or to one of its owner's lines by name or number; return this
        line.
        """
        if isinstance(binding, (int, str)):
            lines = self._owner.lines
            binding = lines[binding] if isinstance(binding, int) else getattr(lines, binding)
        self.addbinding(binding)
        return self

    bind2line = bind2lines

    def _is_shared(self) -> bool:
        """Whether a batch gives it the buffer of the line that it is bound to."""
        source = self._source
        return (
            self._passive
            and source is not None
            and source._derived
            and source._cursor is self._cursor
        )

    def oncebinding(self) -> None:
        """Hand the whole buffer to the bound lines."""
        for binding in self.bindings:
            if binding._source is self and binding._is_shared():
                binding.array = self.array
            else:
                binding.array[: len(self.array)] = self.array

    # operations

    def __call__(self, ago: int | LineRoot | None = None) -> Any:
        """Return this line delayed (`ago` < 0), looked ahead (`ago` > 0), or coupled to a clock
        (default).
        """
        if ago is None or isinstance(ago, LineRoot):
            return self._coupled(self, ago)
        return LineDelay(self, ago)

    def _makeoperation(
        self, other: Any, operation: Operation, r: bool = False, _ownerskip: Any = None
    ) -> LineActions:
        return LinesOperation(self, other, operation, r=r, _ownerskip=_ownerskip)

    def _makeoperationown(self, operation: Operation, _ownerskip: Any = None) -> LineActions:
        return LineOwnOperation(self, operation, _ownerskip=_ownerskip)


class PseudoArray:
    """Makes an iterable, such as one number repeated, look like a line's ``array``."""

    def __init__(self, wrapped: Iterable[Any]) -> None:
        self.wrapped = wrapped

    def __getitem__(self, key: Any) -> Any:
        return self.wrapped

    @property
    def array(self) -> PseudoArray:
        """Itself: there is no buffer behind it."""
        return self


class _Constant(PseudoArray):
    """One number in the place of a line."""

    def __init__(self, number: Any) -> None:
        super().__init__(repeat(number))
        self.number = number

    def __getitem__(self, key: Any) -> Any:
        return self.number


class LineActions(LineBuffer):
    """A line that is computed: base of the operations and functions over lines.

    A subclass defines `next` for one bar and, where it can, `once` for many. Its clock is that of
    its first argument or, where that is no line, of its owner.
    """

    _ltype = LineBuffer.IndType
    _standalone = False
    _derived = True
    _nextforce = False

    plotlines: Any = None

    _datas: list[Any]

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args, kwargs = super()._prepare(obj, args, kwargs)
        skip = kwargs.pop("_ownerskip", None)
        obj._owner = owner = _owners.nearest(cls._owner_class(), excluding=(obj, skip))
        obj._datas = [arg for arg in args if isinstance(arg, LineRoot)]
        obj._clock = args[0] if args and isinstance(args[0], LineRoot) else owner
        source = obj._datas[0] if obj._datas else owner
        obj._setup(Cursor() if source is None else source._cursor)
        obj._minperiod = max(
            (
                arg.lines[0]._minperiod if isinstance(arg, LineMultiple) else arg._minperiod
                for arg in obj._datas
            ),
            default=1,
        )
        return args, kwargs

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # the buffer was set up before the call, so that subclasses need not call this
        pass

    @classmethod
    def _complete(cls, obj: Any) -> None:
        super()._complete(obj)
        if obj._owner is not None:
            obj._owner.addindicator(obj)

    def getindicators(self) -> list[Any]:
        """Return the operations that this one consists of: none of its own."""
        return []

    def qbuffer(self, savemem: int = 0) -> None:  # type: ignore[override]
        """Let this line, and those that it reads, drop old values."""
        super().qbuffer(savemem=savemem)
        for data in self._datas:
            data.minbuffer(self._minperiod)

    @staticmethod
    def arrayize(obj: Any) -> Any:
        """Return the single line of `obj`, or a stand-in for one where it is a number."""
        if isinstance(obj, LineRoot):
            return obj if isinstance(obj, LineSingle) else obj.lines[0]
        return _Constant(obj)

    def _next(self) -> None:
        """Bring the line up to its clock and compute one bar."""
        length = len(self._cursor)
        missing = self._cursor.idx + 1 - len(self.array)
        if missing > 0:
            self._append(size=missing)
        if length > self._minperiod:
            self.next()
        elif length == self._minperiod:
            self.nextstart()
        else:
            self.prenext()

    def _once(self) -> None:
        """Compute all bars."""
        size = self._cursor.buflen()
        self._allocate(size)
        first = self._minperiod
        self.preonce(0, min(first - 1, size))
        if first <= size:
            self.oncestart(first - 1, first)
            self.once(first, size)
        self.oncebinding()


def _operand(source: Any, start: int, end: int) -> Any:
    """The values of a line or constant for the bars `start` to `end`."""
    if isinstance(source, LineBuffer):
        values = source._values[start:end]
        if len(values) != end - start:
            raise IndexError(
                f"lines of different lengths in one operation ({len(source.array)} and {end} bars):"
                " couple the slower one, as in `data1.close()`"
            )
        return values
    return source.number


def _store(line: LineBuffer, start: int, end: int, values: Any) -> None:
    line._values[start:end] = values


class LinesOperation(LineActions):
    """A binary operation between a line and a line, a number or a time of day."""

    def __init__(self, a: Any, b: Any, operation: Operation, r: bool = False) -> None:
        self.operation = operation
        self.a = self.arrayize(a)
        self.b = self.arrayize(b)
        self.r = r
        self.btime = isinstance(b, _datetime.time)
        if r:
            self.a, self.b = self.b, self.a

    def next(self) -> None:
        a = self.a.time() if self.btime and not self.r else self.a[0]
        b = self.b.time() if self.btime and self.r else self.b[0]
        self[0] = self.operation(a, b)

    def once(self, start: int, end: int) -> None:
        if self.btime:
            self._once_time(start, end)
            return
        a, b = _operand(self.a, start, end), _operand(self.b, start, end)
        _operators.binary(self.operation, a, b, self._values[start:end])

    def _once_time(self, start: int, end: int) -> None:
        line, limit = (self.b, self.a.number) if self.r else (self.a, self.b.number)
        times = [num2date(x, line._tz).time() for x in line.array[start:end]]
        pairs = ((limit, x) if self.r else (x, limit) for x in times)
        _store(self, start, end, [self.operation(x, y) for x, y in pairs])


class LineOwnOperation(LineActions):
    """A unary operation on a line."""

    def __init__(self, a: Any, operation: Operation) -> None:
        self.operation = operation
        self.a = self.arrayize(a)

    def next(self) -> None:
        self[0] = self.operation(self.a[0])

    def once(self, start: int, end: int) -> None:
        _operators.unary(self.operation, _operand(self.a, start, end), self._values[start:end])


class _LineDelay(LineActions):
    """A line, or a constant, as it was some bars ago."""

    def __init__(self, a: Any, ago: int) -> None:
        self.a = self.arrayize(a)
        self.ago = ago
        # one bar of the delay overlaps the minimum period of the line itself
        self.addminperiod(abs(ago) + 1)

    def _once(self) -> None:
        source = self.a
        if self.ago or not isinstance(source, LineBuffer) or not self._same_as(source):
            super()._once()
            return
        self.array = source.array
        self.oncebinding()

    def _same_as(self, source: LineBuffer) -> bool:
        """Whether all values are those of `source`, which has been computed."""
        if not source._derived or source._cursor is not self._cursor:
            return False
        return bool(np.isnan(source._values[: self._minperiod - 1]).all())

    def next(self) -> None:
        self[0] = self.a[self.ago]

    def once(self, start: int, end: int) -> None:
        _store(self, start, end, _operand(self.a, start + self.ago, end + self.ago))


class _LineForward(LineActions):
    """A line that shows at each bar the value of some bars later, filled in once that is known."""

    def __init__(self, a: Any, ago: int) -> None:
        self.a = self.arrayize(a)
        self.ago = ago
        if ago > self.a._minperiod:
            self.addminperiod(ago - self.a._minperiod + 1)

    def next(self) -> None:
        self[-self.ago] = self.a[0]

    def once(self, start: int, end: int) -> None:
        first = max(start - self.ago, 0)
        values = _operand(self.a, first + self.ago, end)
        _store(self, first, end - self.ago, values)


def LineDelay(a: Any, ago: int = 0, **kwargs: Any) -> LineActions:
    """Return the line `a` as it was ``-ago`` bars before, or will be `ago` bars later."""
    kind = _LineDelay if ago <= 0 else _LineForward
    return kind(a, ago, **kwargs)


def LineNum(num: float) -> LineActions:
    """Return a line that has the value `num` on every bar."""
    return _LineDelay(num, 0)
