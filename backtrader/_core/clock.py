"""Cursors: where a clock stands, shared by every line that runs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..linebuffer import LineBuffer

TRIM_SLACK = 256  # bars that pile up before a bounded cursor trims: keeps trimming amortised O(1)


class Cursor:
    """The position of one clock: moving it moves all of its lines at once.

    Attributes
    ----------
    idx : int
        Index of the current bar in the buffers of the lines; -1 before the first.
    trimmed : int
        Bars dropped from the front of the buffers in bounded-memory mode; 0 otherwise.
    lines : list of LineBuffer
        The lines read through this cursor, the clock's own ones first.
    keep : int
        Bars that trimming must leave before and including the current one; 0: never trim.
    """

    __slots__ = ("idx", "keep", "lines", "trimmed")

    def __init__(self) -> None:
        self.idx: int = -1
        self.trimmed: int = 0
        self.keep: int = 0
        self.lines: list[LineBuffer] = []

    def __len__(self) -> int:
        return self.idx + 1 + self.trimmed

    def __bool__(self) -> bool:
        return True

    def buflen(self) -> int:
        """Return how many bars the clock's own buffers hold, less those put in ahead of time."""
        if not self.lines:
            return 0
        line = self.lines[0]
        return len(line.array) - line.extension

    def bound(self, size: int) -> None:
        """Keep at least the latest `size` bars and allow the rest to be dropped."""
        self.keep = max(self.keep, size, 1)

    def trim(self) -> None:
        """Drop the bars that nobody may ask for any more, all lines in step."""
        if not self.keep:
            return
        drop = self.idx + 1 - self.keep
        if drop < TRIM_SLACK:
            return
        for line in self.lines:
            del line.array[:drop]
        self.idx -= drop
        self.trimmed += drop
