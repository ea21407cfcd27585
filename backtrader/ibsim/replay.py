"""The passing of simulated time: stepped by a test, or at a speed of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

__all__ = ["Replay"]

_SLICE_S = 0.1  # between two ticks the simulated clock moves at least that often
_AT_ONCE = 50  # steps before the requests get their turn


class Replay:
    """Steps a world.

    Parameters
    ----------
    flushed
        Waits until what the world sent went to the sockets.
    max_pause_s
        Longest pause between two ticks, in real seconds: a night with nothing to trade is cut
        short. None to wait for as long as it takes.
    """

    def __init__(
        self,
        world: Any,
        flushed: Callable[[], Awaitable[None]],
        max_pause_s: float | None = None,
    ) -> None:
        self.max_pause_s = max_pause_s
        self._world = world
        self._flushed = flushed

    async def step(self, count: int) -> int:
        """Deliver up to `count` ticks; return how many there were."""
        done = 0
        while done < count and self._world.step():
            done += 1
            await self._flushed()
            if done % _AT_ONCE == 0:
                await asyncio.sleep(0)
        return done

    async def play(self, speed: float) -> None:
        """Deliver all ticks: `speed` simulated seconds in each real one, 0 for no waiting."""
        market = self._world.market
        clock = asyncio.get_running_loop().time
        began, origin_ms = clock(), market.now_ms
        while (due_ms := market.peek_ms()) is not None:
            if speed:
                pause = began + (due_ms - origin_ms) / 1000 / speed - clock()
                if self.max_pause_s is not None and pause > self.max_pause_s:
                    began -= pause - self.max_pause_s
                    pause = self.max_pause_s
                await self._pass_time(pause, speed)
            await self.step(1)
            await asyncio.sleep(0)

    async def _pass_time(self, seconds: float, speed: float) -> None:
        market = self._world.market
        while seconds > 0:
            part = min(seconds, _SLICE_S)
            await asyncio.sleep(part)
            seconds -= part
            market.advance(market.now_ms + int(part * 1000 * speed))
            await self._flushed()
