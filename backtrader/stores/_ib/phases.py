"""What a feed of the store is doing, and what may follow it."""

from __future__ import annotations

from enum import Enum

__all__ = ["TRANSITIONS", "Phase"]


class Phase(Enum):
    """What a feed is doing.

    OFF: not started. PREFILL: delivers another feed first. OPENING: waits for the first frame of
    the stream. FILLING: delivers history, ticks are held. JOINING: the minute that is under way
    must end before history has all of it, ticks are held. LIVE: delivers ticks as they come.
    BROKEN: the stream is gone. HISTORICAL: delivers history alone. OVER: nothing more comes.
    """

    OFF = "off"
    PREFILL = "prefill"
    OPENING = "opening"
    FILLING = "filling"
    JOINING = "joining"
    LIVE = "live"
    BROKEN = "broken"
    HISTORICAL = "historical"
    OVER = "over"


# phase -> the phases that may follow it
TRANSITIONS: dict[Phase, frozenset[Phase]] = {
    Phase.OFF: frozenset({Phase.PREFILL, Phase.OPENING, Phase.HISTORICAL, Phase.OVER}),
    Phase.PREFILL: frozenset({Phase.OPENING, Phase.HISTORICAL, Phase.OVER}),
    Phase.OPENING: frozenset({Phase.FILLING, Phase.LIVE, Phase.BROKEN, Phase.OVER}),
    Phase.FILLING: frozenset({Phase.JOINING, Phase.LIVE, Phase.BROKEN, Phase.OVER}),
    Phase.JOINING: frozenset({Phase.FILLING, Phase.BROKEN, Phase.OVER}),
    Phase.LIVE: frozenset({Phase.BROKEN, Phase.OVER}),
    Phase.BROKEN: frozenset({Phase.FILLING, Phase.LIVE, Phase.OVER}),
    Phase.HISTORICAL: frozenset({Phase.OVER}),
    Phase.OVER: frozenset({Phase.OFF}),
}
