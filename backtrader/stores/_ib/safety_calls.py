"""The store's calls about guards, previews, reports and accounts; what they do is said in full by
the rooms that do it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .allocations import AllocationGroup, SubAccount, read_groups, read_subaccounts
from .clearing import Clearing
from .currencies import Rates
from .figures import whole
from .preview import Preview, Previewing
from .reports import DailyPnL, Performance, Transaction, read_performance, read_transactions
from .tickets import conid_of, ticket_of
from .topics import MarketData

__all__ = ["SafetyCalls"]


class SafetyCalls:
    """What guards ask, previews, reports, and clearing the account; mixed into the store."""

    _account: Any
    _orders: Any
    _desk: Any
    _live: Any
    _rates: Rates | None = None

    # what guards ask

    def is_paper(self) -> bool:
        """Whether the account is known to be one for paper trading."""
        return bool(self._live().is_paper)

    def get_account(self) -> str:
        """Return the account that is traded."""
        account: str = self._live().account_id
        return account

    def get_accounts(self) -> list[str]:
        """Return the accounts of the login."""
        return list(self._live().accounts)

    def get_last_trade(self, contract: Any) -> float | None:
        """Return the price of the last trade in a contract (or conid) that is streamed, else
        None.
        """
        return None if self._desk is None else self._desk.live.last_trade(conid_of(contract))

    def get_market_time(self, contract: Any) -> float | None:
        """Return the epoch seconds at IBKR by the stream of a contract (or conid), else None."""
        return None if self._desk is None else self._desk.live.market_time(conid_of(contract))

    def get_daily_profit(self, account: str | None = None) -> float | None:
        """Return the profit of the day in base currency as the stream told it; does not ask."""
        known = self.daily_pnl(account, ask=False)
        return None if known is None else known.daily

    def get_exchange_rate(self, source: str, target: str | None = None) -> float:
        """Return how many units of `target` (None: base currency) one of `source` is; raises
        `StoreError` where it is not known.
        """
        return self._current_rates().rate(source, target)

    def get_value_rate(self, source: str) -> float:
        """Return what a unit of a currency is in base currency, by the last rate known."""
        return self._current_rates().latest(source)

    def _current_rates(self) -> Rates:
        connection = self._live()
        if self._rates is None or self._rates.connection is not connection:
            self._rates = Rates(connection, self._account.currency)
        return self._rates

    def get_base_currency(self, account: str | None = None) -> str:
        """Return the base currency of an account."""
        self._live()
        currency: str = self._account.currency(account)
        return currency

    # clearing the account

    def clear_account(self, flatten: bool, say: Callable[[str], None]) -> Clearing:
        """Cancel all orders of the account, and close its positions; see `clearing`.

        Returns
        -------
        Clearing
            ``done.wait()`` waits for its end, ``outcome`` says what came of it.
        """
        self._live()
        job = Clearing(self._orders, flatten, say)
        self._orders.dialogue.put(job, first=True)
        return job

    def resume_orders(self) -> None:
        """Let orders be sent again after `clear_account`."""
        if self._orders is not None:
            self._orders.halted = ""

    # previews and reports

    def get_subaccounts(self) -> tuple[SubAccount, ...]:
        """Return all accounts below the login as records; asks IBKR."""
        return read_subaccounts(self._live().get)

    def get_allocation_groups(self) -> tuple[AllocationGroup, ...]:
        """Return the groups of an adviser's login that orders may name; asks IBKR."""
        connection = self._live()
        return read_groups(connection.get, connection.post)

    def preview_order(self, contract: Any, order: Any, timeout_s: float = 30.0) -> Preview:
        """Return what an order (an `IBOrder`) would do; nothing is placed. See `Preview`.

        Raises
        ------
        OrderError
            It makes no sense.
        StoreError
            IBKR does not preview it.
        """
        account = self._live().account_id
        ticket = ticket_of(order, conid_of(contract))
        conid = whole(ticket.get("conid")) or 0
        streamed = self._desk is not None
        fields = self._desk.live.fields_of(conid) if streamed else MarketData(conid).fields
        job = Previewing(self._orders, order.m_account or account, ticket, fields)
        self._orders.dialogue.put(job)
        return job.result(timeout_s)

    def daily_pnl(self, account: str | None = None, ask: bool = True) -> DailyPnL | None:
        """Return the profit of the day so far, None where it is not known; IBKR is asked for what
        the stream has not told, unless `ask` is False.
        """
        self._live()
        profit: DailyPnL | None = self._account.profit(account, ask)
        return profit

    def performance(self, period: str = "1M", account: str | None = None) -> Performance:
        """Return values and returns of an account day by day; IBKR takes one call in 15 minutes.

        Parameters
        ----------
        period
            ``1D``, ``7D``, ``MTD``, ``1M``, ``3M``, ``6M``, ``12M``, ``YTD``.
        """
        name = account or self._live().account_id
        return read_performance(self._account.performance(name, period), name)

    def transactions(
        self, days: int = 30, conids: Iterable[int] | None = None, account: str | None = None
    ) -> tuple[Transaction, ...]:
        """Return the transactions of some days in contracts, by default in those that are held or
        were traded within a week; IBKR takes one call in 15 minutes.
        """
        self._live()
        return read_transactions(self._account.transactions(account, days, conids))
