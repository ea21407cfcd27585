"""Filters that keep a feed to its session: nothing outside of it, and no gaps inside."""

from __future__ import annotations

import datetime as _datetime
from typing import Any, ClassVar

from ..dataseries import TimeFrame
from ..metabase import ParamsBase

__all__ = ["SessionFiller", "SessionFilter", "SessionFilterSimple"]


class SessionFilterSimple:
    """Says of bars outside of the session that they are to go, for `addfilter_simple`.

    Parameters
    ----------
    data : DataBase
        The feed; its parameters ``sessionstart`` and ``sessionend`` are the first and last time
        that stays.
    """

    def __init__(self, data: Any) -> None:
        pass

    def __call__(self, data: Any) -> bool:
        """Whether the current bar of `data` is outside of the session."""
        return not data.p.sessionstart <= data.datetime.time() <= data.p.sessionend


class SessionFilter(SessionFilterSimple):
    """Takes bars outside of the session out, for `addfilter`."""

    def __call__(self, data: Any) -> bool:
        """Take the current bar of `data` out where it is outside of the session; say whether it
        went.
        """
        outside = super().__call__(data)
        if outside:
            data.backwards()
        return outside


class SessionFiller(ParamsBase):
    """Puts bars where a session has none, from its start to its end, on days on which it has any.

    Parameters
    ----------
    fill_price : None
        Price of the bars put in; default the close before.
    fill_vol, fill_oi : NaN
        Their volume and open interest.
    skip_first_fill : True
        Put none before the very first bar.
    """

    params: Any = {
        "fill_price": None,
        "fill_vol": float("nan"),
        "fill_oi": float("nan"),
        "skip_first_fill": True,
    }

    MAXDATE = _datetime.datetime.max

    _UNITS: ClassVar[dict[int, _datetime.timedelta]] = {
        TimeFrame.Minutes: _datetime.timedelta(minutes=1),
        TimeFrame.Seconds: _datetime.timedelta(seconds=1),
        TimeFrame.MicroSeconds: _datetime.timedelta(microseconds=1),
    }

    # Compat: bars that are missing at the end of a session come after the first bar of the next
    # one where nothing is missing before that, tests/parity/scenarios/filtering.py::session
    _in_order = False

    p: Any

    def __init__(self, data: Any) -> None:
        self._step = self._UNITS[data._timeframe] * data._compression
        self._before: _datetime.datetime | None = None
        self._session_end = self.MAXDATE

    def __call__(self, data: Any) -> bool:
        """Put bars in before the current one of `data`; say whether that has to wait for them."""
        now = data.datetime.datetime()
        tail, rest = self._missing(data, now)
        self._before = now
        self._session_end = _datetime.datetime.combine(now.date(), data.p.sessionend)
        if not tail and not rest:
            return False
        price = self.p.fill_price or (data.close[-1] if len(data) > 1 else data.close[0])
        bars = [self._bar(data, moment, price) for moment in tail + rest]
        waits = bool(rest) or self._in_order
        if waits:
            bars.append([line[0] for line in data.lines.itersize()])
            data.backwards()
        for bar in bars:
            data._add2stack(bar)
        return waits

    def _missing(
        self, data: Any, now: _datetime.datetime
    ) -> tuple[list[_datetime.datetime], list[_datetime.datetime]]:
        """When there should have been bars since the one before: at the end of a session that is
        over, and in that of `now`.
        """
        start = _datetime.datetime.combine(now.date(), data.p.sessionstart)
        if self._before is None:
            return [], [] if self.p.skip_first_fill else self._between(start, now)
        following = self._before + self._step
        if now <= self._session_end:
            return [], self._between(following, now)
        last = self._session_end + _datetime.timedelta(microseconds=1)
        same_day = now.date() == self._before.date()
        return self._between(following, last), [] if same_day else self._between(start, now)

    def _between(
        self, moment: _datetime.datetime, end: _datetime.datetime
    ) -> list[_datetime.datetime]:
        moments = []
        while moment < end:
            moments.append(moment)
            moment += self._step
        return moments

    def _bar(self, data: Any, moment: _datetime.datetime, price: float) -> list[float]:
        values = {
            "datetime": data.date2num(moment),
            "volume": self.p.fill_vol,
            "openinterest": self.p.fill_oi,
            **dict.fromkeys(("open", "high", "low", "close"), price),
        }
        return [values.get(name, float("nan")) for name in data.lines.getlinealiases()]
