"""The account: cash, value and positions as IBKR reports them."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

from ...errors import RequestRefusedError, StoreError
from ...position import Position
from .figures import number, whole
from .messages import AccountValue, Holding
from .reports import DailyPnL, read_daily
from .tickets import conid_of
from .topics import Pnl

_log = logging.getLogger(__name__)

_PAGE = 100
_MOST_PAGES = 100
# the ledger follows an execution after a moment only
_AFTER_TRADE_S = (0.0, 1.0, 4.0)
# what is not in a model, of which there may be others
_CORE = ".Core"
_CASH, _VALUE = "cashbalance", "netliquidationvalue"


class Listener(Protocol):
    """Who is told of new figures; the store. Called on the account's thread: it queues."""

    def updateAccountValue(self, msg: Any) -> None:
        """Take an `AccountValue`."""

    def updatePortfolio(self, msg: Any) -> None:
        """Take a `Holding`."""

    def accountDownloadEnd(self, msg: Any) -> None:
        """Take the name of an account of which all has been told."""


class Readings(NamedTuple):
    """When positions were read last, by ``time.monotonic``.

    `began` is when the last reading began; `audited` the same of the last one after which the
    executions were read too, so that all of ours up to then are known.
    """

    began: float
    audited: float


class AccountBook:
    """Keep what IBKR says of the accounts, and read it anew when it may have changed.

    What was never read is read when it is asked for. A reading that fails raises; what was read
    before stays, and nothing stands in for what is not known.

    Parameters
    ----------
    connection
        The session with IBKR.
    listener
        Who is told of readings of the account that is traded.
    interval_s
        Seconds between two readings when nothing is known to have happened.
    """

    def __init__(self, connection: Any, listener: Listener, interval_s: float = 60.0) -> None:
        self._connection = connection
        self._listener = listener
        self._interval_s = interval_s
        self._ledgers: dict[str, dict[str, dict[str, Any]]] = {}
        self._holdings: dict[str, dict[int, Holding]] = {}
        self._streamed_value: float | None = None
        self._profits: dict[str, dict[str, Any]] = {}
        self._currencies: dict[str, str] = {}
        self._changed = threading.Condition()
        self._ledger_due: list[float] = []
        self._positions_due = False
        self._watching = False
        self._thread: threading.Thread | None = None
        self.readings = Readings(-math.inf, -math.inf)

    # -- the thread --

    def start(self) -> None:
        """Begin to follow the account."""
        if self._thread is None:
            self._watching = True
            self._connection.on("pnl", self._take_pnl)
            self._connection.on("lost", self._lose_pnl)
            self._connection.subscribe(Pnl())
            self._thread = threading.Thread(target=self._work, name="ib-account", daemon=True)
            self._thread.start()

    def stop(self, timeout_s: float = 1.0) -> bool:
        """End; return whether the thread has ended."""
        with self._changed:
            self._watching = False
            self._changed.notify_all()
        self._connection.off("pnl", self._take_pnl)
        self._connection.off("lost", self._lose_pnl)
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout_s)
            if thread.is_alive():
                return False
        self._thread = None
        return True

    def watch(self, subscribe: bool = True, account: str | None = None) -> None:
        """Begin to follow the account that is traded, or end; read `account` in any case.

        Raises
        ------
        StoreError
            Cash, value or positions cannot be read.
        """
        if not subscribe:
            self.stop()
            return
        name = account or self._connection.account_id
        self.read_positions(name)
        self.read_ledger(name)
        self.start()
        self._listener.accountDownloadEnd(name)

    def traded(self) -> None:
        """Take note of an execution: cash and value are read anew, now and a little later."""
        now = time.monotonic()
        with self._changed:
            self._ledger_due = [now + later for later in _AFTER_TRADE_S]
            self._changed.notify_all()

    def recheck(self) -> None:
        """Have positions and ledger read anew."""
        with self._changed:
            self._positions_due = True
            self._ledger_due = [time.monotonic()]
            self._changed.notify_all()

    def _wait(self, read_at: float) -> tuple[bool, bool]:
        """Wait until something is due; return whether that is the ledger, and the positions."""
        with self._changed:
            while self._watching:
                now = time.monotonic()
                due = min([*self._ledger_due, read_at + self._interval_s])
                if due <= now or self._positions_due:
                    positions, self._positions_due = self._positions_due, False
                    self._ledger_due = [each for each in self._ledger_due if each > now]
                    return due <= now, positions
                self._changed.wait(due - now)
        return False, False

    def _work(self) -> None:
        read_at = time.monotonic()
        while self._watching:
            ledger, positions = self._wait(read_at)
            if not self._watching:
                return
            read_at = time.monotonic()
            try:
                self._read_due(ledger, positions)
            except StoreError as failure:
                _log.info("reading the account failed: %s", failure)
            except Exception:  # the outermost frame of the thread
                _log.exception("reading the account failed")

    def _read_due(self, ledger: bool, positions: bool) -> None:
        account = self._connection.account_id
        if positions:
            self.read_positions(account)
        if ledger:
            self.read_ledger(account)
        self._listener.accountDownloadEnd(account)

    def _take_pnl(self, by_account: dict[str, Any]) -> None:
        """Take the profits and the net liquidation value that the stream brings once a second."""
        for name, figures in by_account.items():
            if isinstance(figures, dict):
                self._profits.setdefault(name.removesuffix(_CORE), {}).update(figures)
        row = by_account.get(f"{self._connection.account_id}{_CORE}")
        value = number(row.get("nl")) if isinstance(row, dict) else None
        if value is not None and value != self._streamed_value:
            self._streamed_value = value
            self._listener.accountDownloadEnd(self._connection.account_id)

    def _lose_pnl(self, reason: str) -> None:
        """Forget the profits: what they are now, nobody knows."""
        self._profits = {}

    def profit(self, account: str | None = None, ask: bool = True) -> DailyPnL | None:
        """Return the profit of the day, as the stream told it last; None where it is not known.

        Without the stream's figures IBKR is asked, unless `ask` is False; raises as `cash` then.
        """
        name = account or self._connection.account_id
        path = "iserver/account/pnl/partitioned"
        # the first answer of a session is empty
        for _ in range(2):
            row = self._profits.get(name)
            if row or not ask:
                return read_daily(name, row) if row else None
            answer = self._connection.get(path)
            self._take_pnl((answer or {}).get("upnl") or {})
        row = self._profits.get(name)
        return read_daily(name, row) if row else None

    # -- cash and value --

    def read_ledger(self, account: str) -> dict[str, dict[str, Any]]:
        """Read cash and values by currency, and tell the listener.

        Raises
        ------
        StoreError
            IBKR cannot be asked, or the answer is none.
        """
        answer = self._primed(f"portfolio/{account}/ledger")
        base = answer.get("BASE") if isinstance(answer, dict) else None
        if not isinstance(base, dict) or None in (number(base.get(x)) for x in (_CASH, _VALUE)):
            # what is known stays known: an answer without figures puts nothing in its place
            raise RequestRefusedError("ledger: the answer has no figures in base currency")
        ledger = {name: row for name, row in answer.items() if isinstance(row, dict)}
        self._ledgers[account] = ledger
        self._streamed_value = None
        for currency, row in ledger.items():
            for key, name in ((_CASH, "TotalCashBalance"), (_VALUE, "NetLiquidation")):
                figure = number(row.get(key))
                if figure is not None:
                    message = AccountValue(name, figure, currency, account)
                    self._listener.updateAccountValue(message)
        return ledger

    def _primed(self, path: str) -> Any:
        """Return the answer to ``GET path``, of the portfolio; an empty one only where it is true.

        In a new brokerage session IBKR answers with nothing, until accounts were asked for.
        """
        answer = self._connection.get(path)
        if answer:
            return answer
        self._connection.get("portfolio/accounts")
        return self._connection.get(path)

    def _figure(self, account: str | None, key: str) -> float:
        name = account or self._connection.account_id
        ledger = self._ledgers.get(name) or self.read_ledger(name)
        figure = number(ledger["BASE"].get(key))
        if figure is None:
            raise RequestRefusedError(f"ledger: IBKR gives no {key}")
        return figure

    def cash(self, account: str | None = None) -> float:
        """Return the cash of an account in its base currency.

        Raises
        ------
        StoreError
            It is not known and cannot be read.
        """
        return self._figure(account, _CASH)

    def value(self, account: str | None = None) -> float:
        """Return the net liquidation value of an account in its base currency; raises as `cash`."""
        streamed = self._streamed_value
        if streamed is not None and account in (None, self._connection.account_id):
            return streamed
        return self._figure(account, _VALUE)

    def values(self, account: str | None = None) -> dict[str, dict[str, float]]:
        """Return all figures of the ledger: name -> currency -> amount; raises as `cash`."""
        name = account or self._connection.account_id
        ledger = self._ledgers.get(name) or self.read_ledger(name)
        values: dict[str, dict[str, float]] = {}
        for currency, row in ledger.items():
            for key, given in row.items():
                figure = number(given) if isinstance(given, (int, float)) else None
                if figure is not None:
                    values.setdefault(key, {})[currency] = figure
        values["NetLiquidation"] = values.get(_VALUE, {})
        values["TotalCashBalance"] = values.get(_CASH, {})
        return values

    def summary(self, account: str | None = None) -> dict[str, Any]:
        """Return IBKR's summary of an account: key -> record with ``amount`` or ``value``.

        Raises as `cash`.
        """
        name = account or self._connection.account_id
        answer = self._primed(f"portfolio/{name}/summary")
        return _expect(answer, dict, "summary")

    def info(self, account: str | None = None) -> dict[str, Any]:
        """Return what IBKR says of an account itself: type, currency, title; raises as `cash`."""
        name = account or self._connection.account_id
        return _expect(self._primed(f"portfolio/{name}/meta"), dict, "account")

    def currency(self, account: str | None = None) -> str:
        """Return the base currency of an account; raises as `cash`."""
        name = account or self._connection.account_id
        if name not in self._currencies:
            found = str(self.info(name).get("currency") or "")
            if not found:
                raise RequestRefusedError("account: IBKR gives no base currency")
            self._currencies[name] = found
        return self._currencies[name]

    def performance(self, account: str | None = None, period: str = "1M") -> dict[str, Any]:
        """Return the performance of an account over a period; IBKR takes one call in 15 minutes."""
        body = {"acctIds": [account or self._connection.account_id], "period": period}
        answer = self._connection.post("pa/performance", body, repeat=True)
        return _expect(answer, dict, "performance")

    def transactions(
        self, account: str | None = None, days: int = 30, conids: Iterable[int] | None = None
    ) -> dict[str, Any]:
        """Return the transactions in contracts; by default in those that are held or were traded
        within a week.

        IBKR takes one call in 15 minutes, and wants to be told the contracts: where there are none
        it is not asked, and there are no transactions.
        """
        name = account or self._connection.account_id
        if conids is None:
            wanted = {each.conid for each in self.holdings(name)} | self._traded_conids()
        else:
            wanted = set(conids)
        if not wanted:
            return {"transactions": []}
        currency = self.currency(name)
        body = {"acctIds": [name], "conids": sorted(wanted), "currency": currency, "days": days}
        answer = self._connection.post("pa/transactions", body, repeat=True)
        return _expect(answer, dict, "transactions")

    def _traded_conids(self) -> set[int]:
        """Return the numbers of the contracts that were traded within a week."""
        path, params = "iserver/account/trades/", {"days": "7"}
        # the first answer of a session is empty always
        rows = self._connection.get(path, params) or self._connection.get(path, params) or []
        found = {whole(row.get("conid")) for row in rows if isinstance(row, dict)}
        return {conid for conid in found if conid}

    # -- positions --

    def read_positions(self, account: str | None = None) -> list[Holding]:
        """Read all positions of an account, and tell the listener.

        Raises
        ------
        StoreError
            IBKR cannot be asked, or an answer is none.
        """
        name = account or self._connection.account_id
        began = time.monotonic()
        # the server keeps positions for a while: what it has is thrown away
        self._connection.post(f"portfolio/{name}/positions/invalidate", {}, repeat=True)
        holdings: dict[int, Holding] = {}
        for page in range(_MOST_PAGES):
            path = f"portfolio/{name}/positions/{page}"
            answer = self._connection.get(path) if page else self._primed(path)
            rows = _expect(answer, list, "positions")
            for row in rows:
                holding = _holding(row, name)
                holdings[holding.conid] = holding
            if len(rows) < _PAGE:
                break
        self._holdings[name] = holdings
        if name == self._connection.account_id:
            self.readings = self.readings._replace(began=began)
        for holding in holdings.values():
            self._listener.updatePortfolio(holding)
        return list(holdings.values())

    def audited(self, began: float) -> None:
        """Take note that positions were read since `began`, and the executions after them; tell the
        listener.
        """
        self.readings = self.readings._replace(audited=began)
        self._listener.accountDownloadEnd(self._connection.account_id)

    def holdings(self, account: str | None = None) -> list[Holding]:
        """Return the positions of an account as they were read last; raises as `read_positions`."""
        name = account or self._connection.account_id
        if name not in self._holdings:
            self.read_positions(name)
        return [each for each in self._holdings[name].values() if each.position]

    def holding(self, contract: Any) -> Holding | None:
        """Return the position in a contract, None for none; raises as `read_positions`."""
        conid = conid_of(contract)
        return next((each for each in self.holdings() if each.conid == conid), None)

    def position(self, contract: Any, clone: bool = False) -> Position:
        """Return the position in a contract; raises as `read_positions`.

        With `clone` or without, it is an object of the caller's own.
        """
        held = self.holding(contract)
        return Position() if held is None else Position(_units(held.position), held.averageCost)

    def position_sizes(self) -> dict[int, tuple[float, float]]:
        """Return size and price of all positions that were read, by the number of the contract."""
        account = self._connection.account_id
        known = self._holdings.get(account, {})
        return {
            each.conid: (_units(each.position), each.averageCost)
            for each in known.values()
            if each.position
        }


def _expect(answer: Any, kind: Callable[..., Any], what: str) -> Any:
    if not isinstance(answer, kind):  # type: ignore[arg-type]  # dict and list are classes
        raise RequestRefusedError(f"{what}: the answer is not what IBKR says it is")
    return answer


def _units(size: float) -> float:
    return int(size) if size == int(size) else size


def _holding(row: Any, account: str) -> Holding:
    """Return a row of the positions as a record.

    Raises
    ------
    RequestRefusedError
        It names no contract or size: a position that is left out would count as sold.
    """
    facts = row if isinstance(row, dict) else {}
    conid, size = whole(facts.get("conid")), number(facts.get("position"))
    if not conid or size is None:
        raise RequestRefusedError("positions: a row of the answer cannot be read")
    price = number(row.get("avgPrice"))
    if price is None:
        price = number(row.get("avgCost"))
    if price is None:
        price = number(row.get("mktPrice"))
    return Holding(
        conid,
        size,
        price if price is not None else math.nan,
        number(row.get("mktPrice")),
        number(row.get("mktValue")),
        number(row.get("unrealizedPnl")),
        number(row.get("realizedPnl")),
        account,
        None,
        str(row.get("currency") or ""),
        str(row.get("contractDesc") or ""),
    )
