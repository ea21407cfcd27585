"""What OANDA sends, as records; and what the threads tell besides."""

from __future__ import annotations

import datetime as _datetime
from dataclasses import dataclass
from enum import Enum
from typing import Any

__all__ = ["Candle", "Price", "Signal", "candle_of", "moment_of", "price_of", "stamp_of"]

_EPOCH = _datetime.datetime(1970, 1, 1)


class Signal(Enum):
    """What happened to a stream, or to a request for history.

    OPENED: the first message came. LOST: it broke. RESTORED: it delivers again. ENDED: it is given
    up. REFUSED: OANDA does not grant it. COMPLETE: history is delivered. FAILED: there was no
    answer to a request for history.
    """

    OPENED = "opened"
    LOST = "lost"
    RESTORED = "restored"
    ENDED = "ended"
    REFUSED = "refused"
    COMPLETE = "complete"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Price:
    """A quote; naive UTC. A side without liquidity is None."""

    time: _datetime.datetime
    bid: float | None
    ask: float | None

    def side(self, name: str) -> float | None:
        """Return the price of a side: ``bid``, ``ask`` or ``mid``."""
        if name == "bid":
            return self.bid
        if name == "ask":
            return self.ask
        return None if self.bid is None or self.ask is None else (self.bid + self.ask) / 2.0


@dataclass(frozen=True, slots=True)
class Candle:
    """A bar of history: the moments at which it starts and ends, naive UTC, and its prices.

    `volume` counts changes of the price. `whole_days` says that it is one of a day.
    """

    time: _datetime.datetime
    ends: _datetime.datetime
    open: float
    high: float
    low: float
    close: float
    volume: float
    whole_days: bool = False


def moment_of(text: str) -> _datetime.datetime:
    """Return seconds since 1970, as OANDA writes them, as naive UTC."""
    seconds, _, fraction = text.partition(".")
    micros = int(fraction[:6].ljust(6, "0")) if fraction else 0
    return _EPOCH + _datetime.timedelta(seconds=int(seconds), microseconds=micros)


def stamp_of(moment: _datetime.datetime) -> str:
    """Return naive UTC as OANDA reads it."""
    since = moment - _EPOCH
    return f"{since.days * 86400 + since.seconds}.{since.microseconds:06d}000"


def price_of(message: dict[str, Any]) -> Price:
    """Return the quote in a message of the stream: the best price of each side."""
    bids, asks = message.get("bids"), message.get("asks")
    return Price(
        moment_of(message["time"]),
        float(bids[0]["price"]) if bids else None,
        float(asks[0]["price"]) if asks else None,
    )


def candle_of(row: dict[str, Any], side: str, length: _datetime.timedelta) -> Candle:
    """Return the candle in a row of an answer."""
    time = moment_of(row["time"])
    first, high, low, last = (float(row[side][name]) for name in "ohlc")
    days = length.days > 0 or not length
    return Candle(time, time + length, first, high, low, last, float(row["volume"]), days)
