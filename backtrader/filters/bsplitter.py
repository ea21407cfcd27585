"""A filter that splits daily bars in two."""

from __future__ import annotations

import datetime as _datetime
from typing import Any

from ..metabase import ParamsBase

__all__ = ["DaySplitter_Close"]


class DaySplitter_Close(ParamsBase):
    """Delivers a daily bar as two: one at the start of the session without the close, and one that
    is the close.

    The first has the open, the high and the low, and their mean in the place of the close; all
    prices of the second are the close. It ends with the session.

    Parameters
    ----------
    closevol : 0.5
        Share of the volume that goes to the second.
    """

    params: Any = {"closevol": 0.5}

    p: Any

    def __init__(self, data: Any) -> None:
        self._split: _datetime.date | None = None

    def __call__(self, data: Any) -> bool:
        """Make the first bar of the current one of `data`, and have the second go through all
        filters after it; further bars of the day stay as they are.
        """
        date = data.datetime.date()
        if date == self._split:
            return False
        self._split = date
        opening, high, low, close = data.open[0], data.high[0], data.low[0], data.close[0]
        volume = data.volume[0]
        first_volume = float(int(volume * (1.0 - self.p.closevol)))
        start, end = (
            data.date2num(_datetime.datetime.combine(date, time))
            for time in (data.p.sessionstart, data.p.sessionend)
        )
        fields = ("datetime", "open", "high", "low", "close", "volume")
        bars = (
            (start, opening, high, low, (opening + high + low) / 3.0, first_volume),
            (end, close, close, close, close, volume - first_volume),
        )
        names = data.lines.getlinealiases()
        rest = {name: line[0] for name, line in zip(names, data.lines, strict=False)}
        first, second = ({**rest, **dict(zip(fields, values, strict=True))} for values in bars)
        data._updatebar([first[name] for name in names])
        data._add2stack([second[name] for name in names], stash=True)
        return False
