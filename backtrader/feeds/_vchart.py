"""The binary files of Visual Chart: records of one size, little endian, one a bar."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.bulk import Block
from .._kernels.csv import dates
from .._kernels.dates import add_times
from ..errors import DataError, FeedMissingError

_VALUES = [
    *((name, "<f4") for name in ("open", "high", "low", "close")),
    ("volume", "<u4"),
    ("openinterest", "<u4"),
]

DAILY = np.dtype([("date", "<u4"), *_VALUES])
INTRADAY = np.dtype([("date", "<u4"), ("time", "<u4"), *_VALUES])

_DAYS_PER_YEAR = 500  # a date is year * 500 + month * 32 + day
_DAYS_PER_MONTH = 32


def open_records(path: str) -> Any:
    """Return the file at `path`, open for reading.

    Raises
    ------
    FeedMissingError
        There is no such file.
    """
    try:
        return open(path, "rb")
    except FileNotFoundError as error:
        raise FeedMissingError("there is no such file", path=path) from error


def read_records(feed: Any, record: np.dtype[Any], rows: int | None, time: Any = None) -> Block:
    """Return the next bars of a file; none at its end.

    Parameters
    ----------
    feed
        Has an open binary file ``f`` and counts the records read in ``_records``.
    record
        `DAILY` or `INTRADAY`.
    rows
        Bars to read; None for all.
    time : datetime.time
        Time of day of a daily bar; midnight by default.

    Raises
    ------
    DataError
        The file ends within a record, or a record has no date.
    """
    raw = feed.f.read(-1 if rows is None else rows * record.itemsize)
    if len(raw) % record.itemsize:
        number = feed._records + len(raw) // record.itemsize + 1
        raise _record_error(feed, f"record {number} is cut short")
    table = np.frombuffer(raw, record)
    values = {name: table[name].astype(np.float64) for name in record.names or ()}
    values["datetime"] = _times(feed, table, time)
    feed._records += len(table)
    return [values[name] for name in feed.lines.getlinealiases()]


def _times(feed: Any, table: np.ndarray[Any, Any], time: Any) -> np.ndarray[Any, Any]:
    year, in_year = np.divmod(table["date"].astype(np.int64), _DAYS_PER_YEAR)
    month, day = np.divmod(in_year, _DAYS_PER_MONTH)
    parts = {"Y": year, "m": month, "d": day}
    if "time" in (table.dtype.names or ()):
        seconds = table["time"].astype(np.int64)
        parts |= {"H": seconds // 3600, "M": seconds // 60 % 60, "S": seconds % 60}
    moments = dates(parts) if len(table) else None
    if len(table) and moments is None:
        raise _undated(feed, parts)
    if moments is None:
        return np.empty(0)
    if "H" in parts or time is None:
        return moments.numbers()
    return add_times(moments.days, time.hour, time.minute, time.second, time.microsecond)


def _undated(feed: Any, parts: dict[str, np.ndarray[Any, Any]]) -> DataError:
    """What is raised for the first record whose date or time is none."""
    for row in range(len(parts["Y"])):
        if dates({name: column[row : row + 1] for name, column in parts.items()}) is None:
            found = ", ".join(f"{name} {column[row]}" for name, column in parts.items())
            return _record_error(feed, f"record {feed._records + row + 1} has no date: {found}")
    raise AssertionError("all records have dates")


def _record_error(feed: Any, message: str) -> DataError:
    path = getattr(feed.f, "name", None)
    feed._close()
    return DataError(message, path=path if isinstance(path, str) else feed._name)


def load_record(feed: Any, record: np.dtype[Any], time: Any = None) -> bool:
    """Set the lines of a feed from the next record; return whether there was one."""
    if feed.f is None:
        return False
    block = read_records(feed, record, 1, time)
    if not len(block[0]):
        return False
    for line, values in zip(feed.lines, block, strict=True):
        line[0] = float(values[0])
    return True
