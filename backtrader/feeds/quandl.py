"""Bars of Quandl, from files and from its service."""

from __future__ import annotations

import datetime as _datetime
import io
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import feed
from .._core.bulk import Block
from .._core.reversing import Reversible
from .._core.textblocks import text_blocks
from .._kernels.csv import DateLayout, Table, dates, fixed_fields, numbers
from .._kernels.dates import add_times
from .._kernels.rounding import rounded
from ..utils import date2num

__all__ = ["Quandl", "QuandlCSV"]

_DATE = DateLayout((("Y", 0, 4), ("m", 5, 2), ("d", 8, 2)), (), 10, False)
_FIELDS = ("open", "high", "low", "close", "volume")
_FIRST, _FIRST_ADJUSTED = 1, 8


class QuandlCSV(Reversible, feed.CSVDataBase):  # type: ignore[misc]
    """Reads lines of date (2006-01-31), open, high, low, close, volume, dividend, split ratio and
    the five prices and volumes once more, adjusted.

    Parameters
    ----------
    reverse : False
        Whether the file has the newest line first.
    adjclose : True
        Whether to take the adjusted prices and volume.
    round, decimals : False, 2
        Whether to round prices and volume, and to how many decimals.

    Bars end with the session.
    """

    params: Any = {"reverse": False, "adjclose": True, "round": False, "decimals": 2}

    def start(self) -> None:
        """Open the source; one that has the newest line first is read as a whole."""
        super().start()
        if self._newest_first():
            self._reverse()

    def _newest_first(self) -> bool:
        return bool(self.p.reverse)

    def _loadline(self, linetokens: list[str]) -> bool:
        self._set_bar(self._bar(linetokens))
        return True

    def _bar(self, fields: list[str]) -> list[float]:
        """The values of a bar, in the order of the lines."""
        date = _datetime.date(int(fields[0][0:4]), int(fields[0][5:7]), int(fields[0][8:10]))
        moment = _datetime.datetime.combine(date, self.p.sessionend)
        first = _FIRST_ADJUSTED if self.p.adjclose else _FIRST
        values = {name: float(fields[index]) for index, name in enumerate(_FIELDS, first)}
        if self.p.round:
            for name in _FIELDS:
                values[name] = float(round(values[name], self.p.decimals))
        values |= {"datetime": date2num(moment), "openinterest": 0.0}
        return [values.get(name, math.nan) for name in self.lines.getlinealiases()]

    def _bars(self, table: Table) -> Block | None:
        """The same for many lines; None where not all of them can be read this way."""
        first = _FIRST_ADJUSTED if self.p.adjclose else _FIRST
        parts = fixed_fields(table, 0, _DATE)
        moments = None if parts is None else dates(parts)
        if moments is None or table.starts.shape[1] < first + len(_FIELDS):
            return None
        try:
            values = {
                name: numbers(table, index, None) for index, name in enumerate(_FIELDS, first)
            }
            if self.p.round:
                with np.errstate(all="ignore"):
                    values = {n: rounded(v, self.p.decimals) for n, v in values.items()}
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


class Quandl(QuandlCSV):
    """Reads daily bars from a service that speaks Quandl's interface.

    `dataname` is the code within the data set; `fromdate` and `todate` bound what is asked for.

    Parameters
    ----------
    baseurl : 'https://www.quandl.com/api/v3/datasets'
        Address of the service.
    reverse : True
        Whether to ask for the oldest line first.
    proxies : {}
        Addresses of proxies by scheme.
    buffered : True
        Without effect: what is sent is always kept as a whole.
    apikey : None
        Key of the user.
    dataset : 'WIKI'
        Name of the data set.
    """

    params: Any = {
        "baseurl": "https://www.quandl.com/api/v3/datasets",
        "reverse": True,
        "proxies": {},
        "buffered": True,
        "apikey": None,
        "dataset": "WIKI",
    }

    def start(self) -> None:
        """Fetch the bars."""
        params = self.p
        # what asks the web is slow to import, and few do
        from ._download import Session

        text = Session(params.proxies).get(
            f"{params.baseurl}/{params.dataset}/{params.dataname}.csv",
            order="asc" if params.reverse else None,
            start_date=_day(params.fromdate),
            end_date=_day(params.todate),
            api_key=params.apikey,
        )
        self.f = io.StringIO(text)
        super().start()

    def _newest_first(self) -> bool:
        return False  # the service has been asked for the order


def _day(moment: _datetime.datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d}"
