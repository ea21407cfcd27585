"""The run bar by bar: live feeds, replay, bounded memory, or by choice."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from ..utils import num2date
from . import planned
from .ahead import Ahead

Times = list[float | None]

_LONGEST_WAIT = 0.5  # seconds; where no feed says how often to look


def in_step(datas: list[Any]) -> list[Any]:
    """The feeds in the order in which they are asked: small bars before large ones."""
    return sorted(datas, key=lambda data: (data._timeframe, data._compression))


def _may_wait(datas: list[Any], returned: list[Any]) -> bool:
    """Whether all that nothing came from will set the wake-up, and no bar is set aside to be
    delivered next.
    """
    return not any(data._barstack or data._barstash for data in datas) and all(
        data._wakes for data, each in zip(datas, returned, strict=False) if each is None
    )


class _Feeds:
    """Delivers the bars of all feeds in the order of time."""

    def __init__(self, cerebro: Any) -> None:
        self.cerebro = cerebro
        self.datas = in_step(cerebro.datas)
        # a resampled bar ends in the future of the bars it is made of: its time does not lead
        self.followers = [data.resampling and not data.replaying for data in self.datas]
        if all(self.followers):
            self.followers = [False] * len(self.datas)
        self.originals = sum(not data._clone for data in self.datas)
        self.now = 0.0
        self.can_wait = False  # nothing came, and all that may bring something set the wake-up

    def _waiting(self) -> bool:
        """Whether feeds may wait for data: not while some are live and others still have
        history.
        """
        if not any(data.haslivedata() for data in self.datas):
            return True
        live = sum(data._laststatus == data.LIVE for data in self.datas)
        return not live or live == self.originals

    def step(self) -> bool | None:
        """Deliver the next bars: True, None where there may be some later, False where there are no
        more.
        """
        waiting = self._waiting()
        # not the time of day: set back an hour, it would have a feed wait that long
        started = monotonic()
        returned = []
        for data in self.datas:
            data.do_qcheck(waiting, monotonic() - started)
            returned.append(data.next(ticks=False))
        if any(returned):
            self._deliver(returned)
            return True
        if any(each is None for each in returned):
            for data in self.datas:
                data._check()
            self.can_wait = _may_wait(self.datas, returned)
            return None
        return False

    def _deliver(self, returned: list[Any]) -> None:
        """Let those bars through that are not later than the earliest; the others have to wait."""
        datas = self.datas
        times: Times = [
            data.datetime[0] if each else None for data, each in zip(datas, returned, strict=True)
        ]
        leading = [
            time
            for time, follows in zip(times, self.followers, strict=True)
            if time is not None and not follows
        ]
        self.now = now = min(leading or [time for time in times if time is not None])
        master = datas[times.index(now)]
        self.cerebro._dtmaster = master.num2date(now)
        self.cerebro._udtmaster = num2date(now)
        for index, data in enumerate(datas):
            if times[index] is None:
                data._check(forcedata=master)
                if data.next(datamaster=master, ticks=False):
                    times[index] = data.datetime[0]
        for data, time in zip(datas, times, strict=True):
            if time is None:
                continue
            if time > now:
                data.rewind()
            elif not data.replaying:
                data._tick_fill(force=True)

    def last(self) -> bool:
        """Deliver what filters held back until the end; say whether there was anything."""
        delivered = self.datas[0]._last()
        for data in self.datas[1:]:
            delivered = data._last(datamaster=self.datas[0]) or delivered
        return bool(delivered)


class _LedFeeds:
    """Delivers the bars of the first feed, and those of the others as far as they are not later."""

    def __init__(self, cerebro: Any) -> None:
        self.datas = cerebro.datas
        self.first, *self.others = self.datas
        self.can_wait = False

    def step(self) -> bool | None:
        status: bool | None = self.first.next()
        if status is None:
            for data in self.datas:
                data._check()
            self.can_wait = _may_wait(self.datas, [status])
        elif status:
            for data in self.others:
                if not data.next(datamaster=self.first):
                    data._check(forcedata=self.first)
                    data.next(datamaster=self.first)
        return status

    def last(self) -> bool:
        delivered = bool(self.first._last())
        for data in self.others:
            delivered = bool(data._last(datamaster=self.first)) or delivered
        return delivered


def run(cerebro: Any, strategies: list[Any]) -> None:
    """Run until all feeds are exhausted or the run is stopped."""
    cursors = _bounded_cursors(cerebro, strategies)
    unfolded = cerebro._unfolded
    if unfolded is not None and not planned.is_plain(cerebro, strategies):
        unfolded.fold()
        cerebro._unfolded = unfolded = None
    if unfolded is not None:
        with unfolded.hidden():
            planned.PlannedRun(cerebro, strategies, cerebro.datas).run(cursors)
        return
    if planned.is_plain(cerebro, strategies):
        done = planned.PlannedRun(cerebro, strategies, in_step(cerebro.datas)).run(cursors)
        if done:
            return
    feeds = _Feeds(cerebro)
    early = Ahead(feeds.datas)
    _loop(
        cerebro,
        feeds,
        lambda bars: _strategies_step(cerebro, strategies, feeds.now, bars, early),
        cursors,
    )


def run_oldsync(cerebro: Any, strategies: list[Any]) -> None:
    """Run with the first feed driving the others, as versions before 1.9 did."""
    _loop(cerebro, _LedFeeds(cerebro), lambda bars: _broker_and_next(cerebro, strategies, bars), [])


def _loop(cerebro: Any, feeds: Any, act: Callable[[bool], bool], cursors: list[Any]) -> None:
    """Deliver bars and act on them, until there are no more or the run is stopped.

    `act` is told whether there are bars, tells what the feeds have to say, and says whether the run
    goes on.
    """
    longest = _longest_wait(feeds.datas)
    status: bool | None = True
    while status is not False:
        if not _told(cerebro):
            return
        status = feeds.step()
        bars = bool(status)
        if status is False:
            bars = feeds.last()
            if not bars:
                break
        if not act(bars):
            return
        for cursor in cursors:
            cursor.trim()
        if status is None and feeds.can_wait:
            cerebro._wakeup.wait(longest)
    cerebro._datanotify()
    if not cerebro._event_stop:
        cerebro._storenotify()


def _longest_wait(datas: list[Any]) -> float:
    """Seconds after which the run looks at the clock although nothing woke it."""
    return min((data.p.qcheck for data in datas if data.p.qcheck > 0), default=_LONGEST_WAIT)


def _told(cerebro: Any) -> bool:
    """Tell of what stores and feeds have to say; False where the run was stopped thereby."""
    cerebro._storenotify()
    if cerebro._event_stop:
        return False
    cerebro._datanotify()
    return not cerebro._event_stop


def _strategies_step(
    cerebro: Any, strategies: list[Any], now: float, bars: bool, early: Ahead
) -> bool:
    """Broker and strategies, once the feeds stand where they should; False to end the run."""
    if not bars:
        return _broker_and_next(cerebro, strategies, bars)
    with early:
        goes_on = _before_strategies(cerebro, strategies, now)
    return goes_on and _act(cerebro, strategies)


def _before_strategies(cerebro: Any, strategies: list[Any], now: float) -> bool:
    """News of the feeds, timers and broker; False to end the run."""
    cerebro._datanotify()
    if cerebro._event_stop:
        return False
    cerebro._check_timers(strategies, now, cheat=True)
    if cerebro.p.cheat_on_open:
        for strategy in strategies:
            strategy._next_open()
            if cerebro._event_stop:
                return False
    cerebro._brokernotify()
    if cerebro._event_stop:
        return False
    cerebro._check_timers(strategies, now, cheat=False)
    return True


def _broker_and_next(cerebro: Any, strategies: list[Any], bars: bool) -> bool:
    """Tell the news of the feeds, let the broker match orders and the strategies act on bars;
    False to end the run.
    """
    cerebro._datanotify()
    if cerebro._event_stop:
        return False
    cerebro._brokernotify()
    if cerebro._event_stop:
        return False
    return not bars or _act(cerebro, strategies)


def _act(cerebro: Any, strategies: list[Any]) -> bool:
    for strategy in strategies:
        strategy._next()
        if cerebro._event_stop:
            return False
        cerebro._next_writers(strategies)
    return True


def _bounded_cursors(cerebro: Any, strategies: list[Any]) -> list[Any]:
    """The cursors whose lines may drop old bars."""
    if cerebro._exactbars < 1:
        return []
    owners: list[Any] = [*cerebro.datas, *strategies]
    for strategy in strategies:
        owners.extend(strategy.getobservers())
    return list({id(each._cursor): each._cursor for each in owners}.values())
