"""What trades, and when: the ticks that a simulation replays."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone, tzinfo
from os import PathLike
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ..cerebro import Cerebro
from ..dataseries import TimeFrame
from ..errors import ParameterError
from ..feed import AbstractDataBase
from ..feeds import BacktraderCSVData, GenericCSVData
from ..strategy import Strategy
from ..utils import num2date
from .hours import DAY_MS, MINUTE_MS, Hours
from .records import Instrument

__all__ = ["Row", "Tape", "epoch_ms"]

_WIDTHS_MS = {
    TimeFrame.MicroSeconds: 0,
    TimeFrame.Ticks: 0,
    TimeFrame.Seconds: 1000,
    TimeFrame.Minutes: MINUTE_MS,
    TimeFrame.Days: DAY_MS,
    TimeFrame.Weeks: 7 * DAY_MS,
    TimeFrame.Months: 28 * DAY_MS,
    TimeFrame.Years: 365 * DAY_MS,
}


class Row(NamedTuple):
    """A trade on a tape; `bid` and `ask` None: the market makes them."""

    time_ms: int
    price: float
    size: float
    bid: float | None = None
    ask: float | None = None


class _Bar(NamedTuple):
    """A bar as it comes from a feed: `end` is its time stamp, `date` its own calendar day."""

    end_ms: int
    date: int
    open: float
    high: float
    low: float
    close: float
    volume: float


def epoch_ms(moment: datetime | int, zone: tzinfo = timezone.utc) -> int:
    """Return UTC milliseconds; a naive datetime is in `zone`, an int is milliseconds already."""
    if isinstance(moment, int):
        return moment
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return round((aware - datetime(1970, 1, 1, tzinfo=timezone.utc)) / timedelta(milliseconds=1))


class Tape:
    """The trades of one instrument.

    Parameters
    ----------
    instrument
        An `Instrument`, or the symbol or contract id of one in the catalogue; a symbol that the
        catalogue does not know becomes a US stock.
    ticks
        ``(time, price, size)`` or ``(time, price, size, bid, ask)``; a time is a datetime (naive:
        UTC) or UTC milliseconds. They are put in order of time.
    history_until
        What lies before this moment has happened when the simulation begins: it is history to ask
        for, not replayed. A market begins at the latest one of its tapes'.
    """

    def __init__(
        self,
        instrument: Instrument | str | int,
        ticks: Iterable[tuple[Any, ...]],
        history_until: datetime | int | None = None,
    ) -> None:
        rows = [Row(epoch_ms(tick[0]), *tick[1:]) for tick in ticks]
        rows.sort(key=lambda row: row.time_ms)
        first_ms = rows[0].time_ms if rows else None
        self._begin(instrument, history_until, first_ms, lambda hours: rows)

    def _begin(
        self,
        instrument: Instrument | str | int,
        history_until: datetime | int | None,
        first_ms: int | None,
        make: Callable[[Hours], list[Row]],
    ) -> None:
        self.instrument = instrument
        self.first_ms = first_ms
        self.history_until_ms = None if history_until is None else epoch_ms(history_until)
        self._make = make

    def rows(self, hours: Hours) -> list[Row]:
        """Return the ticks in order of time; bars of days lie in the sessions of `hours`."""
        return self._make(hours)

    @classmethod
    def from_bars(
        cls,
        instrument: Instrument | str | int,
        rows: Iterable[tuple[Any, ...]],
        ticks_per_bar: int = 1,
        history_until: datetime | int | None = None,
        width: timedelta | None = None,
        time_zone: str = "UTC",
    ) -> Tape:
        """Return a tape made of bars.

        A bar becomes one tick (its close at its time stamp, all of its volume), or four: open, the
        extreme nearer to it, the other one, close; these share the volume and lie within the bar,
        which ends at its time stamp. The ticks of a bar of a day or more lie within the regular
        session of its date, the last one a second before the close.

        Parameters
        ----------
        rows
            ``(time, open, high, low, close, volume)``.
        width
            Length of a bar; by default the shortest distance of two.
        time_zone
            Zone of naive times.
        """
        zone = ZoneInfo(time_zone)
        bars = [_bar(zone, *row) for row in rows]
        width_ms = _shortest(bars) if width is None else round(width / timedelta(milliseconds=1))
        return cls._of_bars(instrument, bars, width_ms, ticks_per_bar, history_until)

    @classmethod
    def from_feed(
        cls,
        instrument: Instrument | str | int,
        feed: AbstractDataBase,
        ticks_per_bar: int = 1,
        history_until: datetime | int | None = None,
    ) -> Tape:
        """Return a tape made of the bars of a backtrader feed, which a run of Cerebro collects.

        See `from_bars`; the length of a bar is that of the feed's time frame. Naive times of a
        feed without a time zone are UTC.
        """
        bars = _collect(feed)
        width_ms = _WIDTHS_MS.get(feed._timeframe, 0) * feed._compression
        return cls._of_bars(instrument, bars, width_ms, ticks_per_bar, history_until)

    @classmethod
    def from_csv(
        cls,
        instrument: Instrument | str | int,
        path: str | PathLike[str],
        ticks_per_bar: int = 1,
        history_until: datetime | int | None = None,
        layout: str = "backtrader",
        **params: Any,
    ) -> Tape:
        """Return a tape made of a file, ``layout`` "backtrader" or "generic"; `params` are those
        of `BacktraderCSVData` or `GenericCSVData`. See `from_feed`.
        """
        feeds = {"backtrader": BacktraderCSVData, "generic": GenericCSVData}
        if layout not in feeds:
            raise ParameterError(f"Tape.from_csv: layout is one of {sorted(feeds)}, not {layout!r}")
        feed = feeds[layout](dataname=str(path), **params)
        return cls.from_feed(instrument, feed, ticks_per_bar, history_until)

    @classmethod
    def _of_bars(
        cls,
        instrument: Instrument | str | int,
        bars: list[_Bar],
        width_ms: int,
        ticks_per_bar: int,
        history_until: datetime | int | None,
    ) -> Tape:
        if ticks_per_bar not in (1, 4):
            raise ParameterError(f"Tape: ticks_per_bar is 1 or 4, not {ticks_per_bar!r}")
        bars = [bar for bar in bars if not math.isnan(bar.close)]
        bars.sort(key=lambda bar: bar.end_ms)
        four = ticks_per_bar == 4 and width_ms > 0

        def make(hours: Hours) -> list[Row]:
            return [row for bar in bars for row in _ticks(bar, width_ms, four, hours)]

        tape = cls.__new__(cls)
        tape._begin(instrument, history_until, bars[0].end_ms if bars else None, make)
        return tape


def _bar(zone: tzinfo, end: datetime | int, *values: float) -> _Bar:
    moment = end if isinstance(end, datetime) else datetime.fromtimestamp(end / 1000, zone)
    return _Bar(epoch_ms(end, zone), _date(moment), *values)


def _date(moment: datetime) -> int:
    return moment.date().toordinal() - datetime(1970, 1, 1).toordinal()


def _shortest(bars: list[_Bar]) -> int:
    ends = sorted({bar.end_ms for bar in bars})
    gaps = [later - sooner for sooner, later in zip(ends, ends[1:], strict=False)]
    return min(gaps, default=DAY_MS)


def _collect(feed: AbstractDataBase) -> list[_Bar]:
    """Return the bars of a feed, as a strategy sees them."""
    bars: list[_Bar] = []

    class Collector(Strategy):
        def next(self) -> None:
            now = feed.datetime[0]
            prices = (feed.open[0], feed.high[0], feed.low[0], feed.close[0])
            day = _date(feed.num2date(now))
            bars.append(_Bar(epoch_ms(num2date(now)), day, *prices, feed.volume[0]))

    cerebro = Cerebro(stdstats=False)
    cerebro.adddata(feed)
    cerebro.addstrategy(Collector)
    cerebro.run()
    return bars


def _ticks(bar: _Bar, width_ms: int, four: bool, hours: Hours) -> list[Row]:
    begin, last = bar.end_ms - width_ms, bar.end_ms
    if width_ms >= DAY_MS:
        begin, close = hours.regular(bar.date)
        last = close - 1000
    elif four:
        last -= 1  # within the bar, also where the next one follows without a gap
    if not four:
        return [Row(last, bar.close, bar.volume)]
    times = (begin, begin + (last - begin) // 3, begin + (last - begin) * 2 // 3, last)
    low_first = bar.open - bar.low < bar.high - bar.open
    extremes = (bar.low, bar.high) if low_first else (bar.high, bar.low)
    quarter = float(bar.volume // 4) if float(bar.volume).is_integer() else bar.volume / 4
    sizes = (quarter, quarter, quarter, bar.volume - 3 * quarter)
    return [Row(*row) for row in zip(times, (bar.open, *extremes, bar.close), sizes, strict=True)]
