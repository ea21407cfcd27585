"""A count that goes on: what `itertools.count` is, and can be pickled."""

from __future__ import annotations

__all__ = ["Tally"]


class Tally:
    """Yields numbers one by one, from `following` on; `itertools.count` is no longer pickled from
    Python 3.14 on.
    """

    __slots__ = ("following",)

    def __init__(self, following: int = 0) -> None:
        self.following = following

    def __iter__(self) -> Tally:
        return self

    def __next__(self) -> int:
        number = self.following
        self.following += 1
        return number
