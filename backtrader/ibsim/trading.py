"""Exchange, accounts, their requests and their topics, put together for a world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from ..errors import ParameterError, near_miss
from . import groups, rest_accounts, rest_orders, rest_portfolio
from .account import Account, AccountSettings, Rates
from .exchange import Exchange, ExchangeSettings
from .groups import Group
from .orders import exact
from .records import Instrument, Route, Tick
from .topic_account import LedgerTopic, ProfitTopic, SummaryTopic
from .topic_orders import OrderTopic, TradeTopic
from .topics import Topic

__all__ = ["ROUTES", "Trading"]

ROUTES: tuple[Route, ...] = (
    *groups.ROUTES,
    *rest_accounts.ROUTES,
    *rest_orders.ROUTES,
    *rest_portfolio.ROUTES,
)

_EXCHANGE_SETTINGS = frozenset(field.name for field in fields(ExchangeSettings))
_ACCOUNT_SETTINGS = frozenset(field.name for field in fields(AccountSettings))


class Trading:
    """What of a world deals with orders.

    Parameters
    ----------
    find
        Returns the instrument of a conid, or None.
    clock
        Returns the simulated time, milliseconds of UTC.
    cash
        What each account has at first: an amount in `currency`, or amounts by currency.
    account_ids
        The accounts; `account` is the first.
    seed
        Where chance begins.
    prices
        Last prices by conid that are known before the first tick.
    rates
        What a unit of other currencies is worth in `currency`; pairs that trade say it too.
    allocation_groups
        Of an adviser: name -> method (``A``, ``E``, ``N``) and accounts.
    **settings
        Those of `ExchangeSettings` and `AccountSettings`.

    Raises
    ------
    ParameterError
        An unknown setting.
    """

    def __init__(
        self,
        find: Callable[[int], Instrument | None],
        clock: Callable[[], int],
        cash: float | Mapping[str, float] = 100_000.0,
        currency: str = "USD",
        account_ids: Iterable[str] = ("DU1234567",),
        seed: int = 0,
        prices: Mapping[int, float] | None = None,
        rates: Mapping[str, float] | None = None,
        allocation_groups: Mapping[str, tuple[str, Sequence[str]]] | None = None,
        **settings: Any,
    ) -> None:
        for name in settings:
            known = _EXCHANGE_SETTINGS | _ACCOUNT_SETTINGS
            if name not in known:
                raise ParameterError(f"World: unknown setting {name!r}{near_miss(name, known)}")
        rules = AccountSettings(**{k: v for k, v in settings.items() if k in _ACCOUNT_SETTINGS})
        last = dict(prices or {})
        amounts = cash if isinstance(cash, Mapping) else {currency: cash}
        accounts = [
            Account(
                account_id,
                Rates(currency, rates),
                last.get,
                rules,
                {key: exact(amount) for key, amount in amounts.items()},
            )
            for account_id in account_ids
        ]
        chosen = {k: v for k, v in settings.items() if k in _EXCHANGE_SETTINGS}
        by_name = {account.account_id: account for account in accounts}
        shared = [
            Group(name, method, [by_name[each] for each in names])
            for name, (method, names) in (allocation_groups or {}).items()
        ]
        self.exchange = Exchange(
            find, accounts, clock, last, ExchangeSettings(**chosen), seed, shared
        )
        self.account = accounts[0]
        self.routes = ROUTES
        self.topics: dict[str, Topic] = {
            "sor": OrderTopic(self.exchange),
            "str": TradeTopic(self.exchange),
            "spl": ProfitTopic(self.exchange),
            "ssd": SummaryTopic(self.exchange),
            "sld": LedgerTopic(self.exchange),
        }

    def on_tick(self, tick: Tick) -> None:
        """Let a trade of the market happen to orders and accounts."""
        self.exchange.on_tick(tick)
