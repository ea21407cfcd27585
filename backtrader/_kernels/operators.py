"""Array forms of the operators and functions over lines.

Each function takes float64 arrays (or one float in place of an array) of the bars to compute, and
returns or writes into `out` what the plain Python operation gives element by element, bit for bit,
with booleans as 0.0 and 1.0.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .powers import roots, squares

Values = NDArray[np.float64]
Operand = Values | float
Kernel = Callable[[Operand, Operand, Values], Any]


def divide(a: Operand, b: Operand, out: Values) -> None:
    """Write ``a / b``; ZeroDivisionError where a divisor is 0, as for plain floats."""
    if np.any(np.equal(b, 0.0)):
        raise ZeroDivisionError("float division by zero")
    np.true_divide(a, b, out)


def floor_divide(a: Operand, b: Operand, out: Values) -> None:
    """Write ``a // b``; ZeroDivisionError where a divisor is 0, as for plain floats."""
    if np.any(np.equal(b, 0.0)):
        raise ZeroDivisionError("float floor division by zero")
    np.floor_divide(a, b, out)


def both(x: Values, y: Values) -> Values:
    """Return 1.0 where `x` and `y` are true (NaN is), else 0.0."""
    result: Values = np.logical_and(x, y).astype(np.float64)
    return result


def either(x: Values, y: Values) -> Values:
    """Return 1.0 where `x` or `y` is true (NaN is), else 0.0."""
    result: Values = np.logical_or(x, y).astype(np.float64)
    return result


def larger(x: Values, y: Values) -> Values:
    """Return ``max(x, y)`` as Python has it: `y` only where it is greater, so a NaN in `x`
    stays.
    """
    return np.where(y > x, y, x)


def smaller(x: Values, y: Values) -> Values:
    """Return ``min(x, y)`` as Python has it: `y` only where it is less, so a NaN in `x` stays."""
    return np.where(y < x, y, x)


def power(a: Operand, b: Operand, out: Values) -> None:
    """Write ``a ** b``; by array for squares and square roots, which numpy alone rounds
    otherwise."""
    if isinstance(a, np.ndarray) and not isinstance(b, np.ndarray):
        if b == 2.0:
            out[:] = squares(a)
            return
        if b == 0.5 and not np.any(a < 0.0):
            out[:] = roots(a)
            return
    out[:] = [x**y for x, y in zip(plain(a, len(out)), plain(b, len(out)), strict=True)]


BINARY: dict[Callable[..., Any], Kernel] = {
    operator.__add__: np.add,
    operator.__sub__: np.subtract,
    operator.__mul__: np.multiply,
    operator.__truediv__: divide,
    operator.__floordiv__: floor_divide,
    operator.__pow__: power,
    operator.__lt__: np.less,
    operator.__le__: np.less_equal,
    operator.__gt__: np.greater,
    operator.__ge__: np.greater_equal,
    operator.__eq__: np.equal,
    operator.__ne__: np.not_equal,
}

UNARY: dict[Callable[..., Any], Callable[[Values, Values], Any]] = {
    operator.__neg__: np.negative,
    operator.__abs__: np.abs,
}


def binary(operation: Callable[..., Any], a: Operand, b: Operand, out: Values) -> None:
    """Write `operation` over pairs of values, by array where there is a form for it.

    It is written where it is to stay: a temporary array of all bars costs as much as the operation.
    """
    kernel = BINARY.get(operation)
    if kernel is None:
        pairs = zip(plain(a, len(out)), plain(b, len(out)), strict=True)
        out[:] = [operation(x, y) for x, y in pairs]
        return
    with np.errstate(all="ignore"):
        kernel(a, b, out)


def unary(operation: Callable[..., Any], a: Values, out: Values) -> None:
    """Write `operation` over the values, by array where there is a form for it."""
    kernel = UNARY.get(operation)
    if kernel is None:
        out[:] = [operation(x) for x in a.tolist()]
    else:
        kernel(a, out)


def plain(values: Operand, size: int) -> list[float]:
    """Return `size` Python floats: the values of an array, or one number repeated."""
    return values.tolist() if isinstance(values, np.ndarray) else [values] * size
