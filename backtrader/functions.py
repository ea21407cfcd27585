"""Functions over lines: logic, choice, comparison and safe division.

All take lines and numbers alike. As in Python, any value but 0.0 is true, NaN included.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any as _Value

import numpy as np

from ._kernels import operators as _operators
from .linebuffer import LineActions, _operand, _store

__all__ = ["All", "And", "Any", "Cmp", "CmpEx", "DivByZero", "DivZeroByZero", "If", "List"]
__all__ += ["Logic", "Max", "Min", "MultiLogic", "MultiLogicReduce", "Or", "Reduce", "Sum"]


class List(list):
    """A list that knows its items by identity of hash, since ``==`` between lines makes a new
    line.
    """

    def __contains__(self, other: object) -> bool:
        return any(hash(item) == hash(other) for item in self)


class Logic(LineActions):
    """Base of the functions: keeps the arguments as lines."""

    def __init__(self, *args: _Value) -> None:
        self.args = [self.arrayize(arg) for arg in args]

    def _current(self) -> list[float]:
        return [arg[0] for arg in self.args]

    def _batch(self, start: int, end: int) -> list[_Value]:
        """The arguments' values as arrays of one length, numbers repeated."""
        size = end - start
        operands = (_operand(arg, start, end) for arg in self.args)
        return [x if isinstance(x, np.ndarray) else np.full(size, float(x)) for x in operands]


class DivByZero(Logic):
    """``a / b``, or `zero` where `b` is 0."""

    def __init__(self, a: _Value, b: _Value, zero: float = 0.0) -> None:
        super().__init__(a, b)
        self.a, self.b = self.args
        self.zero = zero

    def next(self) -> None:
        b = self.b[0]
        self[0] = self.a[0] / b if b else self.zero

    def once(self, start: int, end: int) -> None:
        a, b = self._batch(start, end)
        none = b == 0.0
        with np.errstate(all="ignore"):
            quotient = a / np.where(none, 1.0, b)
        _store(self, start, end, np.where(none, self.zero, quotient))


class DivZeroByZero(Logic):
    """``a / b``; `single` where only `b` is 0 and `dual` where both are."""

    def __init__(
        self, a: _Value, b: _Value, single: float = float("inf"), dual: float = 0.0
    ) -> None:
        super().__init__(a, b)
        self.a, self.b = self.args
        self.single = single
        self.dual = dual

    def next(self) -> None:
        a, b = self.a[0], self.b[0]
        if b:
            self[0] = a / b
        else:
            self[0] = self.single if a else self.dual

    def once(self, start: int, end: int) -> None:
        a, b = self._batch(start, end)
        none = b == 0.0
        with np.errstate(all="ignore"):
            quotient = a / np.where(none, 1.0, b)
        fallback = np.where(a == 0.0, self.dual, self.single)
        _store(self, start, end, np.where(none, fallback, quotient))


class Cmp(Logic):
    """-1.0, 0.0 or 1.0 as `a` is less than, equal to or greater than `b`."""

    def __init__(self, a: _Value, b: _Value) -> None:
        super().__init__(a, b)
        self.a, self.b = self.args

    def next(self) -> None:
        a, b = self.a[0], self.b[0]
        self[0] = (a > b) - (a < b)

    def once(self, start: int, end: int) -> None:
        a, b = self._batch(start, end)
        _store(self, start, end, (a > b).astype(float) - (a < b))


class CmpEx(Logic):
    """`r1`, `r2` or `r3` as `a` is less than, equal to or greater than `b`."""

    def __init__(self, a: _Value, b: _Value, r1: _Value, r2: _Value, r3: _Value) -> None:
        super().__init__(a, b, r1, r2, r3)
        self.a, self.b, self.r1, self.r2, self.r3 = self.args

    def next(self) -> None:
        a, b = self.a[0], self.b[0]
        if a < b:
            self[0] = self.r1[0]
        else:
            self[0] = self.r3[0] if a > b else self.r2[0]

    def once(self, start: int, end: int) -> None:
        a, b, r1, r2, r3 = self._batch(start, end)
        _store(self, start, end, np.where(a < b, r1, np.where(a > b, r3, r2)))


class If(Logic):
    """`a` where `cond` is true, else `b`."""

    def __init__(self, cond: _Value, a: _Value, b: _Value) -> None:
        super().__init__(cond, a, b)
        self.cond, self.a, self.b = self.args

    def next(self) -> None:
        self[0] = self.a[0] if self.cond[0] else self.b[0]

    def once(self, start: int, end: int) -> None:
        cond, a, b = self._batch(start, end)
        _store(self, start, end, np.where(cond != 0.0, a, b))


class MultiLogic(Logic):
    """Base of the functions of any number of arguments.

    `flogic` takes the list of the arguments' current values. Where a subclass leaves `_kernel` as
    it is, a batch
    calls `flogic` bar by bar.
    """

    flogic: _Value
    _kernel: _Value = None

    def next(self) -> None:
        self[0] = self.flogic([arg[0] for arg in self.args])

    def once(self, start: int, end: int) -> None:
        columns = self._batch(start, end)
        kernel = type(self)._kernel
        if kernel is not None:
            _store(self, start, end, functools.reduce(kernel, columns))
            return
        rows = zip(*(column.tolist() for column in columns), strict=True)
        _store(self, start, end, [self.flogic(row) for row in rows])


class MultiLogicReduce(MultiLogic):
    """Base of the functions that combine their arguments two at a time.

    `flogic` takes two values; the keyword argument `initializer` gives the first of them.
    """

    def __init__(self, *args: _Value, **kwargs: _Value) -> None:
        super().__init__(*args)
        initial = (kwargs["initializer"],) if "initializer" in kwargs else ()
        function = self.flogic
        self.flogic = lambda values: functools.reduce(function, values, *initial)


class Reduce(MultiLogicReduce):
    """The arguments combined two at a time by the function `flogic`."""

    def __init__(
        self, flogic: Callable[[_Value, _Value], _Value], *args: _Value, **kwargs: _Value
    ) -> None:
        self.flogic = flogic
        super().__init__(*args, **kwargs)

    @classmethod
    def _prepare(
        cls, obj: _Value, args: tuple[_Value, ...], kwargs: dict[str, _Value]
    ) -> tuple[tuple[_Value, ...], dict[str, _Value]]:
        # the lines decide on clock and minimum period; the function comes first for the caller
        # alone
        rest, kwargs = super()._prepare(obj, args[1:], kwargs)
        return (*args[:1], *rest), kwargs


class And(MultiLogicReduce):
    """1.0 where all of the arguments are true, else 0.0."""

    _kernel = staticmethod(_operators.both)

    @staticmethod
    def flogic(x: _Value, y: _Value) -> _Value:
        """Return ``x and y``."""
        return x and y

    def next(self) -> None:
        self[0] = all(arg[0] for arg in self.args)


class Or(MultiLogicReduce):
    """1.0 where any of the arguments is true, else 0.0."""

    _kernel = staticmethod(_operators.either)

    @staticmethod
    def flogic(x: _Value, y: _Value) -> _Value:
        """Return ``x or y``."""
        return x or y

    def next(self) -> None:
        self[0] = any(arg[0] for arg in self.args)


class Max(MultiLogic):
    """The largest of the arguments."""

    flogic = max
    _kernel = staticmethod(_operators.larger)


class Min(MultiLogic):
    """The smallest of the arguments."""

    flogic = min
    _kernel = staticmethod(_operators.smaller)


class Sum(MultiLogic):
    """The sum of the arguments, rounded once."""

    flogic = math.fsum


class Any(MultiLogic):
    """1.0 where any of the arguments is true, else 0.0."""

    flogic = any


class All(MultiLogic):
    """1.0 where all of the arguments are true, else 0.0."""

    flogic = all
