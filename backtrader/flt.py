"""The base of filters that treat the first bar apart from the others."""

from __future__ import annotations

from typing import Any

from .metabase import ParamsBase

__all__ = ["Filter"]


class Filter(ParamsBase):
    """A filter with parameters: `nextstart` sees the first bar, then `next` sees every bar.

    Parameters
    ----------
    data : DataBase
        The feed whose bars go through the filter.

    Notes
    -----
    What `next` returns is dropped: the feed takes it that the bar was not taken out. A filter of
    this kind works by changing the bar and by setting bars aside on the feed.
    """

    _firsttime = True

    def __init__(self, data: Any) -> None:
        pass

    def __call__(self, data: Any) -> Any:
        """Look at the current bar of `data`."""
        if self._firsttime:
            self.nextstart(data)
            self._firsttime = False
        self.next(data)

    def nextstart(self, data: Any) -> None:
        """Look at the first bar; `next` is called with it afterwards."""

    def next(self, data: Any) -> None:
        """Look at the current bar."""
