"""The simulated world: instruments, market, exchange and account, without sockets and clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import rest_contracts, rest_market, rest_rules, rest_scanner
from .catalogue import Catalogue
from .greeks import greek_fields
from .holdings import holding_fields
from .market import Market
from .prices import Tape
from .quotes import Streams
from .records import Route
from .topic_market import HistoryTopic, QuoteTopic
from .topics import Topic
from .trading import Trading

__all__ = ["World"]


class World:
    """All that the simulator simulates but the server; everything happens on one thread.

    Its clock is that of the tapes, its only chance that of `seed`.

    Parameters
    ----------
    tapes
        What trades: a sequence of `Tape`, or one.
    catalogue
        Instruments; by default a few stocks, futures, options and currencies.
    cash
        What the account has in the beginning: an amount in `currency`, or amounts by currency.
    account_id, more_accounts
        The account that is selected at first, and the others of the login.
    seed
        Of everything that is decided by chance.
    **settings
        ``spread_ticks`` (1.0), see `Market`; ``smd_interval_ms`` (0) and ``smd_life_ms`` (None),
        see `QuoteTopic`; ``volume_factor`` (100): what volumes of history are divided by; all
        others are those of `Trading`.

    Raises
    ------
    ParameterError
        An unknown setting.
    """

    def __init__(
        self,
        tapes: Tape | Sequence[Tape] | None = None,
        catalogue: Catalogue | None = None,
        cash: float | Mapping[str, float] = 100_000.0,
        currency: str = "USD",
        account_id: str = "DU1234567",
        more_accounts: Sequence[str] = (),
        seed: int = 0,
        *,
        spread_ticks: float = 1.0,
        smd_interval_ms: int = 0,
        smd_life_ms: int | None = None,
        volume_factor: float = 100,
        **settings: Any,
    ) -> None:
        self.market = Market(_listed(tapes), catalogue, spread_ticks)
        self.catalogue = self.market.catalogue
        self.account_id = account_id
        self.volume_factor = volume_factor
        self.streams = Streams()
        quotes = QuoteTopic(self.market, self.streams, smd_interval_ms, smd_life_ms)
        self._quotes = quotes
        self.market.listen(quotes.on_tick)  # the price is told before what it does to orders
        self.market.listen_to_time(quotes.flush)
        trading = Trading(
            self.catalogue.get,
            lambda: self.now_ms,
            cash,
            currency,
            (account_id, *more_accounts),
            seed,
            self.market.last,
            **settings,
        )
        self.exchange, self.account = trading.exchange, trading.account
        self.market.listen(trading.on_tick)
        self.market.more_fields.update(holding_fields(self.account))
        self.market.more_fields.update(greek_fields(self.market))
        self.topics: dict[str, Topic] = {
            "smd": quotes,
            "smh": HistoryTopic(self.market, volume_factor),
            **trading.topics,
        }
        self.routes: tuple[Route, ...] = (
            *rest_contracts.ROUTES,
            *rest_rules.ROUTES,
            *rest_market.ROUTES,
            *rest_scanner.ROUTES,
            *trading.routes,
        )

    @property
    def now_ms(self) -> int:
        """Return the simulated time, UTC milliseconds."""
        return self.market.now_ms

    def step(self) -> bool:
        """Replay the next trade of the tapes; return False when they are at their end."""
        return self.market.step() is not None

    @property
    def smd_interval_ms(self) -> int:
        """Shortest simulated time between two frames of a quote; 0: one for each trade."""
        return self._quotes.interval_ms

    @smd_interval_ms.setter
    def smd_interval_ms(self, interval_ms: int) -> None:
        self._quotes.interval_ms = interval_ms

    def expire_streams(self) -> None:
        """End all streams of market data, as IBKR does after 15 minutes: without a word."""
        self._quotes.expire()


def _listed(tapes: Tape | Iterable[Tape] | None) -> list[Tape]:
    if tapes is None:
        return []
    return [tapes] if isinstance(tapes, Tape) else list(tapes)
