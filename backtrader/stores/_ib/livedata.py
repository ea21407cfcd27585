"""Live data: ticker ids, their queues, and the streams behind them.

The server sends one stream for each contract, however many queues want it; it ends streams without
a word. Whoever reads a queue finds ticks (`RTVolume`) or bars (`RealTimeBar`), and a `Signal` for
whatever else happens.
"""

from __future__ import annotations

import datetime as _datetime
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .contracts import ContractDetails
from .figures import number
from .history import Signal
from .ticks import RealTimeBars, RTVolume, TickMaker, utc
from .topics import MarketData

__all__ = ["LiveData", "Tickers"]

_log = logging.getLogger(__name__)

REQIDBASE = 0x01000000
_LOOK_S = 1.0
_ANSWER_S = 10.0  # a stream that was renewed sends a frame at once
_PAUSE_MS = 2000  # between two frames; a stream that runs has one every half a second
_SCHEDULE_S = 6 * 3600.0

Answers = queue.Queue[Any]


class Tickers:
    """Numbers requests, and keeps the queue of each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(REQIDBASE)
        self._queues: dict[int, Answers] = {}
        self._ids: dict[int, int] = {}  # id() of a queue -> ticker id

    def next_id(self) -> int:
        """Return a number that was not given before."""
        return next(self._numbers)

    def make(self, start: bool = False) -> Any:
        """Return a ticker id and its new queue; with `start` a queue of nobody, None in it, which
        has a reader begin.
        """
        answers: Answers = queue.Queue()
        if start:
            answers.put(None)
            return answers
        ticker_id = self.next_id()
        with self._lock:
            self._queues[ticker_id] = answers
            self._ids[id(answers)] = ticker_id
        return ticker_id, answers

    def reuse(self, ticker_id: int) -> tuple[int, Answers]:
        """Give the queue of `ticker_id` a new number; return both."""
        new = self.next_id()
        with self._lock:
            answers = self._queues.pop(ticker_id)
            self._queues[new] = answers
            self._ids[id(answers)] = new
        return new, answers

    def cancel(self, answers: Answers, sendnone: bool = False) -> None:
        """Forget a queue; `sendnone` puts None into it, to end its reader."""
        with self._lock:
            ticker_id = self._ids.pop(id(answers), None)
            if ticker_id is not None:
                del self._queues[ticker_id]
        if sendnone:
            answers.put(None)

    def valid(self, answers: Answers) -> bool:
        """Whether a queue is still in use."""
        with self._lock:
            return id(answers) in self._ids

    def queue_of(self, ticker_id: int) -> Answers | None:
        """Return the queue of a request; None where there is none any more."""
        with self._lock:
            return self._queues.get(ticker_id)

    def id_of(self, answers: Answers) -> int | None:
        """Return the ticker id of a queue."""
        with self._lock:
            return self._ids.get(id(answers))


@dataclass(slots=True)
class _Listener:
    """A queue that wants ticks, or the bars made of them."""

    answers: Answers
    maker: TickMaker
    bars: RealTimeBars | None = None
    told: set[Signal] = field(default_factory=set)  # what is said once


@dataclass(slots=True)
class _Stream:
    """The stream of one contract."""

    details: ContractDetails
    listeners: list[_Listener] = field(default_factory=list)
    heard_s: float = 0.0  # on the monotonic clock
    renewed_s: float = 0.0  # 0.0: not under suspicion
    broken: bool = False
    schedule_s: float = 0.0
    updated_ms: int = 0
    last: float | None = None  # price of the last trade
    more: tuple[str, ...] = ()  # fields beyond the usual ones, of all listeners

    def topic(self) -> MarketData:
        usual = MarketData(self.details.m_summary.m_conId)
        return replace(usual, fields=(*usual.fields, *self.more)) if self.more else usual

    def server_s(self, now_s: float) -> float:
        """Epoch seconds at the server, as far as the last frame tells."""
        return self.updated_ms / 1000.0 + now_s - self.heard_s


def _begins_anew(maker: TickMaker, updated_ms: int, fields: dict[str, str]) -> bool:
    """Whether a frame is the first of a stream that had ended without a word.

    The first frame tells all, the availability of data too. A stream that is renewed as it runs
    begins anew as well, but right after the frame before.
    """
    return "6509" in fields and 0 < maker.updated_ms < updated_ms - _PAUSE_MS


def _proves(stream: _Stream, updated_ms: int, fields: dict[str, str]) -> bool:
    """Whether a frame shows that a stream runs: one that comes late, or again, may be of before."""
    return updated_ms > stream.updated_ms or (updated_ms == stream.updated_ms and "6509" in fields)


class LiveData:
    """The streams of market data.

    Parameters
    ----------
    connection
        What subscribes, and calls for each frame, each loss and each return.
    tickers
        Numbers and queues.
    details_of
        Returns the details of a contract; asks the server, raises as `Contracts.details`.
    refresh_hours
        Asks anew when a contract is traded.
    wake
        Called whenever something was queued.
    notify
        Tells the user through the store: ``notify(text)``.
    silence_s
        After how many seconds without a frame, while the contract is traded, a stream is suspected
        to have ended.
    """

    def __init__(
        self,
        connection: Any,
        tickers: Tickers,
        details_of: Callable[[Any], ContractDetails],
        refresh_hours: Callable[[ContractDetails], None],
        wake: Callable[[], None],
        notify: Callable[[str], None],
        silence_s: float = 120.0,
    ) -> None:
        self._connection = connection
        self._tickers = tickers
        self._details_of = details_of
        self._refresh_hours = refresh_hours
        self._wake = wake
        self._notify = notify
        self.silence_s = silence_s
        self._lock = threading.RLock()
        self._streams: dict[int, _Stream] = {}
        self._down = False  # between a loss and the return: frames may come, but prove nothing
        self._watcher: threading.Thread | None = None
        self._stopping = threading.Event()
        for event, callback in self._callbacks():
            connection.on(event, callback)

    def _callbacks(self) -> tuple[tuple[str, Callable[..., None]], ...]:
        return (
            ("tick", self._on_frame),
            ("lost", self._on_lost),
            ("ready", self._on_ready),
        )

    def close(self) -> None:
        """Give all streams up and end the thread that watches them."""
        self._stopping.set()
        for event, callback in self._callbacks():
            self._connection.off(event, callback)
        with self._lock:
            watcher, self._watcher = self._watcher, None
            self._streams.clear()
        if watcher is not None and watcher is not threading.current_thread():
            watcher.join(2.0)

    # requests

    def subscribe(
        self, contract: Any, what: str | None = None, more: tuple[str, ...] = ()
    ) -> Answers:
        """Return a queue of ticks: trades, or quotes as `what` says (default for CASH and CFD:
        BID). They carry the fields `more`, by IBKR's ids.
        """
        return self._open(contract, what, None, more)

    def subscribe_bars(self, contract: Any, seconds: int = 5, what: str | None = None) -> Answers:
        """Return a queue of bars of a few seconds, made of ticks."""
        return self._open(contract, what, seconds)

    def _open(
        self, contract: Any, what: str | None, seconds: int | None, more: tuple[str, ...] = ()
    ) -> Answers:
        details = self._details_of(contract)
        found = details.m_summary
        quoted = found.m_secType in ("CASH", "CFD")
        _, answers = self._tickers.make()
        what = (what or ("BID" if quoted else "TRADES")).upper()
        listener = _Listener(answers, TickMaker(what, more))
        if seconds is not None:
            listener.bars = RealTimeBars(seconds, answers.put)
        now = time.monotonic()
        with self._lock:
            stream = self._streams.get(found.m_conId)
            fresh = stream is None
            if stream is None:
                stream = _Stream(details, heard_s=now, broken=self._down)
                self._streams[found.m_conId] = stream
                stream.schedule_s = now
            stream.listeners.append(listener)
            if stream.broken:
                answers.put(Signal.LOST)
            wider = not set(more) <= set(stream.more)
            stream.more = tuple(sorted({*stream.more, *more}))
            if self._watcher is None and not self._stopping.is_set():
                self._watcher = threading.Thread(target=self._watch, name="ib-streams", daemon=True)
                self._watcher.start()
        if fresh or wider:
            # in the place of the one with fewer fields, where there is one
            self._connection.subscribe(stream.topic())
        else:
            # the stream runs: only a renewed one says how things stand
            self._connection.renew(stream.topic(), end=False)
        return answers

    def unsubscribe(self, answers: Answers) -> None:
        """Give the queue up, and with the last one of a contract its stream."""
        ended = []
        with self._lock:
            for conid, stream in list(self._streams.items()):
                kept = [each for each in stream.listeners if each.answers is not answers]
                if len(kept) < len(stream.listeners):
                    stream.listeners = kept
                    if not kept:
                        ended.append(self._streams.pop(conid))
        self._tickers.cancel(answers)
        for stream in ended:
            self._connection.unsubscribe(stream.topic())

    def fields_of(self, conid: int) -> tuple[str, ...]:
        """Return the fields that are streamed of a contract, or would be."""
        with self._lock:
            stream = self._streams.get(conid)
            return MarketData(conid).fields if stream is None else stream.topic().fields

    def last_trade(self, conid: int) -> float | None:
        """Return the price of the last trade that a stream told of; None where none did."""
        with self._lock:
            stream = self._streams.get(conid)
            return None if stream is None else stream.last

    def market_time(self, conid: int) -> float | None:
        """Return the epoch seconds at the server, by the stream of a contract; None without."""
        with self._lock:
            stream = self._streams.get(conid)
            known = stream is not None and stream.updated_ms
            return stream.server_s(time.monotonic()) if stream is not None and known else None

    def renew(self, answers: Answers) -> None:
        """Have the stream of a queue begin anew; nothing is lost by it."""
        stream = self._stream_of(answers)
        if stream is not None:
            self._connection.renew(stream.topic(), end=False)

    def server_time(self, answers: Answers | None) -> float | None:
        """Return the server's clock in epoch seconds, as the stream of a queue shows it; None
        before its first frame.
        """
        with self._lock:
            stream = self._stream_of(answers)
            return stream.updated_ms / 1000.0 if stream is not None and stream.updated_ms else None

    def clock_offset(self, answers: Answers | None) -> _datetime.timedelta:
        """Return by how much the server's clock, which goes on since the last frame, is ahead of
        that of this computer; zero where nothing is known.
        """
        # under the lock: what the clock knows of is in the queues by then
        with self._lock:
            stream = self._stream_of(answers)
            if stream is None or not stream.updated_ms:
                return _datetime.timedelta()
            ahead_s = stream.server_s(time.monotonic()) - time.time()
        return _datetime.timedelta(seconds=ahead_s)

    def _stream_of(self, answers: Answers | None) -> _Stream | None:
        with self._lock:
            for stream in self._streams.values():
                if any(each.answers is answers for each in stream.listeners):
                    return stream
        return None

    # events; they come on threads of the connection

    def _on_frame(self, conid: int, updated_ms: int, fields: dict[str, str]) -> None:
        with self._lock:
            stream = self._streams.get(conid)
            if stream is None:
                return
            stream.heard_s = time.monotonic()
            proves = not updated_ms or _proves(stream, updated_ms, fields)
            updated_ms = updated_ms or int(time.time() * 1000.0)
            stream.updated_ms = max(stream.updated_ms, updated_ms)
            # a close of yesterday, and the price at a halt, are marked with a letter: no numbers
            traded = number(fields.get("31"))
            stream.last = stream.last if traded is None else traded
            if self._down or (stream.broken and not proves):
                for listener in stream.listeners:
                    listener.maker.take(updated_ms, fields)
                    listener.maker.rejoin()
                return
            suspected = stream.renewed_s > 0.0 and proves
            if proves:
                stream.renewed_s = 0.0
            for listener in stream.listeners:
                doubtful = suspected or _begins_anew(listener.maker, updated_ms, fields)
                self._take(stream, listener, updated_ms, fields, doubtful)
            stream.broken = False
        self._wake()

    def _take(
        self,
        stream: _Stream,
        listener: _Listener,
        updated_ms: int,
        fields: dict[str, str],
        suspected: bool,
    ) -> None:
        availability = fields.get("6509", "")
        for letters, signal in (("N", Signal.NOT_SUBSCRIBED), ("DY", Signal.DELAYED_DATA)):
            if availability[:1] and availability[0] in letters and signal not in listener.told:
                listener.told.add(signal)
                listener.answers.put(signal)
        if suspected and not stream.broken:
            # it was silent and begins anew: what it says now is how things stand
            listener.maker.rejoin()
        tick = listener.maker.take(updated_ms, fields)
        if suspected and not stream.broken and listener.maker.missed:
            name = stream.details.m_summary.describe()
            self._notify(f"{name}: the stream of market data had ended; it runs again")
            self._say_broken(listener)
        if stream.broken or (suspected and listener.maker.missed):
            listener.answers.put(Signal.RESTORED)
        if tick is not None:
            self._put(listener, tick)

    def _put(self, listener: _Listener, tick: RTVolume) -> None:
        if listener.bars is None:
            listener.answers.put(tick)
        else:
            listener.bars.take(tick)

    def _say_broken(self, listener: _Listener) -> None:
        if listener.bars is not None:
            listener.bars.drop()
        listener.answers.put(Signal.LOST)

    def _on_lost(self, reason: str) -> None:
        with self._lock:
            self._down = True
            for stream in self._streams.values():
                self._break(stream)
        self._wake()

    def _break(self, stream: _Stream) -> None:
        """Tell the readers of a stream that something is missing from now on."""
        stream.renewed_s = 0.0
        if stream.broken:
            return
        stream.broken = True
        for listener in stream.listeners:
            listener.maker.rejoin()
            self._say_broken(listener)

    def _on_ready(self) -> None:
        with self._lock:
            self._down = False
            now = time.monotonic()
            streams = list(self._streams.values())
            for stream in streams:
                stream.heard_s = now
        for stream in streams:
            # the frame that it begins with may have come before this: it is asked for once more
            self._connection.renew(stream.topic(), end=False)

    # silence

    def _watch(self) -> None:
        while not self._stopping.wait(min(_LOOK_S, self.silence_s / 4.0)):
            try:
                self._look()
            except Exception:
                _log.exception("the watch over streams failed")

    def _look(self) -> None:
        now = time.monotonic()
        with self._lock:
            streams = list(self._streams.values())
        for stream in streams:
            if now - stream.schedule_s > _SCHEDULE_S:
                stream.schedule_s = now
                self._refresh_hours(stream.details)
            self._look_at(stream, now)

    def _look_at(self, stream: _Stream, now: float) -> None:
        if not self._connection.connected:
            return
        with self._lock:
            self._flush(stream, now)
            suspect = stream.renewed_s == 0.0 and now - stream.heard_s > self.silence_s
            answered = stream.renewed_s == 0.0 or now - stream.renewed_s < _ANSWER_S
        name = stream.details.m_summary.describe()
        if not answered:
            with self._lock:
                self._break(stream)
                stream.heard_s = now
            self._notify(f"{name}: the stream of market data does not answer; it is renewed")
            self._wake()
            self._connection.renew(stream.topic())
        elif suspect and self._is_traded(stream, now):
            stream.renewed_s = now
            _log.info("%s: silent for %.0f s, the stream is renewed", name, now - stream.heard_s)
            self._connection.renew(stream.topic())

    def _is_traded(self, stream: _Stream, now: float) -> bool:
        """Whether the contract is traded now; a schedule that does not say counts as yes."""
        return stream.details.is_open(stream.server_s(now)) is not False

    def _flush(self, stream: _Stream, now: float) -> None:
        """Deliver bars whose end has passed although no tick of a later one came."""
        # half a second for what is still on its way
        moment = utc((stream.server_s(now) - 0.5) * 1000.0)
        for listener in stream.listeners:
            if listener.bars is not None and stream.updated_ms:
                waiting = listener.answers.qsize()
                listener.bars.flush(moment)
                if listener.answers.qsize() != waiting:
                    self._wake()
