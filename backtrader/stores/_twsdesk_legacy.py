"""Requests for data to TWS, over IbPy; see `ibstore_legacy`."""

from __future__ import annotations

import collections
import datetime as _datetime
import queue
from collections.abc import Iterator
from typing import Any

from ..errors import MissingDependencyError
from ._ib.durations import calcduration, dt_plus_duration, getmaxduration, tfcomp_to_size
from ._ib.history import Signal
from ._ib.livedata import Tickers

try:
    from ib.ext.Contract import Contract as WireContract
except ImportError as error:
    raise MissingDependencyError("the socket of TWS (ibstore_legacy)", "IbPy2") from error

__all__ = ["Desk", "wire_contract"]


def wire_contract(contract: Any) -> Any:
    """Return a contract as IbPy sends it."""
    made = WireContract()
    for name, value in vars(contract).items():
        if value not in (None, ""):
            setattr(made, name, value)
    return made


def windows(
    begin: _datetime.datetime, end: _datetime.datetime, longest: str
) -> Iterator[tuple[_datetime.datetime, str]]:
    """Yield (end, duration) of requests that lead from one moment to another, oldest first."""
    while begin < end:
        reaches = {
            dt_plus_duration(begin, each): each for each in (calcduration(begin, end), longest)
        }
        begin, duration = min(reaches.items())
        yield begin, duration


class _Streams:
    """Requests for ticks and bars of five seconds, kept to be asked again after a break."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.asked: dict[int, tuple[Any, ...]] = {}  # ticker id -> request

    def subscribe(self, contract: Any, what: str | None = None) -> Any:
        quoted = contract.m_secType in ("CASH", "CFD") or (what or "TRADES") != "TRADES"
        return self._ask("reqMktData", contract, "" if quoted else "233", False)

    def subscribe_bars(self, contract: Any, seconds: int = 5, what: str | None = None) -> Any:
        return self._ask("reqRealTimeBars", contract, seconds, what or "TRADES", False)

    def _ask(self, name: str, contract: Any, *details: Any) -> Any:
        number, answers = self._desk.tickers.make()
        self.asked[number] = (name, wire_contract(contract), *details)
        self._send(number)
        return answers

    def _send(self, number: int) -> None:
        name, contract, *details = self.asked[number]
        getattr(self._desk.connection(), name)(number, contract, *details)

    def unsubscribe(self, answers: Any) -> None:
        number = self._desk.tickers.id_of(answers)
        self._desk.tickers.cancel(answers)
        request = None if number is None else self.asked.pop(number, None)
        if request is not None:
            bars = request[0] == "reqRealTimeBars"
            connection = self._desk.connection()
            (connection.cancelRealTimeBars if bars else connection.cancelMktData)(number)

    def renew(self) -> None:
        for number in list(self.asked):
            self._send(number)

    def tell(self, signal: Signal | None) -> None:
        for number in list(self.asked):
            answers = self._desk.tickers.queue_of(number)
            if answers is not None:
                answers.put(signal)


class Desk:
    """What asks TWS for data, under the names that `DataCalls` passes its work on to."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.tickers = Tickers()
        self.live = _Streams(self)
        # ticker id -> what is still to be asked: (request without the number)
        self.windows: dict[int, collections.deque[tuple[Any, ...]]] = {}

    def connection(self) -> Any:
        return self._store.conn

    def req_contract_details(self, contract: Any) -> Any:
        number, answers = self.tickers.make()
        self.connection().reqContractDetails(number, wire_contract(contract))
        return answers

    def get_contract_details(self, contract: Any, maxcount: int | None = None) -> Any:
        answers = self.req_contract_details(contract)
        found = []
        try:
            while (message := answers.get(timeout=self._store.answer_s)) is not None:
                if isinstance(message, Signal):
                    break
                found.append(message)
        except queue.Empty:
            self._store._say(f"{contract.m_symbol}: TWS does not tell what it is")
        self.tickers.cancel(answers)
        if not found or (maxcount and len(found) > maxcount):
            self._store._say(f"{contract.m_symbol}: {len(found)} contracts have that name")
            return None
        return found

    def req_historical_ex(
        self,
        contract: Any,
        enddate: _datetime.datetime | None,
        begindate: _datetime.datetime | None,
        timeframe: int,
        compression: int,
        what: str | None,
        useRTH: bool,
        tz: str,
        sessionend: Any,
        tickerId: int | None = None,
    ) -> Any:
        size = tfcomp_to_size(timeframe, compression)
        longest = getmaxduration(timeframe, compression)
        if size is None or longest is None:
            self._store._say(f"TWS has no bars of {compression} units of timeframe {timeframe}")
            return None
        end = enddate or _datetime.datetime.now(_datetime.timezone.utc).replace(tzinfo=None)
        wanted = [(end, longest)] if begindate is None else list(windows(begindate, end, longest))
        return self._historical(contract, wanted, size, what, useRTH)

    def req_historical(
        self,
        contract: Any,
        enddate: _datetime.datetime | None,
        duration: str,
        barsize: str,
        what: str | None,
        useRTH: bool,
        tz: str,
        sessionend: Any,
    ) -> Any:
        end = enddate or _datetime.datetime.now(_datetime.timezone.utc).replace(tzinfo=None)
        return self._historical(contract, [(end, duration)], barsize, what, useRTH)

    def _historical(
        self, contract: Any, wanted: list[Any], size: str, what: str | None, useRTH: bool
    ) -> Any:
        number, answers = self.tickers.make()
        source = what or ("BID" if contract.m_secType in ("CASH", "CFD") else "TRADES")
        sent = wire_contract(contract)
        self.windows[number] = collections.deque(
            (sent, f"{end:%Y%m%d %H:%M:%S} GMT", duration, size, source, int(bool(useRTH)), 2)
            for end, duration in wanted
        )
        if not self.next_window(number):
            answers.put(None)
        return answers

    def next_window(self, number: int) -> bool:
        """Ask for the next stretch of a request; False where there is none."""
        left = self.windows.get(number)
        if not left:
            self.windows.pop(number, None)
            return False
        self.connection().reqHistoricalData(number, *left.popleft())
        return True

    def break_off(self) -> None:
        """Tell the readers of all history and streams that the connection is lost."""
        waiting, self.windows = list(self.windows), {}
        for number in waiting:
            answers = self.tickers.queue_of(number)
            if answers is not None:
                answers.put(Signal.LOST)
        self.live.tell(Signal.LOST)

    def cancel_historical(self, answers: Any) -> None:
        number = self.tickers.id_of(answers)
        if number is not None and self.windows.pop(number, None) is not None:
            self.connection().cancelHistoricalData(number)
        self.tickers.cancel(answers, sendnone=True)
