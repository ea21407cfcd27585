"""Bars of Yahoo Finance, from files and from its service."""

from __future__ import annotations

import datetime as _datetime
import io
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import feed
from .._core.bulk import Block
from .._core.reversing import Reversible
from .._core.textblocks import text_blocks
from .._kernels.csv import DateLayout, Table, dates, fixed_fields, numbers
from .._kernels.dates import add_times
from .._kernels.rounding import rounded
from ..dataseries import TimeFrame
from ..errors import ParameterError
from ..utils import date2num
from ._yahoochart import INTERVALS, csv_text, find_crumb

__all__ = [
    "YahooFinance",
    "YahooFinanceCSV",
    "YahooFinanceCSVData",
    "YahooFinanceData",
    "YahooLegacyCSV",
]

# What stands between the digits is not looked at, nor is what follows them.
_DATE = DateLayout((("Y", 0, 4), ("m", 5, 2), ("d", 8, 2)), (), 10, False)
_PRICES = ("open", "high", "low", "close")


class YahooFinanceCSVData(Reversible, feed.CSVDataBase):  # type: ignore[misc]
    """Reads lines of date (2006-01-31), open, high, low, close, adjusted close, volume.

    Parameters
    ----------
    reverse : False
        Whether the file has the newest line first.
    adjclose : True
        Whether to take the adjusted close, and to scale the other prices by it.
    adjvolume : True
        With `adjclose`, whether to scale the volume as well, the other way round.
    round, decimals : True, 2
        Whether to round prices, and to how many decimals.
    roundvolume : False
        Decimals of the volume, which is always rounded; False is 0 of them.
    swapcloses : False
        Whether close and adjusted close stand in the place of each other.

    A line with a field ``null`` is no bar. A volume that is missing or no number counts as 0. Bars
    end with the session. The line `adjclose` has the adjusted close as it is in the file.
    """

    lines: Any = ("adjclose",)

    params: Any = {
        "reverse": False,
        "adjclose": True,
        "adjvolume": True,
        "round": True,
        "decimals": 2,
        "roundvolume": False,
        "swapcloses": False,
    }

    _adjclose_column, _volume_column = 5, 6

    def start(self) -> None:
        """Open the source; one that has the newest line first is read as a whole."""
        super().start()
        if self.p.reverse:
            self._reverse()

    def _loadline(self, linetokens: list[str]) -> bool:
        fields: list[str] | None = linetokens
        while fields is not None:
            bar = self._bar(fields)
            if bar is not None:
                self._set_bar(bar)
                return True
            fields = self._getnextline()
        return False

    def _bar(self, fields: list[str]) -> list[float] | None:
        """The values of a bar, in the order of the lines; None where there is none."""
        if "null" in fields[1:]:
            return None
        date = _datetime.date(int(fields[0][0:4]), int(fields[0][5:7]), int(fields[0][8:10]))
        moment = _datetime.datetime.combine(date, self.p.sessionend)
        values = {name: float(fields[index]) for index, name in enumerate(_PRICES, 1)}
        values["adjclose"] = float(fields[self._adjclose_column])
        values["volume"] = self._volume(fields)
        try:
            self._adjust(values, round)
        except ZeroDivisionError as error:
            raise ValueError("a close of 0 cannot scale the other prices") from error
        values |= {"datetime": date2num(moment), "openinterest": 0.0}
        return [float(values.get(name, math.nan)) for name in self.lines.getlinealiases()]

    def _volume(self, fields: list[str]) -> float:
        try:
            return float(fields[self._volume_column])
        except (IndexError, ValueError):
            return 0.0

    def _adjust(self, values: dict[str, Any], rounding: Callable[[Any, int | None], Any]) -> None:
        """Swap, scale and round values, or whole columns, as the parameters tell."""
        params = self.p
        if params.swapcloses:
            values["close"], values["adjclose"] = values["adjclose"], values["close"]
        if params.adjclose:
            factor = values["close"] / values["adjclose"]
            for name in ("open", "high", "low"):
                values[name] = values[name] / factor
            values["close"] = values["adjclose"]
            if params.adjvolume:
                values["volume"] = values["volume"] * factor
        if params.round:
            for name in _PRICES:
                values[name] = rounding(values[name], params.decimals)
        values["volume"] = rounding(values["volume"], params.roundvolume)

    def _bars(self, table: Table) -> Block | None:
        """The same for many lines; None where not all of them can be read this way."""
        if table.starts.shape[1] <= self._volume_column or b"null" in table.raw:
            return None
        parts = fixed_fields(table, 0, _DATE)
        moments = None if parts is None else dates(parts)
        if moments is None:
            return None
        try:
            values = {name: numbers(table, index, None) for index, name in enumerate(_PRICES, 1)}
            values["adjclose"] = numbers(table, self._adjclose_column, None)
            values["volume"] = numbers(table, self._volume_column, None)
            with np.errstate(all="ignore"):
                if self.p.adjclose and not _can_scale(values["close"], values["adjclose"]):
                    return None
                self._adjust(values, rounded)
        except (ValueError, OverflowError):
            return None
        end = self.p.sessionend
        values["datetime"] = add_times(
            moments.days, end.hour, end.minute, end.second, end.microsecond
        )
        values["openinterest"] = np.zeros(len(moments.days))
        nothing = np.full(len(moments.days), np.nan)
        return [values.get(name, nothing) for name in self.lines.getlinealiases()]

    def _read_blocks(self, rows: int | None) -> Iterator[Block]:
        return text_blocks(self, rows)


def _can_scale(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether each value can be divided by the other one, and something by what comes of that."""
    with_each_other = (one / other).all() and (other / one).all()
    return bool(one.all() and other.all() and with_each_other)


class YahooLegacyCSV(YahooFinanceCSVData):
    """Reads files that were downloaded before May 2017, which may have the volume before the
    adjusted close: the names in the first line tell.

    Parameters
    ----------
    version : ''
        Without effect.
    """

    params: Any = {"version": ""}

    def _nextline(self) -> str | None:
        line: str | None = super()._nextline()
        if line is not None and self._line_number == 1 and self.p.headers:
            names = [name.strip().lower() for name in line.split(self.p.separator)]
            if names[5:7] == ["volume", "adj close"]:
                self._adjclose_column, self._volume_column = 6, 5
        return line


class YahooFinanceCSV(feed.CSVFeedBase):
    """Makes feeds that read files of Yahoo Finance."""

    DataCls: Any = YahooFinanceCSVData


class YahooFinanceData(YahooFinanceCSVData):
    """Reads bars of days, weeks or months from the service of Yahoo Finance.

    `dataname` is the ticker; `fromdate` and `todate` bound what is asked for.

    Parameters
    ----------
    proxies : {}
        Addresses of proxies by scheme, for example ``{"https": "http://127.0.0.1:8080"}``.
    period : 'd'
        Without effect: `timeframe` tells.
    urlhist, urldown : addresses
        Page of a ticker with the crumb of a session, and download of text, both as the service had
        them until 2024. Where one of them is changed they are used, else the three below.
    retries : 3
        How often a request that got no answer is made again.
    urlcookie, urlcrumb, urlchart : addresses
        Where a session gets its cookie and its crumb, and where the bars are.
    """

    params: Any = {
        "proxies": {},
        "period": "d",
        "urlhist": "https://finance.yahoo.com/quote/{}/history",
        "urldown": "https://query1.finance.yahoo.com/v7/finance/download",
        "retries": 3,
        "urlcookie": "https://fc.yahoo.com",
        "urlcrumb": "https://query1.finance.yahoo.com/v1/test/getcrumb",
        "urlchart": "https://query1.finance.yahoo.com/v8/finance/chart",
    }

    def start(self) -> None:
        """Fetch the bars."""
        self.start_v7()
        super().start()

    def start_v7(self) -> None:
        """Fetch the bars, to be read as if from a file."""
        params = self.p
        if params.timeframe not in INTERVALS:
            raise ParameterError(
                f"{type(self).__name__}: bars of {TimeFrame.getname(params.timeframe)} are not to "
                "be had: days, weeks or months are"
            )
        # what asks the web is slow to import, and few do
        from ._download import Session

        session = Session(params.proxies, params.retries)
        defaults = type(self).params
        old = params.urlhist != defaults.urlhist or params.urldown != defaults.urldown
        if old:
            crumb = find_crumb(session.get(params.urlhist.format(params.dataname)))
        else:
            session.get(params.urlcookie, accept_any=True)  # a page that is missing sets it, too
            crumb = session.get(params.urlcrumb).strip()
        text = session.get(
            f"{params.urldown if old else params.urlchart}/{params.dataname}",
            period1=_seconds(params.fromdate, 0),
            period2=_seconds(params.todate, int(_datetime.datetime.now().timestamp())),
            interval=INTERVALS[params.timeframe],
            events="history",
            includeAdjustedClose="true",
            crumb=crumb or None,
        )
        self.f = io.StringIO(csv_text(text, params.dataname))


def _seconds(moment: Any, default: int) -> int:
    """A moment as seconds since 1970; UTC where it is naive."""
    if moment is None:
        return default
    aware = moment if moment.tzinfo else moment.replace(tzinfo=_datetime.timezone.utc)
    return int(aware.timestamp())


class YahooFinance(feed.CSVFeedBase):
    """Makes feeds that read bars from the service of Yahoo Finance."""

    DataCls: Any = YahooFinanceData

    params: Any = YahooFinanceData.params._gettuple()
