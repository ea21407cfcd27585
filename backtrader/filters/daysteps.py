"""A filter that shows a bar in two steps."""

from __future__ import annotations

from typing import Any

__all__ = ["BarReplayer_Open", "DayStepsFilter"]


class BarReplayer_Open:
    """Delivers each bar first with its open alone, without volume, and then, over that, as a whole.

    Parameters
    ----------
    data : DataBase
        The feed.
    """

    def __init__(self, data: Any) -> None:
        self._whole: list[float] | None = None
        data.resampling = 1
        data.replaying = True

    def __call__(self, data: Any) -> bool:
        """Show the whole of the bar before, or the open of the current one of `data`."""
        if self._whole is not None:
            data._save2stack(erase=True, stash=True)  # comes again for its open
            data._updatebar(self._whole)
            self._whole = None
            return False
        self._whole = [line[0] for line in data.lines.itersize()]
        opening = data.open[0]
        for line in (data.high, data.low, data.close):
            line[0] = opening
        data.volume[0] = data.openinterest[0] = 0.0
        return False

    def last(self, data: Any) -> bool:
        """Show the whole of the last bar; say whether that was to be done."""
        if self._whole is None:
            return False
        data._updatebar(self._whole)
        self._whole = None
        return True


DayStepsFilter = BarReplayer_Open
