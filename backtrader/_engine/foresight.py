"""What preloaded bars hold in store for waiting orders: the broker rests until then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .schedule import Schedule

Column = NDArray[np.float64]

_FIRST_LOOK = 64  # bars; most orders that come to something do so soon
_WIDENING = 4
_NEVER = float("inf")


class Foresight:
    """Find the step at which a price is reached or a moment passed.

    Parameters
    ----------
    schedule
        When each feed moves.
    datas
        The feeds, in the order of the schedule.
    """

    def __init__(self, schedule: Schedule, datas: Iterable[Any]) -> None:
        self._positions = {id(x): p for x, p in zip(datas, schedule.positions, strict=True)}
        self._ranges: dict[int, tuple[Column, Column]] = {}
        self._single = len(self._positions) == 1
        self._steps = len(schedule.times)

    def knows(self, data: Any) -> bool:
        """Whether `data` is one of the feeds."""
        return id(data) in self._positions

    def reached(self, data: Any, rise: float, fall: float) -> float:
        """Return the first step to come at which a bar of `data` gets up to `rise` or down to
        `fall`; infinity where none does.

        A bar whose open lies outside of its high and low counts with its open.
        """
        tops, bottoms = self._ranges.get(id(data)) or self._range_of(data)
        place, width = data._cursor.idx + 1, _FIRST_LOOK
        while place < len(tops):
            end = place + width
            hits = (tops[place:end] >= rise) | (bottoms[place:end] <= fall)
            first = int(hits.argmax())
            if hits[first]:
                return self._step_of(data, place + first)
            place, width = end, width * _WIDENING
        return _NEVER

    def passed(self, data: Any, moment: float) -> float:
        """Return the first step at which `data` is past a moment, given as a number; infinity where
        it never is.
        """
        times = data.lines.datetime._values[: data.buflen()]
        return self._step_of(data, int(np.searchsorted(times, moment, side="right")))

    def _step_of(self, data: Any, place: int) -> float:
        if not self._single:
            place = int(np.searchsorted(self._positions[id(data)], place))
        return place if place < self._steps else _NEVER

    def _range_of(self, data: Any) -> tuple[Column, Column]:
        size = data.buflen()
        lines = data.lines
        opens = lines.open._values[:size]
        tops = np.fmax(lines.high._values[:size], opens)
        bottoms = np.fmin(lines.low._values[:size], opens)
        self._ranges[id(data)] = tops, bottoms
        return tops, bottoms
