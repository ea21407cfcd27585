"""Returns by calendar year."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from ..analyzer import Analyzer

__all__ = ["AnnualReturn"]


class _ValueLog(Analyzer):
    """Keep the value of the account after each bar, for runs without an observer that does."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def next(self) -> None:
        self.values.append(self.strategy.broker.getvalue())

    def __getitem__(self, ago: int) -> float:
        """Return the value `ago` (0 or less) bars from the last."""
        return self.values[ago - 1]


class AnnualReturn(Analyzer):
    """Return of each calendar year: the value at its end over that at the end of the year before,
    less 1.

    The first year starts from the value on its first bar.

    Attributes
    ----------
    ret : OrderedDict
        Returns (0.01 is one per cent) by year.
    rets : list of float
        The returns alone.
    """

    ret: OrderedDict[int, float]

    def __init__(self) -> None:
        super().__init__()
        recorded = getattr(self.strategy.stats, "broker", None)
        self._log: Any = _ValueLog() if recorded is None else recorded.lines.value

    def stop(self) -> None:
        """Go through the values year by year."""
        self.rets = []
        self.ret = OrderedDict()
        year, opening, closing = None, 0.0, 0.0
        dates, values = self.data.datetime, self._log
        for ago in range(1 - len(self.data), 1):
            current, value = dates.date(ago).year, values[ago]
            if year is None:
                year, opening = current, value
            elif current > year:
                self._book(year, opening, closing)
                year, opening = current, closing
            closing = value
        if year is not None:
            self._book(year, opening, closing)

    def _book(self, year: int, opening: float, closing: float) -> None:
        self.ret[year] = closing / opening - 1.0
        self.rets.append(self.ret[year])

    def get_analysis(self) -> Any:
        """Return the returns by year."""
        return self.ret
