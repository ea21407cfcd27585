"""Larger bars out of smaller ones: resampling delivers them when they are complete, replaying while
they grow.

Both are filters of a feed (see `AbstractDataBase.resample`). A bar of minutes or less ends at an
*edge*: a time of day that is a whole number of bars after midnight. From days on it ends with the
session, the week, the month or the year; or, where source and target differ in compression alone,
after so many bars of the source.
"""

from __future__ import annotations

import datetime as _datetime
from typing import Any

from ._core import edges
from ._core.faker import DTFaker
from .dataseries import TimeFrame, _Bar
from .metabase import ParamsBase
from .utils import num2date

__all__ = ["DTFaker", "Replayer", "ReplayerDaily", "ReplayerMinutes", "ReplayerMonthly"]
__all__ += ["ReplayerSeconds", "ReplayerTicks", "ReplayerWeekly", "Resampler", "ResamplerDaily"]
__all__ += ["ResamplerMinutes", "ResamplerMonthly", "ResamplerSeconds", "ResamplerTicks"]
__all__ += ["ResamplerWeekly", "ResamplerYearly"]

_LATE_STEP = 0.000001  # days by which a late tick is put after the bar that is there already


class _BaseResampler(ParamsBase):
    """What resampling and replaying share: when is a bar over, and which time does it get.

    Parameters
    ----------
    bar2edge : True
        Let bars below days end at edges; otherwise after `compression` units in which there was a
        bar.
    adjbartime : True when resampling, False when replaying
        Give a bar the time of its edge, or of the end of the session, instead of that of the last
        bar in it.
    rightedge : True
        The edge whose time a bar gets is the one where it ends, and not the one where it starts.
    boundoff : 0
        Put the edges so many units earlier.
    timeframe, compression : TimeFrame.Days, 1
        What to make.
    takelate : True
        Take a tick in that is older than the last bar delivered; otherwise it is lost.
    sessionend : True
        A bar ends with the session.
    """

    params: Any = {
        "bar2edge": True,
        "adjbartime": True,
        "rightedge": True,
        "boundoff": 0,
        "timeframe": TimeFrame.Days,
        "compression": 1,
        "takelate": True,
        "sessionend": True,
    }

    p: Any
    replaying = False

    def __init__(self, data: Any) -> None:
        super().__init__()
        params = self.p
        self.data = data
        self.bar: Any = _Bar(maxdate=True)
        self._unit = TimeFrame.Names[params.timeframe]
        self.subdays = TimeFrame.Ticks < params.timeframe < TimeFrame.Days
        self.componly = (
            not self.subdays
            and data._timeframe == params.timeframe
            and not params.compression % data._compression
        )
        self.subweeks = params.timeframe < TimeFrame.Weeks
        self.doadjusttime = bool(params.bar2edge and params.adjbartime and self.subweeks)
        self.compcount = 0  # units that ended since the bar before
        self._timely = data._timely
        # when the session ends and when the one before did, as datetimes and as numbers
        self._session_end: Any = None
        self._last_session_end: Any = None
        data.resampling = 1
        data.replaying = self.replaying
        data._timeframe = params.timeframe
        data._compression = params.compression

    # the session

    def _eosset(self) -> None:
        """Note when the session of the current bar of the source ends, unless that is noted."""
        if self._session_end is None:
            self._session_end = self.data._getnexteos()

    def _note_session(self, data: Any) -> None:
        """Note when the session ends that a larger bar begins in: what was noted may be of one
        before, over which nobody looked.
        """
        if self._timely:
            self._session_end = data._getnexteos()

    def _eoscheck(self, data: Any, seteos: bool = True, exact: bool = False) -> bool:
        """Whether the session is over with the current bar of `data`; `exact`: ends at its very
        time.
        """
        if seteos:
            self._eosset()
        if self._session_end is None:
            return False
        end = self._session_end[1]
        now = data.datetime[0]
        over = bool(now == end)
        if not over and not exact and now > end:
            over = bool(self.bar.isopen() and self.bar.datetime <= end)
        if over:
            self._last_session_end = self._session_end
            self._session_end = None
        return over

    # edges

    def _position(self, time: _datetime.time) -> tuple[int, int]:
        """A time of day in units after midnight (`boundoff` more), and microseconds left over."""
        units, rest = edges.position(time, self._unit)
        return units + self.p.boundoff, rest

    def _dataonedge(self, data: Any) -> tuple[bool, bool]:
        """Whether the current bar of `data` completes the larger bar, and whether there is more to
        check.
        """
        if self.p.timeframe >= TimeFrame.Weeks:
            return self._on_calendar_edge(data)
        if self._eoscheck(data, exact=True):
            return True, True
        if self.subdays:
            units, rest = self._position(data.datetime.time())
            return not rest and not units % self.p.compression, True
        return False, True

    def _edge_state(self, data: Any) -> tuple[bool, bool]:
        """The same, for a bar that may be one of a number of bars."""
        if not self.componly:
            return self._dataonedge(data)
        self._session_end = data._getnexteos()
        return False, True

    def _on_calendar_edge(self, data: Any) -> tuple[bool, bool]:
        if not self._is_last_day(data):
            return False, True
        self.compcount += 1
        return not self.compcount % self.p.compression, False

    def _is_last_day(self, data: Any) -> bool:
        """Whether the calendar of `data`, where there is one, ends the week, month or year on its
        date.
        """
        calendar = data._calendar
        if calendar is None:
            return False
        is_last = {
            TimeFrame.Weeks: calendar.last_weekday,
            TimeFrame.Months: calendar.last_monthday,
            TimeFrame.Years: calendar.last_yearday,
        }[self.p.timeframe]
        return bool(is_last(data.datetime.date()))

    # the end of a bar

    def _latedata(self, data: Any) -> bool:
        """Whether the current bar of `data`, for a bar below days, is not later than the one
        before.
        """
        return self.subdays and len(data) > 1 and bool(data.datetime[0] <= data.datetime[-1])

    def _checkbarover(self, data: Any, fromcheck: bool = False, forcedata: Any = None) -> bool:
        """Whether the larger bar is complete without the current bar of `data`, or the time that it
        is.
        """
        source = DTFaker(data, forcedata) if fromcheck else data
        if fromcheck and self._timely and not self.subdays:
            return self._is_day_over(source)
        if not self.componly and not self._barover(source):
            return False
        if self.subdays and self.p.bar2edge:
            return True
        if fromcheck:
            return False
        self.compcount += 1
        return not self.compcount % self.p.compression

    def _is_day_over(self, clock: DTFaker) -> bool:
        """Whether the larger bar is a day, and it is over by a clock that can be trusted."""
        day = self.p.timeframe == TimeFrame.Days and self.p.compression == 1
        return day and not self.componly and self._eoscheck(clock)

    def _barover(self, data: Any) -> bool:
        """Whether the current bar of `data` is in another unit than the larger bar."""
        timeframe = self.p.timeframe
        if timeframe == TimeFrame.Ticks:
            return bool(self.bar.isopen())
        if self.subdays:
            return self._edge_passed(data)
        if timeframe == TimeFrame.Days:
            return self._eoscheck(data)
        if timeframe == TimeFrame.Weeks and data._calendar is not None:
            return self._is_last_day(data)
        before = edges.period(data.num2date(self.bar.datetime), self._unit)
        return before < edges.period(data.datetime.datetime(), self._unit)

    def _edge_passed(self, data: Any) -> bool:
        if self._eoscheck(data):
            return True
        if data.datetime[0] < self.bar.datetime:
            return False
        # Compat: without regard to the date,
        # tests/unit/test_resample.py::test_midnight_inside_a_session
        size = self.p.compression if self.p.bar2edge else 1
        before, _ = self._position(num2date(self.bar.datetime).time())
        now, _ = self._position(num2date(data.datetime[0]).time())
        if self.p.rightedge and isinstance(data, DTFaker):
            # Compat: a clock passes the edges where they were, and not so many units earlier, if
            # the bar gets the time of the right one, tests/parity/delivery_cases.py::_offset
            now -= self.p.boundoff
        return now // size > before // size

    # the time of a bar

    def _calcadjtime(self, greater: bool = False) -> float:
        """Return the time that the bar gets: of its edge, or of the end of its session."""
        if self.componly:
            return float(self._session_end[1])
        if self._session_end is None:
            return float(self._last_session_end[1])
        moment = self.data.num2date(self.bar.datetime)
        if not self.subdays:
            end = _datetime.datetime.combine(moment, self._session_end[0].time())
            return float(self.data.date2num(end))
        units, rest = self._position(moment.time())
        size = self.p.compression
        edge, inside = divmod(units, size)
        if self.p.rightedge and (inside or rest):
            edge += 1
        return float(self.data.date2num(edges.moment_at(moment.date(), edge * size, self._unit)))

    def _adjusttime(self, greater: bool = False, forcedata: Any = None) -> bool:
        """Give the bar the time that it gets (`greater`: only a later one); say whether it is given
        one.

        From weeks on a bar keeps the time of the last bar in it.
        """
        if self.p.timeframe >= TimeFrame.Weeks:
            return False
        adjusted = self._calcadjtime(greater)
        if not greater or adjusted > self.bar.datetime:
            self.bar.datetime = adjusted
        return True

    def _values(self) -> list[float]:
        """The values of the bar in the order of the lines."""
        return list(self.bar.values())

    def check(self, data: Any, _forcedata: Any = None) -> Any:
        """Look whether the bar is complete by the time that it is, or that of `_forcedata`."""
        if not self.bar.isopen():
            return None
        return self(data, fromcheck=True, forcedata=_forcedata)

    def __call__(self, data: Any, fromcheck: bool = False, forcedata: Any = None) -> bool:
        """Take the current bar of `data` into the larger one."""
        raise NotImplementedError


class Resampler(_BaseResampler):
    """Delivers larger bars when they are complete."""

    def last(self, data: Any) -> bool:
        """Deliver what there is of the last bar; say whether there was any."""
        if not self.bar.isopen():
            return False
        if self.doadjusttime:
            self._adjusttime()
        self._deliver(data)
        return True

    def _deliver(self, data: Any) -> None:
        data._add2stack(self._values())
        self.bar.bstart(maxdate=True)

    def __call__(self, data: Any, fromcheck: bool = False, forcedata: Any = None) -> bool:
        """Take the current bar of `data` into the larger one; deliver that when it is complete."""
        if fromcheck:
            if self.bar.isopen() and self._checkbarover(data, True, forcedata):
                self._finish(data)
            return True
        if self._latedata(data):
            if self.p.takelate:
                self.bar.bupdate(data)
                self.bar.datetime = data.datetime[-1] + _LATE_STEP
            data.backwards()
            return True
        completes, undecided = self._edge_state(data)
        belongs = completes or self.componly
        if belongs:
            self._take(data)
        if completes:
            self._deliver(data)
        elif self.bar.isopen() and (not undecided or self._checkbarover(data)):
            self._finish(data)
        if not belongs:
            self._take(data)
        return True

    def _finish(self, data: Any) -> None:
        """Deliver a bar that ended between two bars of the source."""
        if self.doadjusttime:
            self._adjusttime(greater=True)
        self._deliver(data)

    def _take(self, data: Any) -> None:
        if not self.bar.isopen():
            self._note_session(data)
        self.bar.bupdate(data)
        data.backwards()


class Replayer(_BaseResampler):
    """Delivers larger bars at every bar of the source, as they grow."""

    params: Any = {"adjbartime": False}

    replaying = True

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self._ended = True  # the next bar of the source starts a larger one
        self._again = False  # the next bar of the source was looked at before

    def __call__(self, data: Any, fromcheck: bool = False, forcedata: Any = None) -> bool:
        """Put the larger bar, with the current bar of `data` in it, in the place of the latter."""
        if fromcheck:
            if not self._ended and not self._timely:
                # Compat: no clock ends it, but the computer's, whatever `forcedata` is, may use up
                # the end of the session, tests/parity/delivery_cases.py::_replayed_copies
                self._checkbarover(data, True)
            return True
        # Compat: the end of a bar may be told with a time after the bar that ended it, which is no
        # late one for that
        again, self._again = self._again, False
        if not again and self._latedata(data):
            return self._take_late(data)
        completes, undecided = self._edge_state(data)
        if not (self._ended or completes or self.componly):
            self._ended = undecided and self._checkbarover(data)
            if self._ended and self.doadjusttime and self._adjusttime(greater=True):
                # the bar before once more, with the time that it ends at; this one comes again, but
                # Compat: orders meet it already, tests/parity/delivery_cases.py::_options
                data._tick_fill(force=True)
                data._save2stack(erase=True, stash=True)
                data._updatebar(self._values())
                self._again = True
                return False
        self._grow(data)
        if self.componly:
            self._ended = self._checkbarover(data)
        self._ended = self._ended or completes
        return False

    def _grow(self, data: Any) -> None:
        """Take the current bar of `data` into the larger one, or start one with it."""
        data._tick_fill(force=True)  # orders are matched within the bar of the source
        if self._ended:
            self._note_session(data)
            self.bar.bupdate(data, reopen=True)
            self._ended = False
        else:
            self.bar.bupdate(data)
            data.backwards(force=True)
        data._updatebar(self._values())

    def _take_late(self, data: Any) -> bool:
        """Take a bar in that is not later than the one before."""
        if not self.p.takelate:
            data.backwards()
            return True
        data.datetime[0] = data.datetime[-1] + _LATE_STEP
        self._grow(data)
        return False


class ResamplerTicks(Resampler):
    """Resamples to ticks."""

    params: Any = {"timeframe": TimeFrame.Ticks}


class ResamplerSeconds(Resampler):
    """Resamples to seconds."""

    params: Any = {"timeframe": TimeFrame.Seconds}


class ResamplerMinutes(Resampler):
    """Resamples to minutes."""

    params: Any = {"timeframe": TimeFrame.Minutes}


class ResamplerDaily(Resampler):
    """Resamples to days."""

    params: Any = {"timeframe": TimeFrame.Days}


class ResamplerWeekly(Resampler):
    """Resamples to weeks."""

    params: Any = {"timeframe": TimeFrame.Weeks}


class ResamplerMonthly(Resampler):
    """Resamples to months."""

    params: Any = {"timeframe": TimeFrame.Months}


class ResamplerYearly(Resampler):
    """Resamples to years."""

    params: Any = {"timeframe": TimeFrame.Years}


class ReplayerTicks(Replayer):
    """Replays to ticks."""

    params: Any = {"timeframe": TimeFrame.Ticks}


class ReplayerSeconds(Replayer):
    """Replays to seconds."""

    params: Any = {"timeframe": TimeFrame.Seconds}


class ReplayerMinutes(Replayer):
    """Replays to minutes."""

    params: Any = {"timeframe": TimeFrame.Minutes}


class ReplayerDaily(Replayer):
    """Replays to days."""

    params: Any = {"timeframe": TimeFrame.Days}


class ReplayerWeekly(Replayer):
    """Replays to weeks."""

    params: Any = {"timeframe": TimeFrame.Weeks}


class ReplayerMonthly(Replayer):
    """Replays to months."""

    params: Any = {"timeframe": TimeFrame.Months}
