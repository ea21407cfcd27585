"""Data from OANDA: history, and what happens now."""

from __future__ import annotations

import collections
import datetime as _datetime
import queue
import time
from collections.abc import Callable
from enum import Enum
from typing import Any

from ..dataseries import TimeFrame
from ..feed import DataBase
from ..resamplerfilter import _BaseResampler
from ..stores._oanda.records import Candle, Price, Signal
from ..stores._oanda.sizes import Part, base_of, floor, granularity, parts
from ..utils import date2num, num2date
from ._prefilled import Prefilled

__all__ = ["OandaData"]

_JOIN_S = 5  # history and quotes meet at the end of one of OANDA's shortest candles
_SETTLE_S = 1.0  # after its end, until it is surely there
_RETRY_S = 2.0
_NO_ANSWER_S = 180.0


class _Phase(Enum):
    """What a feed is doing.

    OFF: not started. PREFILL: delivers another feed first. OPENING: waits for the stream. FILLING:
    delivers history, quotes are held. LIVE: delivers quotes as they come. BROKEN: the stream is
    gone. HISTORICAL: delivers history alone. OVER: nothing more comes.
    """

    OFF = "off"
    PREFILL = "prefill"
    OPENING = "opening"
    FILLING = "filling"
    LIVE = "live"
    BROKEN = "broken"
    HISTORICAL = "historical"
    OVER = "over"


class OandaData(Prefilled, DataBase):
    """Delivers history and live quotes of an instrument of OANDA.

    Parameters
    ----------
    dataname
        OANDA's name of the instrument: ``EUR_USD``.
    qcheck : 0.5
        Seconds after which the clock is looked at although nothing came.
    historical : False
        End with the history between `fromdate` and `todate`.
    backfill_start, backfill : True, True
        Deliver history at the start (from `fromdate`, or as much as OANDA gives at once), and after
        the connection was lost.
    backfill_from : None
        A feed that is delivered first.
    bidask : True
        Deliver one side of the quotes; False: the middle.
    useask : False
        Deliver the ask, and not the bid.
    includeFirst : True
        Whether history begins with the candle that `fromdate` lies in.
    reconnect : True
        Whether a stream that broke is begun anew.
    reconnections : -1
        How often that is tried before the feed ends; -1: for ever.
    reconntimeout : 5.0
        Seconds between two attempts.

    Notes
    -----
    A feed that is not resampled delivers each quote as a bar, and a candle of history with the time
    at which it starts. A resampled or replayed one puts the time at which it ends on it, as the
    live bars have it; history and quotes meet at the end of a candle of five seconds, with nothing
    twice and nothing missing. The volume of a candle counts quotes; that of a quote is 0.
    """

    params: Any = {
        "qcheck": 0.5,
        "historical": False,
        "backfill_start": True,
        "backfill": True,
        "backfill_from": None,
        "bidask": True,
        "useask": False,
        "includeFirst": True,
        "reconnect": True,
        "reconnections": -1,
        "reconntimeout": 5.0,
    }

    _store: Any = None  # the class of the store; it puts itself here
    _timely = True
    _wakes = True

    p: Any

    def __init__(self, **kwargs: Any) -> None:
        self.o = self._store(**kwargs)
        self._side = ("ask" if self.p.useask else "bid") if self.p.bidask else "mid"
        self.contractdetails: dict[str, Any] | None = None
        self._clear()

    def _clear(self) -> None:
        self._phase = _Phase.OFF
        self._stream: Any = None
        self._history: Any = None
        self._held: collections.deque[Price | Signal] = collections.deque()
        # quotes before it came with history
        self._boundary = _datetime.datetime.min
        self._retry: float | None = None
        self._steps: dict[_Phase, Callable[[], bool | None]] = {
            _Phase.PREFILL: self._prefill,
            _Phase.OPENING: self._open,
            _Phase.FILLING: self._fill,
            _Phase.LIVE: self._quote,
            _Phase.BROKEN: self._wait,
            _Phase.HISTORICAL: self._past,
        }

    # what Cerebro asks and tells

    def setenvironment(self, env: Any) -> None:
        """Say which Cerebro the feed is in; the store is added to it."""
        super().setenvironment(env)
        env.addstore(self.o)

    def islive(self) -> bool:
        """Whether it delivers as things happen."""
        return not self.p.historical

    def haslivedata(self) -> bool:
        """Whether quotes are waiting."""
        return bool(self._held) or (self._stream is not None and not self._stream.answers.empty())

    def _show_clock(self, data: Any, forcedata: Any) -> None:
        # neither the clock nor another feed's bar ends one while parts of it are still waiting
        if self._phase is _Phase.LIVE and not self.haslivedata():
            super()._show_clock(data, forcedata)

    def _timeoffset(self) -> _datetime.timedelta:
        if self._stream is None:
            return _datetime.timedelta()
        here = _datetime.datetime.now(_datetime.timezone.utc).replace(tzinfo=None)
        offset: _datetime.timedelta = self._stream.now() - here
        return offset

    def start(self) -> None:
        """Find the instrument; what is asked for is asked with the first bar."""
        super().start()
        self._clear()
        source = self.p.backfill_from
        if source is not None:
            source.setenvironment(self._env)
            source._start()
        self.o.start(data=self)
        self.put_notification(self.CONNECTED)
        self.contractdetails = self.o.get_instrument(self.p.dataname)
        if self.contractdetails is None:
            self._finish(self.NOTSUBSCRIBED)
        elif self._granularity() is None:
            self._finish(self.NOTSUPPORTED_TF)

    def stop(self) -> None:
        """Give up what is under way; the connection is the store's."""
        super().stop()
        if self._phase is _Phase.PREFILL:
            self.p.backfill_from.stop()
        self._drop_history()
        stream, self._stream = self._stream, None
        if stream is not None:
            self.o._drop_prices(stream)
        self._phase = _Phase.OVER

    def _composes(self) -> bool:
        """Whether larger bars are made of what is delivered."""
        return bool(self.resampling or self.replaying)

    def _granularity(self) -> str | None:
        """The candles to ask for; None where OANDA has none that would do."""
        find = base_of if self._composes() else granularity
        return find(self._timeframe, self._compression)

    # phases

    def _finish(self, status: int | None = None) -> bool:
        """End the feed, and say why."""
        self._drop_history()
        if status is not None:
            self.put_notification(status)
        self._phase = _Phase.OVER
        return False

    def _load(self) -> bool | None:
        if self._phase is _Phase.OFF:
            self._begin()
        while True:
            phase = self._phase
            if phase is _Phase.OVER:
                return False
            loaded = self._steps[phase]()
            if loaded is not None or self._phase is phase:
                return loaded

    def _begin(self) -> None:
        if self.p.backfill_from is not None:
            self._phase = _Phase.PREFILL
        else:
            self._leave_prefill()

    def _prefill(self) -> bool | None:
        if self._take_from(self.p.backfill_from):
            return True
        self.p.backfill_from.stop()
        self._leave_prefill()
        return None

    def _leave_prefill(self) -> None:
        if self.p.historical:
            self._phase = _Phase.HISTORICAL
            zone = self._zone() if self._composes() else None
            ends = None
            if self.todate != float("inf"):
                # a candle at the very moment still belongs to it
                ends = num2date(self.todate) + _datetime.timedelta(microseconds=1)
            part = Part(str(self._granularity()), self._beginning(), ends, zone)
            self._request([part])
            return
        self._phase = _Phase.OPENING
        if self.p.backfill_start:
            self.put_notification(self.DELAYED)
        attempts = self.p.reconnections if self.p.reconnect else 0
        self._stream = self.o._prices(self.p.dataname, self.p.reconntimeout, attempts)

    def _beginning(self) -> _datetime.datetime | None:
        """From when on history is asked for at the start."""
        if len(self) > 1:
            return num2date(self.lines.datetime[-1])
        return None if self.fromdate == float("-inf") else num2date(self.fromdate)

    def _zone(self) -> str:
        """The time zone that days are counted in."""
        return self.p.tz if isinstance(self.p.tz, str) else "UTC"

    # history

    def _request(self, wanted: list[Part], wait_s: Callable[[], float] | None = None) -> None:
        self._retry = None
        first = bool(self.p.includeFirst)
        self._history = self.o._history(self.p.dataname, wanted, self._side, first, wait_s)

    def _drop_history(self) -> None:
        history, self._history = self._history, None
        if history is not None:
            history.cancel()

    def _begin_fill(self, since: _datetime.datetime | None) -> None:
        """Ask for history up to now, since a moment, or from where the parameters say."""
        self.put_notification(self.DELAYED)
        self._phase = _Phase.FILLING
        now = self._stream.now()
        base = str(self._granularity())
        begin = self._beginning() if since is None else since
        if not self._composes():
            self._boundary = now
            self._request([Part(base, begin, now)])
            return
        if since is not None:
            begin = self._reopen_bars(since)
        join = floor(now, _JOIN_S) + _datetime.timedelta(seconds=_JOIN_S)
        self._boundary = join
        stream = self._stream

        def wait_s() -> float:
            left: float = (join - stream.now()).total_seconds()
            return max(left, 0.0) + _SETTLE_S

        self._request(parts(base, begin, now, join, self._zone()), wait_s)

    def _reopen_bars(self, since: _datetime.datetime) -> _datetime.datetime:
        """Forget the larger bar that is growing, for history brings all of it; return when it
        began.
        """
        for each in self._makers():
            each.bar.bstart(maxdate=True)
        lengths_s = {TimeFrame.Seconds: 1, TimeFrame.Minutes: 60}
        length_s = lengths_s.get(self._timeframe)
        if length_s is not None:
            return floor(since, min(86400, self._compression * length_s))
        day = floor(since, 86400)
        if self._timeframe == TimeFrame.Weeks:
            return day - _datetime.timedelta(days=day.weekday())
        if self._timeframe >= TimeFrame.Months:
            day = day.replace(day=1)
        return day.replace(month=1) if self._timeframe == TimeFrame.Years else day

    def _makers(self) -> list[Any]:
        """The filters that make larger bars."""
        return [each for each, _, _ in self._filters if isinstance(each, _BaseResampler)]

    def _last_moment(self) -> _datetime.datetime | None:
        """When the last bar or quote was; None before the first."""
        times = [each.bar.datetime for each in self._makers() if each.bar.isopen()]
        if len(self) > 1:
            times.append(self.lines.datetime[-1])
        return num2date(max(times)) if times else None

    def _next_history(self, wait: bool) -> Any:
        try:
            return self._history.answers.get(wait, _NO_ANSWER_S if wait else None)
        except queue.Empty:
            return Signal.FAILED if wait else None

    def _past(self) -> bool | None:
        # a feed that is preloaded has nobody who would wait for it
        wait = self._env is None or self._env._dopreload
        while True:
            answer = self._next_history(wait)
            if answer is None:
                return None
            if isinstance(answer, Signal):
                self._say_problem(answer)
                return self._finish()
            if self._load_candle(answer):
                return True

    def _fill(self) -> bool | None:
        self._listen()
        if self._phase is not _Phase.FILLING:
            return None
        if self._retry is not None:
            if time.monotonic() > self._retry:
                self._begin_fill(self._last_moment())
            return None
        while (answer := self._next_history(False)) is not None:
            if isinstance(answer, Candle):
                if self._load_candle(answer):
                    return True
                continue
            if answer is Signal.FAILED:
                # no answer, although the stream may be well: once more in a while
                self._retry = time.monotonic() + _RETRY_S
                self._drop_history()
                return None
            self._say_problem(answer)
            self._drop_history()
            self._phase = _Phase.LIVE
            return None
        return None

    def _say_problem(self, signal: Signal) -> None:
        if signal is not Signal.COMPLETE:
            problem = self._history.problem or "there was no answer"
            self.o.put_notification(f"{self._name}: no history: {problem}")

    # live

    def _open(self) -> bool | None:
        while self._phase is _Phase.OPENING:
            self._listen()
            if not self._held:
                return None
            if self._held.popleft() is Signal.OPENED:
                if self.p.backfill_start:
                    self._begin_fill(None)
                else:
                    self._phase = _Phase.LIVE
        return None

    def _listen(self) -> None:
        """Take what comes on the stream: quotes into the waiting line, signals at once where quotes
        do not have to be delivered first.
        """
        while self._phase is not _Phase.OVER:
            try:
                message = self._stream.answers.get_nowait()
            except queue.Empty:
                return
            if message is Signal.REFUSED:
                self._finish(self.NOTSUBSCRIBED)
            elif message is Signal.LOST and self._phase is not _Phase.LIVE:
                self._fall()
            else:
                self._held.append(message)

    def _fall(self) -> None:
        """The stream is gone."""
        self._drop_history()
        self._held.clear()
        self.put_notification(self.CONNBROKEN)
        self._phase = _Phase.BROKEN

    def _quote(self) -> bool | None:
        self._listen()
        while self._held and self._phase is _Phase.LIVE:
            message = self._held.popleft()
            if message is Signal.LOST:
                rest = list(self._held)
                self._fall()
                self._held.extend(rest)
            elif isinstance(message, Price) and self._load_price(message):
                self.put_notification(self.LIVE)
                return True
        return None

    def _wait(self) -> bool | None:
        self._listen()
        while self._held and self._phase is _Phase.BROKEN:
            message = self._held.popleft()
            if message is Signal.ENDED:
                self._finish(self.DISCONNECTED)
            elif message is Signal.RESTORED:
                last = self._last_moment()
                wanted = self.p.backfill_start if last is None else self.p.backfill
                if wanted:
                    self._begin_fill(last)
                else:
                    self._phase = _Phase.LIVE
        return None

    # bars

    def _load_candle(self, candle: Candle) -> bool:
        """Put a candle onto the lines; False where it was delivered already."""
        if not self._composes():
            stamp = date2num(candle.time)
        elif candle.whole_days:
            # as `_getnexteos` has it: it ends the session
            day = self.num2date(date2num(candle.time)).date()
            stamp = self.date2num(_datetime.datetime.combine(day, self.p.sessionend))
        else:
            stamp = date2num(candle.ends)
        if len(self) > 1 and stamp <= self.lines.datetime[-1]:
            return False
        self._set(stamp, candle.open, candle.high, candle.low, candle.close, candle.volume)
        return True

    def _load_price(self, message: Price) -> bool:
        """Put a quote onto the lines; False where it came with history, or is too late."""
        price = message.side(self._side)
        if price is None or message.time < self._boundary:
            return False
        stamp = date2num(message.time)
        if len(self) > 1 and stamp < self.lines.datetime[-1]:
            return False
        self._set(stamp, price, price, price, price, 0.0)
        return True

    def _set(
        self, stamp: float, first: float, high: float, low: float, last: float, volume: float
    ) -> None:
        lines = self.lines
        lines.datetime[0] = stamp
        lines.open[0] = first
        lines.high[0] = high
        lines.low[0] = low
        lines.close[0] = last
        lines.volume[0] = volume
        lines.openinterest[0] = 0.0
