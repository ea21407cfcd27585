"""Data feeds: objects whose lines are filled bar by bar, or all at once, from somewhere.

A feed delivers a bar through `load`: from the stack that filters may have put bars on, or else from
`_load`, which a subclass writes to set the lines of the next bar. A feed that can read many bars at
once also has ``_read_blocks(rows)``, which yields `Block` after `Block` of at most `rows` bars
(None: no limit), times as the source has them; it is used unless there are filters, or a further
subclass has its own `_load` or `_loadline`.
"""

from __future__ import annotations

import collections
import datetime as _datetime
import inspect
import logging
import os
from typing import Any, ClassVar

from . import dataseries
from ._core.delivery import Delivery
from ._core.statuses import Statuses
from ._core.textblocks import TextLines, open_text
from .metabase import ParamsBase
from .resamplerfilter import Replayer, Resampler
from .tradingcal import PandasMarketCalendar
from .utils import Localizer, date2num, num2date, time2num, tzparse

__all__ = ["AbstractDataBase", "CSVDataBase", "CSVFeedBase", "DataBase", "DataClone", "FeedBase"]

_log = logging.getLogger(__name__)

_SESSION_END = _datetime.time(23, 59, 59, 999990)  # the last instant that survives as a number

_MARKET_CALENDAR: Any = PandasMarketCalendar


class AbstractDataBase(Statuses, Delivery, dataseries.OHLCDateTime):  # type: ignore[misc]
    """Base of the feeds.

    Parameters
    ----------
    dataname : None
        Where the bars come from; what it can be depends on the feed.
    name : ''
        What to call the feed; default `dataname` where that is text.
    compression, timeframe : 1, TimeFrame.Days
        What a bar is: `compression` units of `timeframe`.
    fromdate, todate : None
        First and last moment (datetime or date) that is delivered.
    sessionstart, sessionend : None
        Times of day of the session; default the whole day.
    filters : []
        Filters that each bar goes through.
    tz, tzinput : None
        Time zone for display, and the one that the source is in (name or tzinfo); default none: as
        it comes.
    qcheck : 0.0
        Seconds after which a live feed looks whether there is something to do.
    calendar : None
        Trading calendar, or the name of one.
    """

    params: Any = {
        "dataname": None,
        "name": "",
        "compression": 1,
        "timeframe": dataseries.TimeFrame.Days,
        "fromdate": None,
        "todate": None,
        "sessionstart": None,
        "sessionend": None,
        "filters": [],
        "tz": None,
        "tzinput": None,
        "qcheck": 0.0,
        "calendar": None,
    }

    _registry: ClassVar[dict[str, type]] = {}

    _compensate: Any = None
    _feed: Any = None
    _store: Any = None
    _clone = False
    # whether it shows its filters the clock only when all that came before is delivered
    _timely = False
    _tmoffset = _datetime.timedelta()
    _started = False
    resampling = 0
    replaying = 0

    _env: Any = None
    _calendar: Any = None
    _tz: Any = None

    fromdate = float("-inf")
    todate = float("inf")

    p: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.__name__.startswith("_"):
            AbstractDataBase._registry[cls.__name__] = cls

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        obj.notifs = collections.deque()
        obj._barstack = collections.deque()
        obj._barstash = collections.deque()
        obj._filters = []
        obj._ffilters = []
        args, kwargs = super()._prepare(obj, args, kwargs)
        params = obj.p
        obj._dataname = params.dataname
        obj._name = cls._default_name(params)
        return args, kwargs

    @classmethod
    def _default_name(cls, params: Any) -> str:
        if params.name or not isinstance(params.dataname, str):
            return str(params.name)
        return str(params.dataname)

    @classmethod
    def _complete(cls, obj: Any) -> None:
        super()._complete(obj)
        params = obj.p
        obj._compression = params.compression
        obj._timeframe = params.timeframe
        params.sessionstart = _time_of_day(params.sessionstart, _datetime.time.min)
        params.sessionend = _time_of_day(params.sessionend, _SESSION_END)
        params.fromdate = _moment(params.fromdate, params.sessionstart)
        params.todate = _moment(params.todate, params.sessionend)
        for each in params.filters:
            obj._put_filter(each(obj) if inspect.isclass(each) else each, (), {})

    def __getattr__(self, name: str) -> Any:
        # a feed that delivers whole bars needs no ticks of its own: they are the bar's values
        if name.startswith("tick_") and "lines" in self.__dict__:
            if not len(self):
                return None
            return self.lines.close[0] if name == "tick_last" else getattr(self.lines, name[5:])[0]
        return super().__getattr__(name)

    # environment

    def setenvironment(self, env: Any) -> None:
        """Say which Cerebro the feed is in."""
        self._env = env

    def getenvironment(self) -> Any:
        """Return the Cerebro the feed is in."""
        return self._env

    def getfeed(self) -> Any:
        """Return the feed factory that made this feed, or None."""
        return self._feed

    def start(self) -> None:
        """Get ready to deliver bars; called at the beginning of a run."""
        self._barstack = collections.deque()
        self._barstash = collections.deque()
        self._laststatus = self.CONNECTED

    def stop(self) -> None:
        """Release what `start` took; called at the end of a run."""

    def _start(self) -> None:
        for name in [name for name in vars(self) if name.startswith("tick_")]:
            delattr(self, name)
        self.start()
        if not self._started:
            self._start_finish()
        self._feeder = self._make_feeder()

    def _start_finish(self) -> None:
        """Settle what depends on the time zone; a feed that learns it late calls this itself."""
        self._tz = self._gettz()
        self.lines.datetime._settz(self._tz)
        self._tzinput = Localizer(self._gettzinput())
        params = self.p
        if params.fromdate is not None:
            self.fromdate = self.date2num(params.fromdate)
        if params.todate is not None:
            self.todate = self.date2num(params.todate)
        self.sessionstart = time2num(params.sessionstart)
        self.sessionend = time2num(params.sessionend)
        self._calendar = calendar = params.calendar
        if calendar is None and self._env is not None:
            self._calendar = self._env._tradingcal
        elif isinstance(calendar, str):
            self._calendar = _MARKET_CALENDAR(calendar=calendar)
        self._started = True

    def _gettz(self) -> Any:
        return tzparse(self.p.tz)

    def _gettzinput(self) -> Any:
        return tzparse(self.p.tzinput)

    def _timeoffset(self) -> _datetime.timedelta:
        return self._tmoffset

    def date2num(self, dt: _datetime.datetime) -> float:
        """Return `dt`, in the feed's time zone where it is naive, as UTC days."""
        return date2num(dt if self._tz is None else self._tz.localize(dt))

    def num2date(
        self, dt: float | None = None, tz: Any = None, naive: bool = True
    ) -> _datetime.datetime:
        """Return `dt` (UTC days; default: of the current bar) in `tz` or the feed's time zone."""
        return num2date(self.lines.datetime[0] if dt is None else dt, tz or self._tz, naive)

    def _getnexteos(self) -> tuple[_datetime.datetime, float]:
        """The end of the session of the current bar, as a UTC datetime and as a number."""
        if self._clone:
            end: tuple[_datetime.datetime, float] = self.data._getnexteos()
            return end
        if not len(self):
            return _datetime.datetime.min, 0.0
        now = num2date(self.lines.datetime[0])
        if self._calendar is not None:
            closing = self._calendar.schedule(now, self._tz)[1]
            return closing, date2num(closing)
        closing = num2date(self.date2num(_datetime.datetime.combine(now, self.p.sessionend)))
        while now > closing:
            closing += _datetime.timedelta(days=1)
        return closing, date2num(closing)

    # live feeds

    def islive(self) -> bool:
        """Whether the feed delivers as things happen: no preloading, no batch."""
        return False

    def haslivedata(self) -> bool:
        """Whether the feed is past history and has bars as they happen."""
        return False

    # copies

    def clone(self, **kwargs: Any) -> Any:
        """Return a feed that delivers what this one does."""
        return _CLONE(dataname=self, **kwargs)

    def copyas(self, _dataname: str, **kwargs: Any) -> Any:
        """Return a clone under the name `_dataname`, to trade something else on the same prices."""
        copy = _CLONE(dataname=self, **kwargs)
        copy._dataname = copy._name = _dataname
        return copy

    def compensate(self, other: AbstractDataBase) -> None:
        """Let operations on this feed be settled against the position in `other`."""
        self._compensate = other

    # filters

    def addfilter(self, p: Any, *args: Any, **kwargs: Any) -> None:
        """Have each bar go through `p`: a function of the feed, or a class that makes one."""
        if inspect.isclass(p):
            self._put_filter(p(self, *args, **kwargs), (), {})
        else:
            self._filters.append((p, args, kwargs))

    def addfilter_simple(self, f: Any, *args: Any, **kwargs: Any) -> None:
        """Drop each bar for which `f`, a function of the feed or a class that makes one, returns
        True.
        """
        wrapper = dataseries.SimpleFilterWrapper(self, f, *args, **kwargs)
        self._filters.append((wrapper, (), {}))

    def _put_filter(self, each: Any, args: Any, kwargs: Any) -> None:
        self._filters.append((each, args, kwargs))
        if hasattr(each, "last"):
            self._ffilters.append((each, args, kwargs))

    def resample(self, **kwargs: Any) -> None:
        """Deliver larger bars; see `Resampler` for the arguments."""
        self.addfilter(Resampler, **kwargs)

    def replay(self, **kwargs: Any) -> None:
        """Deliver larger bars as they grow; see `Replayer` for the arguments."""
        self.addfilter(Replayer, **kwargs)

    def qbuffer(self, savemem: int = 0, replaying: bool = False) -> None:
        """Let the lines drop old values."""
        extra = self.resampling or replaying
        for line in self.lines:
            line.qbuffer(savemem=savemem, extrasize=int(extra))


def _time_of_day(value: Any, default: _datetime.time) -> _datetime.time:
    if value is None:
        return default
    return value.time() if isinstance(value, _datetime.datetime) else value


def _moment(value: Any, time: _datetime.time) -> Any:
    """A date as the datetime at which the session starts or ends on it."""
    if isinstance(value, _datetime.date) and not hasattr(value, "hour"):
        return _datetime.datetime.combine(value, time)
    return value


class DataBase(AbstractDataBase):
    """The class to derive feeds from."""


class FeedBase(ParamsBase):
    """Makes feeds that share parameters."""

    params = DataBase.params._gettuple()

    DataCls: Any
    p: Any

    def __init__(self) -> None:
        self.datas: list[Any] = []

    def start(self) -> None:
        """Start all feeds."""
        for data in self.datas:
            data.start()

    def stop(self) -> None:
        """Stop all feeds."""
        for data in self.datas:
            data.stop()

    def getdata(self, dataname: Any, name: str | None = None, **kwargs: Any) -> Any:
        """Return a feed for `dataname` with the parameters of this factory, or those given."""
        for key, value in self.p._getkwargs().items():
            kwargs.setdefault(key, value)
        kwargs["dataname"] = dataname
        data = self._getdata(**kwargs)
        data._name = name
        self.datas.append(data)
        return data

    def _getdata(self, dataname: Any, **kwargs: Any) -> Any:
        kwargs["dataname"] = dataname
        return self.DataCls(**kwargs)


class CSVDataBase(TextLines, DataBase):  # type: ignore[misc]
    """Base of the feeds that read text, one bar a line.

    Parameters
    ----------
    headers : True
        Whether the first line holds names and is to be skipped.
    separator : ','
        What stands between the fields.

    A subclass writes `_loadline`, which takes the fields of a line, sets the lines and returns
    True.
    """

    params: Any = {"headers": True, "separator": ","}

    @classmethod
    def _default_name(cls, params: Any) -> str:
        name = super()._default_name(params)
        if params.name or not isinstance(params.dataname, (str, os.PathLike)):
            return name
        return os.path.splitext(os.path.basename(params.dataname))[0]

    def start(self) -> None:
        super().start()
        if self.f is None:
            self.f = open_text(self.p.dataname)
        self.separator = self.p.separator
        self._line_number = 0
        if self.p.headers:
            self._nextline()

    def stop(self) -> None:
        super().stop()
        self._close()

    def preload(self) -> None:
        super().preload()
        # nothing more to come: an open file would keep the feed from being pickled
        self._close()

    def _reads_blocks(self) -> bool:
        # a terminal or a pipe gives lines as they come: nothing is to be read ahead there
        seekable = getattr(self.f, "seekable", None)
        return super()._reads_blocks() and seekable is not None and bool(seekable())

    def _load(self) -> bool | None:
        fields = self._getnextline()
        if fields is None:
            return False
        try:
            return self._loadline(fields)
        except (IndexError, ValueError) as error:
            raise self._row_error(error, self._text) from error

    def _loadline(self, linetokens: list[str]) -> bool:
        """Set the lines from the fields of a line of text; return True."""
        raise NotImplementedError


class CSVFeedBase(FeedBase):
    """Makes feeds that read text files below a common folder, `basepath`."""

    params = (("basepath", ""), *CSVDataBase.params._gettuple())

    def _getdata(self, dataname: Any, **kwargs: Any) -> Any:
        kwargs.pop("basepath", None)
        return self.DataCls(dataname=self.p.basepath + dataname, **kwargs)


class DataClone(AbstractDataBase):
    """Delivers what another feed, its `dataname`, does."""

    _clone = True

    def __init__(self) -> None:
        self.data = source = self.p.dataname
        self._dataname = source._dataname
        for name in (
            "fromdate",
            "todate",
            "sessionstart",
            "sessionend",
            "timeframe",
            "compression",
        ):
            setattr(self.p, name, getattr(source.p, name))
        self.p.tz, self.p.tzinput = source.p.tz, source.p.tzinput
        self._timely = source._timely
        self._dlen = 0
        self._preloading = False

    def _start(self) -> None:
        self.start()
        self._tz = self.data._tz
        self.lines.datetime._settz(self._tz)
        self._calendar = self.data._calendar
        self._tzinput = None  # the source has taken its times out of their zone
        for name in ("fromdate", "todate", "sessionstart", "sessionend"):
            setattr(self, name, getattr(self.data, name))
        self._started = True

    def start(self) -> None:
        super().start()
        self._dlen = 0
        self._preloading = False

    def _timeoffset(self) -> _datetime.timedelta:
        # Compat: but for these it is the computer's clock, whatever that of the source says
        return self.data._timeoffset() if self._timely else super()._timeoffset()

    def _show_clock(self, data: Any, forcedata: Any) -> None:
        self.data._show_clock(data, forcedata)

    def preload(self) -> None:
        self._preloading = True
        super().preload()
        self.data.home()
        self._preloading = False

    def _load(self) -> bool | None:
        if self._preloading:
            self.data.advance()
            if len(self.data) > self.data.buflen():
                return False
        elif len(self.data) <= self._dlen:
            return False
        self._dlen += not self._preloading
        for line, source in zip(self.lines.lines, self.data.lines.lines, strict=False):
            line[0] = source[0]
        return True

    def advance(self, size: int = 1, datamaster: Any = None, ticks: bool = True) -> None:
        self._dlen += size
        super().advance(size, datamaster, ticks=ticks)


_CLONE: Any = DataClone
