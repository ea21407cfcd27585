"""What indicators with a formula of their own have in common."""

from __future__ import annotations

import operator
from typing import Any, ClassVar

from ..errors import LineError, ParameterError
from ..lineroot import LineRoot

_HOOKS = ("__init__", "prenext", "nextstart", "next", "preonce", "oncestart", "once")


class Direct:
    """Computes its lines in its own `next` and `once`, rather than as an expression of other
    indicators.

    That saves an evaluation per bar, but the lines are then ready only after all indicators that
    the object owns. So a class that extends such an indicator, with expressions of its lines or a
    `next` that reads them, is made to own a plain one of the kind instead, and its lines are bound
    to that.

    A class that has a formula says so with ``_direct = True`` in its body, writes it in `next` and
    `once`, and prepares for it in `_start_formula`.
    """

    _direct: ClassVar[bool] = True
    _formula: ClassVar[Any] = None

    datas: list[Any]
    lines: Any
    p: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        own_formula = "_direct" in cls.__dict__
        if own_formula:
            cls._formula = cls  # at once: the next call makes the aliases, which look for it
        super().__init_subclass__(**kwargs)
        if not own_formula and cls._direct and _extends(cls, cls._formula):
            cls._direct = False
            for hook in _HOOKS[1:]:
                if hook not in cls.__dict__:
                    setattr(cls, hook, getattr(LineRoot, hook))

    def __init__(self) -> None:
        if self._direct:
            self._start_formula()
        else:
            formula = self._formula
            names = formula.params._getkeys()
            plain = formula(*self.datas, **{name: getattr(self.p, name) for name in names})
            for source, target in zip(plain.lines, self.lines, strict=False):
                source.addbinding(target)
        super().__init__()

    def _start_formula(self) -> None:
        """Set the minimum period and keep what `next` needs."""


def _extends(cls: type, formula: type) -> bool:
    """Whether `cls` adds code to `formula`: a name or other parameters alone do not count."""
    added = (base for base in cls.__mro__ if base not in formula.__mro__)
    return any(not vars(base).keys().isdisjoint(_HOOKS) for base in added)


def whole_period(indicator: Any, name: str = "period", least: int = 1) -> int:
    """Return the parameter `name` of `indicator`, a number of bars.

    Raises
    ------
    ParameterError
        It is no whole number, or below `least`.
    """
    value = getattr(indicator.p, name)
    try:
        bars = operator.index(value)
    except TypeError:
        bars = least - 1
    if bars < least:
        raise ParameterError(
            f"{type(indicator).__name__}: {name} is a number of bars, a whole number from {least}"
            f" up, not {value!r}"
        )
    return bars


def second_data(indicator: Any) -> Any:
    """Return the second data of `indicator`; LineError where it got only one."""
    if len(indicator.datas) < 2:
        raise LineError(f"{type(indicator).__name__}: takes two datas, it was given one")
    return indicator.datas[1]


def with_average(indicator: Any, *names: str, average: str = "movav") -> list[Any]:
    """Return the values of the parameters `names`, and the kind of `average` where it is not the
    usual one."""
    params = indicator.p
    values = [getattr(params, name) for name in names]
    return values if params.isdefault(average) else [*values, getattr(params, average)]
