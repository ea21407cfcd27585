"""How many requests the simulator takes before it answers 429."""

from __future__ import annotations

from dataclasses import dataclass, field

from .records import Route

__all__ = ["Pacing"]

# A client that keeps exactly the distance must not fail for the jitter of its socket.
_JITTER_S = 0.05


@dataclass(slots=True)
class Pacing:
    """IBKR's limits.

    Parameters
    ----------
    rate
        Requests per second over all; also how many may come at once.
    spaced
        Whether the distances of the routes (`Route.spacing_s`) are insisted on.
    history_at_once
        How many requests of history may be under way at the same time.
    penalty_s
        How long a client that went over a limit is refused everything, in seconds; IBKR: 600.
    """

    rate: float = 10.0
    spaced: bool = True
    history_at_once: int = 5
    penalty_s: float = 0.0
    _allowance: float = field(default=-1.0, init=False, repr=False)
    _updated: float = field(default=0.0, init=False, repr=False)
    _last: dict[str, float] = field(default_factory=dict, init=False, repr=False)
    _penalty_until: float = field(default=0.0, init=False, repr=False)

    def admit(self, route: Route, at_once: int, now: float) -> bool:
        """Tell whether a request may be served, and count it.

        Parameters
        ----------
        at_once
            How many of its kind are under way, without it.
        now
            Seconds of a clock that never runs backwards.
        """
        if now < self._penalty_until:
            return False
        if self._within_limits(route, at_once, now):
            return True
        self._penalty_until = now + self.penalty_s
        return False

    def _within_limits(self, route: Route, at_once: int, now: float) -> bool:
        if self._allowance < 0:
            self._allowance, self._updated = self.rate, now
        refilled = self._allowance + (now - self._updated) * self.rate
        self._allowance, self._updated = min(self.rate, refilled), now
        if self._allowance < 1.0:
            return False
        self._allowance -= 1.0
        if route.pattern.endswith("marketdata/history") and at_once >= self.history_at_once:
            return False
        if self.spaced and route.spacing_s is not None:
            key = f"{route.method} {route.pattern}"
            last = self._last.get(key)
            if last is not None and now - last < route.spacing_s - _JITTER_S:
                return False
            self._last[key] = now
        return True
