"""All that the store knows of data, behind the names that its users call."""

from __future__ import annotations

import datetime as _datetime
import logging
import queue
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ...dataseries import TimeFrame
from ...errors import ContractError, DataError, RequestRefusedError, StoreError
from . import durations
from .backfill import Part, beginning
from .contracts import Contract, ContractDetails
from .history import History, Request
from .livedata import LiveData, Tickers
from .lookup import Contracts

__all__ = ["ContractMessage", "MarketDesk"]

_log = logging.getLogger(__name__)

_UNITS = {"secs": TimeFrame.Seconds, "min": TimeFrame.Minutes, "mins": TimeFrame.Minutes}
_UNITS |= {"hour": TimeFrame.Minutes, "hours": TimeFrame.Minutes, "day": TimeFrame.Days}
_UNITS |= {"W": TimeFrame.Weeks, "M": TimeFrame.Months}
_SESSION_END = _datetime.time(23, 59, 59, 999990)

AMBIGUOUS = "Ambiguous contract: none/multiple answers received"


@dataclass(frozen=True, slots=True)
class ContractMessage:
    """An answer about a contract, as TWS sends it."""

    reqId: int
    contractDetails: ContractDetails


class MarketDesk:
    """Contracts, history and streams of one connection.

    Parameters
    ----------
    connection
        See `session.Connection`.
    wake
        Called whenever something was queued for a feed.
    notify
        Tells the user through the store: ``notify(text)``.
    silence_s
        See `LiveData`.
    """

    def __init__(
        self,
        connection: Any,
        wake: Callable[[], None],
        notify: Callable[[str], None],
        silence_s: float = 120.0,
    ) -> None:
        self._notify = notify
        self._get = connection.get
        self.contracts = Contracts(connection.get)
        self.tickers = Tickers()
        self.history = History(connection.get, wake)
        self.live = LiveData(
            connection,
            self.tickers,
            self.contracts.details,
            self.contracts.refresh_hours,
            wake,
            notify,
            silence_s,
        )

    def close(self) -> None:
        """Stop requests and streams; call it before the connection is closed."""
        self.history.close()
        self.live.close()

    # contracts

    def get_contract_details(
        self, contract: Contract, maxcount: int | None = None
    ) -> list[ContractMessage] | None:
        """Return what is known of all contracts that `contract` names.

        None, and a notification of the store, where there is none, where there are more than
        `maxcount`, or where the server could not be asked.
        """
        try:
            if maxcount == 1:
                found = [self.contracts.details(contract)]
            else:
                named = self.contracts.candidates(contract)
                found = [self.contracts.details(each) for each in named]
        except StoreError as error:
            _log.warning("%s", error)
            self._notify(str(error))
            if isinstance(error, ContractError):
                self._notify(AMBIGUOUS)
            return None
        if not found:
            self._notify(f"there is no contract {contract.describe()}")
        if not found or (maxcount and len(found) > maxcount):
            self._notify(AMBIGUOUS)
            return None
        return [ContractMessage(self.tickers.next_id(), each) for each in found]

    def req_contract_details(self, contract: Contract) -> queue.Queue[Any]:
        """Return a queue with what is known of all contracts that `contract` names, then None."""
        _, answers = self.tickers.make()
        for message in self.get_contract_details(contract) or ():
            answers.put(message)
        self.tickers.cancel(answers, sendnone=True)
        return answers

    # history

    def req_historical_ex(
        self,
        contract: Contract,
        enddate: _datetime.datetime | None,
        begindate: _datetime.datetime | None,
        timeframe: int,
        compression: int,
        what: str | None = None,
        useRTH: bool = False,
        tz: str = "",
        sessionend: Any = None,
        tickerId: int | None = None,
    ) -> queue.Queue[Any] | None:
        """Return a queue of the bars between two moments, as `History.request` fills it.

        Naive moments are UTC; without `enddate` up to now, without `begindate` as far back as one
        request of TWS goes. None, and a notification of the store, where there are no such bars.
        """
        end = self._latest(contract) if not enddate else _epoch(enddate)
        begin = beginning(timeframe, compression, end) if begindate is None else _epoch(begindate)
        part = Part(timeframe, compression, int(begin), int(end))
        return self.request(contract, [part], what, useRTH, sessionend, tickerId)

    def req_historical(
        self,
        contract: Contract,
        enddate: _datetime.datetime | None,
        duration: str,
        barsize: str,
        what: str | None = None,
        useRTH: bool = False,
        tz: str = "",
        sessionend: Any = None,
    ) -> queue.Queue[Any] | None:
        """The same for a duration (``"1 D"``) and a size of bars (``"5 mins"``) as TWS has them.

        Raises
        ------
        DataError
            A duration or size that TWS does not know.
        """
        timeframe, compression = _bar_size(barsize)
        end = _moment(self._latest(contract)) if not enddate else _naive(enddate)
        begin = _before(end, duration)
        return self.req_historical_ex(
            contract, end, begin, timeframe, compression, what, useRTH, tz, sessionend
        )

    def _latest(self, contract: Contract) -> float:
        """Return the end of the last minute of which IBKR has a bar, epoch seconds: its own clock
        counts, and not that of this machine.
        """
        conid = self.contracts.details(contract).m_summary.m_conId
        query = {"conid": conid, "period": "1d", "bar": "1min", "outsideRth": True}
        try:
            answer = self._get("iserver/marketdata/history", query)
            return float(answer["data"][-1]["t"]) / 1000.0 + 60.0
        except (RequestRefusedError, LookupError, TypeError):
            return time.time()  # there is no bar of a minute to tell

    def request(
        self,
        contract: Contract,
        parts: Iterable[Part],
        what: str | None = None,
        regular: bool = False,
        sessionend: Any = None,
        ticker_id: int | None = None,
        known_until: float | None = None,
    ) -> queue.Queue[Any] | None:
        """Return a queue of the bars of `parts`; see `Request` for `known_until`."""
        details = self.contracts.details(contract)
        quoted = details.m_summary.m_secType in ("CASH", "CFD")
        requests = []
        for part in parts:
            bar = durations.bar_for(part.timeframe, part.compression)
            if bar is None:
                name = TimeFrame.getname(part.timeframe, part.compression)
                self._notify(f"IBKR has no history with bars of {part.compression} {name}")
                return None
            requests.append(
                Request(
                    details,
                    bar,
                    part.begin,
                    part.end,
                    (what or ("BID" if quoted else "TRADES")).upper(),
                    regular,
                    known_until,
                    sessionend or _SESSION_END,
                )
            )
        if ticker_id is None:
            ticker_id, answers = self.tickers.make()
        else:
            ticker_id, answers = self.tickers.reuse(ticker_id)
        self.history.request(ticker_id, answers, requests)
        return answers

    def cancel_historical(self, answers: queue.Queue[Any]) -> None:
        """Stop a request; its reader finds None."""
        self.history.cancel(answers)
        self.tickers.cancel(answers, sendnone=True)


def _naive(moment: _datetime.datetime) -> _datetime.datetime:
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(_datetime.timezone.utc).replace(tzinfo=None)


def _epoch(moment: _datetime.datetime) -> float:
    return _naive(moment).replace(tzinfo=_datetime.timezone.utc).timestamp()


def _moment(epoch_s: float) -> _datetime.datetime:
    return _datetime.datetime.fromtimestamp(epoch_s, _datetime.timezone.utc).replace(tzinfo=None)


def _before(end: _datetime.datetime, duration: str) -> _datetime.datetime:
    size, _, unit = duration.partition(" ")
    if not size.isdigit() or unit not in ("S", "D", "W", "M", "Y"):
        raise DataError(f"{duration!r} is no duration: a number and one of S, D, W, M, Y")
    return durations.dt_plus_duration(end, f"-{duration}")


def _bar_size(text: str) -> tuple[int, int]:
    count, _, unit = text.partition(" ")
    if not count.isdigit() or unit not in _UNITS:
        raise DataError(f"{text!r} is no size of bars: a number and one of {', '.join(_UNITS)}")
    return _UNITS[unit], int(count) * (60 if unit.startswith("hour") else 1)
