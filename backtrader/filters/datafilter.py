"""A feed that delivers some of the bars of another."""

from __future__ import annotations

from typing import Any

from ._wrapping import Wrapping

__all__ = ["DataFilter"]


class DataFilter(Wrapping):
    """Delivers the bars of the feed `dataname` for which a function says so.

    Parameters
    ----------
    funcfilter : callable
        Takes the feed; its current bar is delivered where it returns True.
    """

    params: Any = {"funcfilter": None}

    def start(self) -> None:
        """Start the feed."""
        super().start()
        others = [each for each in self._filters if each[0] is not _take_out]
        # as a filter, for that a feed does not deliver a bar each time it is asked is expected then
        self._filters = [(_take_out, (), {}), *others]


def _take_out(data: Any) -> bool:
    """Take the current bar of a `DataFilter` out where it is not wanted; say whether it went."""
    wanted = data.p.funcfilter
    if wanted is None or wanted(data._source):
        return False
    data.backwards()
    return True
