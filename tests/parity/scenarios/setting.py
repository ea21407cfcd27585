"""What most scenarios share: a Cerebro with named datas, and a strategy that follows a script."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from .. import bars
from .registry import Make

WEEKLY = {"week"}
INTRADAY = {"five_minutes"}


def feed(name: str, **kwargs: Any) -> bt.feeds.BacktraderCSVData:
    """Return the data feed of a series, with its timeframe."""
    if name in WEEKLY:
        kwargs = {"timeframe": bt.TimeFrame.Weeks, **kwargs}
    elif name in INTRADAY:
        kwargs = {"timeframe": bt.TimeFrame.Minutes, "compression": 5, **kwargs}
    return bt.feeds.BacktraderCSVData(dataname=bars.csv_file(name), name=name, **kwargs)


def setting(make: Make, *names: str, **kwargs: Any) -> bt.Cerebro:
    """Return a Cerebro with these series as datas; keywords go to Cerebro.

    It has no default observers unless asked for.
    """
    cerebro = make(**{"stdstats": False, **kwargs})
    for name in names or ("day",):
        cerebro.adddata(feed(name))
    return cerebro


class Scripted(bt.Strategy):
    """Calls, on given bars, methods of its own.

    `script` maps a bar number to a list of (method name, keyword arguments); a keyword
    `data` gives the number of a data, `order` (for cancel) the number of an order made before.
    """

    params = (("script", {}),)

    def __init__(self) -> None:
        self.made: list[Any] = []

    def next(self) -> None:
        for method, arguments in self.p.script.get(len(self), ()):
            self.call(method, dict(arguments))

    def call(self, method: str, arguments: dict[str, Any]) -> None:
        """Call one method of the script."""
        if "data" in arguments:
            arguments["data"] = self.datas[arguments["data"]]
        if "after_days" in arguments:
            days = arguments.pop("after_days")
            arguments["valid"] = self.data.datetime.datetime(0) + bt.datetime.timedelta(days=days)
        if method == "cancel":
            self.cancel(self.made[arguments["order"]])
        else:
            self.made.append(getattr(self, method)(**arguments))


class Crossing(bt.Strategy):
    """Long above the crossing of two means, out below; shorts when told to."""

    params = (("fast", 5), ("slow", 15), ("short", False), ("size", None))

    def __init__(self) -> None:
        fast = bt.indicators.SMA(self.data, period=self.p.fast)
        slow = bt.indicators.SMA(self.data, period=self.p.slow)
        self.cross = bt.indicators.CrossOver(fast, slow)

    def next(self) -> None:
        if self.cross > 0:
            if self.position.size < 0:
                self.close()
            self.buy(size=self.p.size)
        elif self.cross < 0:
            if self.position.size > 0:
                self.close()
            if self.p.short:
                self.sell(size=self.p.size)
