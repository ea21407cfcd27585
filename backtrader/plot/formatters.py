"""Texts on the axes: dates for the numbers of bars, and short volumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.dates as mdates
import matplotlib.ticker as mplticker

from ..utils import num2date

__all__ = ["MyDateFormatter", "MyVolFormatter", "getlocator", "patch_formatter", "patch_locator"]


class MyVolFormatter(mplticker.Formatter):
    """Volumes in thousands, millions and so on; nothing above the largest volume.

    Parameters
    ----------
    volmax : float
        The largest volume that is shown.
    """

    Suffixes = ["", "K", "M", "G", "T", "P"]

    def __init__(self, volmax: float) -> None:
        self.volmax = volmax
        step = 0
        while step < len(self.Suffixes) - 1 and volmax >= 1000.0 ** (step + 1):
            step += 1
        self.divisor = 1000.0**step
        self.suffix = self.Suffixes[step]

    def __call__(self, y: float, pos: int | None = 0) -> str:
        """Return the text for volume `y`."""
        if y > self.volmax * 1.20:
            return ""
        return f"{int(y / self.divisor)}{self.suffix}"


class MyDateFormatter(mplticker.Formatter):
    """The date of a bar, for its number.

    Parameters
    ----------
    dates : sequence of float
        Times of the bars, as days (`date2num`).
    fmt : str
        As for ``strftime``.
    """

    def __init__(self, dates: Sequence[float], fmt: str = "%Y-%m-%d") -> None:
        self.dates = dates
        self.lendates = len(dates)
        self.fmt = fmt

    def __call__(self, x: float, pos: int | None = 0) -> str:
        """Return the date of the bar nearest to `x`."""
        index = min(max(round(float(x)), 0), self.lendates - 1)
        return num2date(float(self.dates[index])).strftime(self.fmt)


def patch_locator(locator: Any, xdates: Sequence[float]) -> None:
    """Have `locator`, of matplotlib's dates, work on an axis that counts bars with these times."""

    def limits(interval: tuple[float, float]) -> tuple[Any, Any]:
        low, high = (min(max(round(x), 0), len(xdates) - 1) for x in sorted(interval))
        return num2date(float(xdates[low])), num2date(float(xdates[high]))

    locator.viewlim_to_dt = lambda: limits(locator.axis.get_view_interval())
    locator.datalim_to_dt = lambda: limits(locator.axis.get_data_interval())


def patch_formatter(formatter: Any, xdates: Sequence[float]) -> None:
    """Have `formatter`, of matplotlib's dates, take the number of a bar for its time."""
    shown = type(formatter).__call__

    def date_of(x: float, pos: int = 0) -> str:
        index = min(max(round(float(x)), 0), len(xdates) - 1)
        text: str = shown(formatter, mdates.date2num(num2date(float(xdates[index]))), pos)
        return text

    formatter.__class__ = type(
        f"Patched{type(formatter).__name__}",
        (type(formatter),),
        {"__call__": lambda self, x, pos=0: date_of(x, pos)},
    )


def getlocator(xdates: Sequence[float], numticks: int = 5, tz: Any = None) -> tuple[Any, Any]:
    """Return a locator and a formatter of dates for an axis that counts bars with these times."""
    first, last = (num2date(float(xdates[index])) for index in (0, -1))
    span = mdates.AutoDateLocator(minticks=numticks, tz=tz)
    locator = span.get_locator(first, last)
    formatter = mdates.AutoDateFormatter(locator, tz=tz)
    patch_locator(locator, xdates)
    patch_formatter(formatter, xdates)
    return locator, formatter
