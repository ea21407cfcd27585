"""Analyzers: what measures a strategy while it runs."""

from __future__ import annotations

import datetime as _datetime
import pprint as _pprint
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from ._core import owner as _owners
from .dataseries import TimeFrame
from .errors import MissingDependencyError
from .lineiterator import LineIterator, ObserverBase, StrategyBase
from .lineroot import LineRoot
from .metabase import ParamsBase
from .utils import date2num
from .utils.py3 import MAXINT
from .writer import WriterFile

__all__ = ["Analyzer", "TimeFrameAnalyzerBase"]


class Analyzer(ParamsBase):
    """Base of the analyzers.

    A subclass collects what it is told by the ``notify_`` methods, or reads in `next`, and leaves
    its results in `rets`. An analyzer that is made in the ``__init__`` of another one works for
    that one and is driven with it.

    Attributes
    ----------
    strategy : Strategy
        The strategy that is analyzed.
    datas, data, data0, data1, ... : DataBase
        The feeds of the strategy, with shortcuts such as ``data_close``.
    rets : dict
        The results, made by `create_analysis`.
    """

    csv = True

    strategy: Any
    datas: list[Any]
    rets: Any
    _parent: Any
    _children: list[Analyzer]

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args, kwargs = super()._prepare(obj, args, kwargs)
        obj._children = []
        obj.strategy = _owners.nearest(StrategyBase)
        obj._parent = _owners.nearest(Analyzer, excluding=(obj,))
        obj.datas = obj.strategy.datas if obj.strategy is not None else []
        for index, data in enumerate(obj.datas):
            obj.__dict__[f"data{index}"] = data
        if obj.datas:
            obj.data = obj.datas[0]
        observer = _owners.nearest(ObserverBase)
        if observer is not None:
            observer._register_analyzer(obj)
        obj.create_analysis()
        return args, kwargs

    @classmethod
    def _complete(cls, obj: Any) -> None:
        super()._complete(obj)
        if obj._parent is not None:
            obj._parent._register(obj)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("data") and self.__dict__.get("datas"):
            found = LineIterator._data_shortcut(self, name)  # type: ignore[arg-type]
            if found is not None:
                return found
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process may need: the results, and no way back into the run."""
        state = {key: x for key, x in vars(self).items() if not isinstance(x, LineRoot)}
        return {**state, "strategy": None, "datas": []}

    def __len__(self) -> int:
        """Return how many bars the strategy has seen."""
        return len(self.strategy)

    def __bool__(self) -> bool:
        return True

    def _register(self, child: Analyzer) -> None:
        """Drive `child` with this analyzer, always just before it."""
        self._children.append(child)

    # what the strategy calls: children come first

    def _start(self) -> None:
        for child in self._children:
            child._start()
        self.start()

    def _stop(self) -> None:
        for child in self._children:
            child._stop()
        self.stop()

    def _prenext(self) -> None:
        for child in self._children:
            child._prenext()
        self.prenext()

    def _nextstart(self) -> None:
        for child in self._children:
            child._nextstart()
        self.nextstart()

    def _next(self) -> None:
        for child in self._children:
            child._next()
        self.next()

    def _notify_cashvalue(self, cash: float, value: float) -> None:
        for child in self._children:
            child._notify_cashvalue(cash, value)
        self.notify_cashvalue(cash, value)

    def _notify_fund(self, cash: float, value: float, fundvalue: float, shares: float) -> None:
        for child in self._children:
            child._notify_fund(cash, value, fundvalue, shares)
        self.notify_fund(cash, value, fundvalue, shares)

    def _notify_order(self, order: Any) -> None:
        for child in self._children:
            child._notify_order(order)
        self.notify_order(order)

    def _notify_trade(self, trade: Any) -> None:
        for child in self._children:
            child._notify_trade(trade)
        self.notify_trade(trade)

    # what a subclass overrides

    def notify_cashvalue(self, cash: float, value: float) -> None:
        """Told before each bar: the cash and the value of the account."""

    def notify_fund(self, cash: float, value: float, fundvalue: float, shares: float) -> None:
        """Told before each bar: cash, value, and the value and number of fund shares."""

    def notify_order(self, order: Any) -> None:
        """Told of each change of an order."""

    def notify_trade(self, trade: Any) -> None:
        """Told of each change of a trade."""

    def start(self) -> None:
        """Called when the run is about to begin."""

    def prenext(self) -> None:
        """Called after each bar before the minimum period of the strategy; calls `next`."""
        self.next()

    def nextstart(self) -> None:
        """Called after the bar that completes the minimum period of the strategy; calls `next`."""
        self.next()

    def next(self) -> None:
        """Called after each later bar."""

    def stop(self) -> None:
        """Called when the run is over."""

    def create_analysis(self) -> None:
        """Make `rets`, the container of the results: an ``OrderedDict`` unless overridden."""
        self.rets = OrderedDict()

    def get_analysis(self) -> Any:
        """Return the results, a dictionary."""
        return self.rets

    def print(self, *args: Any, **kwargs: Any) -> None:
        """Write the results as an indented outline, to standard output.

        Parameters
        ----------
        *args, **kwargs
            For the `WriterFile` that does it, for example ``out=stream``.
        """
        writer = WriterFile(*args, **kwargs)
        writer.start()
        writer.writedict({type(self).__name__: self.get_analysis()})
        writer.stop()

    def pprint(self, *args: Any, **kwargs: Any) -> None:
        """Write the results with ``pprint``, to standard output.

        Parameters
        ----------
        *args, **kwargs
            For ``pprint.pprint``.
        """
        _pprint.pprint(self.get_analysis(), *args, **kwargs)

    def to_frame(self) -> Any:
        """Return the results as a ``pandas.DataFrame``.

        Returns
        -------
        pandas.DataFrame
            Where the results are keyed by dates (or by years): one row for each, indexed by the
            key. Single values are in the column ``value``, sequences in a column for each item,
            named by the header row where there is one. Where there are several sequences under a
            date, each is a row of its own. Other results: one row for each value, in the column
            ``value``, indexed by the keys that lead to it, joined by dots.

        Raises
        ------
        MissingDependencyError
            pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise MissingDependencyError(f"{type(self).__name__}.to_frame", "pandas") from error
        results = self.get_analysis()
        keys = [key for key in results if not isinstance(key, str)]
        if keys and all(isinstance(key, (int, _datetime.date)) for key in keys):
            index, rows, columns = _dated_rows(results)
            index = [x if isinstance(x, int) else pandas.Timestamp(x) for x in index]
            return pandas.DataFrame(rows, index=pandas.Index(index), columns=columns)
        flat = dict(_leaves(results, ()))
        return pandas.DataFrame({"value": pandas.Series(flat, dtype=object)})


def _dated_rows(results: Mapping[Any, Any]) -> tuple[list[Any], list[list[Any]], list[Any]]:
    """Index, rows and column names of results by date; a key that is a text heads the columns."""
    index: list[Any] = []
    rows: list[list[Any]] = []
    columns: list[Any] = []
    for key, value in results.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        nested = values if values and isinstance(values[0], (list, tuple)) else [values]
        if isinstance(key, str):
            columns = [str(name) for name in nested[0]]
            continue
        for row in nested:
            index.append(key)
            rows.append(list(row))
    width = max(map(len, rows), default=0)
    if len(columns) != width:
        columns = ["value"] if width == 1 else [f"value{number}" for number in range(width)]
    return index, rows, columns


def _leaves(results: Mapping[Any, Any], path: tuple[str, ...]) -> Any:
    for key, value in results.items():
        here = (*path, str(key))
        if isinstance(value, Mapping):
            yield from _leaves(value, here)
        else:
            yield ".".join(here), value


# Numbers of moments tell apart what is 10 microseconds apart, and num2date rounds up to the next
# second.
_SLACK = 1e-9
# A zone's clock may show a time twice: twice two hours is more than any has ever been put back.
_ZONE_SLACK = 4.0 / 24.0
# num2date takes up to 9 microseconds before a full second for that second
_ROUNDING = 9.5e-6 / 86400.0

_NEVER = float("inf")
_ALWAYS = float("-inf")

_UNITS = {
    TimeFrame.Minutes: _datetime.timedelta(minutes=1),
    TimeFrame.Seconds: _datetime.timedelta(seconds=1),
    TimeFrame.MicroSeconds: _datetime.timedelta(microseconds=1),
}
_UNITS_IN_DAY = {TimeFrame.Minutes: 1440, TimeFrame.Seconds: 86400}
_ONE_DAY = _datetime.timedelta(days=1)


class _PeriodKey:
    """A key of a period, made from the number of its last unit only where somebody asks.

    Parameters
    ----------
    age : int
        0 for the current period, 1 for the one before.
    """

    def __init__(self, age: int) -> None:
        self.age = age

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    # Without __set__, what an instance has under the name comes first: that is how keys that were
    # made from dates are kept.
    def __get__(self, obj: Any, cls: type | None = None) -> Any:
        if obj is None:
            return self
        if not obj._units_in_day:
            raise AttributeError(f"{type(obj).__name__!r} object has no attribute {self.name!r}")
        unit = obj._periods[self.age]
        known, key = obj._known_key
        if known != unit:
            day, within = divmod(unit, obj._units_in_day)
            unit_s = 86400 // obj._units_in_day
            key = _datetime.datetime.min + _datetime.timedelta(day - 1, within * unit_s)
            obj._known_key = unit, key
        return key


class TimeFrameAnalyzerBase(Analyzer):
    """Base of the analyzers that work by periods of time.

    Parameters
    ----------
    timeframe : int
        Unit of the periods, from `TimeFrame`; default that of the first data. With
        ``TimeFrame.NoTimeFrame`` there is one period, the whole run.
    compression : int
        How many units make a period, for units below a day; default that of the first data.
    _doprenext : bool
        Call `prenext` too.

    Attributes
    ----------
    dtkey, dtcmp
        The current period: its last day (its last minute or second, for units below a day), and
        what it is told apart by from others.
    dtkey1, dtcmp1
        The same for the period before.
    """

    params = (("timeframe", None), ("compression", None), ("_doprenext", True))

    dtkey: Any = _PeriodKey(0)
    dtcmp: Any = _PeriodKey(0)
    dtkey1: Any = _PeriodKey(1)
    dtcmp1: Any = _PeriodKey(1)

    _period_hooks: ClassVar[tuple[str, ...]] = ("_dt_over", "_get_dt_cmpkey", "_get_subday_cmpkey")
    # Units in a day where periods are told apart by numbers: in UTC, with minutes or seconds. Else
    # 0.
    _units_in_day = 0

    def _start(self) -> None:
        params = self.p
        self.timeframe = params.timeframe or self.data._timeframe
        self.compression = params.compression or self.data._compression
        self._times = times = self.strategy.lines.datetime
        # no bar before this moment (as a number) can begin another period
        self._horizon = _ALWAYS
        cls, base = type(self), TimeFrameAnalyzerBase
        self._usual = all(getattr(cls, x) is getattr(base, x) for x in self._period_hooks)
        if self._usual and times._tz is None and self.timeframe in _UNITS_IN_DAY:
            self._units_in_day = _UNITS_IN_DAY[self.timeframe]
            # last units of the current period and the one before, counted from midnight of day 0
            first = self._units_in_day + self.compression - 1
            self._periods = first, first
            self._known_key: tuple[int, Any] = 0, None
        else:
            self.dtcmp, self.dtkey = self._get_dt_cmpkey(_datetime.datetime.min)
        super()._start()

    def _prenext(self) -> None:
        for child in self._children:
            child._prenext()
        if self._dt_over():
            self.on_dt_over()
        if self.p._doprenext:
            self.prenext()

    def _nextstart(self) -> None:
        for child in self._children:
            child._nextstart()
        if self._dt_over() or not self.p._doprenext:
            self.on_dt_over()
        self.nextstart()

    def _next(self) -> None:
        for child in self._children:
            child._next()
        # a comparison of numbers spares most bars the work with dates, bench/scenario.py statistics
        times = self._times
        if times.array[times._cursor.idx] >= self._horizon and self._dt_over():
            self.on_dt_over()
        self.next()

    def on_dt_over(self) -> None:
        """Called on the first bar of each period, before `next`."""

    def _dt_over(self) -> bool:
        """Whether the current bar begins another period; if so, make that the current one."""
        if self._units_in_day:
            return self._unit_over(self._times[0])
        if self.timeframe == TimeFrame.NoTimeFrame:
            compared, key = MAXINT, _datetime.datetime.max
        else:
            compared, key = self._get_dt_cmpkey(self._times.datetime(0))
        if self.dtcmp is not None and compared <= self.dtcmp:
            return False
        self.dtcmp1, self.dtcmp = self.dtcmp, compared
        self.dtkey1, self.dtkey = self.dtkey, key
        self._horizon = self._first_other(key)
        return True

    def _unit_over(self, moment: float) -> bool:
        """The same by numbers, with the period that `_get_subday_cmpkey` would find."""
        day = int(moment)
        fraction = moment - day + _ROUNDING
        if fraction >= 1.0:
            day, fraction = day + 1, 0.0
        units_in_day, compression = self._units_in_day, self.compression
        end = (int(fraction * units_in_day) // compression + 1) * compression
        last = day * units_in_day + end - 1
        current = self._periods[0]
        if last <= current:
            return False
        self._periods = last, current
        self._horizon = day + (end / units_in_day if end < units_in_day else 1.0) - _SLACK
        return True

    def _turns(self, first: int, last: int) -> Iterator[int]:
        """Yield each step from `first` to `last` (excluded) that may begin another period; whoever
        takes it has to ask `_turned`.
        """
        moments = self._times._values[:last].copy()
        step = first
        while (step := max(step, int(np.searchsorted(moments, self._horizon)))) < last:
            yield step
            step += 1

    def _turned(self, step: int) -> bool:
        """What `_dt_over` said on the bar of `step`."""
        cursor = self._times._cursor
        now, cursor.idx = cursor.idx, step
        try:
            return self._dt_over()
        finally:
            cursor.idx = now

    def _first_other(self, key: Any) -> float:
        """The moment up to which bars are in the period of `key` for sure, as a number."""
        if not self._usual:
            return _ALWAYS
        if self.timeframe == TimeFrame.NoTimeFrame:
            return _NEVER
        if self.timeframe >= TimeFrame.Days:
            following = _datetime.datetime(key.year, key.month, key.day) + _ONE_DAY
        elif self.timeframe in _UNITS:
            following = key + _UNITS[self.timeframe]
        else:
            return _ALWAYS
        zone = self._times._tz
        if zone is None:
            return date2num(following) - _SLACK
        return date2num(following, tz=zone) - _ZONE_SLACK

    def _get_dt_cmpkey(self, dt: _datetime.datetime) -> tuple[Any, Any]:
        """Return what the period of `dt` is compared by, and its key."""
        timeframe = self.timeframe
        if timeframe == TimeFrame.NoTimeFrame:
            return None, None
        if timeframe < TimeFrame.Days:
            return self._get_subday_cmpkey(dt)
        midnight = _datetime.datetime(dt.year, dt.month, dt.day)
        if timeframe == TimeFrame.Days:
            return (dt.year * 100 + dt.month) * 100 + dt.day, midnight
        if timeframe == TimeFrame.Weeks:
            year, week, weekday = dt.isocalendar()
            return year * 100 + week, midnight + (7 - weekday) * _ONE_DAY
        if timeframe == TimeFrame.Months:
            # from the 28th on, four more days are always in the next month
            inside_next = midnight.replace(day=28) + 4 * _ONE_DAY
            return dt.year * 100 + dt.month, inside_next - inside_next.day * _ONE_DAY
        return dt.year, _datetime.date(dt.year, 12, 31)

    def _get_subday_cmpkey(self, dt: _datetime.datetime) -> tuple[Any, Any]:
        """The same for units below a day: the last unit in the period, counted from midnight."""
        unit = _UNITS.get(self.timeframe)
        if unit is None:  # each tick is on its own
            return dt, dt
        midnight = _datetime.datetime(dt.year, dt.month, dt.day)
        groups = (dt - midnight) // (unit * self.compression) + 1
        last = midnight + (groups * self.compression - 1) * unit
        return last, last
