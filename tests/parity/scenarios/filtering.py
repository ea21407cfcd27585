"""Filters, on feeds of all kinds and with each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import backtrader as bt

from .. import bars
from ..modes import COMMON
from .feeds import yahoo_file
from .registry import Make, family, scenario
from .setting import Crossing, feed
from .sources import fed, generic, text

Filters = tuple[tuple[Any, dict[str, Any]], ...]

SESSION = {"sessionstart": dt.time(9, 30), "sessionend": dt.time(11, 0)}
PRELOADED = ("default", "runonce=False")


def filtered(make: Make, source: Any, *filters: tuple[Any, dict[str, Any]]) -> bt.Cerebro:
    """Return a Cerebro with a feed that goes through these filters."""
    for each, terms in filters:
        source.addfilter(each, **terms)
    return fed(make, source)


@family(
    PRELOADED,
    by_default=({},),
    size=({"size": 2.0},),
    hilo=({"size": 2.0, "hilo": True},),
    autosize=({"autosize": 60.0},),
    dynamic=({"autosize": 60.0, "dynamic": True, "align": 0.5},),
    raw_start=({"size": 1.5, "align": 0.25, "roundstart": False},),
)
def renko(make: Make, terms: dict[str, Any]) -> bt.Cerebro:
    return filtered(make, feed("day"), (bt.filters.Renko, terms))


@scenario(PRELOADED)
def renko_of_yahoo(make: Make) -> bt.Cerebro:
    source = bt.feeds.YahooFinanceCSVData(dataname=yahoo_file("day"))
    return filtered(make, source, (bt.filters.Renko, {"autosize": 80.0}))


@family(COMMON, day=("day",), five_minutes=("five_minutes",), gappy=("gappy",), penny=("penny",))
def heikin_ashi(make: Make, name: str) -> bt.Cerebro:
    return filtered(make, feed(name), (bt.filters.HeikinAshi, {}))


@scenario(COMMON)
def heikin_ashi_twice(make: Make) -> bt.Cerebro:
    twice = ((bt.filters.HeikinAshi, {}), (bt.filters.HeikinAshi, {}))
    return filtered(make, feed("day"), *twice)


def thinned_minutes() -> bt.feeds.GenericCSVData:
    """Return a feed of minutes with gaps, before, within and after its session."""
    rows = ["when,open,high,low,close,volume,interest"]
    for number, bar in enumerate(bars.bars("five_minutes")):
        if number % 7 not in (2, 3):
            rows.append(",".join([f"{bar.when:%Y-%m-%d %H:%M:%S}", *map(str, bar[1:])]))
    terms = {"timeframe": bt.TimeFrame.Minutes, "compression": 5, **SESSION}
    return generic("thinned", rows, **terms)


@family(
    COMMON,
    filter=(((bt.filters.SessionFilter, {}),),),
    filter_and_filler=(((bt.filters.SessionFilter, {}), (bt.filters.SessionFiller, {})),),
    filler_with_price=(
        ((bt.filters.SessionFilter, {}), (bt.filters.SessionFiller, {"fill_price": 77.0})),
    ),
    filler_with_volume=(
        (
            (bt.filters.SessionFilter, {}),
            (bt.filters.SessionFiller, {"fill_vol": 1.0, "fill_oi": 2.0}),
        ),
    ),
    filler_from_the_start=(
        (
            (bt.filters.SessionFilter, {}),
            (bt.filters.SessionFiller, {"skip_first_fill": False}),
        ),
    ),
    filler_and_heikin_ashi=(
        (
            (bt.filters.SessionFilter, {}),
            (bt.filters.SessionFiller, {}),
            (bt.filters.HeikinAshi, {}),
        ),
    ),
)
def session(make: Make, filters: Filters) -> bt.Cerebro:
    return filtered(make, thinned_minutes(), *filters)


@scenario(COMMON)
def session_simple(make: Make) -> bt.Cerebro:
    source = thinned_minutes()
    source.addfilter_simple(bt.filters.SessionFilterSimple)
    return fed(make, source)


@family(
    COMMON,
    price=({"fill_price": 50.0},),
    close_before=({"fill_price": 0.0, "fill_vol": 5.0, "fill_oi": 6.0},),
    middle_before=({"fill_price": -1.0},),
)
def calendar_days(make: Make, terms: dict[str, Any]) -> bt.Cerebro:
    return filtered(make, feed("holes"), (bt.filters.CalendarDays, terms))


@family(PRELOADED, halves=({},), quarters=({"closevol": 0.25},))
def day_splitter(make: Make, terms: dict[str, Any]) -> bt.Cerebro:
    source = feed("day", sessionstart=dt.time(9, 0), sessionend=dt.time(17, 30))
    return filtered(make, source, (bt.filters.DaySplitter_Close, terms))


@scenario(COMMON)
def day_steps(make: Make) -> bt.Cerebro:
    return filtered(make, feed("short"), (bt.filters.DayStepsFilter, {}))


def drops_quiet_days(data: Any, least: float = 5000.0) -> bool:
    """Take bars of little volume out."""
    if data.volume[0] >= least:
        return False
    data.backwards()
    return True


def doubles_prices(data: Any) -> bool:
    """Change the prices of a bar."""
    for name in ("open", "high", "low", "close"):
        line = getattr(data.lines, name)
        line[0] = line[0] * 2.0
    return False


class Repeats:
    """Delivers each bar twice, the second time an hour later."""

    def __init__(self, data: Any) -> None:
        pass

    def __call__(self, data: Any) -> bool:
        bar = [line[0] for line in data.lines]
        later = list(bar)
        later[data.DateTime] += 1.0 / 24.0
        data.backwards()
        data._add2stack(bar)
        data._add2stack(later)
        return True


def is_monday(data: Any) -> bool:
    """Say that a bar is of a Monday."""
    return bool(data.datetime.date(0).weekday() == 0)


@family(
    COMMON,
    dropping=(((drops_quiet_days, {}),),),
    dropping_less=(((drops_quiet_days, {"least": 2000.0}),),),
    changing=(((doubles_prices, {}),),),
    dropping_and_changing=(((drops_quiet_days, {}), (doubles_prices, {})),),
)
def filter_of_the_user(make: Make, filters: Filters) -> bt.Cerebro:
    return filtered(make, feed("day"), *filters)


@family(
    PRELOADED, alone=(((Repeats, {}),),), then_changing=(((Repeats, {}), (doubles_prices, {})),)
)
def filter_that_repeats(make: Make, filters: Filters) -> bt.Cerebro:
    return filtered(make, feed("short", sessionend=dt.time(12)), *filters)


@scenario(COMMON)
def filter_simple_of_the_user(make: Make) -> bt.Cerebro:
    source = feed("day")
    source.addfilter_simple(is_monday)
    return fed(make, source)


@family(COMMON, heikin_ashi=(bt.filters.HeikinAshi,), dropping=(lambda data: drops_quiet_days,))
def filter_as_a_parameter(make: Make, each: Callable[..., Any]) -> bt.Cerebro:
    chosen = each if isinstance(each, type) else each(None)
    return fed(make, feed("day", filters=[chosen]))


@scenario(COMMON)
def filtered_and_resampled(make: Make) -> bt.Cerebro:
    source = feed("day")
    source.addfilter(bt.filters.HeikinAshi)
    cerebro = make(stdstats=False)
    cerebro.adddata(source, name="days")
    cerebro.resampledata(source, name="weeks", timeframe=bt.TimeFrame.Weeks)
    cerebro.addstrategy(Crossing, fast=3, slow=6)
    return cerebro


@scenario(COMMON)
def filtered_table_of_text(make: Make) -> bt.Cerebro:
    rows = ["when,open,high,low,close,volume,interest"]
    rows += [",".join(map(str, (bar.when.date(), *bar[1:]))) for bar in bars.bars("day")]
    path = bars.write("filtered.csv", text(rows))
    source = bt.feeds.GenericCSVData(dataname=path, dtformat="%Y-%m-%d", nullvalue=0.0)
    return filtered(make, source, (drops_quiet_days, {}), (bt.filters.HeikinAshi, {}))
