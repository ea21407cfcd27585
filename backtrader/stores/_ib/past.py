"""What a feed does with history: alone, before its stream, and where the stream was lost."""

from __future__ import annotations

import collections
import datetime as _datetime
import logging
import queue
import time
from collections.abc import Callable
from typing import Any

from ...dataseries import TimeFrame
from ...resamplerfilter import _BaseResampler
from ...utils import num2date
from . import backfill
from .durations import bar_for
from .history import HistoricalBar, Signal
from .phases import Phase
from .present import time_of
from .ticks import utc

__all__ = ["Past", "epoch_s"]

_log = logging.getLogger(__name__)

_EPOCH_DAY = float(_datetime.date(1970, 1, 1).toordinal())
_DAY_S = 86400.0
_SETTLE_S = 2.0  # after a minute, until history surely has it
_RETRY_S = 2.0
_NO_ANSWER_S = 180.0
_NOTHING: Any = object()


def epoch_s(number: float) -> float:
    """Return the moment that a date line or a parameter has as a number, in epoch seconds."""
    return (number - _EPOCH_DAY) * _DAY_S


class Past:
    """The part of a feed that asks for history and delivers it."""

    DELAYED: int
    NOTSUPPORTED_TF: int
    contract: Any
    contractdetails: Any
    fromdate: float
    todate: float
    ib: Any
    lines: Any
    p: Any
    qhist: queue.Queue[Any] | None
    replaying: int
    resampling: int
    __len__: Callable[[], int]
    put_notification: Callable[..., None]
    _asked: bool
    _boundary: _datetime.datetime | None
    _compression: int
    _doubted: bool
    _env: Any
    _filters: list[Any]
    _finish: Callable[..., bool]
    _given_up: bool
    _go: Callable[[Phase], None]
    _held: collections.deque[Any]
    _joins: int
    _listen: Callable[[], None]
    _load_bar: Callable[[HistoricalBar], bool]
    _name: str
    _phase: Phase
    _retry: float | None
    _server_time: Callable[[], float | None]
    _timeframe: int
    _timeoffset: Callable[[], _datetime.timedelta]
    _tz: Any

    def _begin_past(self) -> None:
        if bar_for(*self._history_size()) is None:
            self._finish(self.NOTSUPPORTED_TF)
            return
        self._go(Phase.HISTORICAL)
        ends = None if self.todate == float("inf") else num2date(self.todate)
        begins = None if self.fromdate == float("-inf") else num2date(self.fromdate)
        if len(self) > 1:
            begins = num2date(self.lines.datetime[-1])
        self.qhist = self.ib.reqHistoricalDataEx(
            self.contract,
            ends,
            begins,
            *self._history_size(),
            what=self.p.what,
            useRTH=self.p.useRTH,
            sessionend=self.p.sessionend,
        )

    def _past(self) -> bool | None:
        # a feed that is preloaded has nobody who would wait for it
        wait = self._env is None or self._env._dopreload
        while True:
            answer = self._next_history(wait)
            if answer is _NOTHING:
                return None
            if not isinstance(answer, HistoricalBar) or answer.date is None:
                self._say_failure(answer)
                return self._finish()
            if self._load_bar(answer):
                return True

    def _size(self) -> tuple[int, int]:
        return self._timeframe, self._compression

    def _history_size(self) -> tuple[int, int]:
        """The bars to ask for: where larger ones are made of them, those that there are."""
        timeframe, compression = self._size()
        if not self._composes() or timeframe < TimeFrame.Days:
            return timeframe, compression
        return min(timeframe, TimeFrame.Months), 1

    def _composes(self) -> bool:
        """Whether larger bars are made of what is delivered."""
        return bool(self.resampling or self.replaying)

    def _begin_fill(self, since: float | None) -> None:
        """Ask for history up to now: since a moment (epoch seconds), or as the parameters say."""
        now = self._server_time() or time.time()
        timeframe, compression = self._history_size()
        if bar_for(timeframe, compression) is None:
            self.put_notification(self.NOTSUPPORTED_TF)
            name = TimeFrame.getname(timeframe, compression)
            self.ib.put_notification(
                f"{self._name}: IBKR has no history with bars of {compression} {name};"
                " there is no backfilling"
            )
            self._go(Phase.LIVE)
            return
        self.put_notification(self.DELAYED)
        begin = since
        if begin is None:
            begin = backfill.beginning(timeframe, compression, now)
            if self.fromdate > float("-inf"):
                begin = epoch_s(self.fromdate)
        self._go(Phase.FILLING)
        if not self._composes():
            self._joins = 0
            self._request([backfill.Part(timeframe, compression, int(begin), int(now) + 1)], now)
            return
        # days begin by the clock of the feed, which is that of the exchange unless the user says
        zone = str(getattr(self._tz, "zone", "")) or self.contractdetails.m_timeZoneId
        if since is not None:
            self._reopen_bars()
        self._joins = backfill.minute_after(now)
        start = backfill.unit_start(timeframe, compression, begin, zone)
        parts = backfill.parts(timeframe, compression, start, now, zone)
        self._asked = since is not None and bool(parts)
        self._request(parts, None)

    def _reopen_bars(self) -> None:
        """Forget the larger bar that is growing: history brings all of it."""
        for each in self._makers():
            each.bar.bstart(maxdate=True)

    def _makers(self) -> list[Any]:
        """The filters that make larger bars."""
        return [each for each, _, _ in self._filters if isinstance(each, _BaseResampler)]

    def _request(self, parts: list[backfill.Part], known_until: float | None) -> None:
        self._retry = None
        self.qhist = self.ib._desk.request(
            self.contract,
            parts,
            self.p.what,
            self.p.useRTH,
            self.p.sessionend,
            None,
            known_until,
        )

    def _fill(self) -> bool | None:
        self._listen()
        if self._phase is not Phase.FILLING:
            return None
        if self._retry is not None:
            if time.monotonic() > self._retry:
                self._begin_fill(self._last_moment())
            return None
        while True:
            answer = self._next_history(False)
            if answer is _NOTHING:
                return None
            if isinstance(answer, HistoricalBar) and answer.date is not None:
                if self._load_bar(answer):
                    return True
                continue
            if answer is Signal.LOST or self._doubts(answer):
                # no answer, although the stream may be well: once more in a while
                self._retry = time.monotonic() + _RETRY_S
                self._drop_history()
                return None
            if answer is not Signal.NO_DATA or not len(self):
                # a quiet stretch is no failure
                self._say_failure(answer)
            self._filled()
            return None

    def _doubts(self, answer: Any) -> bool:
        """Whether to ask once more after the answer that there is nothing: of the time in which the
        stream was lost, history may not be ready yet.
        """
        self._doubted = answer is Signal.NO_DATA and self._asked and not self._doubted
        return self._doubted

    def _filled(self) -> None:
        """History is delivered: go on to ticks, or wait for the minute in which they meet."""
        self._drop_history()
        if self._joins:
            self._go(Phase.JOINING)
        else:
            self._go(Phase.LIVE)

    def _join(self) -> bool | None:
        self._listen()
        if self._phase is not Phase.JOINING or self._given_up:
            return None
        ends = utc(self._joins * 1000.0)
        passed = any(time_of(each) >= ends for each in self._held)
        if not passed and not self._clock_passed(self._joins + _SETTLE_S):
            return None
        part = backfill.Part(TimeFrame.Minutes, 1, self._joins - 60, self._joins)
        self._boundary, self._joins, self._asked = ends, 0, False
        self._go(Phase.FILLING)
        self._request([part], None)
        return None

    def _clock_passed(self, moment: float) -> bool:
        """Whether the clock of the stream is past a moment, in epoch seconds."""
        now = _datetime.datetime.now(_datetime.timezone.utc) + self._timeoffset()
        return now.timestamp() > moment

    def _last_moment(self) -> float | None:
        """From when on something may be missing, in epoch seconds; None before the first bar.

        That is the last bar within a day, though a later one may be growing. Larger ones have other
        times in history than those that are made of ticks: of them the growing one counts.
        """
        delivered = [self.lines.datetime[-1]] if len(self) > 1 else []
        growing = [each.bar.datetime for each in self._makers() if each.bar.isopen()]
        within_a_day = self._timeframe < TimeFrame.Days
        times = (delivered or growing) if within_a_day else delivered + growing
        return epoch_s(max(times)) if times else None

    def _next_history(self, wait: bool) -> Any:
        if self.qhist is None:
            return Signal.NO_DATA
        try:
            return self.qhist.get(wait, _NO_ANSWER_S if wait else None)
        except queue.Empty:
            return Signal.LOST if wait else _NOTHING

    def _drop_history(self) -> None:
        answers, self.qhist = self.qhist, None
        if answers is not None:
            self.ib.cancelHistoricalData(answers)

    def _say_failure(self, answer: Any) -> None:
        if isinstance(answer, Signal):
            text = {
                Signal.NO_DATA: "there is no history for what was asked",
                Signal.LOST: "history was not answered",
            }.get(answer, "history was refused")
            message = f"{self._name}: {text} ({int(answer)})"
            # a run without a live feed tells nobody of notifications: the log does
            _log.warning("%s", message)
            self.ib.put_notification(message)
