"""Indicators that exist once for each moving average."""

from __future__ import annotations

from typing import Any

from .dema import DoubleExponentialMovingAverage, TripleExponentialMovingAverage
from .dma import DicksonMovingAverage
from .ema import ExponentialMovingAverage
from .hma import HullMovingAverage
from .kama import AdaptiveMovingAverage
from .sma import MovingAverageSimple
from .smma import SmoothedMovingAverage
from .wma import WeightedMovingAverage
from .zlema import ZeroLagExponentialMovingAverage
from .zlind import ZeroLagIndicator

_AVERAGES: tuple[Any, ...] = (
    MovingAverageSimple,
    ExponentialMovingAverage,
    SmoothedMovingAverage,
    WeightedMovingAverage,
    DoubleExponentialMovingAverage,
    TripleExponentialMovingAverage,
    HullMovingAverage,
    AdaptiveMovingAverage,
    ZeroLagExponentialMovingAverage,
    ZeroLagIndicator,
    DicksonMovingAverage,
)


def moving_average_family(
    namespace: dict[str, Any], mixin: type, suffixes: tuple[str, ...], summary: str
) -> list[str]:
    """Make a class of each moving average and `mixin` in the module of `namespace`; return all
    their names.

    A class is called as its average with the first of the `suffixes` behind it. The names of the
    average with the other suffixes, and its aliases with all of them, are aliases. `summary` is the
    start of the documentation, with ``{}`` where the average is named.
    """
    names: list[str] = []
    for average in _AVERAGES:
        name = average.__name__ + suffixes[0]
        aliases = [average.__name__ + suffix for suffix in suffixes[1:]]
        aliases += [alias + suffix for alias in average.alias for suffix in suffixes]
        body = {
            "__module__": namespace["__name__"],
            "__doc__": _documented(average, mixin, summary),
            "alias": tuple(aliases),
            "_notregister": True,
        }
        namespace[name] = type(average)(name, (average, mixin), body)
        names += [name, *aliases]
    return names


def _documented(average: Any, mixin: type, summary: str) -> str:
    name = average.__name__
    return (
        f"{summary.format(f'`{name}`')}\n\n"
        f"    Parameters, lines and formula are those of `{name}` and `{mixin.__name__}`.\n"
    )
