"""Moving averages: their common base, and the place where each of them is found under its names."""

from __future__ import annotations

from typing import Any, ClassVar

from ..indicator import Indicator

__all__ = ["MovAv", "MovingAverage", "MovingAverageBase"]

_COMMON = "MovingAverage"


class MovingAverage:
    """All moving averages as attributes, under every name they have.

    A name that begins or ends with ``MovingAverage`` also works without that:
    ``MovingAverage.Simple`` is ``MovingAverage.MovingAverageSimple``. Averages of users are there
    as soon as their class is made.
    """

    _movavs: ClassVar[list[type]] = []

    @classmethod
    def register(cls, regcls: type) -> None:
        """Make `regcls` an attribute, unless it has ``_notregister`` set."""
        if getattr(regcls, "_notregister", False):
            return
        name = regcls.__name__
        cls._movavs.append(regcls)
        setattr(cls, name, regcls)
        short = name.removeprefix(_COMMON)
        if short == name:
            short = name.removesuffix(_COMMON)
        if short != name and short:
            setattr(cls, short, regcls)


class MovAv(MovingAverage):
    """Short for `MovingAverage`."""


class MovingAverageBase(Indicator):
    """Base of the moving averages: a subclass is registered with `MovingAverage`.

    Parameters
    ----------
    period : int, default 30
        Bars that are averaged.
    """

    params = (("period", 30),)
    plotinfo = {"subplot": False}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # the aliases were made, and registered, by the call above: where a short name is contested
        # the class wins
        MovingAverage.register(cls)


MovingAverage.register(MovingAverageBase)
