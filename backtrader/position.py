"""Positions: how many units of a data are held, and at what mean price."""

from __future__ import annotations

from typing import Any

__all__ = ["Position"]


def booked(size: float, price: float, delta: float, at: float) -> tuple[float, float, float, float]:
    """Return (size, price, opened, closed) of a position after `delta` units were dealt `at` a
    price."""
    after = size + delta
    if not after:
        return after, 0.0, 0, delta
    if not delta:
        return size, price, 0, 0
    if not size:
        return after, at, delta, 0
    if (size > 0) == (delta > 0):
        return after, (price * size + delta * at) / after, delta, 0
    if (size > 0) == (after > 0):
        return after, price, 0, delta
    return after, at, after, -size


class Position:
    """Hold the size and mean price of what is owned of one data.

    Parameters
    ----------
    size
        Units held; negative is short.
    price
        Mean price paid per unit; 0.0 where nothing is held.

    Attributes
    ----------
    price_orig
        Price before the last update.
    upopened, upclosed
        Units that the last update opened and closed; both carry the sign of the trade.
    adjbase
        Price up to which cash was adjusted for a futures-like instrument, or None.
    datetime
        When the last update took place.
    """

    def __init__(self, size: float = 0, price: float = 0.0) -> None:
        self.size = size
        self.price = self.price_orig = price if size else 0.0
        self._adjbase: float | None = None
        # zeros of the type of the size, for they are printed
        self.upopened: float = 0 if size else size
        self.upclosed: float = size - size if size else 0
        self.updt: Any = None

    # Set while a broker has no need to look at the position: the last close it saw is then that of
    # the feed.
    _feed: Any = None
    # Set by a broker while the position is held: the last bar it saw is then that of this feed.
    _clock: Any = None
    # When the position was dealt last: a datetime, or (feed, number) until somebody asks.
    _dealt: Any = None

    @property
    def adjbase(self) -> float | None:
        """Price up to which a broker has adjusted cash for the position: the last close it saw."""
        feed = self._feed
        return self._adjbase if feed is None else feed.close[0]

    @adjbase.setter
    def adjbase(self, price: float | None) -> None:
        self._adjbase = price

    @property
    def datetime(self) -> Any:
        """Moment of the last update; while a broker holds the position, the last bar it saw."""
        if self._clock is not None:
            return self._clock.datetime.datetime(0)
        if type(self._dealt) is tuple:
            feed, number = self._dealt
            self._dealt = feed.num2date(number)
        return self._dealt

    @datetime.setter
    def datetime(self, dt: Any) -> None:
        self._clock = None
        self._dealt = dt

    def follow(self, feed: Any) -> None:
        """Take `adjbase` from the current bar of `feed` from now on."""
        self._feed = feed

    def unfollow(self) -> None:
        """Keep `adjbase` as the feed has it now."""
        feed, self._feed = self._feed, None
        if feed is not None:
            self._adjbase = feed.close[0]

    def __str__(self) -> str:
        facts = (
            ("Size", self.size),
            ("Price", self.price),
            ("Price orig", self.price_orig),
            ("Closed", self.upclosed),
            ("Opened", self.upopened),
            ("Adjbase", self.adjbase),
        )
        lines = [f"- {label}: {value}" for label, value in facts]
        return "\n".join(["--- Position Begin", *lines, "--- Position End"])

    def __len__(self) -> int:
        return abs(self.size)  # type: ignore[return-value]  # a fractional size has no length

    def __bool__(self) -> bool:
        return self.size != 0

    def clone(self) -> Position:
        """Return a new position with the same size and price and no history."""
        return Position(self.size, self.price)

    def fix(self, size: float, price: float) -> bool:
        """Set `size` and `price` without accounting; return whether the size was that already."""
        known = self.size == size
        self.size = size
        self.price = price
        return known

    def set(self, size: float, price: float) -> tuple[float, float, float, float]:
        """Take over a `size` and `price` reported from outside.

        Returns
        -------
        tuple
            (size, price, opened, closed), as from `update`.
        """
        before = self.size
        if before > 0:
            grown = size > before
            self.upopened = size - before if grown else min(0, size)
            self.upclosed = 0 if grown else min(before, before - size)
        elif before < 0:
            grown = size < before
            self.upopened = size - before if grown else max(0, size)
            self.upclosed = 0 if grown else max(before, before - size)
        else:
            self.upopened, self.upclosed = before, 0
        self.price_orig = self.price
        self.size = size
        self.price = price if size else 0.0
        return self.size, self.price, self.upopened, self.upclosed

    def pseudoupdate(self, size: float, price: float) -> tuple[float, float, float, float]:
        """Return what `update` would, and change nothing."""
        return booked(self.size, self.price, size, price)

    def update(
        self, size: float, price: float, dt: Any = None
    ) -> tuple[float, float, float, float]:
        """Book a trade of `size` units (negative is a sale) at `price`.

        Parameters
        ----------
        size
            Units dealt.
        price
            Price per unit.
        dt
            When; kept as ``datetime``.

        Returns
        -------
        tuple
            (size, price, opened, closed): what is held afterwards, and how many of the units dealt
            opened and closed a position. A trade that crosses zero does both and leaves the price
            of the trade.
        """
        self._clock, self._dealt = None, dt
        self.price_orig = self.price
        after = booked(self.size, self.price, size, price)
        self.size, self.price, self.upopened, self.upclosed = after
        return after
