"""Data from Interactive Brokers: history, and what happens now."""

from __future__ import annotations

import collections
import datetime as _datetime
import logging
import queue
from collections.abc import Callable
from typing import Any

from .. import stores
from ..dataseries import TimeFrame
from ..feed import DataBase
from ..stores._ib.contracts import Contract, parse_name
from ..stores._ib.history import HistoricalBar
from ..stores._ib.keyed import complaint_about
from ..stores._ib.lookup import zone_of
from ..stores._ib.past import Past, epoch_s
from ..stores._ib.phases import Phase
from ..stores._ib.present import Present, time_of
from ..stores._ib.rolling import Rolling
from ..stores._ib.rolls import Roll
from ..stores._ib.ticks import RealTimeBar, RTVolume
from ..utils import date2num, num2date, tzparse
from ._prefilled import Prefilled

__all__ = ["IBData", "MetaIBData"]

MetaIBData = type(DataBase)

_log = logging.getLogger(__name__)

# clocks of two feeds differ by less where both are well
_BEHIND_S = 2.0
# days: a bar made of ticks that ends with the session has the time 23:59:59.99999, and not 00:00
_SAME = 1e-3 / 86400.0
# what has no use for a stream
_DEAF = (Phase.OFF, Phase.PREFILL, Phase.HISTORICAL, Phase.OVER)


class IBData(Prefilled, Rolling, Past, Present, DataBase):
    """Delivers history and live data of a contract of Interactive Brokers.

    Parameters
    ----------
    dataname
        Name of the contract: ``AAPL``, ``AAPL-STK-SMART-USD``, ``ES-FUT-CME-USD-202609-50``,
        ``SPY-OPT-SMART-USD-20260918-180-CALL``, ``EUR.USD-CASH-IDEALPRO``, IBKR's number of it.
        ``ES-CONTFUT-CME-USD`` is the front future until five days before its last trading day; the
        store tells when the next takes its place, and `roll` goes on to it.
    sectype, exchange, currency : 'STK', 'SMART', ''
        What holds where the name does not say.
    rtbar : False
        Deliver bars of five seconds, and not ticks; for bars of five seconds or more.
    historical : False
        End with the history between `fromdate` and `todate`.
    what : None
        ``TRADES``, ``BID``, ``ASK`` or ``MIDPOINT``; default BID for CASH and CFD, else TRADES.
        IBKR's history knows the middle of bid and ask alone.
    useRTH : False
        History of the regular session alone.
    qcheck : 0.5
        Seconds after which the clock is looked at although nothing came.
    backfill_start, backfill : True, True
        Deliver history at the start (from `fromdate`, or as far back as TWS goes in one request),
        and after the connection was lost.
    backfill_from : None
        A feed that is delivered first.
    latethrough : False
        Deliver ticks that are older than the last bar.
    tradename : None
        Name of the contract that orders are for, where it is another one.

    Notes
    -----
    A feed that is not resampled delivers each tick as a bar, and a bar of history with the time at
    which it starts. A resampled or replayed one puts the time at which it ends on it, as the live
    bars have it; history and ticks meet at the end of a minute, with nothing twice and nothing
    missing.
    """

    params: Any = {
        "sectype": "STK",
        "exchange": "SMART",
        "currency": "",
        "rtbar": False,
        "historical": False,
        "what": None,
        "useRTH": False,
        "qcheck": 0.5,
        "backfill_start": True,
        "backfill": True,
        "backfill_from": None,
        "latethrough": False,
        "tradename": None,
    }

    RTBAR_MINSIZE = (TimeFrame.Seconds, 5)

    _store: Any = None  # the class of the store; it puts itself here
    _wakes = True
    _timely = True
    _fields: tuple[str, ...] = ()  # what the stream is to carry beyond prices and sizes

    p: Any

    def __init__(self, **kwargs: Any) -> None:
        store = self._store or stores.IBStore
        self.ib = store(**kwargs)
        complaint = complaint_about(self, store, kwargs)
        if complaint:
            # scripts that have one too many run on, as they always have
            _log.warning("%s", complaint)
        self.precontract = self.parsecontract(self.p.dataname)
        self.pretradecontract = self.parsecontract(self.p.tradename)
        self.contract: Contract | None = None
        self.contractdetails: Any = None
        self.tradecontract: Contract | None = None
        self.tradecontractdetails: Any = None
        self._phase = Phase.OFF
        self._clear()

    def _clear(self) -> None:
        self.qlive: queue.Queue[Any] | None = None
        self.qhist: queue.Queue[Any] | None = None
        self._held: collections.deque[Any] = collections.deque()
        self._boundary: _datetime.datetime | None = None  # ticks before it came with history
        self._since = 0.0  # when the phase began, on the monotonic clock
        self._joins = 0  # end of the minute at which history and ticks meet, epoch seconds
        self._retry: float | None = None
        self._asked = self._doubted = False  # of a gap: history, and once more
        self._delayed = False
        self._given_up = False  # the stream, by `canceldata`, until it runs again
        self._roll: Roll | None = None
        self._roll_told = False
        self._ahead: _datetime.timedelta | None = None  # of the clock, while a bar is looked at
        self._steps: dict[Phase, Callable[[], bool | None]] = {
            Phase.PREFILL: self._prefill,
            Phase.OPENING: self._open,
            Phase.FILLING: self._fill,
            Phase.JOINING: self._join,
            Phase.LIVE: self._tick,
            Phase.BROKEN: self._wait,
            Phase.HISTORICAL: self._past,
        }

    # what Cerebro asks and tells

    def parsecontract(self, dataname: Any) -> Contract | None:
        """Return the contract that a name stands for; None for None."""
        if dataname is None:
            return None
        return parse_name(dataname, self.p.sectype, self.p.exchange, self.p.currency)

    def setenvironment(self, env: Any) -> None:
        """Say which Cerebro the feed is in; the store is added to it."""
        super().setenvironment(env)
        env.addstore(self.ib)

    def islive(self) -> bool:
        """Whether it delivers as things happen."""
        return not self.p.historical

    def haslivedata(self) -> bool:
        """Whether ticks are waiting."""
        return bool(self._held) or (self.qlive is not None and not self.qlive.empty())

    def _show_clock(self, data: Any, forcedata: Any) -> None:
        # the clock, or the bar of another feed, ends no bar while parts of it are still waiting;
        # it is read first: what came before that moment is seen then
        self._ahead = self._timeoffset()
        live = self._phase is Phase.LIVE and not self._given_up and not self.haslivedata()
        if live and (forcedata is None or not self._is_behind(forcedata)):
            super()._show_clock(data, forcedata)
        self._ahead = None

    def _is_behind(self, other: Any) -> bool:
        """Whether the own stream has not come to the time of another feed's bar: it is delayed, or
        has ended without a word.
        """
        return not self._clock_passed(epoch_s(other.datetime[0]) - _BEHIND_S)

    def _timeoffset(self) -> _datetime.timedelta:
        if self._ahead is not None:
            return self._ahead
        offset: _datetime.timedelta = self.ib._desk.live.clock_offset(self.qlive)
        return offset

    def _gettz(self) -> Any:
        if self.p.tz is not None or self.contractdetails is None:
            return tzparse(self.p.tz)
        return tzparse(self.contractdetails.m_timeZoneId or None)

    # start and stop

    def start(self) -> None:
        """Find the contract; what is asked for is asked with the first bar."""
        super().start()
        self._phase = Phase.OFF
        self._clear()
        source = self.p.backfill_from
        if source is not None:
            source.setenvironment(self._env)
            source._start()
        self.ib.start(data=self)
        if not self.ib.connected():
            self._finish(self.DISCONNECTED)
            return
        self.put_notification(self.CONNECTED)
        self.contractdetails = self._details(self.precontract)
        wanted = self.pretradecontract
        self.tradecontractdetails = (
            self.contractdetails if wanted is None else self._details(wanted)
        )
        if self.contractdetails is None or self.tradecontractdetails is None:
            self._finish(self.DISCONNECTED)
            return
        self.contract = self.contractdetails.m_summary
        self.tradecontract = self.tradecontractdetails.m_summary
        self._find_roll()

    def _details(self, contract: Contract | None) -> Any:
        if contract is None:
            return None
        found = self.ib.getContractDetails(contract, maxcount=1)
        return None if found is None else found[0].contractDetails

    def stop(self) -> None:
        """Give up what is under way; the connection is the store's."""
        super().stop()
        if self._phase is Phase.PREFILL:
            self.p.backfill_from.stop()
        self._drop_history()
        self.canceldata()
        if self._phase is not Phase.OVER:
            self._go(Phase.OVER)

    def reqdata(self) -> None:
        """Ask for live data; anew where there is a stream already."""
        if self.qlive is not None:
            self.ib._desk.live.renew(self.qlive)
            return
        if self._phase in _DEAF:
            return
        if self._uses_bars():
            self.qlive = self.ib.reqRealTimeBars(self.contract, useRTH=self.p.useRTH)
        else:
            more = (self._fields,) if self._fields else ()
            self.qlive = self.ib.reqMktData(self.contract, self.p.what, *more)

    def canceldata(self) -> None:
        """Give live data up; what comes until `reqdata` is filled in then."""
        self._given_up = True
        answers, self.qlive = self.qlive, None
        if answers is None:
            return
        if self._uses_bars():
            self.ib.cancelRealTimeBars(answers)
        else:
            self.ib.cancelMktData(answers)

    def _uses_bars(self) -> bool:
        return bool(self.p.rtbar) and (self._timeframe, self._compression) >= self.RTBAR_MINSIZE

    # phases

    def _load(self) -> bool | None:
        if self._phase is Phase.OFF:
            self._begin()
        while True:
            phase = self._phase
            if phase is Phase.OVER:
                return False
            loaded = self._steps[phase]()
            if loaded is not None or self._phase is phase:
                return loaded

    def _begin(self) -> None:
        if self.p.backfill_from is not None:
            self._go(Phase.PREFILL)
        else:
            self._leave_prefill()

    def _prefill(self) -> bool | None:
        if self._take_from(self.p.backfill_from):
            return True
        self.p.backfill_from.stop()
        self._leave_prefill()
        return None

    def _leave_prefill(self) -> None:
        if self.p.historical:
            self._begin_past()
            return
        self._go(Phase.OPENING)
        if self.p.backfill_start:
            self.put_notification(self.DELAYED)
        self.reqdata()

    # bars

    def _load_bar(self, bar: HistoricalBar) -> bool:
        """Put a bar of history onto the lines; False where it was delivered already."""
        moment = bar.ends if self._composes() else bar.date
        if moment is None:
            return False
        stamp = date2num(moment)
        if bar.date == bar.ends:
            if self._composes():
                # of the same day by the clock of the feed, whose sessions larger bars are made of
                zone = zone_of(self.contractdetails.m_timeZoneId)
                there = moment.replace(tzinfo=_datetime.timezone.utc).astimezone(zone)
                stamp = self.date2num(there.replace(tzinfo=None))
            # the same number as `_getnexteos` has for it: it ends the session, to the last bit
            stamp = date2num(num2date(stamp))
        if len(self) > 1 and stamp <= self.lines.datetime[-1] + _SAME:
            return False
        self._set(stamp, bar.open, bar.high, bar.low, bar.close, bar.volume)
        return True

    def _load_tick(self, message: RTVolume | RealTimeBar) -> bool:
        """Put a tick, or a bar of five seconds, onto the lines; False where it came with history or
        is too late.
        """
        moment = time_of(message)
        if self._boundary is not None and moment < self._boundary:
            return False
        if isinstance(message, RealTimeBar):
            if self._composes():
                moment += _datetime.timedelta(seconds=5)
            prices = (message.open, message.high, message.low, message.close)
            size = message.volume
        else:
            prices = (message.price,) * 4
            size = message.size
        stamp = date2num(moment)
        if len(self) > 1 and stamp < self.lines.datetime[-1] and not self.p.latethrough:
            return False
        self._set(stamp, *prices, size)
        self._watch_roll(moment)
        return True

    def _set(
        self, stamp: float, first: float, high: float, low: float, last: float, volume: float
    ) -> None:
        lines = self.lines
        lines.datetime[0] = stamp
        lines.open[0] = first
        lines.high[0] = high
        lines.low[0] = low
        lines.close[0] = last
        lines.volume[0] = volume
        lines.openinterest[0] = 0.0
