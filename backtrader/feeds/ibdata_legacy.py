"""Data of Interactive Brokers over the socket of TWS and IbPy; see `ibstore_legacy`."""

from __future__ import annotations

import datetime as _datetime
import queue
from typing import Any

from ..dataseries import TimeFrame
from ..errors import MissingDependencyError
from ..feed import DataBase
from ..stores._ib.contracts import Contract, parse_name
from ..stores._ib.durations import getmaxduration
from ..stores._ib.history import Signal
from ..stores._ib.ticks import RTVolume
from ..utils import date2num, num2date, tzparse

try:
    import ib  # noqa: F401  (nothing here works without it)
except ImportError as error:
    raise MissingDependencyError("the socket of TWS (ibdata_legacy)", "IbPy2") from error
from ._prefilled import Prefilled

__all__ = ["IBData"]

_EPOCH = _datetime.datetime(1970, 1, 1)


class IBData(Prefilled, DataBase):
    """Delivers history and live data of a contract through TWS.

    The parameters are those of `backtrader.feeds.IBData`. Each tick is a bar; history is asked for
    up to the moment at which the stream begins, and ticks that are older than its last bar are left
    out, unless `latethrough` is set.
    """

    params: Any = {
        **{"sectype": "STK", "exchange": "SMART", "currency": ""},
        **{"rtbar": False, "historical": False, "what": None, "useRTH": False},
        **{"qcheck": 0.5, "backfill_start": True, "backfill": True, "backfill_from": None},
        **{"latethrough": False, "tradename": None},
    }

    RTBAR_MINSIZE = (TimeFrame.Seconds, 5)

    _store: Any = None  # the class of the store; it puts itself here
    _wakes = True

    p: Any

    def __init__(self, **kwargs: Any) -> None:
        self.ib = self._store(**kwargs)
        self.precontract = self.parsecontract(self.p.dataname)
        self.pretradecontract = self.parsecontract(self.p.tradename)
        self._clear()

    def _clear(self) -> None:
        self.contract: Any = None
        self.contractdetails: Any = None
        self.tradecontract: Any = None
        self.tradecontractdetails: Any = None
        self.qlive: Any = None
        self.qhist: Any = None
        self._source: Any = None  # a feed that is delivered first
        self._begun = self._over = False

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
        return self.qlive is not None and not self.qlive.empty()

    def _timeoffset(self) -> _datetime.timedelta:
        offset: _datetime.timedelta = self.ib.timeoffset()
        return offset

    def _gettz(self) -> Any:
        details = self.contractdetails
        zone = self.p.tz or getattr(details, "m_timeZoneId", None) or None
        return tzparse(zone)

    def start(self) -> None:
        """Find the contract; what is asked for is asked with the first bar."""
        super().start()
        self._clear()
        self._source = self.p.backfill_from
        if self._source is not None:
            self._source.setenvironment(self._env)
            self._source._start()
        self.ib.start(data=self)
        self.contractdetails = self._find(self.precontract)
        wanted = self.pretradecontract
        self.tradecontractdetails = self._find(wanted) if wanted else self.contractdetails
        if self.contractdetails is None or self.tradecontractdetails is None:
            self._end(self.DISCONNECTED)
            return
        self.contract = self.contractdetails.m_summary
        self.tradecontract = self.tradecontractdetails.m_summary

    def _find(self, contract: Contract | None) -> Any:
        found = self.ib.getContractDetails(contract, maxcount=1) if self.ib.connected() else None
        return None if found is None else found[0].contractDetails

    def stop(self) -> None:
        """Give up what is under way; the connection is the store's."""
        super().stop()
        self._end()

    def _end(self, status: int | None = None) -> None:
        if status is not None:
            self.put_notification(status)
        history, self.qhist = self.qhist, None
        if history is not None:
            self.ib.cancelHistoricalData(history)
        self.canceldata()
        self._over = True

    def reqdata(self) -> None:
        """Ask for live data."""
        if self._uses_bars():
            self.qlive = self.ib.reqRealTimeBars(self.contract, useRTH=self.p.useRTH)
        else:
            self.qlive = self.ib.reqMktData(self.contract, self.p.what)

    def canceldata(self) -> None:
        """Give live data up."""
        answers, self.qlive = self.qlive, None
        if answers is not None and self.ib.connected():
            self.ib.cancelMktData(answers)

    def _uses_bars(self) -> bool:
        return bool(self.p.rtbar) and (self._timeframe, self._compression) >= self.RTBAR_MINSIZE

    # delivery

    def _load(self) -> bool | None:
        if self._source is not None:
            if self._take_from(self._source):
                return True
            self._source.stop()
            self._source = None
        if not self._begun and not self._over:
            self._begin()
        while not self._over:
            history = self.qhist is not None
            answer = self._next(self.qhist if history else self.qlive)
            if answer is _NOTHING:
                return None
            if (self._past if history else self._present)(answer):
                return True
        return False

    def _begin(self) -> None:
        self._begun = True
        if self.p.historical:
            end = None if self.todate == float("inf") else num2date(self.todate)
            self._ask_history(end)
            if self.qhist is None:
                self._end(self.NOTSUPPORTED_TF)
            return
        if self.p.backfill_start:
            self._fill()
        self.reqdata()

    def _fill(self) -> None:
        self.put_notification(self.DELAYED)
        if getmaxduration(self._timeframe, self._compression) is None:
            self.put_notification(self.NOTSUPPORTED_TF)
        else:
            self._ask_history(None)

    def _ask_history(self, end: _datetime.datetime | None) -> None:
        begin = None if self.fromdate == float("-inf") else num2date(self.fromdate)
        if len(self) > 1:
            begin = num2date(self.lines.datetime[-1])
        self.qhist = self.ib.reqHistoricalDataEx(
            self.contract,
            end,
            begin,
            self._timeframe,
            self._compression,
            what=self.p.what,
            useRTH=self.p.useRTH,
            sessionend=self.p.sessionend,
        )

    def _next(self, answers: Any) -> Any:
        # a feed that is preloaded has nobody who would wait for it
        wait = self.p.historical and (self._env is None or self._env._dopreload)
        try:
            return answers.get(wait, 180.0 if wait else None)
        except queue.Empty:
            return None if wait else _NOTHING

    def _past(self, message: Any) -> bool:
        """Take a message of history; say whether it was a bar that is new."""
        if message is None or isinstance(message, Signal):
            if message is not None and message is not Signal.NO_DATA:
                self.ib.put_notification(f"{self._name}: no history ({message.name})")
            self.qhist = None
            if self.p.historical:
                self._end()
            return False
        stamp = self._stamp_of(str(message.date))
        if len(self) > 1 and stamp <= self.lines.datetime[-1]:
            return False
        return self._set(stamp, message)

    def _stamp_of(self, text: str) -> float:
        """The time of a bar of history: epoch seconds, or the date of a day."""
        if len(text) > 8:
            return date2num(_EPOCH + _datetime.timedelta(seconds=int(text)))
        day = _datetime.datetime.strptime(text, "%Y%m%d")
        return float(self.date2num(_datetime.datetime.combine(day, self.p.sessionend)))

    def _present(self, message: Any) -> bool:
        """Take a message of the stream; say whether it was a tick or bar that is to be shown."""
        if message is None:
            self._end(self.DISCONNECTED)
        elif message is Signal.NOT_SUBSCRIBED:
            self._end(self.NOTSUBSCRIBED)
        elif message is Signal.LOST:
            self.put_notification(self.CONNBROKEN)
        elif message is Signal.RESTORED:
            if self.p.backfill:
                self._fill()
        elif message is Signal.DELAYED_DATA:
            self.put_notification(self.DELAYED)
        elif not isinstance(message, Signal):
            return self._show(message)
        return False

    def _show(self, message: Any) -> bool:
        tick = isinstance(message, RTVolume)
        time = message.datetime if tick else _EPOCH + _datetime.timedelta(seconds=message.time)
        stamp = date2num(time)
        if len(self) > 1 and stamp < self.lines.datetime[-1] and not self.p.latethrough:
            return False
        self.put_notification(self.LIVE)
        return self._set(stamp, message)

    def _set(self, stamp: float, message: Any) -> bool:
        lines = self.lines
        lines.datetime[0] = stamp
        if isinstance(message, RTVolume):
            for name in ("open", "high", "low", "close"):
                getattr(lines, name)[0] = message.price
            lines.volume[0] = message.size
        else:
            for name in ("open", "high", "low", "close", "volume"):
                getattr(lines, name)[0] = getattr(message, name)
        lines.openinterest[0] = 0.0
        return True


_NOTHING: Any = object()
