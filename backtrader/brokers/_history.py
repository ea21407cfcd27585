"""Orders and fund figures of the past, played back as the bars go by."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..errors import OrderError
from ..utils.date import num2date

_FORMS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f")


def moment(when: Any) -> datetime.datetime:
    """Return a moment given as a datetime, a date, a number of ``date2num`` or a text in ISO
    form."""
    if isinstance(when, datetime.datetime):
        return when
    if isinstance(when, datetime.date):
        return datetime.datetime.combine(when, datetime.time())
    if isinstance(when, str):
        for form in _FORMS:
            try:
                return datetime.datetime.strptime(when, form)
            except ValueError:
                continue
        raise OrderError(f"history: {when!r} is no moment, expected YYYY-MM-DD[THH:MM:SS[.us]]")
    return num2date(when)


def bar_time(datas: Iterable[Any]) -> datetime.datetime | None:
    """Return the moment of the current bar: the latest that any of the datas has delivered."""
    latest: datetime.datetime | None = None
    for data in datas:
        if len(data):
            now = data.datetime.datetime(0)
            latest = now if latest is None or now > latest else latest
    return latest


class OrderHistory:
    """Rows of (moment, size, price[, data]) that wait for their bar, and whether the owner is told
    of them."""

    def __init__(self, rows: Iterable[Sequence[Any]], notify: bool) -> None:
        self.notify = notify
        self._rows: Iterator[Sequence[Any]] = iter(rows)
        self._ahead: Sequence[Any] | None = None

    def due(self, cerebro: Any) -> Iterator[tuple[Any, float, float]]:
        """Iterate over (data, size, price) of the rows that the current bars of their datas have
        reached.

        A row that has to wait holds up those behind it.
        """
        while True:
            row = self._ahead if self._ahead is not None else next(self._rows, None)
            self._ahead = row
            if row is None:
                return
            data = _data_of(row, cerebro)
            if not len(data) or moment(row[0]) > data.datetime.datetime(0):
                return
            self._ahead = None
            yield data, row[1], row[2]


def _data_of(row: Sequence[Any], cerebro: Any) -> Any:
    """Return the data that a row is for: given as a feed, by name or by index; the first where
    there is none."""
    data = row[3] if len(row) > 3 else None
    if data is None:
        return cerebro.datas[0]
    if isinstance(data, int):
        return cerebro.datas[data]
    if isinstance(data, str):
        return cerebro.datasbyname[data]
    return data


class FundHistory:
    """Rows of (moment, value of a share, value of the fund), of which the latest that is due is
    current."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = [(moment(row[0]), float(row[1]), float(row[2])) for row in rows]
        self._next = 0
        self._current = (float("nan"), float("nan"))

    def first(self) -> tuple[float, float]:
        """Return value of a share and value of the fund of the first row."""
        if not self._rows:
            raise OrderError("history: a fund needs at least one row of (date, share value, value)")
        return self._rows[0][1:]

    def current(self, datas: Iterable[Any]) -> tuple[float, float]:
        """Return value of a share and value of the fund as of the current bar; NaN before the
        first row."""
        now = bar_time(datas)
        rows = self._rows
        while now is not None and self._next < len(rows) and rows[self._next][0] <= now:
            self._current = rows[self._next][1:]
            self._next += 1
        return self._current
