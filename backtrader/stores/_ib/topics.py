"""What can be subscribed to on the stream, as plain records.

Each names the server's topic by its key, which is unique among open subscriptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["AccountTopic", "MarketData", "Orders", "Pnl", "Topic", "Trades"]


@dataclass(frozen=True, slots=True)
class MarketData:
    """Quotes and trades of one contract: events ``"tick"``.

    `fields` are IBKR's field ids. `renew_s` is the number of seconds after which the subscription
    is sent again, for the server ends it silently after 15 minutes.
    """

    conid: int
    fields: tuple[str, ...] = ("31", "84", "85", "86", "88", "7059", "7762", "6509")
    renew_s: int = 540

    @property
    def key(self) -> str:
        """Name of the topic."""
        return f"smd+{self.conid}"


@dataclass(frozen=True, slots=True)
class Orders:
    """Changes of live orders, as rows that carry what changed: events ``"order"``."""

    @property
    def key(self) -> str:
        """Name of the topic."""
        return "sor"


@dataclass(frozen=True, slots=True)
class Trades:
    """Executions of the last `days` days and new ones: events ``"execution"``."""

    days: int = 1

    @property
    def key(self) -> str:
        """Name of the topic."""
        return "str"


@dataclass(frozen=True, slots=True)
class Pnl:
    """Profit and loss of the day: events ``"pnl"``."""

    @property
    def key(self) -> str:
        """Name of the topic."""
        return "spl"


@dataclass(frozen=True, slots=True)
class AccountTopic:
    """Summary (`kind` ``"summary"``) or ledger (``"ledger"``) of an account, as changed rows.

    Events ``"summary"`` and ``"ledger"``, each with the account and a list of rows.
    """

    account_id: str
    kind: str = "summary"

    @property
    def key(self) -> str:
        """Name of the topic."""
        return f"{'ssd' if self.kind == 'summary' else 'sld'}+{self.account_id}"


Topic: TypeAlias = MarketData | Orders | Trades | Pnl | AccountTopic
