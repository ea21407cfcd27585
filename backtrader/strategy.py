"""Strategies: user logic, stepped through the bars of its datas."""

from __future__ import annotations

import datetime as _datetime
from collections import defaultdict
from typing import Any

from ._core import owner as _owners
from ._core.clock import Cursor
from ._core.notices import NoticeMethods
from ._core.ordering import OrderMethods
from ._core.signalling import SignalState, read_signals
from ._core.tally import Tally
from ._core.writing import WriterMethods
from .broker import BrokerBase
from .lineiterator import LineIterator, StrategyBase
from .lineseries import Lines
from .metabase import ItemCollection
from .signal import (
    SIGNAL_LONG,
    SIGNAL_LONGEXIT,
    SIGNAL_LONGSHORT,
    SIGNAL_SHORT,
    SIGNAL_SHORTEXIT,
)
from .sizers import FixedSize
from .summary import Summarised
from .utils import AutoDictList
from .utils.py3 import MAXINT

__all__ = ["SignalStrategy", "Strategy"]


class _Watchers:
    """Attribute with those who watch a strategy; they are brought up to date when it is read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_kept_{name}"

    def __get__(self, strategy: Any, owner: type | None = None) -> Any:
        if strategy is None:
            return self
        strategy._watchers_read = True
        if strategy._account_recording is not None:
            strategy._account_recording.end()
        return getattr(strategy, self._name)

    def __set__(self, strategy: Any, watchers: Any) -> None:
        setattr(strategy, self._name, watchers)


class Strategy(NoticeMethods, OrderMethods, WriterMethods, Summarised, StrategyBase):
    """Base of the strategies.

    A subclass sets up its indicators in ``__init__`` and acts in `next`, which is called for each
    bar once all indicators have values.

    Attributes
    ----------
    datas, data, data0, data1, ... : DataBase
        The feeds; lines of theirs are at hand as ``data_close``, ``data1_high`` and so on.
    broker : BrokerBase
        Where orders go.
    position : Position
        The position in the first feed.
    stats, observers : ItemCollection
        The observers.
    analyzers : ItemCollection
        The analyzers.
    """

    _ltype = LineIterator.StratType
    csv = True
    _oldsync = False

    lines: Any = ("datetime",)

    stats = _Watchers()
    observers = _Watchers()
    analyzers = _Watchers()

    broker: BrokerBase
    cerebro: Any
    env: Any

    @classmethod
    def _make_lines(cls, obj: Any) -> Lines:
        return cls.lines._made(Cursor(), obj, True)

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args, kwargs = super()._prepare(obj, args, kwargs)
        obj.env = obj.cerebro = cerebro = _owners.environment()
        obj._id = cerebro._next_stid() if cerebro is not None else 0
        obj.broker = cerebro.broker if cerebro is not None else None
        obj._sizer = FixedSize()
        obj._orders = []
        obj._orderspending = []
        obj._trades = defaultdict(AutoDictList)
        obj._tradespending = []
        obj._account_recording = None
        obj._kept_stats = obj._kept_observers = ItemCollection()
        obj._kept_analyzers = ItemCollection()
        obj._watchers_read = False
        obj._alnames = defaultdict(Tally)
        obj.writers = []
        obj._slave_analyzers = []
        obj._tradehistoryon = False
        return args, kwargs

    @classmethod
    def _complete(cls, obj: Any) -> None:
        super()._complete(obj)
        obj._sizer.set(obj, obj.broker)

    def _periodset(self) -> None:
        """Work out the minimum period of each data from what is computed on its clock."""
        by_data: defaultdict[int, list[int]] = defaultdict(list)
        indicators = self._lineiterators[LineIterator.IndType]
        for indicator in indicators:
            by_data[id(self._data_behind(indicator))].append(indicator._minperiod)
        self._minperiods = [max(by_data[id(data)], default=data._minperiod) for data in self.datas]
        self._minperiod = max((x._minperiod for x in indicators), default=self._minperiod)

    def _data_behind(self, item: Any) -> Any:
        """The data whose bars the minimum period of `item` is counted in, or None.

        Compat: an indicator on an operation made by the strategy is counted in bars of the first
        data, whatever the operation is on, tests/unit/test_lines.py::test_periods_by_data
        """
        while item is not None and not any(item is data for data in self.datas):
            if item is self:
                return self.datas[0]
            clock = vars(item).get("_clock")
            item = item._owner if clock is None else clock
        return item

    def _addwriter(self, writer: Any) -> None:
        self.writers.append(writer)

    def _addindicator(self, indcls: Any, *indargs: Any, **indkwargs: Any) -> None:
        indcls(*indargs, **indkwargs)

    def _addanalyzer_slave(self, ancls: Any, *anargs: Any, **ankwargs: Any) -> Any:
        """Make an analyzer that an observer needs; it works like the others but is not listed with
        them.
        """
        analyzer = ancls(*anargs, **ankwargs)
        self._slave_analyzers.append(analyzer)
        return analyzer

    def _addanalyzer(self, ancls: Any, *anargs: Any, **ankwargs: Any) -> None:
        name = ankwargs.pop("_name", "") or ancls.__name__.lower()
        number = next(self._alnames[name])
        self._kept_analyzers.append(ancls(*anargs, **ankwargs), f"{name}{number or ''}")

    def _addobserver(self, multi: bool, obscls: Any, *obsargs: Any, **obskwargs: Any) -> None:
        name = obskwargs.pop("obsname", "") or obscls.__name__.lower()
        if not multi:
            self._kept_stats.append(obscls(*self.datas, *obsargs, **obskwargs), name)
            return
        # Compat: found under their name alone, and not started
        setattr(
            self._kept_stats, name, [obscls(data, *obsargs, **obskwargs) for data in self.datas]
        )

    def _addsizer(self, sizer: Any, *args: Any, **kwargs: Any) -> None:
        self.setsizer(FixedSize() if sizer is None else sizer(*args, **kwargs))

    # running

    def _all_analyzers(self) -> list[Any]:
        return [*self._kept_analyzers, *self._slave_analyzers]

    def _start(self) -> None:
        self._periodset()
        for analyzer in self._all_analyzers():
            analyzer._start()
        for observer in self._kept_stats:
            observer._start()
        self._stage2()
        self._dlens = [len(data) for data in self.datas]
        self._minperstatus = MAXINT
        self.start()

    def start(self) -> None:
        """Called when the run is about to begin."""

    def _stop(self) -> None:
        self.stop()
        for analyzer in self._all_analyzers():
            analyzer._stop()
        # operators make lines again, so that the datas can serve another run
        self._stage1()

    def stop(self) -> None:
        """Called when the run is over."""

    def _getminperstatus(self) -> int:
        """Bars that are still missing on the data that lacks most; 0 on the bar that completes the
        period.
        """
        self._minperstatus = status = max(
            period - len(data) for period, data in zip(self._minperiods, self.datas, strict=True)
        )
        return status

    def _clk_update(self) -> int:
        if self._oldsync:
            length = len(self.datas[0])
            if length != len(self):
                self.forward()
            self.lines.datetime[0] = self._latest()
            return length
        lengths = [len(data) for data in self.datas]
        if any(new > old for new, old in zip(lengths, self._dlens, strict=True)):
            self.forward()
        self.lines.datetime[0] = self._latest()
        self._dlens = lengths
        return len(self)

    def _latest(self) -> float:
        return max(data.lines.datetime[0] for data in self.datas if len(data))

    def _next(self) -> None:
        """Step the strategy bar by bar: indicators, notifications, user logic, what watches it."""
        self._clk_update()
        for indicator in self._lineiterators[LineIterator.IndType]:
            indicator._next()
        self._notify()
        status = self._getminperstatus()
        self._call_next(status)
        self._next_analyzers(status)
        self._next_observers(status)
        self.clear()

    def _call_next(self, status: int) -> None:
        if status < 0:
            self.next()
        elif status == 0:
            self.nextstart()
        else:
            self.prenext()

    def _once(self) -> None:
        for indicator in self._lineiterators[LineIterator.IndType]:
            indicator._once()

    def _oncepost(self, dt: float) -> None:
        """Step the strategy through a bar whose indicators are there already."""
        if self._oldsync:
            self.advance()
        else:
            self.forward()
        self.lines.datetime[0] = dt
        self._notify()
        status = self._getminperstatus()
        self._call_next(status)
        self._next_analyzers(status, once=True)
        self._next_observers(status, once=True)
        self.clear()

    def _oncepost_open(self) -> None:
        # Compat: the status is that of the bar before, as nothing has looked at this one yet
        self._call_open(self._minperstatus)

    def _next_open(self) -> None:
        self._call_open(self._minperstatus)

    def _call_open(self, status: int) -> None:
        if status < 0:
            self.next_open()
        elif status == 0:
            self.nextstart_open()
        else:
            self.prenext_open()

    def prenext_open(self) -> None:
        """Called at the open of a bar (cheat-on-open) before the minimum period is reached."""

    def nextstart_open(self) -> None:
        """Called at the open of the bar that completes the minimum period; calls `next_open`."""
        self.next_open()

    def next_open(self) -> None:
        """Called at the open of each bar (cheat-on-open), before its orders are matched."""

    def _next_observers(self, minperstatus: int, once: bool = False) -> None:
        for observer in self._lineiterators[LineIterator.ObsType]:
            for analyzer in observer._analyzers:
                _step(analyzer._next, analyzer._nextstart, analyzer._prenext, minperstatus)
            if not once:
                observer._next()
                continue
            if len(self) > len(observer):
                if self._oldsync:
                    observer.advance()
                else:
                    observer.forward()
            _step(
                observer.next,
                observer.nextstart,
                observer.prenext if len(observer) else _nothing,
                minperstatus,
            )

    def _next_analyzers(self, minperstatus: int, once: bool = False) -> None:
        for analyzer in self._kept_analyzers:
            _step(analyzer._next, analyzer._nextstart, analyzer._prenext, minperstatus)

    def _settz(self, tz: Any) -> None:
        self.lines.datetime._settz(tz)

    def qbuffer(self, savemem: int = 0, replaying: bool = False) -> None:
        """Let buffers drop old values: everywhere (`savemem` 1), or below what the strategy itself
        holds.
        """
        if savemem < 0:
            return
        if savemem > 0:
            for data in self.datas:
                data.qbuffer(replaying=replaying)
            for line in self.lines:
                line.qbuffer(savemem=1)
            for items in self._lineiterators.values():
                for item in items:
                    item.qbuffer(savemem=1)

    def add_timer(
        self,
        when: Any,
        offset: _datetime.timedelta = _datetime.timedelta(),
        repeat: _datetime.timedelta = _datetime.timedelta(),
        weekdays: Any = [],  # noqa: B006  (part of the API; never changed)
        weekcarry: bool = False,
        monthdays: Any = [],  # noqa: B006
        monthcarry: bool = True,
        allow: Any = None,
        tzdata: Any = None,
        cheat: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Add a timer that calls `notify_timer`; see `Cerebro.add_timer` for the arguments."""
        return self.cerebro._add_timer(
            self,
            when,
            offset,
            repeat,
            weekdays,
            weekcarry,
            monthdays,
            monthcarry,
            allow,
            tzdata,
            False,
            cheat,
            *args,
            **kwargs,
        )

    def set_tradehistory(self, onoff: bool = True) -> None:
        """Have trades keep a record of each update."""
        self._tradehistoryon = onoff


def _nothing() -> None:
    """Do nothing."""


def _step(following: Any, completing: Any, before: Any, minperstatus: int) -> None:
    if minperstatus < 0:
        following()
    elif minperstatus == 0:
        completing()
    else:
        before()


class SignalStrategy(Strategy):
    """A strategy that acts on signals: indicators whose value says to enter or to leave.

    Parameters
    ----------
    signals : []
        (type, indicator class, positional arguments, keyword arguments) of each signal.
    _accumulate : False
        Whether to add to an open position.
    _concurrent : False
        Whether to act while an order is pending.
    _data : None
        What to trade: a feed, its index or its name; default the first feed.

    A subclass's own `next` is called after the signals were acted on.
    """

    params: Any = (("signals", []), ("_accumulate", False), ("_concurrent", False), ("_data", None))

    _own_next: Any = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "next" in cls.__dict__:
            cls._own_next = cls.__dict__["next"]
            del cls.next

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args, kwargs = super()._prepare(obj, args, kwargs)
        obj._signals = defaultdict(list)
        target = obj.p._data
        obj._dtarget = obj.datas[target] if isinstance(target, int) else obj._data(target)
        return args, kwargs

    @classmethod
    def _complete(cls, obj: Any) -> None:
        with _owners.entered(obj):
            for kind, signal, args, kwargs in obj.p.signals:
                obj._signals[kind].append(signal(*args, **kwargs))
        super()._complete(obj)
        given = {kind for kind, signals in obj._signals.items() if signals}
        obj._longshort = SIGNAL_LONGSHORT in given
        obj._long = SIGNAL_LONG in given
        obj._short = SIGNAL_SHORT in given
        obj._longexit = SIGNAL_LONGEXIT in given
        obj._shortexit = SIGNAL_SHORTEXIT in given

    def _start(self) -> None:
        self._sentinel: Any = None
        super()._start()

    def signal_add(self, sigtype: int, signal: Any) -> None:
        """Add `signal`, an indicator, as one of type `sigtype`."""
        self._signals[sigtype].append(signal)

    def _tell(self, orders: Any, trades: Any) -> None:
        if any(order == self._sentinel and not order.alive() for order in self._orderspending):
            self._sentinel = None
        super()._tell(orders, trades)

    def next(self) -> None:
        if self._sentinel is None or self.p._concurrent:
            self._act(read_signals(self._signals))
        if self._own_next is not None:
            self._own_next()

    def _act(self, now: SignalState) -> None:
        """Enter, leave or reverse as the signals say."""
        size = self.getposition(self._dtarget).size
        if not size:
            if now.long:
                self._sentinel = self.buy(self._dtarget)
            elif now.short:
                self._sentinel = self.sell(self._dtarget)
        elif size > 0:
            # without signals for leaving, those for the other side turn the position round
            turn = now.reverse_short or (now.enter_short and not self._longexit)
            self._move(
                now.exit_long or (now.leave_long and not self._longexit),
                turn,
                now.long,
                self.sell,
                self.buy,
            )
        else:
            turn = now.reverse_long or (now.enter_long and not self._shortexit)
            self._move(
                now.exit_short or (now.leave_short and not self._shortexit),
                turn,
                now.short,
                self.buy,
                self.sell,
            )

    def _move(self, leave: bool, turn: bool, add: bool, against: Any, along: Any) -> None:
        """Change an open position: close it, open the opposite one, or add to it."""
        if leave or turn:
            self.close(self._dtarget)
        if turn:
            self._sentinel = against(self._dtarget)
        if add and self.p._accumulate:
            self._sentinel = along(self._dtarget)
