"""What the rooms of the simulator hand to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Instrument:
    """Something that can be traded, as IBKR knows it.

    `increment` is the smallest price step and `size_increment` the smallest size; `margin` is what
    one unit of a future binds (0: a stock, paid in full). `expiry` is ``YYYYMMDD``.
    """

    conid: int
    symbol: str
    sec_type: str = "STK"
    exchange: str = "NASDAQ"
    currency: str = "USD"
    company: str = ""
    is_us: bool = True
    multiplier: float = 1.0
    expiry: str = ""
    strike: float = 0.0
    right: str = ""
    underlying_conid: int = 0
    trading_class: str = ""
    local_symbol: str = ""
    increment: float = 0.01
    size_increment: float = 1.0
    margin: float = 0.0
    time_zone: str = "America/New_York"
    market_data: str = "RpB"  # field 6509; "N" is no permission, "DPB" delayed


@dataclass(frozen=True, slots=True)
class Tick:
    """A trade of `size` units at `price`; the quote beside it may be unknown (None).

    `time_ms` is simulated UTC time in milliseconds.
    """

    time_ms: int
    conid: int
    price: float
    size: float
    bid: float | None = None
    ask: float | None = None


@dataclass(slots=True)
class BrokerageSession:
    """What the server remembers of one login; a new login begins anew.

    `warm` holds the keys of pre-flight calls that were made ("accounts", "orders", "trades",
    "positions", "snapshot:265598"), `suppressed` the message ids that are not asked any more.
    """

    token: str
    account_id: str
    warm: set[str] = field(default_factory=set)
    suppressed: set[str] = field(default_factory=set)
    established: bool = True


@dataclass(frozen=True, slots=True)
class Call:
    """A request, once transport and authentication are done with it."""

    method: str
    path: str
    captured: dict[str, str]  # what stands for the {names} of the route's pattern
    params: dict[str, str]  # the query; booleans arrive as "True" and "False"
    body: Any  # decoded JSON, or None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; a body of None is sent as an empty one."""

    body: Any
    status: int = 200


Handler = Callable[[Any, BrokerageSession, Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers a request.

    Parameters
    ----------
    pattern
        Path below ``/v1/api/``, with names in braces: ``portfolio/{account}/positions/{page}``.
    handler
        Called as ``handler(world, session, call)`` on the server's only thread.
    brokerage
        Whether it needs the brokerage session (else 400 "no bridge").
    spacing_s
        Shortest time between two calls by IBKR's rules, in seconds; None for no rule of its own.
    """

    method: str
    pattern: str
    handler: Handler
    brokerage: bool = False
    spacing_s: float | None = None


class Subscriber:
    """One WebSocket connection, as the topics see it: something that takes frames."""

    session: BrokerageSession

    def send(self, frame: dict[str, Any]) -> None:
        """Queue `frame` for the client; called on the server's thread only."""
        raise NotImplementedError
