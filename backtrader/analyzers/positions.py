"""Value of the positions."""

from __future__ import annotations

from ..analyzer import Analyzer
from ..dataseries import TimeFrame

__all__ = ["PositionsValue"]


class PositionsValue(Analyzer):
    """Value of the position in each data, bar by bar.

    Parameters
    ----------
    headers : bool
        Begin with an entry ``Datetime`` that has the names of the datas.
    cash : bool
        Add the cash to each entry.

    Results
    -------
    A list of values by date; by date and time, where a data has bars below a day.
    """

    params = (("headers", False), ("cash", False))

    def start(self) -> None:
        """Find out how to key the entries, and write the names."""
        super().start()
        if self.p.headers:
            names: list[str] = [
                data._name or f"Data{index}" for index, data in enumerate(self.datas)
            ]
            self.rets["Datetime"] = names + ["cash"] * bool(self.p.cash)
        self._usedate = min(data._timeframe for data in self.datas) >= TimeFrame.Days

    def next(self) -> None:
        """Record the values."""
        strategy = self.strategy
        broker = strategy.broker
        values = [broker.getvalue([data]) if len(data) else 0.0 for data in self.datas]
        if self.p.cash:
            values.append(broker.getcash())
        times = strategy.lines.datetime
        self.rets[times.date(0) if self._usedate else times.datetime(0)] = values
