"""Text files of any layout."""

from __future__ import annotations

import datetime as _datetime
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import feed
from .._core.bulk import Block
from .._core.textblocks import text_blocks
from .._kernels.csv import (
    DateFields,
    Table,
    date_layout,
    dates,
    field_texts,
    fixed_fields,
    numbers,
    timestamps,
)
from .._kernels.dates import add_times
from ..dataseries import TimeFrame
from ..errors import ParameterError
from ..utils import date2num

__all__ = ["GenericCSV", "GenericCSVData"]


class GenericCSVData(feed.CSVDataBase):
    """Reads lines of fields in the order that the parameters tell.

    Parameters
    ----------
    nullvalue : NaN
        What an empty field, or a column that is not there, stands for.
    dtformat : '%Y-%m-%d %H:%M:%S'
        The form of dates for `datetime.strptime`; or 1 for whole and 2 for broken seconds since
        1970 UTC; or a function that makes a datetime from the text.
    tmformat : '%H:%M:%S'
        The form of the time of day, where it has a column of its own.
    datetime, time, open, high, low, close, volume, openinterest : 0, -1, 1, 2, 3, 4, 5, 6
        Columns, counted from 0; negative or None where there is none. A subclass with a further
        line has a further parameter of its name.

    From a time frame of days on, a bar that is earlier than the end of the session on its date is
    moved there.
    """

    params: Any = {
        "nullvalue": float("nan"),
        "dtformat": "%Y-%m-%d %H:%M:%S",
        "tmformat": "%H:%M:%S",
        "datetime": 0,
        "time": -1,
        "open": 1,
        "high": 2,
        "low": 3,
        "close": 4,
        "volume": 5,
        "openinterest": 6,
    }

    def start(self) -> None:
        """Open the source and settle how dates are read."""
        super().start()
        params = self.p
        names = [name for name in self.lines.getlinealiases() if name != "datetime"]
        self._columns = {name: _column(getattr(params, name)) for name in names}
        self._time_column = _column(params.time) if isinstance(params.dtformat, str) else None
        self._to_datetime = self._reader()

    def _reader(self) -> Callable[[str], _datetime.datetime]:
        """The function that makes a datetime from text."""
        dtformat = self.p.dtformat
        if isinstance(dtformat, str):
            form = dtformat if self._time_column is None else f"{dtformat}T{self.p.tmformat}"
            return lambda text: _datetime.datetime.strptime(text, form)
        if dtformat == 1:
            return lambda text: _from_seconds(int(text))
        if dtformat == 2:
            return lambda text: _from_seconds(float(text))
        if not callable(dtformat):
            raise ParameterError(
                f"{type(self).__name__}: dtformat is {dtformat!r}; "
                "it is a form for strptime, 1, 2 or a function"
            )
        function: Callable[[str], _datetime.datetime] = dtformat
        return function

    def _loadline(self, linetokens: list[str]) -> bool:
        self._set_bar(self._bar(linetokens))
        return True

    def _bar(self, fields: list[str]) -> list[float]:
        """The values of a bar, in the order of the lines."""
        text = fields[self.p.datetime]
        if self._time_column is not None:
            text += "T" + fields[self._time_column]
        values = {"datetime": self._number(text)}
        null = self.p.nullvalue
        for name, column in self._columns.items():
            field = "" if column is None else fields[column]
            values[name] = float(field) if field else null
        return [values[name] for name in self.lines.getlinealiases()]

    def _number(self, text: str) -> float:
        """The time of a bar."""
        moment = self._to_datetime(text)
        number = date2num(moment)
        if self.p.timeframe < TimeFrame.Days:
            return number
        return max(number, self._session_end(moment.date()))

    def _session_end(self, date: _datetime.date) -> float:
        return self.date2num(_datetime.datetime.combine(date, self.p.sessionend))

    def _bars(self, table: Table) -> Block | None:
        """The same for many lines; None where not all of them can be read this way."""
        width = table.starts.shape[1]
        wanted = [self.p.datetime, self._time_column, *self._columns.values()]
        if max(column for column in wanted if column is not None) >= width:
            return None
        try:
            values = {"datetime": self._numbers(table)}
            for name, column in self._columns.items():
                if column is None:
                    values[name] = np.full(len(table.starts), self.p.nullvalue, np.float64)
                else:
                    values[name] = numbers(table, column, self.p.nullvalue)
        except (ValueError, OverflowError):
            return None
        return [values[name] for name in self.lines.getlinealiases()]

    def _numbers(self, table: Table) -> NDArray[np.float64]:
        """The times of the bars."""
        moments = self._plain_dates(table)
        if moments is None:
            return self._distinct_numbers(table)
        times = moments.numbers()
        if self.p.timeframe < TimeFrame.Days:
            return times
        return np.maximum(times, self._session_ends(moments.days))

    def _plain_dates(self, table: Table) -> DateFields | None:
        """The dates, if they are of fixed width or whole seconds."""
        dtformat, column = self.p.dtformat, self.p.datetime
        if not isinstance(dtformat, str):
            return None if callable(dtformat) else timestamps(self._seconds(table))
        layout = date_layout(dtformat)
        parts = None if layout is None else fixed_fields(table, column, layout)
        if self._time_column is None or parts is None:
            return None if parts is None else dates(parts)
        layout = date_layout(self.p.tmformat)
        times = None if layout is None else fixed_fields(table, self._time_column, layout)
        if times is None or times.keys() & parts.keys():
            return None
        return dates(parts | times)

    def _seconds(self, table: Table) -> NDArray[np.float64]:
        """The seconds since 1970 that the bars have for their dates."""
        if self.p.dtformat == 2:
            return numbers(table, self.p.datetime, None)
        return np.array(list(map(int, field_texts(table, self.p.datetime))), np.float64)

    def _distinct_numbers(self, table: Table) -> NDArray[np.float64]:
        """The times, each distinct text read once where a form and not a function says how."""
        texts = field_texts(table, self.p.datetime)
        if self._time_column is not None:
            texts = [
                f"{date}T{time}"
                for date, time in zip(texts, field_texts(table, self._time_column), strict=True)
            ]
        if callable(self.p.dtformat):
            return np.array([self._number(text) for text in texts])
        known = {text: self._number(text) for text in dict.fromkeys(texts)}
        return np.array([known[text] for text in texts])

    def _session_ends(self, days: NDArray[np.int64]) -> NDArray[np.float64]:
        end = self.p.sessionend
        if self._tz is None:
            return add_times(days, end.hour, end.minute, end.second, end.microsecond)
        distinct, where = np.unique(days, return_inverse=True)
        ends = [self._session_end(_datetime.date.fromordinal(day)) for day in distinct.tolist()]
        return np.array(ends)[where]

    def _read_blocks(self, rows: int | None) -> Iterator[Block]:
        return text_blocks(self, rows)


def _column(number: int | None) -> int | None:
    """The number of a column, or None where there is none."""
    return None if number is None or number < 0 else number


def _from_seconds(seconds: float) -> _datetime.datetime:
    try:
        return _datetime.datetime.fromtimestamp(seconds, _datetime.timezone.utc)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{seconds} seconds since 1970 are no date") from error


class GenericCSV(feed.CSVFeedBase):
    """Makes feeds that read text files of any layout."""

    DataCls: Any = GenericCSVData
