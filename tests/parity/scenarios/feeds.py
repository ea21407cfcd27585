"""The feeds for the files of particular programs and services, and feeds made of other feeds."""

from __future__ import annotations

import datetime as dt
import struct
from typing import Any

import backtrader as bt
from backtrader.feeds.blaze import BlazeData

from .. import bars
from ..modes import ALL, COMMON
from .registry import Make, family, scenario
from .setting import Crossing, feed
from .sources import RANGE, fed, text


def yahoo_file(name: str, *, newest_first: bool = False, odd: bool = False) -> str:
    """Return the path of a series in the form of Yahoo Finance, split by two in its middle.

    `odd` leaves prices out of some rows, and the volume out of others.
    """
    rows = []
    series = bars.bars(name)
    for number, bar in enumerate(series):
        factor = 2.0 if number < len(series) // 2 else 1.0
        adjusted = round(bar.close / factor, 6)
        fields = [str(bar.when.date()), *(str(price) for price in bar[1:5]), str(adjusted)]
        fields.append(str(bar.volume))
        if odd and number % 17 == 5:
            fields[1:] = ["null"] * 6
        elif odd and number % 13 == 5:
            fields[6] = ""
        rows.append(",".join(fields))
    if newest_first:
        rows.reverse()
    file_name = f"yahoo-{name}-{newest_first}-{odd}.csv"
    return bars.write(file_name, text(["Date,Open,High,Low,Close,Adj Close,Volume", *rows]))


@family(
    COMMON,
    as_it_is=({},),
    unadjusted=({"adjclose": False},),
    volume_unadjusted=({"adjvolume": False},),
    unrounded=({"round": False},),
    decimals=({"decimals": 1, "roundvolume": -3},),
    swapped=({"swapcloses": True},),
    swapped_unadjusted=({"swapcloses": True, "adjclose": False, "decimals": 3},),
    session=({"sessionend": dt.time(17, 30)},),
    range=(RANGE,),
)
def yahoo_csv(make: Make, terms: dict[str, Any]) -> bt.Cerebro:
    return fed(make, bt.feeds.YahooFinanceCSVData(dataname=yahoo_file("day"), **terms))


@scenario(ALL)
def yahoo_csv_newest_first(make: Make) -> bt.Cerebro:
    path = yahoo_file("day", newest_first=True)
    return fed(make, bt.feeds.YahooFinanceCSVData(dataname=path, reverse=True))


@scenario(COMMON)
def yahoo_csv_newest_first_not_told(make: Make) -> bt.Cerebro:
    return fed(make, bt.feeds.YahooFinanceCSVData(dataname=yahoo_file("short", newest_first=True)))


@scenario(COMMON)
def yahoo_csv_with_gaps(make: Make) -> bt.Cerebro:
    return fed(make, bt.feeds.YahooFinanceCSVData(dataname=yahoo_file("day", odd=True)))


@scenario(COMMON)
def yahoo_csv_by_row(make: Make) -> bt.Cerebro:
    source = bt.feeds.YahooFinanceCSVData(dataname=yahoo_file("day", odd=True))
    source.addfilter(lambda data: False)
    return fed(make, source)


@scenario()
def yahoo_legacy_csv(make: Make) -> bt.Cerebro:
    return fed(make, bt.feeds.YahooLegacyCSV(dataname=yahoo_file("day")))


class ReadsAdjusted(bt.Strategy):
    """Prints the line that the feed has beyond the usual ones."""

    def stop(self) -> None:
        print(self.data.adjclose.array[:5], self.data.openinterest[0])


@scenario()
def yahoo_csv_adjusted_close(make: Make) -> bt.Cerebro:
    cerebro = make(stdstats=False)
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(dataname=yahoo_file("day")))
    cerebro.addstrategy(ReadsAdjusted)
    return cerebro


@family(
    COMMON,
    as_it_is=({},),
    unadjusted=({"adjclose": False},),
    rounded=({"round": True, "decimals": 1},),
    newest_first=({"reverse": True},),
)
def quandl_csv(make: Make, terms: dict[str, Any]) -> bt.Cerebro:
    rows = []
    for bar in bars.bars("day"):
        adjusted = [f"{price / 2:.4f}" for price in bar[1:5]]
        fields = [str(bar.when.date()), *(str(value) for value in bar[1:6]), "0.0", "1.0"]
        rows.append(",".join([*fields, *adjusted, str(bar.volume * 2)]))
    reverse = terms.get("reverse", False)
    if reverse:
        rows.reverse()
    path = bars.write(f"quandl-{reverse}.csv", text(["Date", *rows]))
    return fed(make, bt.feeds.QuandlCSV(dataname=path, **terms))


def vchart_rows(name: str, kind: str) -> list[str]:
    """Return a series as the rows of a text file of Visual Chart."""
    return [
        f"SYM,{kind},{bar.when:%Y%m%d},{bar.when:%H%M%S},"
        + ",".join(str(value) for value in bar[1:])
        for bar in bars.bars(name)
    ]


@family(
    COMMON,
    days=("day", "D", {}),
    minutes=("five_minutes", "I", {"timeframe": bt.TimeFrame.Minutes, "compression": 5}),
    weeks=("week", "W", {"sessionend": dt.time(17, 30)}),
)
def vchart_csv(make: Make, name: str, kind: str, terms: dict[str, Any]) -> bt.Cerebro:
    path = bars.write(f"vchart-{name}.csv", text(vchart_rows(name, kind)))
    return fed(make, bt.feeds.VChartCSVData(dataname=path, headers=False, **terms))


def vchart_record(bar: bars.Bar, intraday: bool) -> bytes:
    """Return a bar as a record of a binary file of Visual Chart."""
    when = bar.when
    day = when.year * 500 + when.month * 32 + when.day
    seconds = when.hour * 3600 + when.minute * 60 + when.second
    moment = struct.pack("<II", day, seconds) if intraday else struct.pack("<I", day)
    return moment + struct.pack("<ffffII", *bar[1:5], bar.volume, bar.open_interest)


def vchart_binary(name: str, file_name: str) -> str:
    """Return the path of a series as a binary file of Visual Chart."""
    path = bars.write(file_name, "")
    records = [vchart_record(bar, file_name.endswith(".min")) for bar in bars.bars(name)]
    with open(path, "wb") as target:
        target.write(b"".join(records))
    return path


@family(
    COMMON,
    days=("day", "day.fd", bt.TimeFrame.Days),
    minutes=("five_minutes", "five.min", bt.TimeFrame.Minutes),
)
def vchart_data(make: Make, name: str, file_name: str, timeframe: int) -> bt.Cerebro:
    path = vchart_binary(name, file_name)
    return fed(make, bt.feeds.VChartData(dataname=path, timeframe=timeframe))


@scenario(COMMON)
def blaze_data(make: Make) -> bt.Cerebro:
    return fed(make, BlazeData(dataname=[tuple(bar) for bar in bars.bars("day")]))


@scenario(COMMON)
def blaze_data_with_places(make: Make) -> bt.Cerebro:
    rows = [(bar.close, bar.when.date(), bar.open, bar.low, bar.high) for bar in bars.bars("day")]
    places = {"close": 0, "datetime": 1, "open": 2, "low": 3, "high": 4}
    return fed(make, BlazeData(dataname=rows, volume=-1, openinterest=-1, **places))


@scenario(COMMON)
def mt4_csv(make: Make) -> bt.Cerebro:
    rows = [
        f"{bar.when:%Y.%m.%d},{bar.when:%H:%M}," + ",".join(str(value) for value in bar[1:6])
        for bar in bars.bars("five_minutes")
    ]
    path = bars.write("mt4.csv", text(rows))
    terms = {"headers": False, "timeframe": bt.TimeFrame.Minutes, "compression": 5}
    return fed(make, bt.feeds.MT4CSVData(dataname=path, **terms))


@scenario(COMMON)
def sierra_chart_csv(make: Make) -> bt.Cerebro:
    rows = ["Date,Open,High,Low,Close,Volume,OpenInterest"]
    for bar in bars.bars("day"):
        rows.append(f"{bar.when:%Y/%m/%d}," + ",".join(str(value) for value in bar[1:]))
    return fed(make, bt.feeds.SierraChartCSVData(dataname=bars.write("sierra.csv", text(rows))))


def chained(make: Make, kind: str, *names: str, **terms: Any) -> bt.Cerebro:
    """Return a Cerebro with one feed made of several."""
    cerebro = make(stdstats=False)
    getattr(cerebro, kind)(*(feed(name) for name in names), name="joined", **terms)
    cerebro.addstrategy(Crossing, fast=3, slow=6)
    return cerebro


@family(
    COMMON,
    overlapping=(("early_end", "late", "day_c"),),
    twice_the_same=(("short", "day", "day_b"),),
    minutes=(("five_minutes",),),
)
def chain(make: Make, names: tuple[str, ...]) -> bt.Cerebro:
    return chained(make, "chaindata", *names)


def third_friday_is_past(when: dt.datetime, data: Any) -> bool:
    """Say from the third Friday of a month on that a feed is to be left."""
    return when.day >= 15 and when.weekday() >= 4


def traded_less(data: Any, following: Any) -> bool:
    """Say that the next feed has the greater volume."""
    return bool(data.volume[0] < following.volume[0])


@family(
    COMMON,
    at_the_end=({},),
    by_date=({"checkdate": third_friday_is_past},),
    by_condition_alone=({"checkcondition": traded_less},),
    by_both=({"checkdate": third_friday_is_past, "checkcondition": traded_less},),
)
def rollover(make: Make, terms: dict[str, Any]) -> bt.Cerebro:
    return chained(make, "rolloverdata", "early_end", "holes", "holes_b", **terms)


@scenario(COMMON)
def chain_and_a_feed_of_its_own(make: Make) -> bt.Cerebro:
    cerebro = make(stdstats=False)
    cerebro.chaindata(feed("early_end"), feed("late"), name="joined")
    cerebro.adddata(feed("holes"))
    cerebro.addstrategy(Crossing, fast=3, slow=6)
    return cerebro


@family(COMMON, chained=("Chainer",), rolled=("RollOver",))
def weeks_of_joined(make: Make, kind: str) -> bt.Cerebro:
    cerebro = make(stdstats=False)
    source = getattr(bt.feeds, kind)(feed("early_end"), feed("late"), dataname="joined")
    cerebro.resampledata(source, name="weeks", timeframe=bt.TimeFrame.Weeks)
    cerebro.addstrategy(Crossing, fast=2, slow=4)
    return cerebro
