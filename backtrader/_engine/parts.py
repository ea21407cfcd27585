"""The parts of a run, as they are handed to Cerebro."""

from __future__ import annotations

import datetime as _datetime
import inspect
import itertools
from collections.abc import Iterable
from typing import Any

from .. import feeds
from ..feed import AbstractDataBase
from ..feeds.pandafeed import is_table
from ..timer import Timer
from ..tradingcal import PandasMarketCalendar, TradingCalendarBase


class Parts:
    """Collects feeds, strategies and all that goes with them; mixed into `Cerebro`."""

    p: Any
    datas: list[Any]
    datasbyname: dict[str, Any]
    feeds: list[Any]
    stores: list[Any]
    strats: list[Any]
    signals: list[Any]
    sizers: dict[Any, Any]
    writers: list[Any]
    indicators: list[Any]
    analyzers: list[Any]
    observers: list[Any]
    storecbs: list[Any]
    datacbs: list[Any]
    optcbs: list[Any]
    _broker: Any
    _dataid: Any
    _pretimers: list[Any]
    _timers: list[Any]
    _timerscheat: list[Any]
    _ohistory: list[Any]

    @staticmethod
    def iterize(iterable: Iterable[Any]) -> list[Any]:
        """Return the items as a list, each that cannot be iterated over (or is text) as a tuple of
        one.
        """
        return [
            item if isinstance(item, Iterable) and not isinstance(item, str) else (item,)
            for item in iterable
        ]

    # the account's and the calendar's past

    def set_fund_history(self, fund: Iterable[Any]) -> None:
        """Take the fund's values from `fund`: (datetime, share value, net asset value) rows in
        order of time.
        """
        self._fhistory = fund

    def add_order_history(self, orders: Iterable[Any], notify: bool = True) -> None:
        """Execute past `orders`: (datetime, size, price[, feed]) rows in order of time; `notify`
        tells of them.
        """
        self._ohistory.append((orders, notify))

    def addtz(self, tz: Any) -> None:
        """Set the time zone of the strategies' times: a name, a tzinfo or the index of a feed."""
        self.p.tz = tz

    def addcalendar(self, cal: Any) -> None:
        """Set the trading calendar: an object, a class, a pandas_market_calendars calendar or its
        name.
        """
        if isinstance(cal, str) or hasattr(cal, "valid_days"):
            cal = PandasMarketCalendar(calendar=cal)
        elif inspect.isclass(cal) and issubclass(cal, TradingCalendarBase):
            cal = cal()
        self._tradingcal = cal

    # timers

    def notify_timer(self, timer: Any, when: _datetime.datetime, *args: Any, **kwargs: Any) -> None:
        """Told that `timer`, added with `add_timer`, went off at `when`."""

    def _add_timer(
        self,
        owner: Any,
        when: Any,
        offset: _datetime.timedelta = _datetime.timedelta(),
        repeat: _datetime.timedelta = _datetime.timedelta(),
        weekdays: Any = [],  # noqa: B006  (part of the API; never changed)
        weekcarry: bool = False,
        monthdays: Any = [],  # noqa: B006
        monthcarry: bool = True,
        allow: Any = None,
        tzdata: Any = None,
        strats: bool = False,
        cheat: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        timer = Timer(
            *args,
            tid=len(self._pretimers),
            owner=owner,
            strats=strats,
            when=when,
            offset=offset,
            repeat=repeat,
            weekdays=weekdays,
            weekcarry=weekcarry,
            monthdays=monthdays,
            monthcarry=monthcarry,
            allow=allow,
            tzdata=tzdata,
            cheat=cheat,
            **kwargs,
        )
        self._pretimers.append(timer)
        return timer

    def add_timer(
        self,
        when: Any,
        offset: _datetime.timedelta = _datetime.timedelta(),
        repeat: _datetime.timedelta = _datetime.timedelta(),
        weekdays: Any = [],  # noqa: B006
        weekcarry: bool = False,
        monthdays: Any = [],  # noqa: B006
        monthcarry: bool = True,
        allow: Any = None,
        tzdata: Any = None,
        strats: bool = False,
        cheat: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Add a timer that calls `notify_timer`; return it.

        Parameters
        ----------
        when : time, ``SESSION_START`` or ``SESSION_END``
            Time of day.
        offset : timedelta
            Added to `when`.
        repeat : timedelta
            Go off again each time this much has passed, until the session ends.
        weekdays, monthdays : list of int
            Days (1 is Monday) on which the timer is active; default all.
        weekcarry, monthcarry : bool
            Go off on the next day where one of those days had no session.
        allow : callable
            Takes a date and says whether the timer is active on it.
        tzdata : feed or time zone
            What `when` is in.
        strats : bool
            Tell the strategies as well.
        cheat : bool
            Go off before the broker has matched orders.
        """
        return self._add_timer(
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
            strats,
            cheat,
            *args,
            **kwargs,
        )

    def _check_timers(self, runstrats: list[Any], dt0: float, cheat: bool = False) -> None:
        for timer in self._timerscheat if cheat else self._timers:
            if not timer.check(dt0):
                continue
            timer.params.owner.notify_timer(timer, timer.lastwhen, *timer.args, **timer.kwargs)
            if timer.params.strats:
                for strategy in runstrats:
                    strategy.notify_timer(timer, timer.lastwhen, *timer.args, **timer.kwargs)

    # signals

    def add_signal(self, sigtype: int, sigcls: Any, *sigargs: Any, **sigkwargs: Any) -> None:
        """Add a signal indicator that a `SignalStrategy` acts on."""
        self.signals.append((sigtype, sigcls, sigargs, sigkwargs))

    def signal_strategy(self, stratcls: Any, *args: Any, **kwargs: Any) -> None:
        """Set the strategy class that acts on the signals."""
        self._signal_strat = (stratcls, args, kwargs)

    def signal_concurrent(self, onoff: bool) -> None:
        """Whether a signal acts while an order is pending."""
        self._signal_concurrent = onoff

    def signal_accumulate(self, onoff: bool) -> None:
        """Whether a signal adds to an open position."""
        self._signal_accumulate = onoff

    # collecting the parts

    def addstore(self, store: Any) -> None:
        """Add a store to be started and stopped with the run."""
        if not any(store is other for other in self.stores):
            self.stores.append(store)

    def addwriter(self, wrtcls: Any, *args: Any, **kwargs: Any) -> None:
        """Add a writer class, made at the beginning of the run."""
        self.writers.append((wrtcls, args, kwargs))

    def addsizer(self, sizercls: Any, *args: Any, **kwargs: Any) -> None:
        """Set the sizer class of all strategies that have none of their own."""
        self.sizers[None] = (sizercls, args, kwargs)

    def addsizer_byidx(self, idx: int, sizercls: Any, *args: Any, **kwargs: Any) -> None:
        """Set the sizer class of strategy number `idx`."""
        self.sizers[idx] = (sizercls, args, kwargs)

    def addindicator(self, indcls: Any, *args: Any, **kwargs: Any) -> None:
        """Add an indicator class to all strategies."""
        self.indicators.append((indcls, args, kwargs))

    def addanalyzer(self, ancls: Any, *args: Any, **kwargs: Any) -> None:
        """Add an analyzer class to all strategies; ``_name`` names it."""
        self.analyzers.append((ancls, args, kwargs))

    def addobserver(self, obscls: Any, *args: Any, **kwargs: Any) -> None:
        """Add an observer class to all strategies, once for all feeds."""
        self.observers.append((False, obscls, args, kwargs))

    def addobservermulti(self, obscls: Any, *args: Any, **kwargs: Any) -> None:
        """Add an observer class to all strategies, once for each feed."""
        self.observers.append((True, obscls, args, kwargs))

    def addstorecb(self, callback: Any) -> None:
        """Have `callback(msg, *args, **kwargs)` told what stores have to say."""
        self.storecbs.append(callback)

    def adddatacb(self, callback: Any) -> None:
        """Have `callback(data, status, *args, **kwargs)` told of changes in the state of feeds."""
        self.datacbs.append(callback)

    def adddata(self, data: Any, name: str | None = None) -> Any:
        """Add a feed, under `name` where given, or make one of a data frame or table; return it."""
        if not isinstance(data, AbstractDataBase) and is_table(data):
            data = feeds.PandasData(dataname=data)
        if name is not None:
            data._name = name
        data._id = next(self._dataid)
        data.setenvironment(self)
        self.datas.append(data)
        self.datasbyname[data._name] = data
        feed = data.getfeed()
        if feed is not None and not any(feed is other for other in self.feeds):
            self.feeds.append(feed)
        if data.islive():
            self._dolive = True
        return data

    def chaindata(self, *args: Any, **kwargs: Any) -> Any:
        """Add a feed that delivers the feeds `args` one after the other; return it."""
        return self._add_combined("Chainer", args, kwargs)

    def rolloverdata(self, *args: Any, **kwargs: Any) -> Any:
        """Add a feed that goes from each of the feeds `args` to the next by a rule; return it."""
        return self._add_combined("RollOver", args, kwargs)

    def _add_combined(self, kind: str, args: Any, kwargs: Any) -> Any:
        name = kwargs.pop("name", None)
        if name is None:
            name = args[0]._dataname
        combined = getattr(feeds, kind)(dataname=name, *args, **kwargs)  # noqa: B026
        return self.adddata(combined, name=name)

    def _derived(self, dataname: Any) -> Any:
        """The feed that resampling and replaying work on: a clone where the feed itself is in
        use.
        """
        if any(dataname is data for data in self.datas):
            return dataname.clone()
        return dataname

    def replaydata(self, dataname: Any, name: str | None = None, **kwargs: Any) -> Any:
        """Add a feed delivered as the growth of larger bars; return what was added."""
        data = self._derived(dataname)
        data.replay(**kwargs)
        self.adddata(data, name=name)
        self._doreplay = True
        return data

    def resampledata(self, dataname: Any, name: str | None = None, **kwargs: Any) -> Any:
        """Add a feed put together to larger bars; return what was added."""
        data = self._derived(dataname)
        data.resample(**kwargs)
        self.adddata(data, name=name)
        self._doreplay = True  # a bar is there when its source has it complete, not at its own time
        return data

    def addstrategy(self, strategy: Any, *args: Any, **kwargs: Any) -> int:
        """Add a strategy class with its arguments; return its index."""
        self.strats.append([(strategy, args, kwargs)])
        return len(self.strats) - 1

    def optstrategy(self, strategy: Any, *args: Any, **kwargs: Any) -> None:
        """Add a strategy class to be run with all combinations of the values of its arguments."""
        self._dooptimize = True
        positional = itertools.product(*self.iterize(args))
        names, values = list(kwargs), itertools.product(*self.iterize(kwargs.values()))
        named = [dict(zip(names, each, strict=True)) for each in values]
        combinations = itertools.product([strategy], positional, named)
        self.strats.append(list(combinations))

    def optcallback(self, cb: Any) -> None:
        """Have `cb` called with the result of each run of an optimisation."""
        self.optcbs.append(cb)

    def setbroker(self, broker: Any) -> Any:
        """Set the broker; return it."""
        self._broker = broker
        broker.cerebro = self
        return broker

    def getbroker(self) -> Any:
        """Return the broker."""
        return self._broker

    broker = property(getbroker, setbroker)
