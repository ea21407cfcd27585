"""Data feeds: objects whose lines are filled bar by bar, or all at once, from somewhere.

A feed delivers a bar through `load`: from the stack that filters may have put bars on, or else from `_load`, which a
subclass writes to set the lines of the next bar. A feed that can read many bars at once also has
``_read_blocks(rows)``, which yields `Block` after `Block` of at most `rows` bars (None: no limit), times as the source
has them; it is used unless there are filters, or a further subclass has its own `_load` or `_loadline`.
"""

from __future__ import annotations

import collections
import datetime as _datetime
import inspect
import logging
import os
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from . import dataseries
from ._core.bulk import Block, admitted, defined_above
from ._core.textblocks import decoding_error, open_text
from .errors import DataError
from .metabase import ParamsBase
from .resamplerfilter import Replayer, Resampler
from .tradingcal import PandasMarketCalendar
from .utils import Localizer, date2num, num2date, time2num, tzparse

__all__ = ["AbstractDataBase", "CSVDataBase", "CSVFeedBase", "DataBase", "DataClone", "FeedBase"]

_log = logging.getLogger(__name__)

_SESSION_END = _datetime.time(23, 59, 59, 999990)  # the last instant that survives as a number


class AbstractDataBase(dataseries.OHLCDateTime):
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
        Time zone for display, and the one that the source is in (name or tzinfo); default none: as it comes.
    qcheck : 0.0
        Seconds after which a live feed looks whether there is something to do.
    calendar : None
        Trading calendar, or the name of one.
    """

    params = (
        ("dataname", None),
        ("name", ""),
        ("compression", 1),
        ("timeframe", dataseries.TimeFrame.Days),
        ("fromdate", None),
        ("todate", None),
        ("sessionstart", None),
        ("sessionend", None),
        ("filters", []),
        ("tz", None),
        ("tzinput", None),
        ("qcheck", 0.0),
        ("calendar", None),
    )

    (
        CONNECTED,
        DISCONNECTED,
        CONNBROKEN,
        DELAYED,
        LIVE,
        NOTSUBSCRIBED,
        NOTSUPPORTED_TF,
        UNKNOWN,
    ) = range(8)

    _NOTIFNAMES: ClassVar[list[str]] = [
        "CONNECTED",
        "DISCONNECTED",
        "CONNBROKEN",
        "DELAYED",
        "LIVE",
        "NOTSUBSCRIBED",
        "NOTSUPPORTED_TIMEFRAME",
        "UNKNOWN",
    ]

    _registry: ClassVar[dict[str, type]] = {}

    _compensate: Any = None
    _feed: Any = None
    _store: Any = None
    _clone = False
    _qcheck = 0.0
    _tmoffset = _datetime.timedelta()
    _started = False
    resampling = 0
    replaying = 0

    _env: Any = None
    _calendar: Any = None
    _tz: Any = None
    _tzinput: Any = None
    _laststatus = CONNECTED
    _feeder: Iterator[tuple[float, ...]] | None = None
    _late_said = False

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
        """Settle what depends on the time zone; a live feed that learns it late calls this itself."""
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
            self._calendar = PandasMarketCalendar(calendar=calendar)
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
        """Return `dt` (UTC days; default that of the current bar) in `tz` or the feed's time zone."""
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

    def do_qcheck(self, onoff: bool, qlapse: float) -> None:
        """Set how long to wait for data: `qcheck` less `qlapse` seconds, or not at all."""
        self._qcheck = max(0.0, (self.p.qcheck if onoff else 0.0) - qlapse)

    @classmethod
    def _getstatusname(cls, status: int) -> str:
        return cls._NOTIFNAMES[status]

    def put_notification(self, status: int, *args: Any, **kwargs: Any) -> None:
        """Have Cerebro and the strategies told of `status`, unless it is the one they know."""
        if self._laststatus != status:
            self._laststatus = status
            self.notifs.append((status, args, kwargs))

    def get_notifications(self) -> list[tuple[int, Any, Any]]:
        """Return what there is to be told, and forget it."""
        waiting = []
        while self.notifs:
            waiting.append(self.notifs.popleft())
        return waiting

    # copies

    def clone(self, **kwargs: Any) -> DataClone:
        """Return a feed that delivers what this one does."""
        return DataClone(dataname=self, **kwargs)

    def copyas(self, _dataname: str, **kwargs: Any) -> DataClone:
        """Return a clone under the name `_dataname`, to trade something else on the same prices."""
        copy = DataClone(dataname=self, **kwargs)
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
        """Drop each bar for which `f`, a function of the feed or a class that makes one, returns True."""
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

    # ticks: the state of a bar that is delivered bit by bit

    def _tick_nullify(self) -> None:
        for name in self.lines.getlinealiases():
            if name != "datetime":
                setattr(self, f"tick_{name}", None)
        self.tick_last: float | None = None

    def _tick_fill(self, force: bool = False) -> None:
        names = self.lines.getlinealiases()
        if force or getattr(self, f"tick_{names[0]}", None) is None:
            for name in names:
                if name != "datetime":
                    setattr(self, f"tick_{name}", getattr(self.lines, name)[0])
            self.tick_last = getattr(self.lines, names[0])[0]

    # delivery

    def preload(self) -> None:
        """Load all bars, then go back to before the first."""
        blocks = self._bulk_blocks()
        if blocks is None:
            while self.load():
                pass
        else:
            self._take_blocks(list(blocks))
            self._feeder = iter(())  # all is there: nothing is left to be read
        self._last()
        self.home()

    def _bulk_blocks(self, rows: int | None = None) -> Iterator[Block] | None:
        """The blocks of bars that get past the dates; None where bars have to go one by one."""
        if self._filters or not self._reads_blocks():
            return None
        return admitted(self, self._read_blocks(rows))

    def _reads_blocks(self) -> bool:
        """Whether the feed can read blocks, and no subclass has its own word on single bars."""
        hooks = ("load", "_load", "_loadline", "_getnextline")
        return not any(defined_above(type(self), "_read_blocks", hook) for hook in hooks)

    def _make_feeder(self) -> Iterator[tuple[float, ...]] | None:
        """Rows of values, read block by block, for delivery one at a time."""
        if self._filters or not self._reads_blocks():
            return None
        return self._rows()

    def _rows(self) -> Iterator[tuple[float, ...]]:
        for block in self._bulk_blocks(rows=4096) or ():
            yield from zip(*(column.tolist() for column in block), strict=True)

    def _take_blocks(self, blocks: list[Block]) -> None:
        """Make all bars of `blocks` the contents of the lines."""
        for index, line in enumerate(self.lines):
            for block in blocks:
                line.array.frombytes(np.ascontiguousarray(block[index]).tobytes())

    def advance_peek(self) -> float:
        """Return the time of the next bar where there is one already, else infinity."""
        if len(self) < self.buflen():
            value: float = self.lines.datetime[1]
            return value
        return float("inf")

    def advance(self, size: int = 1, datamaster: Any = None, ticks: bool = True) -> None:
        """Move on by `size` bars that are there already; not past the time of `datamaster`."""
        if ticks:
            self._tick_nullify()
        self.lines.advance(size)
        if datamaster is None:
            if ticks and len(self) < self.buflen():
                self._tick_fill()
            return
        if len(self) > self.buflen():
            # nothing is left to deliver: an empty bar keeps pace
            self.lines.rewind()
            self.lines.forward()
        elif self.lines.datetime[0] > datamaster.lines.datetime[0]:
            self.lines.rewind()
        elif ticks:
            self._tick_fill()

    def next(self, datamaster: Any = None, ticks: bool = True) -> bool | None:  # type: ignore[override]
        """Deliver the next bar, if it is not later than that of `datamaster`.

        Returns
        -------
        True, False where there is none (now, or past `datamaster`), or None where a live feed has to be waited for.
        """
        if len(self) >= self.buflen():
            if ticks:
                self._tick_nullify()
            loaded = self.load()
            if not loaded:
                return loaded
        else:
            self.advance(ticks=ticks)
        if datamaster is not None and self.lines.datetime[0] > datamaster.lines.datetime[0]:
            self.rewind()
            return False
        if ticks:
            self._tick_fill()
        return True

    def load(self) -> bool | None:
        """Put the next bar that gets past dates and filters onto the lines.

        Returns
        -------
        True, False where there is none, or None where a live feed has to be waited for.
        """
        if self._feeder is not None and not self._barstack and not self._barstash:
            return self._load_row(next(self._feeder, None))
        while True:
            self.forward()
            if self._fromstack():
                return True
            if not self._fromstack(stash=True):
                loaded = self._load()
                if not loaded:
                    self.backwards(force=True)
                    return loaded
                if not self._in_order():
                    self._say_late()
            now = self._to_utc()
            if now < self.fromdate:
                self.backwards()
            elif now > self.todate:
                self.backwards(force=True)
                return False
            elif not self._filtered():
                return True

    def _load_row(self, row: tuple[float, ...] | None) -> bool:
        if row is None:
            return False
        for line, value in zip(self.lines.lines, row, strict=True):
            line.array.append(value)
        self._cursor.idx += 1
        return True

    def _in_order(self) -> bool:
        times = self.lines.datetime
        return len(times.array) < 2 or len(self) < 2 or times[0] >= times[-1]

    def _say_late(self) -> None:
        if not self._late_said and not self.islive():
            self._late_said = True
            _log.warning("%s: bars are not in the order of time", self._name or type(self).__name__)

    def _to_utc(self) -> float:
        """Take the time of the current bar out of the time zone of the source; return it."""
        now: float = self.lines.datetime[0]
        if self._tzinput is not None:
            now = self.lines.datetime[0] = self._utc(now)
        return now

    def _utc(self, number: float) -> float:
        return date2num(self._tzinput.localize(num2date(number)))

    def _filtered(self) -> bool:
        """Put the current bar through the filters; say whether one took it."""
        taken = False
        for each, args, kwargs in self._filters:
            if not self._barstack:
                taken = each(self, *args, **kwargs)
                if taken:
                    return True
                continue
            # an earlier filter put bars on the stack: each of them goes through this one
            for _ in range(len(self._barstack)):
                self._fromstack(forward=True)
                taken = each(self, *args, **kwargs)
            if taken:
                return True
        return False

    def _load(self) -> bool | None:
        """Set the lines of the next bar (``self.lines.close[0] = ...``); False where there is none."""
        return False

    def _check(self, forcedata: Any = None) -> None:
        """Let the filters look at the clock although no bar came."""
        for each, _, _ in self._filters:
            if hasattr(each, "check"):
                each.check(self, _forcedata=forcedata)

    def _last(self, datamaster: Any = None) -> bool:
        """Let the filters deliver what they still hold back; say whether there was anything."""
        delivered = False
        for each, args, kwargs in self._ffilters:
            delivered = bool(each.last(self, *args, **kwargs)) or delivered
        ticks = datamaster is not None and bool(self._barstack)
        while self._fromstack(forward=True):
            pass
        if ticks:
            self._tick_fill()
        return delivered

    # bars set aside, for filters

    def _add2stack(self, bar: Any, stash: bool = False) -> None:
        """Set a bar, values in the order of the lines, aside for delivery (`stash`: as if just loaded)."""
        (self._barstash if stash else self._barstack).append(bar)

    def _save2stack(self, erase: bool = False, force: bool = False, stash: bool = False) -> None:
        """Set the current bar aside for delivery, and take it away where `erase` is set."""
        self._add2stack([line[0] for line in self.lines.itersize()], stash)
        if erase:
            self.backwards(force=force)

    def _updatebar(self, bar: Any, forward: bool = False, ago: int = 0) -> None:
        """Put the values of `bar` onto the current bar, or onto a new one where `forward` is set."""
        if forward:
            self.forward()
        for line, value in zip(self.lines.itersize(), bar, strict=False):
            line[ago] = value

    def _fromstack(self, forward: bool = False, stash: bool = False) -> bool:
        """Put the bar set aside first onto the current one (or a new one); say whether there was one."""
        waiting = self._barstash if stash else self._barstack
        if not waiting:
            return False
        self._updatebar(waiting.popleft(), forward)
        return True


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

    DataCls: ClassVar[Any]
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


class CSVDataBase(DataBase):
    """Base of the feeds that read text, one bar a line.

    Parameters
    ----------
    headers : True
        Whether the first line holds names and is to be skipped.
    separator : ','
        What stands between the fields.

    A subclass writes `_loadline`, which takes the fields of a line, sets the lines and returns True.
    """

    params = (("headers", True), ("separator", ","))

    f: Any = None
    _line_number = 0
    _text: str | None = None

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

    def _path(self) -> str:
        name = self.p.dataname
        return str(getattr(name, "name", name)) if hasattr(name, "readline") else str(name)

    def stop(self) -> None:
        super().stop()
        if self.f is not None:
            self.f.close()
            self.f = None

    def preload(self) -> None:
        super().preload()
        # nothing more to come: an open file would keep the feed from being pickled
        if self.f is not None:
            self.f.close()
            self.f = None

    def _reads_blocks(self) -> bool:
        # a terminal or a pipe gives lines as they come: nothing is to be read ahead there
        seekable = getattr(self.f, "seekable", None)
        return super()._reads_blocks() and seekable is not None and bool(seekable())

    def _nextline(self) -> str | None:
        """The next line; None at the end."""
        if self.f is None:
            return None
        try:
            line = self.f.readline()
        except UnicodeDecodeError as error:
            raise decoding_error(self._path(), error) from error
        if not line:
            if not self._line_number:
                raise self._empty_error()
            return None
        self._line_number += 1
        text: str = line.rstrip("\n")
        return text

    def _getnextline(self) -> list[str] | None:
        """The fields of the next line; None at the end."""
        self._text = text = self._nextline()
        return None if text is None else text.split(self.separator)

    def _load(self) -> bool | None:
        fields = self._getnextline()
        if fields is None:
            return False
        try:
            return self._loadline(fields)
        except (IndexError, ValueError) as error:
            raise self._row_error(error, self._text) from error

    def _row_error(self, error: Exception, text: str | None) -> Exception:
        """What to raise where a row led to `error`."""
        if isinstance(error, DataError):
            return error
        reason = "too few fields" if isinstance(error, IndexError) else str(error)
        return DataError(reason, self._path(), self._line_number, text)

    def _empty_error(self) -> DataError:
        return DataError("the file is empty", path=self._path())

    def _set_bar(self, values: list[float]) -> None:
        """Set the lines of the current bar, `values` in their order."""
        for line, value in zip(self.lines, values, strict=True):
            line[0] = value

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
