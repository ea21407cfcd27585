"""Places for ticks at round dates on an axis that counts bars."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import matplotlib.dates as mdates
import numpy as np

from ..utils import num2date

__all__ = ["AutoDateFormatter", "AutoDateLocator", "RRuleLocator"]

# our numbers of days and matplotlib's differ by the day they count from
_SHIFT = datetime.date(1970, 1, 1).toordinal()


def _bar(dates: Sequence[float], x: float) -> int:
    """Return the number of the bar that is nearest to `x`."""
    return int(min(max(round(float(x)), 0), len(dates) - 1))


def _time(dates: Sequence[float], x: float) -> datetime.datetime:
    return num2date(float(dates[_bar(dates, x)]))


def _span(dates: Sequence[float], interval: Any) -> tuple[datetime.datetime, datetime.datetime]:
    low, high = sorted(interval)
    return _time(dates, low), _time(dates, high)


def _bars_at(dates: Sequence[float], ticks: Any) -> Any:
    """Return the numbers of the first bars at or after `ticks`, in matplotlib's days."""
    shift = _SHIFT - mdates.date2num(datetime.datetime(1970, 1, 1))
    places = np.searchsorted(np.asarray(dates), np.asarray(ticks, dtype=float) + shift)
    return np.unique(places[places < len(dates)])


class RRuleLocator(mdates.RRuleLocator):
    """Ticks at the bars that come first at or after the dates of a rule.

    Parameters
    ----------
    dates : sequence of float
        Times of the bars, as days (`date2num`).
    o : matplotlib.dates.rrulewrapper
        The rule.
    tz
        Time zone of the rule.
    """

    axis: Any

    def __init__(self, dates: Sequence[float], o: Any, tz: Any = None) -> None:
        self._dates = dates
        super().__init__(o, tz)

    def datalim_to_dt(self) -> tuple[datetime.datetime, datetime.datetime]:
        """Return the times of the first and of the last bar with data."""
        return _span(self._dates, self.axis.get_data_interval())

    def viewlim_to_dt(self) -> tuple[datetime.datetime, datetime.datetime]:
        """Return the times of the first and of the last bar in view."""
        return _span(self._dates, self.axis.get_view_interval())

    def tick_values(self, vmin: Any, vmax: Any) -> Any:
        """Return the numbers of the bars to have ticks between the times `vmin` and `vmax`."""
        return _bars_at(self._dates, super().tick_values(vmin, vmax))


class AutoDateLocator(mdates.AutoDateLocator):
    """As matplotlib's, at the bars that come first at or after the dates it finds.

    Parameters
    ----------
    dates : sequence of float
        Times of the bars, as days (`date2num`).
    *args, **kwargs
        For matplotlib's.
    """

    axis: Any

    def __init__(self, dates: Sequence[float], *args: Any, **kwargs: Any) -> None:
        self._dates = dates
        super().__init__(*args, **kwargs)

    def datalim_to_dt(self) -> tuple[datetime.datetime, datetime.datetime]:
        """Return the times of the first and of the last bar with data."""
        return _span(self._dates, self.axis.get_data_interval())

    def viewlim_to_dt(self) -> tuple[datetime.datetime, datetime.datetime]:
        """Return the times of the first and of the last bar in view."""
        return _span(self._dates, self.axis.get_view_interval())

    def tick_values(self, vmin: Any, vmax: Any) -> Any:
        """Return the numbers of the bars to have ticks between the times `vmin` and `vmax`."""
        ticks = self.get_locator(vmin, vmax).tick_values(vmin, vmax)
        return _bars_at(self._dates, ticks)

    def __call__(self) -> Any:
        """Return the numbers of the bars to have ticks in view."""
        return self.tick_values(*self.viewlim_to_dt())

    def get_locator(self, dmin: datetime.datetime, dmax: datetime.datetime) -> Any:
        """Return matplotlib's choice of locator for the times `dmin` to `dmax`."""
        return super().get_locator(dmin, dmax)


class AutoDateFormatter(mdates.AutoDateFormatter):
    """As matplotlib's, for an axis that counts bars.

    Parameters
    ----------
    dates : sequence of float
        Times of the bars, as days (`date2num`).
    locator, tz, defaultfmt
        For matplotlib's.
    """

    def __init__(
        self, dates: Sequence[float], locator: Any, tz: Any = None, defaultfmt: str = "%Y-%m-%d"
    ) -> None:
        self._dates = dates
        super().__init__(locator, tz, defaultfmt)

    def __call__(self, x: float, pos: Any = None) -> str:
        """Return the text for the bar number `x`."""
        text: str = super().__call__(mdates.date2num(_time(self._dates, x)), pos)
        return text
