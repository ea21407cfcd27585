"""The package's own text format for bars."""

from __future__ import annotations

import datetime as _datetime
from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import feed
from .._core.bulk import Block
from .._core.textblocks import text_blocks
from .._kernels.csv import DateLayout, Table, dates, fixed_fields, numbers
from .._kernels.dates import add_times
from ..utils import date2num

__all__ = ["BacktraderCSV", "BacktraderCSVData"]

# What stands between the digits is not looked at.
_DATE = DateLayout((("Y", 0, 4), ("m", 5, 2), ("d", 8, 2)), (), 10, False)
_TIME = DateLayout((("H", 0, 2), ("M", 3, 2), ("S", 6, 2)), (), 8, False)

_PRICES = ("open", "high", "low", "close", "volume", "openinterest")


class BacktraderCSVData(feed.CSVDataBase):
    """Reads lines of date (YYYY-MM-DD), time (HH:MM:SS; may be left out), open, high, low, close,
    volume, open interest.

    A bar without a time is given that of the end of the session.
    """

    def _loadline(self, linetokens: list[str]) -> bool:
        self._set_bar(self._bar(linetokens))
        return True

    def _bar(self, fields: list[str]) -> list[float]:
        """The values of a bar, in the order of the lines."""
        date = _datetime.date(int(fields[0][0:4]), int(fields[0][5:7]), int(fields[0][8:10]))
        first = 1
        time = self.p.sessionend
        if len(fields) == 8:
            first = 2
            time = _datetime.time(int(fields[1][0:2]), int(fields[1][3:5]), int(fields[1][6:8]))
        values = {"datetime": date2num(_datetime.datetime.combine(date, time))}
        for index, name in enumerate(_PRICES, first):
            values[name] = float(fields[index])
        return [values.get(name, float("nan")) for name in self.lines.getlinealiases()]

    def _bars(self, table: Table) -> Block | None:
        """The same for many lines; None where not all of them can be read this way."""
        width = table.starts.shape[1]
        first = 2 if width == 8 else 1
        parts = fixed_fields(table, 0, _DATE)
        if width < 7 or parts is None:
            return None
        if first == 2:
            times = fixed_fields(table, 1, _TIME)
            if times is None:
                return None
            parts |= times
        moments = dates(parts)
        if moments is None:
            return None
        values = {"datetime": moments.numbers()}
        if first == 1:
            end = self.p.sessionend
            values["datetime"] = add_times(
                moments.days, end.hour, end.minute, end.second, end.microsecond
            )
        try:
            for index, name in enumerate(_PRICES, first):
                values[name] = numbers(table, index, None)
        except ValueError:
            return None
        nothing = np.full(len(table.starts), np.nan)
        return [values.get(name, nothing) for name in self.lines.getlinealiases()]

    def _read_blocks(self, rows: int | None) -> Iterator[Block]:
        return text_blocks(self, rows)


class BacktraderCSV(feed.CSVFeedBase):
    """Makes feeds that read the package's own text format."""

    DataCls: Any = BacktraderCSVData
