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
        """Show the open of the current bar of `data`; where there is a bar before it, first the
        whole of that one, and the open waits.
        """
        before, self._whole = self._whole, [line[0] for line in data.lines.itersize()]
        if before is None:
            data._updatebar(self._open_of(data))
            return False
        opening = self._open_of(data)
        data.backwards()
        data._updatebar(before, forward=not len(data))
        data._add2stack(opening)
        return False

    @staticmethod
    def _open_of(data: Any) -> list[float]:
        """The current bar with its open alone."""
        names = data.lines.getlinealiases()
        bar = {name: line[0] for name, line in zip(names, data.lines, strict=False)}
        bar |= dict.fromkeys(("high", "low", "close"), bar["open"])
        bar |= {"volume": 0.0, "openinterest": 0.0}
        return [bar[name] for name in names]

    def last(self, data: Any) -> bool:
        """Show the whole of the last bar; say whether that was to be done."""
        if self._whole is None:
            return False
        data._updatebar(self._whole)
        self._whole = None
        return True


DayStepsFilter = BarReplayer_Open
