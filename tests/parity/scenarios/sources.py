"""Where bars come from: CSV files of several forms, date ranges, pandas, and a user's feed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

import backtrader as bt

from .. import bars
from ..modes import ALL, COMMON
from .registry import Make, family, scenario
from .setting import Crossing, feed


def fed(make: Make, *feeds: Any) -> bt.Cerebro:
    """Return a Cerebro with these feeds and a strategy that trades on the first."""
    cerebro = make(stdstats=False)
    for number, source in enumerate(feeds):
        cerebro.adddata(source, name=f"data{number}")
    cerebro.addstrategy(Crossing, fast=3, slow=6, short=True)
    return cerebro


RANGE = {"fromdate": dt.datetime(2005, 2, 1), "todate": dt.datetime(2005, 4, 15)}


@family(
    COMMON,
    both=(RANGE,),
    start=({"fromdate": RANGE["fromdate"]},),
    end=({"todate": RANGE["todate"]},),
    date=({"fromdate": dt.date(2005, 2, 1), "todate": dt.date(2005, 3, 1)},),
)
def date_range(make: Make, terms: dict[str, Any]) -> bt.Cerebro:
    return fed(make, feed("day", **terms))


@scenario(COMMON)
def date_range_outside(make: Make) -> bt.Cerebro:
    return fed(make, feed("day", fromdate=dt.datetime(2015, 1, 1)))


@scenario(COMMON)
def date_range_within_a_day(make: Make) -> bt.Cerebro:
    limits = {"fromdate": dt.datetime(2005, 1, 4, 10, 0), "todate": dt.datetime(2005, 1, 5, 10, 30)}
    return fed(make, feed("five_minutes", **limits))


def text(rows: Iterable[str]) -> str:
    """Return rows as the text of a file."""
    return "\n".join(rows) + "\n"


def generic(name: str, rows: Iterable[str], **kwargs: Any) -> bt.feeds.GenericCSVData:
    """Return a generic CSV feed of the rows, written to a file of this name."""
    return bt.feeds.GenericCSVData(dataname=bars.write(f"{name}.csv", text(rows)), **kwargs)


@scenario(ALL)
def generic_csv(make: Make) -> bt.Cerebro:
    rows = ["when,open,high,low,close,volume,interest"]
    for bar in bars.bars("day"):
        rows.append(",".join(str(item) for item in (bar.when.date(), *bar[1:])))
    return fed(make, generic("generic", rows, dtformat="%Y-%m-%d"))


@scenario(COMMON)
def generic_csv_with_odd_columns(make: Make) -> bt.Cerebro:
    rows = [
        f"{bar.close};{bar.when:%d/%m/%Y};x;{bar.low};{bar.high};{bar.open}"
        for bar in bars.bars("day")
    ]
    columns = {"datetime": 1, "open": 5, "high": 4, "low": 3, "close": 0}
    source = generic(
        "odd",
        rows,
        dtformat="%d/%m/%Y",
        separator=";",
        headers=False,
        volume=-1,
        openinterest=-1,
        **columns,
    )
    return fed(make, source)


@scenario(COMMON)
def generic_csv_with_time(make: Make) -> bt.Cerebro:
    rows = ["date,time,open,high,low,close,volume"]
    for bar in bars.bars("five_minutes"):
        prices = ",".join(str(item) for item in bar[1:6])
        rows.append(f"{bar.when:%Y%m%d},{bar.when:%H.%M},{prices}")
    columns = {"time": 1, "open": 2, "high": 3, "low": 4, "close": 5, "volume": 6}
    source = generic(
        "timed",
        rows,
        dtformat="%Y%m%d",
        tmformat="%H.%M",
        openinterest=-1,
        timeframe=bt.TimeFrame.Minutes,
        compression=5,
        **columns,
    )
    return fed(make, source)


@family(COMMON, seconds=(1, 1), fraction=(2, 1), callable=(None, 1))
def generic_csv_with_stamps(make: Make, kind: int | None, unit: int) -> bt.Cerebro:
    epoch = dt.datetime(1970, 1, 1)
    rows = ["when,open,high,low,close,volume,interest"]
    for bar in bars.bars("five_minutes"):
        seconds: float = (bar.when - epoch).total_seconds() * unit
        stamp = str(int(seconds)) if kind != 2 else repr(seconds + 0.25)
        rows.append(",".join([stamp, *(str(item) for item in bar[1:])]))
    form = kind or (lambda text: epoch + dt.timedelta(seconds=int(text)))
    return fed(make, generic("stamps", rows, dtformat=form, timeframe=bt.TimeFrame.Minutes))


@scenario(COMMON)
def generic_csv_with_gaps(make: Make) -> bt.Cerebro:
    rows = ["when,open,high,low,close,volume,interest"]
    for number, bar in enumerate(bars.bars("day")):
        close = "" if number % 40 == 20 else str(bar.close)
        prices = [str(bar.open), str(bar.high), str(bar.low), close, "", "0"]
        rows.append(",".join([f"{bar.when:%Y-%m-%d %H:%M:%S}", *prices]))
    return fed(make, generic("gaps", rows, nullvalue=0.0))


@scenario(COMMON)
def generic_csv_with_missing_as_nan(make: Make) -> bt.Cerebro:
    rows = ["when,open,high,low,close,volume,interest"]
    for number, bar in enumerate(bars.bars("day")):
        volume = "" if number % 5 == 2 else str(bar.volume)
        prices = [str(item) for item in bar[1:5]]
        rows.append(",".join([f"{bar.when:%Y-%m-%d %H:%M:%S}", *prices, volume, "0"]))
    return fed(make, generic("nans", rows))


@scenario()
def generic_csv_reversed(make: Make) -> bt.Cerebro:
    rows = [
        ",".join(str(item) for item in (bar.when, *bar[1:])) for bar in reversed(bars.bars("day"))
    ]
    return fed(make, generic("reversed", rows, headers=False, reverse=True))


class WithExtra(bt.feeds.GenericCSVData):
    """A CSV feed with a line more."""

    lines = ("extra",)
    params = (("extra", 7), ("dtformat", "%Y-%m-%d"))


@scenario(COMMON)
def generic_csv_with_a_line_more(make: Make) -> bt.Cerebro:
    rows = ["when,open,high,low,close,volume,interest,extra"]
    for number, bar in enumerate(bars.bars("day")):
        rows.append(",".join(str(item) for item in (bar.when.date(), *bar[1:], number / 4)))
    source = WithExtra(dataname=bars.write("extra.csv", text(rows)))
    return fed(make, source)


@scenario(COMMON)
def csv_in_memory(make: Make) -> bt.Cerebro:
    with open(bars.csv_file("day"), encoding="utf-8") as stream:
        content = stream.read()
    return fed(make, bt.feeds.BacktraderCSVData(dataname=io.StringIO(content), name="memory"))


@scenario(COMMON)
def csv_of_minutes(make: Make) -> bt.Cerebro:
    return fed(make, feed("five_minutes"))


@scenario(COMMON)
def csv_with_session_end(make: Make) -> bt.Cerebro:
    return fed(
        make, feed("day", sessionend=dt.time(17, 30)), feed("week", sessionend=dt.time(17, 30))
    )


@scenario()
def csv_missing(make: Make) -> bt.Cerebro:
    return fed(make, bt.feeds.BacktraderCSVData(dataname="there-is-no-such-file.txt"))


@scenario(COMMON)
def csv_named(make: Make) -> bt.Cerebro:
    cerebro = make(stdstats=False)
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=bars.csv_file("short")))
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=bars.csv_file("day"), name="given"))
    cerebro.addstrategy(PrintsNames)
    return cerebro


class PrintsNames(bt.Strategy):
    """Prints what its datas are called."""

    def stop(self) -> None:
        for data in self.datas:
            print(data._name, data.p.name, data._timeframe, data._compression)


class MadeUp(bt.feed.DataBase):
    """A feed that makes up its bars."""

    params = (("bars", 40),)

    def start(self) -> None:
        super().start()
        self.loaded = 0

    def _load(self) -> bool:
        if self.loaded >= self.p.bars:
            return False
        self.loaded += 1
        price = 100.0 + (self.loaded * 7 % 11) - (self.loaded * 5 % 13) / 4.0
        day = dt.datetime(2005, 1, 1) + dt.timedelta(days=self.loaded)
        self.lines.datetime[0] = bt.date2num(day)
        self.lines.open[0] = price
        self.lines.high[0] = price + 1.0
        self.lines.low[0] = price - 1.5
        self.lines.close[0] = price + 0.5
        self.lines.volume[0] = self.loaded * 10
        self.lines.openinterest[0] = 0.0
        return True


@scenario(ALL)
def feed_of_the_user(make: Make) -> bt.Cerebro:
    return fed(make, MadeUp(), MadeUp(bars=30))


class Halved(bt.feed.CSVDataBase):
    """A CSV feed of the user's own row form."""

    def _loadline(self, linetokens: list[str]) -> bool:
        day = dt.datetime.strptime(linetokens[0], "%Y-%m-%d")
        self.lines.datetime[0] = bt.date2num(day)
        prices = [float(token) / 2.0 for token in linetokens[1:5]]
        self.lines.open[0], self.lines.high[0], self.lines.low[0], self.lines.close[0] = prices
        self.lines.volume[0] = float(linetokens[5])
        self.lines.openinterest[0] = 0.0
        return True


@scenario(COMMON)
def csv_of_the_user(make: Make) -> bt.Cerebro:
    return fed(make, Halved(dataname=bars.csv_file("day")))


def frame(name: str) -> Any:
    """Return a series as a pandas frame with its times as the index."""
    import pandas

    rows = bars.bars(name)
    columns = ("open", "high", "low", "close", "volume", "openinterest")
    content = {column: [bar[place + 1] for bar in rows] for place, column in enumerate(columns)}
    return pandas.DataFrame(content, index=pandas.DatetimeIndex([bar.when for bar in rows]))


@scenario(ALL, needs=("pandas",))
def pandas_data(make: Make) -> bt.Cerebro:
    return fed(make, bt.feeds.PandasData(dataname=frame("day")))


@scenario(COMMON, needs=("pandas",))
def pandas_data_by_names(make: Make) -> bt.Cerebro:
    table = frame("five_minutes").reset_index()
    table.columns = ["When", "O", "H", "L", "C", "V", "I"]
    named = {"datetime": "When", "open": "O", "high": "H", "low": "L", "close": "C", "volume": "V"}
    return fed(make, bt.feeds.PandasData(dataname=table, openinterest=None, **named))


@scenario(COMMON, needs=("pandas",))
def pandas_data_by_places(make: Make) -> bt.Cerebro:
    table = frame("day")[["close", "open", "low", "high"]]
    source = bt.feeds.PandasData(
        dataname=table, close=0, open=1, low=2, high=3, volume=None, openinterest=-1, **RANGE
    )
    return fed(make, source)


@scenario(COMMON, needs=("pandas",))
def pandas_direct_data(make: Make) -> bt.Cerebro:
    return fed(make, bt.feeds.PandasDirectData(dataname=frame("day")))
