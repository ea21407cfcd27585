"""Dates as numbers, small containers and the names that keep old extensions running."""

from .autodict import AutoDict, AutoDictList, AutoOrderedDict, DotDict, Tree
from .date import (
    TIME_MAX,
    TIME_MIN,
    UTC,
    Localizer,
    TZLocal,
    date2num,
    num2date,
    num2dt,
    num2time,
    time2num,
    tzparse,
)
from .ordereddefaultdict import OrderedDefaultdict

__all__ = ["TIME_MAX", "TIME_MIN", "UTC", "Localizer", "TZLocal", "tzparse"]
__all__ += ["date2num", "num2date", "num2dt", "num2time", "time2num"]
__all__ += ["AutoDict", "AutoDictList", "AutoOrderedDict", "DotDict", "OrderedDefaultdict", "Tree"]
