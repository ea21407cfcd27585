"""A filter that leaves no calendar day without a bar."""

from __future__ import annotations

import datetime as _datetime
from typing import Any

from ..metabase import ParamsBase

__all__ = ["CalendarDays"]


class CalendarDays(ParamsBase):
    """Puts bars on the days between two daily bars that are more than a day apart, and on that of
    the second.

    Parameters
    ----------
    fill_price : None
        Price of the bars put in: positive as given, 0 or None the close before, -1 the middle of
        the bar before.
    fill_vol, fill_oi : NaN
        Their volume and open interest.
    """

    params: Any = {"fill_price": None, "fill_vol": float("nan"), "fill_oi": float("nan")}

    ONEDAY = _datetime.timedelta(days=1)
    lastdt = _datetime.date.max

    p: Any

    def __init__(self, data: Any) -> None:
        pass

    def __call__(self, data: Any) -> bool:
        """Put bars in before the current one of `data`, which stays or comes after them."""
        date = data.datetime.date()
        if date - self.lastdt > self.ONEDAY:
            self._fill(data, self.lastdt, date)
        self.lastdt = date
        return False

    def _fill(self, data: Any, before: _datetime.date, date: _datetime.date) -> None:
        time = data.datetime.time()
        price = self._price(data)
        bar = [data.lines[index][0] for index in range(data.size())]
        data.backwards()
        for days in range(1, (date - before).days + 1):
            moment = _datetime.datetime.combine(before + self.ONEDAY * days, time)
            values = {
                "datetime": data.date2num(moment),
                "volume": self.p.fill_vol,
                "openinterest": self.p.fill_oi,
                **dict.fromkeys(("open", "high", "low", "close"), price),
            }
            names = data.lines.getlinealiases()
            data._add2stack([values.get(name, float("nan")) for name in names])
        data._add2stack(bar)

    def _price(self, data: Any) -> float:
        wanted = self.p.fill_price or 0.0
        if wanted > 0.0:
            return float(wanted)
        if wanted < 0.0:
            return float((data.high[-1] + data.low[-1]) / 2.0)
        return float(data.close[-1])
