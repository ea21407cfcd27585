"""Operations over the latest `period` values of a line: the bricks of other indicators."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from .._kernels import recursions, windows
from ..errors import ParameterError
from ..indicator import Indicator
from ..linebuffer import LineActions, _operand
from ._direct import whole_period

__all__ = ["Accum", "AllN", "AnyN", "ApplyN", "ArithmeticMean", "Average", "AverageWeighted"]
__all__ += ["BaseApplyN", "CumSum", "CumulativeSum", "ExpSmoothing", "ExpSmoothingDynamic"]
__all__ += ["ExponentialSmoothing", "ExponentialSmoothingDynamic", "FindFirstIndex"]
__all__ += ["FindFirstIndexHighest", "FindFirstIndexLowest", "FindLastIndex"]
__all__ += ["FindLastIndexHighest", "FindLastIndexLowest", "Highest", "Lowest", "MaxN", "Mean"]
__all__ += ["MinN", "OperationN", "PeriodN", "ReduceN", "SumN", "WeightedAverage"]

Window = Sequence[float]


class PeriodN(Indicator):
    """Base of the indicators that look at `period` bars.

    Parameters
    ----------
    period : int, default 1
        Bars it takes until there is a value.
    """

    params = (("period", 1),)

    def __init__(self) -> None:
        super().__init__()
        self.addminperiod(whole_period(self))


class OperationN(PeriodN):
    """Base of the indicators whose value is a function of the latest `period` values.

    A subclass defines one line and `func`, a method or a function, which takes an array of the
    values, the oldest first.

    Parameters
    ----------
    period : int, default 1
        Values that `func` is given.
    """

    func: ClassVar[Any]

    # what some functions come to over a whole array
    _by_array: ClassVar[tuple[tuple[Any, Callable[..., None]], ...]] = (
        (max, windows.highest),
        (min, windows.lowest),
        (math.fsum, windows.total),
        (any, windows.any_true),
        (all, windows.all_true),
    )

    def next(self) -> None:
        source = self.data.lines[0]
        end = source._cursor.idx + 1
        self.line[0] = self.func(source.array[end - self.p.period : end])

    def once(self, start: int, end: int) -> None:
        source = self.data.lines[0]
        period = self.p.period
        src = _operand(source, 0, end)
        for function, kernel in self._by_array:
            if self.func is function:
                kernel(src, period, start, end, self._values)
                return
        array, func = source.array, self.func
        values = [func(array[last - period : last]) for last in range(start + 1, end + 1)]
        self._values[start:end] = values


class BaseApplyN(OperationN):
    """Base of the indicators that are given their function as a parameter.

    Parameters
    ----------
    period : int, default 1
        Values that `func` is given.
    func : callable
        Takes an array of `period` values, the oldest first, and returns a number.
    """

    params = (("func", None),)

    def __init__(self) -> None:
        if not callable(self.p.func):
            raise ParameterError(f"{type(self).__name__}: func is a function, not {self.p.func!r}")
        self.func = self.p.func
        super().__init__()


class ApplyN(BaseApplyN):
    """What a function returns for the latest `period` values.

    Parameters are those of `BaseApplyN`.
    """

    lines = ("apply",)


class Highest(OperationN):
    """The largest of the latest `period` values.

    Parameters are those of `OperationN`.

    Lines
    -----
    highest
        The largest value, in the unit of the data.
    """

    alias = ("MaxN",)
    lines = ("highest",)
    func = max


class Lowest(OperationN):
    """The smallest of the latest `period` values.

    Parameters are those of `OperationN`.

    Lines
    -----
    lowest
        The smallest value, in the unit of the data.
    """

    alias = ("MinN",)
    lines = ("lowest",)
    func = min


class ReduceN(OperationN):
    """The latest `period` values combined two at a time, from the oldest on.

    Parameters
    ----------
    function : callable
        Takes the result so far and the next value, returns the new result. Not a parameter: an
        argument after the datas.
    initializer : float, optional
        Result to start from.
    period : int, default 1
        Values to combine.

    Lines
    -----
    reduced
        The result.
    """

    lines = ("reduced",)
    func = functools.reduce

    def __init__(self, function: Callable[[Any, Any], Any], **kwargs: Any) -> None:
        initial = (kwargs.pop("initializer"),) if "initializer" in kwargs else ()
        if kwargs:
            raise ParameterError(f"{type(self).__name__}: unknown parameter {next(iter(kwargs))!r}")
        reduce: Any = self.func
        if function in (max, min) and not initial and reduce is functools.reduce:
            self.func = function  # of a whole window they are the same, in one call
        else:
            self.func = lambda window: reduce(function, window, *initial)
        super().__init__()


class SumN(OperationN):
    """The sum of the latest `period` values, rounded once.

    Parameters are those of `OperationN`.

    Lines
    -----
    sumn
        The sum, in the unit of the data.
    """

    lines = ("sumn",)
    func = math.fsum


class AnyN(OperationN):
    """1.0 where any of the latest `period` values is not 0, else 0.0.

    Parameters are those of `OperationN`.
    """

    lines = ("anyn",)
    func = any


class AllN(OperationN):
    """1.0 where none of the latest `period` values is 0, else 0.0.

    Parameters are those of `OperationN`.
    """

    lines = ("alln",)
    func = all


class _FindIndex(OperationN):
    """Base of the indicators that tell where in the latest values one of them is."""

    params = (("_evalfunc", None),)

    _newest: ClassVar[bool]

    def once(self, start: int, end: int) -> None:
        chosen = self.p._evalfunc
        if chosen is max or chosen is min:
            src = _operand(self.data.lines[0], 0, end)
            kernel = windows.bars_since
            kernel(chosen, self._newest, src, self.p.period, start, end, self._values)
        else:
            super().once(start, end)


class FindFirstIndex(_FindIndex):
    """Bars since the latest of the `period` values was seen that a function picks.

    Parameters
    ----------
    period : int, default 1
        Values among which to look.
    _evalfunc : callable
        Takes the values, returns one of them.

    Lines
    -----
    index
        Bars ago: 0 is the current bar, ``period - 1`` the oldest.
    """

    lines = ("index",)

    _newest = True

    def func(self, iterable: Window) -> int:
        """Return how many bars ago the picked value was last seen."""
        picked = self.p._evalfunc(iterable)
        return next(ago for ago, value in enumerate(reversed(iterable)) if value == picked)


class FindFirstIndexHighest(FindFirstIndex):
    """Bars since the largest of the latest `period` values was last seen.

    Parameters and lines are those of `FindFirstIndex`.
    """

    params = (("_evalfunc", max),)


class FindFirstIndexLowest(FindFirstIndex):
    """Bars since the smallest of the latest `period` values was last seen.

    Parameters and lines are those of `FindFirstIndex`.
    """

    params = (("_evalfunc", min),)


class FindLastIndex(_FindIndex):
    """Bars since the earliest of the `period` values was seen that a function picks.

    Parameters and lines are those of `FindFirstIndex`.
    """

    lines = ("index",)

    _newest = False

    def func(self, iterable: Window) -> int:
        """Return how many bars ago the picked value was first seen."""
        picked = self.p._evalfunc(iterable)
        oldest = len(iterable) - 1
        return oldest - next(place for place, value in enumerate(iterable) if value == picked)


class FindLastIndexHighest(FindLastIndex):
    """Bars since the largest of the latest `period` values was first seen.

    Parameters and lines are those of `FindLastIndex`.
    """

    params = (("_evalfunc", max),)


class FindLastIndexLowest(FindLastIndex):
    """Bars since the smallest of the latest `period` values was first seen.

    Parameters and lines are those of `FindLastIndex`.
    """

    params = (("_evalfunc", min),)


class Accum(Indicator):
    """The sum of all values so far.

    Formula
    -------
    ``accum = accum[-1] + data``, from `seed` on

    Parameters
    ----------
    seed : float, default 0.0
        What the sum starts from, in the unit of the data.

    Lines
    -----
    accum
        The sum.
    """

    alias = ("CumSum", "CumulativeSum")
    lines = ("accum",)
    params = (("seed", 0.0),)

    def nextstart(self) -> None:
        self.line[0] = self.p.seed + self.data[0]

    def next(self) -> None:
        self.line[0] = self.line[-1] + self.data[0]

    def oncestart(self, start: int, end: int) -> None:
        self._accumulate(self.p.seed, start, end)

    def once(self, start: int, end: int) -> None:
        self._accumulate(self.line.array[start - 1], start, end)

    def _accumulate(self, first: float, start: int, end: int) -> None:
        src = _operand(self.data.lines[0], 0, end)
        recursions.running_total(src, first, start, end, self._values)


class Average(PeriodN):
    """Arithmetic mean of the latest `period` values, from a sum that is rounded once.

    Formula
    -------
    ``av = sum(data, period) / period``

    Parameters
    ----------
    period : int, default 1
        Values that are averaged.

    Lines
    -----
    av
        The mean, in the unit of the data.
    """

    alias = ("ArithmeticMean", "Mean")
    lines = ("av",)

    def next(self) -> None:
        self.line[0] = math.fsum(self.data.lines[0].get(size=self.p.period)) / self.p.period

    def once(self, start: int, end: int) -> None:
        src = _operand(self.data.lines[0], 0, end)
        windows.mean(src, self.p.period, start, end, self._values)


class ExponentialSmoothing(Average):
    """Exponential smoothing, starting from the arithmetic mean of the first `period` values.

    Formula
    -------
    - first value: the mean of `period` values
    - then ``av = av[-1] * (1 - alpha) + data * alpha``

    Parameters
    ----------
    period : int, default 1
        Values in the first mean.
    alpha : float, optional
        Weight of the newest value; default ``2 / (1 + period)``.

    Lines
    -----
    av
        The smoothed value, in the unit of the data.
    """

    alias = ("ExpSmoothing",)
    params = (("alpha", None),)

    def __init__(self) -> None:
        self.alpha = self.p.alpha
        if self.alpha is None:
            self.alpha = 2.0 / (1.0 + whole_period(self))
        self.alpha1 = 1.0 - self.alpha
        super().__init__()

    def nextstart(self) -> None:
        super().next()

    def next(self) -> None:
        self.line[0] = self.line[-1] * self.alpha1 + self.data[0] * self.alpha

    def oncestart(self, start: int, end: int) -> None:
        super().once(start, end)

    def once(self, start: int, end: int) -> None:
        src = _operand(self.data.lines[0], 0, end)
        recursions.smooth(src, self.alpha, start, end, self._values)


class ExponentialSmoothingDynamic(ExponentialSmoothing):
    """Exponential smoothing with a factor that is a line itself.

    Formula and line are those of `ExponentialSmoothing`.

    Parameters
    ----------
    period : int, default 1
        Values in the first mean.
    alpha : line
        Weight of the newest value, for each bar.
    """

    alias = ("ExpSmoothingDynamic",)

    def __init__(self) -> None:
        super().__init__()
        # Compat: what the factor waits for beyond `period` counts on top of what the data waits
        # for, even where it is the same, tests/unit/test_lines.py::test_smoothing_by_a_factor_waits
        self.incminperiod(max(0, self.alpha._minperiod - self.p.period))

    def next(self) -> None:
        alpha = self.alpha[0]
        self.line[0] = self.line[-1] * (1.0 - alpha) + self.data[0] * alpha

    def once(self, start: int, end: int) -> None:
        src = _operand(self.data.lines[0], 0, end)
        alpha = _operand(LineActions.arrayize(self.alpha), 0, end)
        recursions.smooth_by(src, alpha, start, end, self._values)


class WeightedAverage(PeriodN):
    """The latest `period` values times weights, added up.

    Formula
    -------
    ``av = coef * sum(value * weight)``, the oldest value times the first weight

    Parameters
    ----------
    period : int, default 1
        Values that are weighted.
    coef : float, default 1.0
        Factor for the sum.
    weights : sequence of float
        The weights, that of the oldest value first.

    Lines
    -----
    av
        The weighted sum, in the unit of the data.
    """

    alias = ("AverageWeighted",)
    lines = ("av",)
    params = (("coef", 1.0), ("weights", ()))

    def next(self) -> None:
        window = self.data.lines[0].get(size=self.p.period)
        self.line[0] = self.p.coef * math.fsum(map(operator.mul, window, self.p.weights))

    def once(self, start: int, end: int) -> None:
        src = _operand(self.data.lines[0], 0, end)
        period, weights, coef = self.p.period, list(self.p.weights), self.p.coef
        windows.weighted(src, period, weights, coef, start, end, self._values)


MaxN: type[Highest]
MinN: type[Lowest]
CumSum: type[Accum]
CumulativeSum: type[Accum]
ArithmeticMean: type[Average]
Mean: type[Average]
ExpSmoothing: type[ExponentialSmoothing]
ExpSmoothingDynamic: type[ExponentialSmoothingDynamic]
AverageWeighted: type[WeightedAverage]
