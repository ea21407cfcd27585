"""Data from Visual Chart: series of bars that grow, and ticks."""

from __future__ import annotations

import datetime as _datetime
import queue
import time
from typing import Any

from ..dataseries import TimeFrame
from ..feed import DataBase
from ..utils import date2num, num2date

__all__ = ["VCData"]

# a series that gets no bar for so long has all its history
_SETTLED_S = 1.0
# unit of a series, and how many of them make one of ours
_UNITS = {
    TimeFrame.Ticks: ("Ticks", 1),
    TimeFrame.MicroSeconds: ("Ticks", 1),
    TimeFrame.Seconds: ("Ticks", 1),
    TimeFrame.Minutes: ("Minutes", 1),
    TimeFrame.Days: ("Days", 1),
    TimeFrame.Weeks: ("Weeks", 1),
    TimeFrame.Months: ("Months", 1),
    TimeFrame.Years: ("Months", 12),
}
_OPENS = _datetime.datetime(1990, 1, 1)


class VCData(DataBase):
    """Delivers history and live data of a symbol of Visual Chart.

    Parameters
    ----------
    dataname
        The code that Visual Chart shows: ``010ES-MINI``.
    qcheck : 0.5
        Seconds after which the clock is looked at although nothing came.
    historical : False
        End with the history.
    millisecond : True
        Bars of Visual Chart end with 59.999 seconds: add the millisecond.
    tradename : None
        Symbol that orders are for, where it is another one.
    usetimezones : True
        Accepted; times are the market's, as Visual Chart gives them. `tzinput` says which zone that
        is.

    Notes
    -----
    Bars are delivered as they are complete. A feed of less than a minute, or one that larger bars
    are made of, delivers ticks once its history is through.
    """

    params: Any = {
        "qcheck": 0.5,
        "historical": False,
        "millisecond": True,
        "tradename": None,
        "usetimezones": True,
    }

    NULLDATE = _datetime.datetime(1899, 12, 30)  # where Visual Chart's numbers of days begin
    MILLISECOND = _datetime.timedelta(milliseconds=1)
    PING_TIMEOUT = 25.0

    _store: Any = None  # the class of the store; it puts itself here
    _wakes = True

    p: Any

    def __init__(self, **kwargs: Any) -> None:
        self.store = self._store(**kwargs)
        self._clear()

    def _clear(self) -> None:
        self._bars: queue.Queue[Any] = queue.Queue()  # also True and False: the connection
        self._ticks: queue.Queue[Any] = queue.Queue()
        self._series: Any = None
        self._taken = 0  # bars of the series that were queued
        self._heard_s = time.monotonic()
        self._following = self._over = False
        self._syminfo: Any = None
        self._price: float | None = None
        self._tradename = self.p.tradename or self.p.dataname

    # what Cerebro asks and tells

    def setenvironment(self, env: Any) -> None:
        """Say which Cerebro the feed is in; the store is added to it."""
        super().setenvironment(env)
        env.addstore(self.store)

    def islive(self) -> bool:
        """Whether it delivers as things happen."""
        return not self.p.historical

    def haslivedata(self) -> bool:
        """Whether something is waiting."""
        return not (self._bars.empty() and self._ticks.empty())

    def start(self) -> None:
        """Open the series."""
        super().start()
        self._clear()
        self.store.start(data=self)
        self.put_notification(self.CONNECTED)
        self._syminfo = self.store._symbol_info(self.p.dataname)
        if self._syminfo is None:
            self.put_notification(self.NOTSUBSCRIBED)
            self._over = True
            return
        kind, factor = _UNITS[self._timeframe]
        count = 1 if kind == "Ticks" else self._compression * factor
        begin = _OPENS if self.fromdate == float("-inf") else num2date(self.fromdate)
        end = self.store.MAXDATE1 if self.todate == float("inf") else num2date(self.todate)
        if not self.p.historical:
            self.put_notification(self.DELAYED)
            if self._by_ticks():
                self._following = True
                self.store._follow(self)
        self._series = self.store._open_series(self, kind, count, begin, end)

    def _by_ticks(self) -> bool:
        """Whether what happens now is delivered tick by tick."""
        composes = bool(self.resampling or self.replaying)
        return composes or self._timeframe < TimeFrame.Minutes

    def stop(self) -> None:
        """Close the series."""
        super().stop()
        series, self._series = self._series, None
        if series is not None:
            self.store._close_series(series)
        if self._following:
            self._following = False
            self.store._unfollow(self)

    # events; they come on the thread of COM

    def ping(self) -> bool:
        """Whether a series has been told of within `PING_TIMEOUT` seconds."""
        return time.monotonic() - self._heard_s < self.PING_TIMEOUT

    def OnNewDataSerieBar(self, DataSerie: Any, forcepush: bool = False) -> None:
        """Queue the bars that are complete: all but the last, or (`forcepush`) that too."""
        self._heard_s = time.monotonic()
        complete = DataSerie.Size - (0 if forcepush else 1)
        while self._taken < complete:
            self._taken += 1
            bar = DataSerie.GetBarValues(self._taken)
            prices = (bar.Open, bar.High, bar.Low, bar.Close, bar.Volume, bar.OpenInterest)
            self._bars.put((self._number(bar.Date), *prices))
        self._wake()

    def OnNewTicks(self, ArrayTicks: Any) -> None:
        """Queue a tick: the last price, and the volume that came with it."""
        library = self.store._modules[1]
        size = 0.0
        moment = None
        for tick in ArrayTicks:
            if tick.Field == library.Field_Last_Value:
                self._price, moment = float(tick.Value), tick.Date
            elif tick.Field == library.Field_Last_Volume:
                size = float(tick.Value)
        if moment is not None and self._price is not None:
            self._ticks.put((self._number(moment), *(self._price,) * 4, size, 0.0))
            self._wake()

    def debug_ticks(self, ticks: Any) -> None:
        """Print ticks."""
        for tick in ticks:
            print(tick.SymbolCode, tick.Field, tick.TickIndex, tick.Date, tick.Value)

    def _on_connection(self, up: bool) -> None:
        self._heard_s = time.monotonic()
        self._bars.put(up)
        self._wake()

    def _wake(self) -> None:
        if self._env is not None:
            self._env._wakeup.set()

    def _number(self, date: Any) -> float:
        """A moment of Visual Chart, a datetime or days since `NULLDATE`, as a number."""
        if not isinstance(date, _datetime.datetime):
            date = self.NULLDATE + _datetime.timedelta(days=date)
        if self.p.millisecond and date.microsecond // 1000 == 999:
            date = date.replace(microsecond=999000) + self.MILLISECOND
        return date2num(date)

    # delivery

    def _load(self) -> bool | None:
        while not self._over:
            bar = self._next_bar()
            if bar is None:
                return self._quiet()
            if bar is True:
                self.put_notification(self.DELAYED)
            elif bar is False:
                self.put_notification(self.CONNBROKEN)
            elif len(self) < 2 or bar[0] > self.lines.datetime[-1]:
                self._set(bar)
                return True
        return False

    def _next_bar(self) -> Any:
        # a feed that is preloaded has nobody who would wait for it
        wait = self.p.historical and (self._env is None or self._env._dopreload)
        try:
            return self._bars.get(wait, _SETTLED_S if wait else None)
        except queue.Empty:
            return None

    def _quiet(self) -> bool | None:
        """Go on where the series has no bar: its history is through, or something may come."""
        settled = self._taken and time.monotonic() - self._heard_s > _SETTLED_S
        if self.p.historical:
            if settled or not self.ping():
                self._over = True
                self._take_last()
                return self._last_bar()
            return None if not (self._env is None or self._env._dopreload) else self._load()
        if not self._by_ticks():
            if settled and self._laststatus != self.CONNBROKEN:
                self.put_notification(self.LIVE)
            return None
        return self._tick() if settled or not self._ticks.empty() else None

    def _take_last(self) -> None:
        """Queue the bar that the series ends with: nothing follows that would complete it."""
        series = self._series
        if series is not None:
            self.store._call(self.OnNewDataSerieBar, series[0], True)

    def _last_bar(self) -> bool:
        try:
            bar = self._bars.get_nowait()
        except queue.Empty:
            return False
        self._set(bar)
        return True

    def _tick(self) -> bool | None:
        while not self._ticks.empty():
            bar = self._ticks.get_nowait()
            if len(self) < 2 or bar[0] >= self.lines.datetime[-1]:
                self.put_notification(self.LIVE)
                self._set(bar)
                return True
        return None

    def _set(self, bar: tuple[float, ...]) -> None:
        names = ("datetime", "open", "high", "low", "close", "volume", "openinterest")
        for name, value in zip(names, bar, strict=True):
            getattr(self.lines, name)[0] = value
