"""The market: a clock, the trades of all tapes in order of time, quotes and what was traded."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timezone
from operator import itemgetter

from .catalogue import Catalogue
from .hours import Hours, hours_of
from .listings import default_catalogue
from .prices import Tape
from .records import Instrument, Tick

__all__ = ["Market", "Quote", "Series"]

_FIRST_SERVER_ID = 20_000_000

# (time, contract id, price, size, bid, ask)
_Event = tuple[int, int, float, float, "float | None", "float | None"]


@dataclass(slots=True)
class Quote:
    """What an instrument stands at; the totals are those of the trading day `day`.

    `time_ms` is the time of the last trade; sizes in units, `volume` since the day began.
    `prior_close` is the last price of the trading day before, None where there is none.
    """

    conid: int
    day: int
    time_ms: int
    last: float
    last_size: float
    bid: float
    ask: float
    bid_size: float
    ask_size: float
    open: float
    high: float
    low: float
    volume: float
    prior_close: float | None = None


class Series:
    """The trades of one instrument so far, as columns: `times` UTC milliseconds, `local` the
    exchange's wall clock.
    """

    __slots__ = ("asks", "bids", "hours", "local", "prices", "sizes", "times")

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self.times, self.local = array("q"), array("q")
        self.prices, self.sizes = array("d"), array("d")
        self.bids, self.asks = array("d"), array("d")

    def append(self, time_ms: int, price: float, size: float, bid: float, ask: float) -> None:
        """Take a trade, not earlier than the last one."""
        self.times.append(time_ms)
        self.local.append(time_ms + self.hours.offset_ms(time_ms))
        self.prices.append(price)
        self.sizes.append(size)
        self.bids.append(bid)
        self.asks.append(ask)


class Market:
    """Replays tapes.

    Trades of one moment come in the order of their tapes. Two tapes may be of one instrument: bars
    of days as history, and those of minutes that follow.

    Parameters
    ----------
    tapes
        What trades. The simulation begins at the latest `history_until` of them, or at the first
        trade of all.
    catalogue
        Instruments; by default those of `default_catalogue` at the simulation's first day.
    spread_ticks
        Distance of bid and ask, in price increments, around the last price of a trade that brings
        no quote.
    """

    def __init__(
        self,
        tapes: Iterable[Tape] = (),
        catalogue: Catalogue | None = None,
        spread_ticks: float = 1.0,
    ) -> None:
        tapes = list(tapes)
        borders = [tape.history_until_ms for tape in tapes if tape.history_until_ms is not None]
        start = max(borders, default=None)
        self._spread_ticks = spread_ticks
        self.last: dict[int, float] = {}  # last price by contract id
        # fields of quotes that others know, by number: functions of a contract id
        self.more_fields: dict[str, Callable[[int], str | None]] = {}
        self._listeners: list[Callable[[Tick], None]] = []
        self._timers: list[Callable[[], None]] = []
        self._quotes: dict[int, Quote] = {}
        self._series: dict[int, Series] = {}
        if catalogue is None:
            catalogue = default_catalogue(_first_day(tapes, start))
        self.catalogue = catalogue
        events = self._events(tapes)
        if start is None:
            start = events[0][0] if events else 0
        first_live = next((n for n, event in enumerate(events) if event[0] >= start), len(events))
        for event in events[:first_live]:
            self._take(*event)
        self._live = events[first_live:]
        self._next = 0
        self._server_id = _FIRST_SERVER_ID
        self.now_ms = start

    def _events(self, tapes: list[Tape]) -> list[_Event]:
        events: list[_Event] = []
        for tape in tapes:
            instrument = self.catalogue.resolve(tape.instrument)
            conid = instrument.conid
            rows = tape.rows(hours_of(instrument))
            events += [(row.time_ms, conid, *row[1:]) for row in rows]
        events.sort(key=itemgetter(0))
        return events

    def listen(self, listener: Callable[[Tick], None]) -> None:
        """Call `listener` with each trade that is replayed, once the quote holds it."""
        self._listeners.append(listener)

    def listen_to_time(self, timer: Callable[[], None]) -> None:
        """Call `timer` when time passes without a trade."""
        self._timers.append(timer)

    def peek_ms(self) -> int | None:
        """Return the time of the next trade, None at the end of the tapes."""
        return self._live[self._next][0] if self._next < len(self._live) else None

    def step(self) -> Tick | None:
        """Replay the next trade and return it; None at the end of the tapes."""
        if self._next == len(self._live):
            return None
        tick = Tick(*self._live[self._next])
        self._next += 1
        self.take(tick)
        return tick

    def take(self, tick: Tick) -> None:
        """Let a trade happen, on the tapes or not; it cannot be earlier than now."""
        self.now_ms = max(self.now_ms, tick.time_ms)
        self._take(self.now_ms, tick.conid, tick.price, tick.size, tick.bid, tick.ask)
        for listener in self._listeners:
            listener(tick)

    def advance(self, now_ms: int) -> None:
        """Let time pass up to `now_ms`, but not beyond the next trade."""
        following = self.peek_ms()
        limit = now_ms if following is None else min(now_ms, following)
        self.now_ms = max(self.now_ms, limit)
        for timer in self._timers:
            timer()

    def quote(self, conid: int) -> Quote | None:
        """Return the quote of an instrument, None before its first trade."""
        return self._quotes.get(conid)

    def series(self, conid: int) -> Series | None:
        """Return what was traded so far, None before the first trade."""
        return self._series.get(conid)

    def hours(self, conid: int) -> Hours:
        """Return the trading hours of an instrument in the catalogue."""
        return hours_of(self._instrument(conid))

    def is_today(self, quote: Quote) -> bool:
        """Say whether a quote is of the current trading day of its instrument."""
        return quote.day == self.hours(quote.conid).trading_day(self.now_ms)

    def next_server_id(self) -> str:
        """Return the number of a new answer with history."""
        self._server_id += 1
        return str(self._server_id)

    @property
    def today(self) -> date:
        """Today's date in UTC."""
        return datetime.fromtimestamp(self.now_ms / 1000, timezone.utc).date()

    def _instrument(self, conid: int) -> Instrument:
        return self.catalogue.resolve(conid)

    def _take(
        self,
        time_ms: int,
        conid: int,
        price: float,
        size: float,
        bid: float | None = None,
        ask: float | None = None,
    ) -> None:
        instrument = self._instrument(conid)
        half = self._spread_ticks * instrument.increment / 2
        bid = round(price - half, 10) if bid is None else bid
        ask = round(price + half, 10) if ask is None else ask
        series = self._series.get(conid)
        if series is None:
            series = self._series[conid] = Series(hours_of(instrument))
        series.append(time_ms, price, size, bid, ask)
        self.last[conid] = price
        self._update(series.hours.trading_day(time_ms), time_ms, conid, price, size, bid, ask)
        quote = self._quotes[conid]
        quote.bid_size = quote.ask_size = max(size, instrument.size_increment)

    def _update(
        self, day: int, time_ms: int, conid: int, price: float, size: float, bid: float, ask: float
    ) -> None:
        quote = self._quotes.get(conid)
        if quote is None or quote.day != day:
            prior_close = None if quote is None else quote.last
            totals = (price, price, price, size, prior_close)
            self._quotes[conid] = Quote(conid, day, time_ms, price, size, bid, ask, 0, 0, *totals)
            return
        quote.time_ms = time_ms
        quote.last, quote.last_size = price, size
        quote.bid, quote.ask = bid, ask
        quote.high = max(quote.high, price)
        quote.low = min(quote.low, price)
        quote.volume += size


def _first_day(tapes: list[Tape], start: int | None) -> date:
    if start is None:
        start = min((tape.first_ms for tape in tapes if tape.first_ms is not None), default=0)
    return datetime.fromtimestamp(start / 1000, timezone.utc).date()
