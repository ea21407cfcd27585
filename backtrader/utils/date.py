"""The public names for dates: see ``dateintern`` for what they do."""

from .dateintern import (
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

__all__ = ["TIME_MAX", "TIME_MIN", "UTC", "Localizer", "TZLocal", "tzparse"]
__all__ += ["date2num", "num2date", "num2dt", "num2time", "time2num"]
