"""When each feed moves: the bars of all preloaded feeds merged into one order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core.clock import Cursor


@dataclass(frozen=True, slots=True)
class Schedule:
    """The steps of a run over preloaded feeds.

    Attributes
    ----------
    times : float64 array of shape (steps,)
        Moment of each step: every time at which any feed has a bar.
    positions : list of int64 arrays of shape (steps,)
        For each feed the index of its latest bar at each step; -1 before its first.
    cursors : list of Cursor
        The cursors of the feeds.
    """

    times: NDArray[np.float64]
    positions: list[NDArray[np.int64]]
    cursors: list[Cursor]

    @classmethod
    def merged(cls, datas: Sequence[Any]) -> Schedule | None:
        """Return the schedule of `datas`, or None where the times of one do not rise from bar to
        bar.
        """
        columns = [data.lines.datetime._values[: data.buflen()].copy() for data in datas]
        if not all(bool(np.all(np.diff(column) > 0)) for column in columns):
            return None
        times = columns[0] if len(columns) == 1 else np.unique(np.concatenate(columns))
        if len(times) and not np.isfinite(times[-1]):
            return None
        positions = [np.searchsorted(column, times, side="right") - 1 for column in columns]
        return cls(times, positions, [data._cursor for data in datas])

    def phase_starts(self, periods: Sequence[int]) -> tuple[int, int]:
        """Return the first step at which each feed has as many bars as `periods` says, and the
        first
        at which each has more; the number of steps where there is none.
        """
        missing = np.full(len(self.times), np.iinfo(np.int64).min)
        for position, period in zip(self.positions, periods, strict=True):
            np.maximum(missing, period - 1 - position, out=missing)
        # feeds only move on, so what is missing never grows
        return int(np.sum(missing > 0)), int(np.sum(missing >= 0))

    def movers(self) -> list[tuple[Cursor, list[int]]]:
        """Return each cursor with its index at each step, as a list for quick access."""
        return [
            (cursor, position.tolist())
            for cursor, position in zip(self.cursors, self.positions, strict=True)
        ]
