"""The store's calls about data and about orders, by the names that scripts know.

Each passes the work on to one of the rooms; what it does is said there in full.
"""

from __future__ import annotations

import datetime as _datetime
from typing import Any

from ...errors import RequestRefusedError
from ...position import Position
from . import durations
from .contracts import Contract, makecontract

__all__ = ["DataCalls", "TradeCalls"]


class DataCalls:
    """Contracts, history and streams; mixed into the store."""

    p: Any
    _desk: Any
    _services: Any
    _live: Any

    # queues

    def nextTickerId(self) -> int:
        """Return a number for a request that was not given before."""
        self._live()
        number: int = self._desk.tickers.next_id()
        return number

    def getTickerQueue(self, start: bool = False) -> Any:
        """Return a ticker id and its new queue; with `start` a queue that holds None."""
        self._live()
        return self._desk.tickers.make(start)

    def reuseQueue(self, tickerId: int) -> Any:
        """Give the queue of `tickerId` a new number; return number and queue."""
        return self._desk.tickers.reuse(tickerId)

    def cancelQueue(self, q: Any, sendnone: bool = False) -> None:
        """Forget a queue; `sendnone` puts None into it, to end its reader."""
        self._desk.tickers.cancel(q, sendnone)

    def validQueue(self, q: Any) -> bool:
        """Whether a queue is still in use."""
        return self._desk is not None and bool(self._desk.tickers.valid(q))

    # contracts

    def makecontract(
        self,
        symbol: str,
        sectype: str,
        exch: str,
        curr: str,
        expiry: str = "",
        strike: float = 0.0,
        right: str = "",
        mult: Any = 1,
    ) -> Contract:
        """Return a contract, as yet without IBKR's number."""
        return makecontract(symbol, sectype, exch, curr, expiry, strike, right, mult)

    def getContractDetails(self, contract: Any, maxcount: int | None = None) -> Any:
        """Return messages with the ``contractDetails`` of all contracts that `contract` names;
        None, and a notification, where there is none or where there are more than `maxcount`.
        """
        self._live()
        return self._desk.get_contract_details(contract, maxcount)

    def reqContractDetails(self, contract: Any) -> Any:
        """Return a queue with what `getContractDetails` returns, then None."""
        self._live()
        return self._desk.req_contract_details(contract)

    def resolve_symbol(self, symbol: Any) -> Contract:
        """Return the contract that a name as in ``dataname`` stands for; see `Services.resolve`."""
        self._live()
        contract: Contract = self._services.resolve(symbol)
        return contract

    def resolve_symbol_to_conid(self, symbol: Any) -> int:
        """Return IBKR's number of the contract that a name stands for; raises `ContractError`."""
        self._live()
        conid: int = self._services.conid(symbol)
        return conid

    def option_chain(
        self,
        name: Any,
        expiry: str | None = None,
        right: str | None = None,
        strikes: tuple[float, float] | None = None,
        details: bool = False,
    ) -> list[Contract]:
        """Return the options on a contract, each good as ``dataname``; see `option_chain`."""
        self._live()
        chain: list[Contract] = self._services.chain(name, expiry, right, strikes, details)
        return chain

    def combination(self, legs: Any, currency: str = "USD") -> str:
        """Return what an order takes as ``conidex`` to trade several contracts as one.

        `legs` are pairs of a name and a ratio: ``[("AAPL", 1), ("MSFT", -2)]``.
        """
        self._live()
        conidex: str = self._services.combination(legs, currency)
        return conidex

    def get_cached_contract_details(self, symbol: Any) -> Any:
        """Return the details of the contract that a name stands for, None where there is none."""
        self._live()
        return self._services.cached_details(symbol)

    def clear_caches(self) -> None:
        """Forget all contracts that were looked up."""
        if self._desk is not None:
            self._desk.contracts.clear()

    # history

    def reqHistoricalDataEx(
        self,
        contract: Any,
        enddate: _datetime.datetime | None,
        begindate: _datetime.datetime | None,
        timeframe: int,
        compression: int,
        what: str | None = None,
        useRTH: bool = False,
        tz: str = "",
        sessionend: Any = None,
        tickerId: int | None = None,
    ) -> Any:
        """Return a queue of the bars between two moments, None at the end."""
        self._live()
        return self._desk.req_historical_ex(
            contract,
            enddate,
            begindate,
            timeframe,
            compression,
            what,
            useRTH,
            tz,
            sessionend,
            tickerId,
        )

    def reqHistoricalData(
        self,
        contract: Any,
        enddate: _datetime.datetime | None,
        duration: str,
        barsize: str,
        what: str | None = None,
        useRTH: bool = False,
        tz: str = "",
        sessionend: Any = None,
    ) -> Any:
        """The same for a duration (``"1 D"``) and a size of bars (``"5 mins"``)."""
        self._live()
        return self._desk.req_historical(
            contract, enddate, duration, barsize, what, useRTH, tz, sessionend
        )

    def cancelHistoricalData(self, q: Any) -> None:
        """Stop a request; the reader of the queue finds None."""
        if self._desk is not None:
            self._desk.cancel_historical(q)

    def get_historical_data_parallel(
        self, symbols: Any, period: str = "1d", bar_size: str = "1h"
    ) -> dict[Any, list[dict[str, Any]]]:
        """Return the latest bars of several contracts; see `Services.histories`."""
        self._live()
        found: dict[Any, list[dict[str, Any]]] = self._services.histories(symbols, period, bar_size)
        return found

    def get_market_data_snapshot(
        self, symbol: Any = None, conid: int | None = None, fields: Any = None
    ) -> dict[str, Any]:
        """Return the present quote of a contract; see `Services.snapshot`."""
        self._live()
        found: dict[str, Any] = self._services.snapshot(symbol, conid, fields)
        return found

    # streams

    def reqMktData(self, contract: Any, what: str | None = None, fields: Any = ()) -> Any:
        """Return a queue of ticks (`RTVolume`) from now on; `fields` are further ones that they
        carry, by IBKR's ids.
        """
        self._live()
        # a desk of TWS has no such fields
        more = (tuple(fields),) if fields else ()
        return self._desk.live.subscribe(contract, what, *more)

    def cancelMktData(self, q: Any) -> None:
        """End the ticks of a queue."""
        if self._desk is not None:
            self._desk.live.unsubscribe(q)

    def reqRealTimeBars(self, contract: Any, useRTH: bool = False, duration: int = 5) -> Any:
        """Return a queue of bars of `duration` seconds from now on."""
        self._live()
        return self._desk.live.subscribe_bars(contract, duration)

    def cancelRealTimeBars(self, q: Any) -> None:
        """End the bars of a queue."""
        self.cancelMktData(q)

    # sizes of bars and durations

    def getdurations(self, timeframe: int, compression: int) -> list[str]:
        """Return the durations for which TWS gives bars of this size."""
        return durations.getdurations(timeframe, compression)

    def getmaxduration(self, timeframe: int, compression: int) -> str | None:
        """Return the longest of them."""
        return durations.getmaxduration(timeframe, compression)

    def tfcomp_to_size(self, timeframe: int, compression: int) -> str | None:
        """Return the name that TWS has for bars of this size."""
        return durations.tfcomp_to_size(timeframe, compression)

    def dt_plus_duration(self, dt: _datetime.datetime, duration: str) -> _datetime.datetime:
        """Return `dt` and a duration later."""
        return durations.dt_plus_duration(dt, duration)

    def calcdurations(self, dtbegin: _datetime.datetime, dtend: _datetime.datetime) -> list[str]:
        """Return the durations of TWS that reach from one moment to the other."""
        return durations.calcdurations(dtbegin, dtend)

    def calcduration(self, dtbegin: _datetime.datetime, dtend: _datetime.datetime) -> str:
        """Return the shortest of them."""
        return durations.calcduration(dtbegin, dtend)

    def histduration(self, dt1: _datetime.datetime, dt2: _datetime.datetime) -> str:
        """Return the time between two moments as a duration of TWS."""
        return durations.histduration(dt1, dt2)

    # the clock

    def reqCurrentTime(self) -> _datetime.datetime:
        """Return the time that it is at IBKR, naive UTC, to a second; asks IBKR.

        The Web API has no call for it: it is taken from the head of an answer.
        """
        connection = self._live()
        connection.get("iserver/accounts")
        ahead = connection.client.figures.ahead or _datetime.timedelta()
        now = _datetime.datetime.now(_datetime.timezone.utc) + ahead
        return now.replace(tzinfo=None)


class TradeCalls:
    """Orders and the account; mixed into the store."""

    p: Any
    _account: Any
    _orders: Any
    _live: Any

    def nextOrderId(self) -> int:
        """Return a number for an order that was never used and never will be."""
        self._live()
        number: int = self._orders.next_order_id()
        return number

    def placeOrder(self, orderid: int, contract: Any, order: Any) -> None:
        """Send an order, an `IBOrder`; with the number of one that was sent, change that."""
        self._live()
        self._orders.place(orderid, contract, order)

    def replaceOrder(self, orderid: int, order: Any) -> None:
        """Have IBKR change an order to what `order` says."""
        self._live()
        self._orders.change(orderid, order)

    def cancelOrder(self, orderid: int) -> None:
        """Cancel an order."""
        self._live()
        self._orders.cancel(orderid)

    def take_up_orders(self) -> Any:
        """Take up the orders of a former process; return the `Recovery`, None without a journal.

        Raises
        ------
        StoreError
            What became of them cannot be read.
        """
        self._live()
        recovery = self._orders.recovery
        if recovery is not None:
            recovery.begin()
        return recovery

    def note_told(self, record: dict[str, Any]) -> None:
        """Have the journal note that a strategy was told something."""
        if self._orders is not None:
            self._orders.journal.note(record)

    def get_live_orders(self) -> list[dict[str, Any]]:
        """Return the live orders as IBKR lists them, those of other sessions too; asks IBKR."""
        self._live()
        rows: list[dict[str, Any]] = self._orders.live_orders()
        return rows

    def submit_order_with_confirmation(
        self, account_id: str | None, order_request: Any, auto_confirm: bool = True
    ) -> dict[str, Any]:
        """Send an order past the broker, wait, and return what IBKR answered.

        Parameters
        ----------
        account_id
            Where to; None for the account that is traded.
        order_request
            An ``OrderRequest`` of ibind, or a ticket of the Web API as a dict; or a list of them:
            a parent and its children.
        auto_confirm
            True: questions are answered by the rules of the store. False: all are declined.

        Returns
        -------
        dict
            ``order_id``, ``status`` and ``text``; status Rejected, with IBKR's text, where it was
            refused; ``rows`` are IBKR's own.

        Raises
        ------
        ConnectionFailedError
            It is not known yet whether IBKR has it. It is not sent again.
        """
        self._live()
        try:
            rows = self._orders.submit(account_id, order_request, auto_confirm)
        except RequestRefusedError as refusal:
            text = refusal.text or str(refusal)
            return {"order_id": None, "status": "Rejected", "text": text, "rows": []}
        first = rows[0]
        status = first.get("order_status") or first.get("status")
        number = first.get("order_id") or first.get("orderId")
        return {"order_id": number, "status": status, "text": "", "rows": rows}

    # the account

    def reqAccountUpdates(self, subscribe: bool = True, account: str | None = None) -> None:
        """Begin to follow the account, or end."""
        self._live()
        self._account.watch(subscribe, account)

    def reqPositions(self) -> None:
        """Have the positions read anew, and the executions after them."""
        self._live()
        self._orders.audit()

    def get_acc_cash(self, account: str | None = None) -> float:
        """Return the cash of an account in its base currency; raises where it is not known."""
        self._live()
        cash: float = self._account.cash(account)
        return cash

    def get_acc_value(self, account: str | None = None) -> float:
        """Return the net liquidation value of an account; raises where it is not known."""
        self._live()
        value: float = self._account.value(account)
        return value

    def get_acc_values(self, account: str | None = None) -> dict[str, dict[str, float]]:
        """Return all figures of the ledger of an account: key -> currency -> value."""
        self._live()
        values: dict[str, dict[str, float]] = self._account.values(account)
        return values

    def get_account_summary(self, account: str | None = None) -> dict[str, Any]:
        """Return IBKR's summary of an account."""
        self._live()
        summary: dict[str, Any] = self._account.summary(account)
        return summary

    def get_account_info(self, account: str | None = None) -> dict[str, Any]:
        """Return what IBKR says of an account itself: type, currency, title."""
        self._live()
        info: dict[str, Any] = self._account.info(account)
        return info

    def get_account_performance(self, account_id: str | None = None) -> dict[str, Any]:
        """Return the performance of an account over a month; IBKR takes one call in 15 minutes."""
        self._live()
        performance: dict[str, Any] = self._account.performance(account_id)
        return performance

    def get_transaction_history(
        self, account_id: str | None = None, days: int = 30
    ) -> dict[str, Any]:
        """Return the transactions in the contracts held; IBKR takes one call in 15 minutes."""
        self._live()
        transactions: dict[str, Any] = self._account.transactions(account_id, days)
        return transactions

    def getposition(self, contract: Any, clone: bool = False) -> Position:
        """Return the position in a contract."""
        self._live()
        position: Position = self._account.position(contract, clone)
        return position

    def get_positions(self) -> list[Any]:
        """Return the positions of the account as they were read last, as `Holding` records."""
        self._live()
        holdings: list[Any] = self._account.holdings()
        return holdings

    def get_position(self, contract: Any) -> Any:
        """Return the position in a contract as a `Holding`, None for none."""
        self._live()
        return self._account.holding(contract)

    def get_position_readings(self) -> Any:
        """Return when the positions were read last, see `Readings`."""
        return self._account.readings
