"""Time frames, and lines with the names of prices."""

from __future__ import annotations

import datetime as _datetime
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, ClassVar

from .lineseries import LineSeries
from .utils import AutoOrderedDict, date2num

__all__ = ["OHLC", "DataSeries", "OHLCDateTime", "SimpleFilterWrapper", "TimeFrame"]


class TimeFrame:
    """The units of time that bars are measured in, as numbers that grow with the unit."""

    (Ticks, MicroSeconds, Seconds, Minutes, Days, Weeks, Months, Years, NoTimeFrame) = range(1, 10)

    Names: ClassVar[list[str]] = ["", "Ticks", "MicroSeconds", "Seconds", "Minutes", "Days"]
    Names += ["Weeks", "Months", "Years", "NoTimeFrame"]
    names = Names

    @classmethod
    def getname(cls, tframe: int, compression: int | None = None) -> str:
        """Return the name of `tframe`, in the singular for a `compression` of 1."""
        name = cls.Names[tframe]
        if (compression or 1) > 1 or tframe == cls.NoTimeFrame:
            return name
        return name[:-1]

    @classmethod
    def TFrame(cls, name: str) -> int:
        """Return the time frame called `name` (AttributeError where there is none)."""
        frame: int = getattr(cls, name)
        return frame

    @classmethod
    def TName(cls, tframe: int) -> str:
        """Return the name of `tframe`, in the plural."""
        return cls.Names[tframe]


class DataSeries(LineSeries):
    """An object whose lines are prices over time."""

    plotinfo = {"plot": True, "plotind": True, "plotylimited": True}

    _name = ""
    _compression = 1
    _timeframe = TimeFrame.Days

    Close, Low, High, Open, Volume, OpenInterest, DateTime = range(7)

    LineOrder: ClassVar[list[int]] = [DateTime, Open, High, Low, Close, Volume, OpenInterest]

    def getwriterheaders(self) -> list[Any]:
        """Return the column names for a writer."""
        aliases = self.lines.getlinealiases()
        named = [aliases[index] for index in self.LineOrder]
        return [self._name, "len", *named, *aliases[len(self.LineOrder) :]]

    def getwritervalues(self) -> list[Any]:
        """Return the values of the current bar for a writer; empty strings before the first."""
        length = len(self)
        headers = self.lines.getlinealiases()
        values: list[Any] = [self._name, length]
        if not length:
            return values + [""] * len(headers)
        values.append(self.lines.datetime.datetime(0))
        values.extend(self.lines[index][0] for index in self.LineOrder[1:])
        values.extend(
            self.lines[index][0] for index in range(len(self.LineOrder), self.lines.size())
        )
        return values

    def getwriterinfo(self) -> OrderedDict[str, Any]:
        """Return what a writer says of this data."""
        info: OrderedDict[str, Any] = OrderedDict()
        info["Name"] = self._name
        info["Timeframe"] = TimeFrame.TName(self._timeframe)
        info["Compression"] = self._compression
        return info


class OHLC(DataSeries):
    """Prices, volume and open interest."""

    lines: Any = ("close", "low", "high", "open", "volume", "openinterest")


class OHLCDateTime(OHLC):
    """Prices, volume and open interest with the end of the bar (UTC, days)."""

    lines: Any = ("datetime",)


class SimpleFilterWrapper:
    """A filter that only says whether a bar is to go, made into one that takes it out.

    Parameters
    ----------
    data : DataBase
        The feed.
    ffilter : callable or class
        Takes the feed and returns True where the current bar is not wanted.
    """

    def __init__(self, data: Any, ffilter: Any, *args: Any, **kwargs: Any) -> None:
        if isinstance(ffilter, type):
            ffilter, args, kwargs = ffilter(data, *args, **kwargs), (), {}
        self.ffilter: Callable[..., bool] = ffilter
        self.args = args
        self.kwargs = kwargs

    def __call__(self, data: Any) -> bool:
        """Take the current bar of `data` out where it is not wanted; say whether it went."""
        unwanted = self.ffilter(data, *self.args, **self.kwargs)
        if unwanted:
            data.backwards()
        return unwanted


class _Bar(AutoOrderedDict):
    """The values of one bar while it is put together from smaller ones.

    Parameters
    ----------
    maxdate : bool
        Start with a date after all others instead of none.
    """

    replaying = False

    MAXDATE = date2num(_datetime.datetime.max) - 2

    def __init__(self, maxdate: bool = False) -> None:
        super().__init__()
        self.bstart(maxdate=maxdate)

    def bstart(self, maxdate: bool = False) -> None:
        """Start a new bar: nothing is in it."""
        self._open()
        self.close = float("nan")
        self.low = float("inf")
        self.high = float("-inf")
        self.open = float("nan")
        self.volume = 0.0
        self.openinterest = 0.0
        self.datetime = self.MAXDATE if maxdate else None

    def isopen(self) -> bool:
        """Whether anything has come into the bar."""
        opened: float = self.open
        return opened == opened

    def bupdate(self, data: Any, reopen: bool = False) -> bool:
        """Take the current bar of `data` in; return True where it opened this one."""
        if reopen:
            self.bstart()
        now = {name: getattr(data, name)[0] for name in self}
        now["high"] = max(self.high, now["high"])
        now["low"] = min(self.low, now["low"])
        now["volume"] += self.volume
        opening = now.pop("open")
        self.update(now)
        if self.isopen():
            return False
        self.open = opening
        return True
