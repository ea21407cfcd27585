"""Text files of Visual Chart."""

from __future__ import annotations

import datetime as _datetime
from collections.abc import Iterator
from typing import Any, ClassVar

from .. import feed
from .._core.bulk import Block
from .._core.textblocks import text_blocks
from .._kernels.csv import DateLayout, Table, dates, field_texts, fixed_fields, numbers
from .._kernels.dates import add_times
from ..dataseries import TimeFrame
from ..utils import date2num

__all__ = ["VChartCSV", "VChartCSVData"]

_DATE = DateLayout((("Y", 0, 4), ("m", 4, 2), ("d", 6, 2)), (), 8, False)
_PRICES = ("open", "high", "low", "close", "volume", "openinterest")
_FIRST_PRICE = 4


class VChartCSVData(feed.CSVDataBase):
    """Reads lines of name, kind (I, D, W or M), date (20060131), time (173000), open, high, low,
    close, volume, open interest.

    The kind of the last line read decides on the time frame. Intraday bars (I) have the time of the
    line; others end with the session.
    """

    vctframes: ClassVar[dict[str, int]] = {
        "I": TimeFrame.Minutes,
        "D": TimeFrame.Days,
        "W": TimeFrame.Weeks,
        "M": TimeFrame.Months,
    }

    def _loadline(self, linetokens: list[str]) -> bool:
        self._set_bar(self._bar(linetokens))
        return True

    def _bar(self, fields: list[str]) -> list[float]:
        """The values of a bar, in the order of the lines."""
        kind, date, time = fields[1:4]
        if kind not in self.vctframes:
            raise ValueError(f"{kind!r} is no kind of bar: {', '.join(self.vctframes)}")
        self._timeframe = self.vctframes[kind]
        day = _datetime.date(int(date[0:4]), int(date[4:6]), int(date[6:8]))
        if kind == "I":
            minutes, second = divmod(int(time), 100)
            of_day = _datetime.time(*divmod(minutes, 100), second)
        else:
            of_day = self.p.sessionend.replace(microsecond=0)
        values = {"datetime": date2num(_datetime.datetime.combine(day, of_day))}
        for index, name in enumerate(_PRICES, _FIRST_PRICE):
            values[name] = float(fields[index])
        return [values.get(name, float("nan")) for name in self.lines.getlinealiases()]

    def _bars(self, table: Table) -> Block | None:
        """The same for many lines; None where not all of them can be read this way."""
        if table.starts.shape[1] < 10 or self.lines.size() != 7:
            return None
        kinds = set(field_texts(table, 1))
        parts = fixed_fields(table, 2, _DATE)
        if len(kinds) != 1 or parts is None or not kinds <= self.vctframes.keys():
            return None
        kind = kinds.pop()
        try:
            if kind == "I":
                times = numbers(table, 3, None).astype(int)
                parts |= {"H": times // 10000, "M": times // 100 % 100, "S": times % 100}
            values = {name: numbers(table, index, None) for index, name in enumerate(_PRICES, 4)}
        except (ValueError, OverflowError):
            return None
        moments = dates(parts)
        if moments is None:
            return None
        if kind == "I":
            values["datetime"] = moments.numbers()
        else:
            end = self.p.sessionend
            values["datetime"] = add_times(moments.days, end.hour, end.minute, end.second)
        self._timeframe = self.vctframes[kind]
        return [values[name] for name in self.lines.getlinealiases()]

    def _read_blocks(self, rows: int | None) -> Iterator[Block]:
        return text_blocks(self, rows)


class VChartCSV(feed.CSVFeedBase):
    """Makes feeds that read text files of Visual Chart."""

    DataCls: Any = VChartCSVData
