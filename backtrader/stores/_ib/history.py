"""History: bars of the past, asked for window by window, delivered oldest first into a queue."""

from __future__ import annotations

import datetime as _datetime
import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from zoneinfo import ZoneInfo

from ...errors import ConnectionFailedError, PacingError, RequestRefusedError, StoreError
from .contracts import ContractDetails
from .durations import Bar, Window, windows
from .ticks import utc

__all__ = ["HistoricalBar", "History", "Request", "Signal"]

_log = logging.getLogger(__name__)

_AT_ONCE = 5  # IBKR refuses the sixth
_AHEAD = 4  # windows of one request under way, so that another gets its turn
_PATIENCE_S = 60.0

# upstream's words for prices -> the Web API's
_SOURCES = {"TRADES": None, "MIDPOINT": "Midpoint", "BID": "Bid_Ask", "ASK": "Bid_Ask"}
_SOURCES |= {"BID_ASK": "Bid_Ask"}


class Signal(IntEnum):
    """What queues of data carry besides bars and ticks; the numbers are TWS's, negative.

    ======================  ========================================================================
    NO_DATA                 there is no history for what was asked
    NO_CONTRACT             the contract is not known, or not any more
    REFUSED                 the request cannot be answered: its parameters, or a limit
    NOT_SUBSCRIBED          no permission for market data of this contract
    LOST                    the connection is gone, or the stream is broken: something is missing
    RESTORED                it is back; what came meanwhile is lost
    DELAYED_DATA            only delayed data is there: 15 to 20 minutes late
    ======================  ========================================================================
    """

    NO_DATA = -162
    NO_CONTRACT = -200
    REFUSED = -321
    NOT_SUBSCRIBED = -354
    LOST = -1100
    RESTORED = -1101
    DELAYED_DATA = -10167


@dataclass(slots=True)
class HistoricalBar:
    """A bar with the attributes of TWS; `date` is its start, naive UTC, and None after the last.

    A bar of a day or more has the end of the session as its `date`. `ends` is the moment at which a
    bar within a day ends.
    """

    reqId: int
    date: _datetime.datetime | None
    open: float = -1.0
    high: float = -1.0
    low: float = -1.0
    close: float = -1.0
    volume: float = -1.0
    count: int = -1
    WAP: float = -1.0
    hasGaps: bool = False
    ends: _datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Parameters
    ----------
    details
        Of the contract, whose number is known.
    bar
        See `durations.bar_for`.
    begin, end
        UTC epoch seconds; bars that start in between are delivered.
    what
        ``TRADES``, ``BID``, ``ASK``, ``MIDPOINT`` or ``BID_ASK``. The Web API has no bars of bids
        or of asks alone: both are the middle.
    regular
        Only the regular session.
    known_until
        UTC epoch seconds up to which the past is known: a bar that ends later is unfinished and is
        left out. None: it is delivered as it is.
    session_end
        Time of day that bars of days get, in the time zone of the exchange.
    """

    details: ContractDetails
    bar: Bar
    begin: int
    end: int
    what: str = "TRADES"
    regular: bool = False
    known_until: float | None = None
    session_end: _datetime.time = _datetime.time(23, 59, 59, 999990)

    def source(self) -> str | None:
        """Which prices to ask for, in the words of the Web API."""
        if self.what in ("BID", "ASK"):
            return "Midpoint"
        return _SOURCES.get(self.what.upper())


class History:
    """Works requests off on a few threads.

    Parameters
    ----------
    get
        Asks the server: ``get(path, params, timeout_s=...)`` returns the decoded answer, paced.
    wake
        Called whenever something was queued.
    """

    def __init__(self, get: Callable[..., Any], wake: Callable[[], None]) -> None:
        self._get = get
        self._wake = wake
        self._lock = threading.Lock()
        self._jobs: dict[int, list[_Job]] = {}
        self._pool: ThreadPoolExecutor | None = None

    def request(self, ticker_id: int, answers: queue.Queue[Any], parts: Iterable[Request]) -> None:
        """Have the bars of `parts`, one after the other, put into `answers`, then one without a
        date; or a `Signal` where something went wrong.
        """
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="ib-history")
            job = _Job(ticker_id, answers, list(parts), self._ask, self._wake)
            self._jobs.setdefault(id(answers), []).append(job)
            pool = self._pool
        # not under the lock: what is answered at once ends the request on this thread
        job.start(pool, lambda: self._forget(answers, job))

    def cancel(self, answers: queue.Queue[Any]) -> None:
        """Stop what is on its way into `answers`; what is in there stays."""
        with self._lock:
            jobs = self._jobs.pop(id(answers), [])
        for job in jobs:
            job.cancel()

    def close(self) -> None:
        """Stop everything; requests under way end when the connection is closed."""
        with self._lock:
            jobs = [job for jobs in self._jobs.values() for job in jobs]
            self._jobs.clear()
            pool, self._pool = self._pool, None
        for job in jobs:
            job.cancel()
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _forget(self, answers: queue.Queue[Any], job: _Job) -> None:
        with self._lock:
            jobs = self._jobs.get(id(answers), [])
            if job in jobs:
                jobs.remove(job)
                if not jobs:
                    del self._jobs[id(answers)]

    def _ask(self, request: Request, window: Window) -> list[dict[str, Any]]:
        """Return the rows of a window with volumes in units; none where there is no data."""
        params = {
            "conid": request.details.m_summary.m_conId,
            "period": window.period,
            "bar": request.bar.text,
            "outsideRth": not request.regular,
            "startTime": f"{utc(window.end * 1000.0):%Y%m%d-%H:%M:%S}",
            "direction": "-1",
            "source": request.source(),
            "exchange": _routed(request.details),
        }
        try:
            answer = self._get("iserver/marketdata/history", params, timeout_s=_PATIENCE_S)
        except RequestRefusedError as error:
            if error.status_code == 500 and "no data" in error.text.lower():
                return []
            raise
        return _rows_of(answer)


def _rows_of(answer: Any) -> list[dict[str, Any]]:
    """Return the rows of an answer, with volumes in units.

    Raises
    ------
    ConnectionFailedError
        It is no answer of IBKR's; another one may be.
    """
    try:
        factor = float(answer.get("volumeFactor") or 1)
        return [
            {
                **{name: float(row[name]) for name in ("t", "o", "h", "l", "c")},
                "v": round(float(row.get("v") or 0.0) * factor, 8),
            }
            for row in answer.get("data") or ()
        ]
    except (AttributeError, LookupError, TypeError, ValueError) as failure:
        kind = type(failure).__name__
    raise ConnectionFailedError(f"the answer makes no sense ({kind})")


class _Job:
    """One request: its windows in order, a few of them under way at a time."""

    def __init__(
        self,
        ticker_id: int,
        answers: queue.Queue[Any],
        parts: list[Request],
        ask: Callable[[Request, Window], list[dict[str, Any]]],
        wake: Callable[[], None],
    ) -> None:
        self._ticker_id = ticker_id
        self._answers = answers
        self._ask = ask
        self._wake = wake
        self._todo: Iterator[tuple[int, Request, Window]] = _numbered(parts)
        self._lock = threading.Lock()
        self._done: dict[int, list[HistoricalBar]] = {}
        self._next = 0  # number of the window whose bars are delivered next
        self._under_way = 0
        self._last: _datetime.datetime | None = None
        self._any = False
        self._over = False

    def start(self, pool: ThreadPoolExecutor, finished: Callable[[], None]) -> None:
        """Ask for the first windows."""
        self._pool, self._finished = pool, finished
        started = [self._submit() for _ in range(_AHEAD)]
        if not any(started):
            # nothing was asked for: the end is told all the same
            self._end()

    def cancel(self) -> None:
        """Deliver nothing more."""
        with self._lock:
            self._over = True

    def _submit(self) -> bool:
        with self._lock:
            item = None if self._over else next(self._todo, None)
            if item is None:
                return False
            self._under_way += 1
        try:
            future = self._pool.submit(self._work, *item)
        except RuntimeError:  # the pool was shut down meanwhile
            return False
        future.add_done_callback(self._settle)
        return True

    def _work(self, number: int, request: Request, window: Window) -> None:
        if self._over:
            return
        rows = self._ask(request, window)
        bars = list(_bars(self._ticker_id, request, rows))
        with self._lock:
            self._done[number] = bars
            while self._next in self._done and not self._over:
                self._deliver(self._done.pop(self._next))
                self._next += 1
        self._wake()

    def _deliver(self, bars: list[HistoricalBar]) -> None:
        """Queue the bars that are later than those before: windows overlap."""
        for bar in bars:
            if self._last is None or bar.date > self._last:  # type: ignore[operator]
                self._last = bar.date
                self._any = True
                self._answers.put(bar)

    def _settle(self, future: Future[None]) -> None:
        failure = None if future.cancelled() else future.exception()
        with self._lock:
            self._under_way -= 1
        if failure is not None:
            self._fail(failure)
        elif not self._submit() and not self._under_way:
            self._end()

    def _fail(self, failure: BaseException) -> None:
        if isinstance(failure, StoreError):
            _log.warning("history: %s", failure)
        else:
            _log.error("history failed", exc_info=failure)
        self._finish(Signal.REFUSED if _is_final(failure) else Signal.LOST)

    def _end(self) -> None:
        self._finish(HistoricalBar(self._ticker_id, None) if self._any else Signal.NO_DATA)

    def _finish(self, last: Any) -> None:
        with self._lock:
            if self._over:
                return
            self._over = True
            self._answers.put(last)
        self._finished()
        self._wake()


def _numbered(parts: list[Request]) -> Iterator[tuple[int, Request, Window]]:
    number = 0
    for request in parts:
        for window in windows(request.bar, request.begin, request.end):
            yield number, request, window
            number += 1


def _is_final(failure: BaseException) -> bool:
    """Whether asking again would bring the same."""
    return isinstance(failure, RequestRefusedError) and not isinstance(failure, PacingError)


def _routed(details: ContractDetails) -> str | None:
    exchange = details.m_summary.m_exchange
    return None if exchange in ("", "SMART", "BEST") else exchange


def _bars(ticker_id: int, request: Request, rows: list[dict[str, Any]]) -> Iterator[HistoricalBar]:
    """Make bars of rows: those that start in the time asked for, and are finished."""
    rows = sorted(rows, key=lambda row: row["t"])
    if request.bar.count > 1:
        rows = list(_joined(rows, request.bar.seconds * request.bar.count * 1000))
    zone = _zone(request.details.m_timeZoneId)
    length_s = request.bar.seconds * request.bar.count
    for row in rows:
        starts = row["t"] / 1000.0
        if not _wanted(request, starts, zone):
            continue
        if request.bar.intraday:
            # bars lie at multiples of their length on the exchange's clock; the first may be short
            ends = starts + length_s - (starts + _offset_s(starts, zone)) % length_s
            date, until = utc(row["t"]), utc(ends * 1000.0)
        else:
            ends = _day_end(request, starts, zone)
            date = until = _stamp(request, starts, zone)
        if request.known_until is not None and ends > request.known_until:
            continue
        yield HistoricalBar(
            ticker_id, date, row["o"], row["h"], row["l"], row["c"], row["v"], ends=until
        )


def _wanted(request: Request, starts: float, zone: _datetime.tzinfo) -> bool:
    if request.bar.intraday:
        return request.begin <= starts < request.end
    # a bar of a day belongs to the time asked for where its date does
    first = _datetime.datetime.fromtimestamp(request.begin, zone).date()
    return first <= _date_of(starts, zone) and starts < request.end


def _date_of(starts: float, zone: _datetime.tzinfo) -> _datetime.date:
    """The date of a bar at the exchange; midnight UTC stands for the date itself."""
    if not starts % 86400:
        return utc(starts * 1000.0).date()
    return _datetime.datetime.fromtimestamp(starts, zone).date()


def _stamp(request: Request, starts: float, zone: _datetime.tzinfo) -> _datetime.datetime:
    end = _datetime.datetime.combine(_date_of(starts, zone), request.session_end, zone)
    return end.astimezone(_datetime.timezone.utc).replace(tzinfo=None)


def _day_end(request: Request, starts: float, zone: _datetime.tzinfo) -> float:
    """When a bar of days ends, in UTC epoch seconds: with the last session in it, where known."""
    date = _date_of(starts, zone)
    days = {"1d": 1, "1w": 7}.get(request.bar.text)
    if days == 7:
        date -= _datetime.timedelta(days=date.weekday())
    if days is None:
        following = (date.replace(day=1) + _datetime.timedelta(days=32)).replace(day=1)
    else:
        following = date + _datetime.timedelta(days=days)
    midnight = _datetime.datetime.combine(following, _datetime.time(), zone).timestamp()
    closings = [
        each.closing
        for each in request.details.hours
        if each.regular == request.regular and midnight - 86400 <= each.closing <= midnight
    ]
    return max(closings, default=midnight)


def _joined(rows: list[dict[str, Any]], length_ms: int) -> Iterator[dict[str, Any]]:
    """Put neighbours together to bars of `length_ms`, which lie at multiples of their length."""
    bar: dict[str, Any] | None = None
    for row in rows:
        start = row["t"] - row["t"] % length_ms
        if bar is None or bar["t"] != start:
            if bar is not None:
                yield bar
            bar = {**row, "t": start}
            continue
        bar["h"], bar["l"] = max(bar["h"], row["h"]), min(bar["l"], row["l"])
        bar["c"] = row["c"]
        bar["v"] += row["v"]
    if bar is not None:
        yield bar


def _offset_s(starts: float, zone: _datetime.tzinfo) -> float:
    offset = _datetime.datetime.fromtimestamp(starts, zone).utcoffset()
    return offset.total_seconds() if offset else 0.0


def _zone(name: str) -> _datetime.tzinfo:
    return ZoneInfo(name) if name else _datetime.timezone.utc
