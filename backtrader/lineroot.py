"""The root of all lines: stages, minimum periods and operators.

While a strategy is set up (stage 1) an operator returns a new line. From its start to its stop
(stage 2) the
same operator works on current values and returns a plain number or bool.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, ClassVar

from ._core.clock import Cursor
from .metabase import ParamsBase

__all__ = ["LineMultiple", "LineRoot", "LineSingle"]

Operation = Callable[..., Any]


def _current(value: Any) -> Any:
    """The current value of a line, or the value itself."""
    return value[0] if isinstance(value, LineRoot) else value


class LineRoot(ParamsBase):
    """Base of single lines and of objects with lines."""

    IndType: ClassVar[int] = 0
    StratType: ClassVar[int] = 1
    ObsType: ClassVar[int] = 2

    _OwnerCls: ClassVar[Any] = None
    _minperiod: int = 1
    _opstage: int = 1

    lines: Any
    _cursor: Cursor
    _owner: Any = None

    @classmethod
    def _owner_class(cls) -> type:
        """What may own an object of this class."""
        return cls._OwnerCls or LineMultiple

    def _stage1(self) -> None:
        self._opstage = 1

    def _stage2(self) -> None:
        self._opstage = 2

    def _operation(
        self, other: Any, operation: Operation, r: bool = False, intify: bool = False
    ) -> Any:
        if self._opstage == 1:
            return self._makeoperation(other, operation, r)
        if r:
            return operation(_current(other), self[0])
        return operation(self[0], _current(other))

    def _roperation(self, other: Any, operation: Operation, intify: bool = False) -> Any:
        return self._operation(other, operation, r=True, intify=intify)

    def _operationown(self, operation: Operation) -> Any:
        if self._opstage == 1:
            return self._makeoperationown(operation)
        return operation(self[0])

    def _makeoperation(
        self, other: Any, operation: Operation, r: bool = False, _ownerskip: Any = None
    ) -> Any:
        raise NotImplementedError

    def _makeoperationown(self, operation: Operation, _ownerskip: Any = None) -> Any:
        raise NotImplementedError

    def __getitem__(self, ago: int) -> float:
        raise NotImplementedError

    def qbuffer(self, savemem: int = 0) -> None:
        """Let the buffers drop old values."""
        raise NotImplementedError

    def minbuffer(self, size: int) -> None:
        """Make bounded buffers keep at least `size` values."""
        raise NotImplementedError

    def setminperiod(self, minperiod: int) -> None:
        """Set how many bars it takes until values are produced, whatever it was."""
        self._minperiod = minperiod

    def updateminperiod(self, minperiod: int) -> None:
        """Raise the minimum period to `minperiod` if it is lower."""
        self._minperiod = max(self._minperiod, minperiod)

    def addminperiod(self, minperiod: int) -> None:
        """Add `minperiod`, one bar of which overlaps what was there."""
        raise NotImplementedError

    def incminperiod(self, minperiod: int) -> None:
        """Add `minperiod` without an overlap."""
        raise NotImplementedError

    def prenext(self) -> None:
        """Called for each bar before the minimum period is reached."""

    def nextstart(self) -> None:
        """Called once, for the bar that completes the minimum period; calls `next` unless
        overridden.
        """
        self.next()

    def next(self) -> None:
        """Called for each bar after the one that completed the minimum period."""

    def preonce(self, start: int, end: int) -> None:
        """Batch form of `prenext`, for the bars `start` to `end` (excluded)."""

    def oncestart(self, start: int, end: int) -> None:
        """Batch form of `nextstart`; calls `once` unless overridden."""
        self.once(start, end)

    def once(self, start: int, end: int) -> None:
        """Batch form of `next`, for the bars `start` to `end` (excluded)."""

    def __add__(self, other: Any) -> Any:
        return self._operation(other, operator.__add__)

    def __radd__(self, other: Any) -> Any:
        return self._roperation(other, operator.__add__)

    def __sub__(self, other: Any) -> Any:
        return self._operation(other, operator.__sub__)

    def __rsub__(self, other: Any) -> Any:
        return self._roperation(other, operator.__sub__)

    def __mul__(self, other: Any) -> Any:
        return self._operation(other, operator.__mul__)

    def __rmul__(self, other: Any) -> Any:
        return self._roperation(other, operator.__mul__)

    def __truediv__(self, other: Any) -> Any:
        return self._operation(other, operator.__truediv__)

    def __rtruediv__(self, other: Any) -> Any:
        return self._roperation(other, operator.__truediv__)

    def __floordiv__(self, other: Any) -> Any:
        return self._operation(other, operator.__floordiv__)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._roperation(other, operator.__floordiv__)

    def __pow__(self, other: Any) -> Any:
        return self._operation(other, operator.__pow__)

    def __rpow__(self, other: Any) -> Any:
        return self._roperation(other, operator.__pow__)

    def __abs__(self) -> Any:
        return self._operationown(operator.__abs__)

    def __neg__(self) -> Any:
        return self._operationown(operator.__neg__)

    def __lt__(self, other: Any) -> Any:
        return self._operation(other, operator.__lt__)

    def __gt__(self, other: Any) -> Any:
        return self._operation(other, operator.__gt__)

    def __le__(self, other: Any) -> Any:
        return self._operation(other, operator.__le__)

    def __ge__(self, other: Any) -> Any:
        return self._operation(other, operator.__ge__)

    def __eq__(self, other: Any) -> Any:
        return self._operation(other, operator.__eq__)

    def __ne__(self, other: Any) -> Any:
        return self._operation(other, operator.__ne__)

    def __bool__(self) -> bool:
        if self._opstage == 1:
            raise TypeError(
                f"{type(self).__name__} has no truth value before the run: in __init__ use bt.And,"
                " bt.Or and bt.If instead of `and`, `or` and `if`"
            )
        return bool(self[0])

    # __eq__ builds lines, so identity has to be what dicts and sets go by
    __hash__ = object.__hash__


class LineSingle(LineRoot):
    """A line of its own."""

    def addminperiod(self, minperiod: int) -> None:
        self._minperiod += minperiod - 1

    def incminperiod(self, minperiod: int) -> None:
        self._minperiod += minperiod


class LineMultiple(LineRoot):
    """An object with several lines; its first line stands for it in operations."""

    lines: Any

    def reset(self) -> None:
        """Go back to the state before the first bar, ready to be set up again."""
        self._stage1()
        self.lines.reset()

    def _stage1(self) -> None:
        super()._stage1()
        for line in self.lines:
            line._stage1()

    def _stage2(self) -> None:
        super()._stage2()
        for line in self.lines:
            line._stage2()

    def addminperiod(self, minperiod: int) -> None:
        for line in self.lines:
            line.addminperiod(minperiod)

    def incminperiod(self, minperiod: int) -> None:
        for line in self.lines:
            line.incminperiod(minperiod)

    def _makeoperation(
        self, other: Any, operation: Operation, r: bool = False, _ownerskip: Any = None
    ) -> Any:
        return self.lines[0]._makeoperation(other, operation, r, self)

    def _makeoperationown(self, operation: Operation, _ownerskip: Any = None) -> Any:
        return self.lines[0]._makeoperationown(operation, self)

    def qbuffer(self, savemem: int = 0) -> None:
        for line in self.lines:
            line.qbuffer(savemem=1)

    def minbuffer(self, size: int) -> None:
        for line in self.lines:
            line.minbuffer(size)
