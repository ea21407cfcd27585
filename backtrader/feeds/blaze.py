"""Rows of any kind as a feed."""

from __future__ import annotations

import datetime as _datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from .. import feed
from .._core.bulk import Block
from ..errors import DataError
from ..utils import date2num

__all__ = ["BlazeData"]

_ROWS_PER_BLOCK = 4096
_FIELDS = ("datetime", "open", "high", "low", "close", "volume", "openinterest")


class BlazeData(feed.DataBase):
    """Reads rows out of anything that can be iterated over, such as a Blaze table, `dataname`.

    Parameters
    ----------
    datetime, open, high, low, close, volume, openinterest : 0, 1, 2, 3, 4, 5, 6
        Places in a row; negative where there is nothing. The time is a datetime or a date. A
        subclass with a further line has a further parameter of its name.
    """

    params: Any = {name: place for place, name in enumerate(_FIELDS)}

    datafields: ClassVar[list[str]] = list(_FIELDS)

    def start(self) -> None:
        """Go back to the first row, where the source can."""
        super().start()
        source: Iterable[Any] = self.p.dataname
        self._rows_left = iter(source)
        self._row_number = 0
        columns = [(name, getattr(self.p, name)) for name in self.lines.getlinealiases()]
        if self.p.datetime < 0:
            raise DataError(f"{self._name or type(self).__name__}: rows without a time are no bars")
        self._columns: list[tuple[str, int]] = columns

    def _bar(self, row: Sequence[Any]) -> list[float]:
        """The values of a bar, in the order of the lines."""
        self._row_number += 1
        try:
            return [self._value(name, row, column) for name, column in self._columns]
        except (IndexError, TypeError, ValueError) as error:
            reason = "too few fields" if isinstance(error, IndexError) else str(error)
            raise DataError(reason, self._name or None, self._row_number, repr(row)) from error

    def _value(self, name: str, row: Sequence[Any], column: int) -> float:
        if column < 0:
            return float("nan")
        value = row[column]
        if name != "datetime":
            if isinstance(value, str):
                raise TypeError(f"{name} is text: {value!r}")
            return float(value)
        if not isinstance(value, _datetime.date):
            raise TypeError(f"{value!r} is no datetime")
        return date2num(value)

    def _load(self) -> bool:
        row = next(self._rows_left, None)
        if row is None:
            return False
        for line, value in zip(self.lines, self._bar(row), strict=True):
            line[0] = value
        return True

    def _read_blocks(self, rows: int | None) -> Iterator[Block]:
        while taken := list(itertools.islice(self._rows_left, rows or _ROWS_PER_BLOCK)):
            bars = [self._bar(row) for row in taken]
            yield list(np.array(bars, np.float64).T)
