"""Bars of what was traded: IBKR's periods and bar sizes, and its answer about the past."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .hours import DAY_MS, MINUTE_MS, Hours
from .market import Market, Series
from .quotes import price_digits

__all__ = ["BAR_SIZES", "Bar", "HistoryRequest", "Period", "default_bar", "find_bars"]
__all__ += ["history_of", "parse_period", "read_request"]

_MOST_POINTS = 1000

_HOUR_MS = 60 * MINUTE_MS

# Milliseconds; a month is the longest one.
BAR_SIZES = {
    "1min": MINUTE_MS,
    "2min": 2 * MINUTE_MS,
    "3min": 3 * MINUTE_MS,
    "5min": 5 * MINUTE_MS,
    "10min": 10 * MINUTE_MS,
    "15min": 15 * MINUTE_MS,
    "30min": 30 * MINUTE_MS,
    "1h": _HOUR_MS,
    "2h": 2 * _HOUR_MS,
    "3h": 3 * _HOUR_MS,
    "4h": 4 * _HOUR_MS,
    "8h": 8 * _HOUR_MS,
    "1d": DAY_MS,
    "1w": 7 * DAY_MS,
    "1m": 31 * DAY_MS,
}

# The two documents of the service differ in the name of what was traded.
_SOURCES = {"trades": "trades", "last": "trades", "midpoint": "midpoint", "bid_ask": "bid_ask"}

_CLOCK = {"min": MINUTE_MS, "h": _HOUR_MS}

_LONGEST = {"min": 30, "h": 8, "d": 1000, "w": 792, "m": 182, "y": 15}
_PERIOD = re.compile(r"(\d+)(min|h|d|w|m|y)")

Floats = npt.NDArray[np.float64]
Moments = npt.NDArray[np.int64]


class Period(NamedTuple):
    """How much is asked for: ``1d``, ``30min`` ..."""

    number: int
    unit: str


def parse_period(text: str) -> Period | None:
    """Return a period of IBKR's grammar, None for anything else."""
    found = _PERIOD.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= _LONGEST[found[2]]:
        return None
    return Period(int(found[1]), found[2])


def default_bar(period: Period) -> str:
    """Return the bar size for a period that is asked for without one."""
    days = {"min": 0, "h": 0, "d": 1, "w": 7, "m": 31, "y": 366}[period.unit] * period.number
    for limit, size in ((1, "1min"), (7, "15min"), (31, "30min"), (2 * 366, "1d")):
        if days <= limit:
            return size
    return "1w"


class Bar(NamedTuple):
    """A bar that begins at `time_ms`; its volume is in units."""

    time_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """Which bars are asked for.

    Parameters
    ----------
    until_ms
        The first moment that has not happened yet: now and a millisecond.
    start_ms
        Where the window ends (`forward`: begins); None for now.
    extended
        Also what was traded outside the regular session.
    source
        ``trades``, ``midpoint`` or ``bid_ask``.
    """

    period: Period
    bar: str
    until_ms: int
    start_ms: int | None = None
    forward: bool = False
    extended: bool = False
    source: str = "trades"


@dataclass(frozen=True, slots=True)
class _Trades:
    """Columns of what counts for a request; `days` are trading days."""

    times: Moments
    offsets: Moments
    days: Moments
    opens: Floats
    highs: Floats
    lows: Floats
    closes: Floats
    sizes: Floats

    def where(self, chosen: npt.NDArray[np.bool_]) -> _Trades:
        return _Trades(*(getattr(self, name)[chosen] for name in self.__slots__))


def _columns(series: Series, source: str) -> _Trades:
    times = np.array(series.times, dtype=np.int64)
    local = np.array(series.local, dtype=np.int64)
    days = (local + series.hours.evening_ms) // DAY_MS
    bids, asks = np.array(series.bids), np.array(series.asks)
    if source == "bid_ask":
        # The service has averages as open and close; here they are the first bid and the last ask.
        prices = (bids, asks, bids, asks)
    elif source == "midpoint":
        prices = ((bids + asks) / 2,) * 4
    else:
        prices = (np.array(series.prices),) * 4
    sizes = np.array(series.sizes) if source == "trades" else np.zeros(len(times))
    return _Trades(times, local - times, days, *prices, sizes)


def _session_edge(trades: _Trades, minute: int) -> Moments:
    """Return for each trade the moment of its trading day at which a session begins or ends."""
    return trades.days * DAY_MS + minute * MINUTE_MS - trades.offsets


def _of_session(trades: _Trades, hours: Hours) -> _Trades:
    """Return the trades of regular sessions; those at the very close belong to them."""
    opening = _session_edge(trades, hours.open_minute)
    close = _session_edge(trades, hours.close_minute)
    return trades.where((trades.times >= opening) & (trades.times <= close))


def _labels(trades: _Trades, hours: Hours, bar: str, extended: bool) -> Moments:
    """Return for each trade the time of its bar; equal ones are neighbours.

    Bars within a day lie at multiples of their size on the exchange's clock, but none begins
    before its session does.
    """
    size = BAR_SIZES[bar]
    if size >= DAY_MS:
        return _day_labels(trades.days, hours, bar)
    starts = (trades.times + trades.offsets) // size * size - trades.offsets
    session = _session_edge(trades, hours.early_minute if extended else hours.open_minute)
    inside = trades.times >= session
    # Where the clocks go forward, a long bar would begin before the one before it.
    return np.maximum.accumulate(np.where(inside, np.maximum(starts, session), starts))


def _day_labels(days: Moments, hours: Hours, bar: str) -> Moments:
    unique, places = np.unique(days, return_inverse=True)
    if bar == "1m":
        months = unique.astype("datetime64[D]").astype("datetime64[M]")
        labels = months.astype("datetime64[ms]").astype(np.int64)
    else:
        # 1970-01-01 was a Thursday.
        begins = unique - (unique + 3) % 7 if bar == "1w" else unique
        labels = np.array([hours.label(int(day)) for day in begins], dtype=np.int64)
    return np.asarray(labels[places], dtype=np.int64)


def _fold(trades: _Trades, labels: Moments) -> list[Bar]:
    """Return a bar for each run of equal labels."""
    if not len(labels):
        return []
    first = np.flatnonzero(np.r_[True, labels[1:] != labels[:-1]])
    last = np.r_[first[1:], len(labels)] - 1
    columns = (
        labels[first].tolist(),
        trades.opens[first].tolist(),
        np.maximum.reduceat(trades.highs, first).tolist(),
        np.minimum.reduceat(trades.lows, first).tolist(),
        trades.closes[last].tolist(),
        np.add.reduceat(trades.sizes, first).tolist(),
    )
    return [Bar(*row) for row in zip(*columns, strict=True)]


def _chosen(series: Series, extended: bool, source: str) -> _Trades:
    trades = _columns(series, source)
    return trades if extended else _of_session(trades, series.hours)


def find_bars(series: Series, request: HistoryRequest) -> list[Bar]:
    """Return the bars of a request in order of time: the newest 1000 of them.

    A period of days counts days on which there was trade, one of weeks, months or years goes by
    the exchange's calendar, one of minutes or hours by the clock. Bars that begin in the window
    are in it; the one that time or the end of the window cuts is there as far as it goes.
    """
    hours = series.hours
    trades = _chosen(series, request.extended, request.source)
    labels = _labels(trades, hours, request.bar, request.extended)
    if request.forward and request.start_ms is not None:
        begin_ms, end_ms = request.start_ms, _end_forward(trades.days, labels, hours, request)
    else:
        end_ms = request.until_ms
        if request.start_ms is not None:
            end_ms = min(end_ms, request.start_ms)
        begin_ms = _begin_backward(trades, labels, hours, request, end_ms)
    inside = (trades.times < end_ms) & (labels >= begin_ms)
    if request.start_ms is not None:
        # A bar of a day may have begun with trades before the opening, whose time it carries.
        inside &= labels < end_ms
    bars = _fold(trades.where(inside), labels[inside])
    return bars[-_MOST_POINTS:]


def _begin_backward(
    trades: _Trades, labels: Moments, hours: Hours, request: HistoryRequest, end: int
) -> int:
    count, unit = request.period
    if unit in _CLOCK:
        return end - count * _CLOCK[unit]
    if unit == "d":
        before = trades.times < end
        if request.start_ms is not None:
            before &= labels < end
        days = np.unique(trades.days[before])
        first = int(days[-count:][0]) if len(days) else 0
    else:
        first = _shifted(hours.trading_day(end - 1), -count, unit)
    return _begin_of(first, hours, request.bar)


def _end_forward(days: Moments, labels: Moments, hours: Hours, request: HistoryRequest) -> int:
    count, unit = request.period
    begin = request.start_ms or 0
    if unit in _CLOCK:
        end = begin + count * _CLOCK[unit]
    elif unit == "d":
        following = np.unique(days[labels >= begin])
        end = hours.day_start(int(following[:count][-1]) + 1) if len(following) else begin
    else:
        end = hours.day_start(_shifted(hours.trading_day(begin), count, unit))
    return min(end, request.until_ms)


def _begin_of(day: int, hours: Hours, bar: str) -> int:
    # Bars of months carry midnight UTC, which is the day before in the west.
    return day * DAY_MS if bar == "1m" else hours.day_start(day)


def _shifted(day: int, count: int, unit: str) -> int:
    """Return a day that is weeks, months or years away; the last of a shorter month."""
    if unit == "w":
        return day + 7 * count
    there = date(1970, 1, 1) + timedelta(days=day)
    months = there.year * 12 + there.month - 1 + count * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return (date(year, month, min(there.day, last)) - date(1970, 1, 1)).days


def read_request(args: Mapping[str, Any], now_ms: int) -> HistoryRequest:
    """Return what a client asks for; an unknown period is a week, as the service takes it.

    Raises
    ------
    ValueError
        An unknown bar size, source or direction, or a start that is no time.
    """
    period = parse_period(str(args.get("period", ""))) or Period(1, "w")
    bar = str(args.get("bar") or default_bar(period))
    source = _SOURCES.get(str(args.get("source") or "trades").lower())
    direction = str(args.get("direction") or "-1")
    if bar not in BAR_SIZES or source is None or direction not in ("1", "-1"):
        raise ValueError("bar, source or direction")
    start = args.get("startTime")
    return HistoryRequest(
        period,
        bar,
        now_ms + 1,
        _moment(str(start)) if start else None,
        direction == "1",
        str(args.get("outsideRth")).lower() == "true",
        source,
    )


def _moment(text: str) -> int:
    moment = datetime.strptime(text, "%Y%m%d-%H:%M:%S").replace(tzinfo=timezone.utc)
    return round(moment.timestamp() * 1000)


def _moment_text(moment_ms: int) -> str:
    moment = datetime.fromtimestamp(moment_ms / 1000, timezone.utc)
    return moment.strftime("%Y%m%d-%H:%M:%S")


def history_of(
    market: Market, conid: int, request: HistoryRequest, volume_factor: float
) -> dict[str, Any] | None:
    """Return the service's answer, None where there is nothing or no permission to see it.

    Volumes are divided by `volume_factor`; prices are as they are, but for those in the summaries
    of the highest and the lowest bar, which are multiplied by 10 for each of their decimals.
    """
    instrument, series = market.catalogue.get(conid), market.series(conid)
    if instrument is None or series is None or instrument.market_data.startswith("N"):
        return None
    bars = find_bars(series, request)
    if not bars:
        return None
    digits = price_digits(instrument.increment)
    highest = max(bars, key=lambda bar: bar.high)
    lowest = min(bars, key=lambda bar: bar.low)

    def summary(bar: Bar, price: float) -> str:
        minutes = (bar.time_ms - bars[0].time_ms) // MINUTE_MS
        return f"{round(price * 10**digits)}/{_number(bar.volume / volume_factor)}/{minutes}"

    delayed = instrument.market_data.startswith(("D", "Y"))
    return {
        "serverId": market.next_server_id(),
        "symbol": instrument.symbol,
        "text": instrument.company,
        "priceFactor": 10**digits,
        "startTime": _moment_text(bars[0].time_ms),
        "high": summary(highest, highest.high),
        "low": summary(lowest, lowest.low),
        "timePeriod": "".join(map(str, request.period)),
        "barLength": BAR_SIZES[request.bar] // 1000,
        "mdAvailability": "D" if delayed else "S",
        "mktDataDelay": 900 if delayed else 0,
        "outsideRth": request.extended,
        "tradingDayDuration": series.hours.close_minute - series.hours.open_minute,
        "volumeFactor": volume_factor,
        "priceDisplayRule": 1,
        "priceDisplayValue": str(digits),
        "negativeCapable": False,
        "messageVersion": 2,
        "data": [_row(bar, volume_factor) for bar in bars],
        "points": len(bars) - 1,
        "travelTime": 3,
    }


def _row(bar: Bar, volume_factor: float) -> dict[str, float | int]:
    volume = _number(bar.volume / volume_factor)
    prices = {"o": bar.open, "c": bar.close, "h": bar.high, "l": bar.low}
    return {**prices, "v": volume, "t": bar.time_ms}


def _number(value: float) -> float | int:
    return int(value) if value.is_integer() else value
