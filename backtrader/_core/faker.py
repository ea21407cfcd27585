"""The time of a bar that is made of others, where no bar of its source tells it."""

from __future__ import annotations

import datetime as _datetime
from typing import Any, cast

from ..utils import date2num

__all__ = ["DTFaker"]


class DTFaker:
    """Stands in for a feed where only the time counts: now, or that of another feed.

    Parameters
    ----------
    data : DataBase
        The feed.
    forcedata : DataBase, optional
        The feed whose time it is; default the computer's clock, corrected by the feed's offset.
    """

    def __init__(self, data: Any, forcedata: Any = None) -> None:
        self.data = data
        # as with a feed, `datetime` is both the line to index and the method to call
        self.__dict__["datetime"] = self
        self.p = self
        self.sessionend = data.p.sessionend
        self._number: float
        self._moment: _datetime.datetime
        if forcedata is None:
            now = _datetime.datetime.now(_datetime.timezone.utc).replace(tzinfo=None)
            self._number = date2num(now + data._timeoffset())
            self._moment = data.num2date(self._number)
        else:
            self._number = forcedata.datetime[0]
            self._moment = forcedata.datetime.datetime()

    def __len__(self) -> int:
        return len(self.data)

    def __call__(self, idx: int = 0) -> _datetime.datetime:
        """Return the time in the time zone of the feed."""
        return self._moment

    def datetime(self, idx: int = 0) -> _datetime.datetime:
        """Return the time in the time zone of the feed."""
        return self._moment

    def date(self, idx: int = 0) -> _datetime.date:
        """Return the date in the time zone of the feed."""
        return self._moment.date()

    def time(self, idx: int = 0) -> _datetime.time:
        """Return the time of day in the time zone of the feed."""
        return self._moment.time()

    @property
    def _calendar(self) -> Any:
        return self.data._calendar

    def __getitem__(self, idx: int) -> float:
        return self._number if idx == 0 else float("-inf")

    def num2date(self, *args: Any, **kwargs: Any) -> _datetime.datetime:
        """Return what the feed's `num2date` does."""
        return cast(_datetime.datetime, self.data.num2date(*args, **kwargs))

    def date2num(self, *args: Any, **kwargs: Any) -> float:
        """Return what the feed's `date2num` does."""
        return float(self.data.date2num(*args, **kwargs))

    def _getnexteos(self) -> tuple[_datetime.datetime, float]:
        return cast("tuple[_datetime.datetime, float]", self.data._getnexteos())
