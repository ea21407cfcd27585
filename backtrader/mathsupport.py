"""Mean, squared deviations and standard deviation of sequences of numbers."""

import math
from collections.abc import Iterable, Sequence

__all__ = ["average", "standarddev", "variance"]


def average(x: Sequence[float], bessel: bool = False) -> float:
    """Return the arithmetic mean, from an exactly rounded sum.

    Parameters
    ----------
    x
        The numbers.
    bessel
        Divide by one less than their count.

    Raises
    ------
    ZeroDivisionError
        There is nothing to divide by.
    """
    return math.fsum(x) / (len(x) - bool(bessel))


def variance(x: Iterable[float], avgx: float | None = None) -> list[float]:
    """Return the squared deviation of each number from the mean.

    Parameters
    ----------
    x
        The numbers; a sequence, unless ``avgx`` is given.
    avgx
        Their mean, where it is known already.

    Returns
    -------
    list of float
        One per number; their ``average`` is the variance.
    """
    mean = average(x) if avgx is None else avgx  # type: ignore[arg-type]
    return [(value - mean) ** 2.0 for value in x]


def standarddev(x: Sequence[float], avgx: float | None = None, bessel: bool = False) -> float:
    """Return the standard deviation.

    Parameters
    ----------
    x
        The numbers.
    avgx
        Their mean, where it is known already.
    bessel
        Divide by one less than their count: the estimate from a sample.
    """
    return math.sqrt(average(variance(x, avgx), bessel=bessel))
