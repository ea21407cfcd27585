"""Where orders were executed."""

from __future__ import annotations

from ..observer import Observer

__all__ = ["BuySell"]


class BuySell(Observer):
    """Mean price of the executed purchases and sales of a bar, to be marked in the plot of the
    data.

    Parameters
    ----------
    barplot : bool
        Mark purchases below the low of the bar and sales above its high instead of at their price.
    bardist : float
        How far from it, as a fraction of the price.
    """

    _sparse = True

    lines = ("buy", "sell")

    params = (("barplot", False), ("bardist", 0.015))

    plotinfo = {"plot": True, "subplot": False, "plotlinelabels": True}
    plotlines = {
        "buy": {
            "marker": "^",
            "markersize": 8.0,
            "color": "lime",
            "fillstyle": "full",
            "ls": "",
        },
        "sell": {
            "marker": "v",
            "markersize": 8.0,
            "color": "red",
            "fillstyle": "full",
            "ls": "",
        },
    }

    def next(self) -> None:
        """Record the executions of the bar."""
        bought: list[float] = []
        sold: list[float] = []
        for order in self._owner._orderspending:
            if order.data is self.data and order.executed.size:
                (bought if order.isbuy() else sold).append(order.executed.price)
        self.curbuylen = self._mark(0, bought, getattr(self, "curbuylen", 0))
        self.curselllen = self._mark(1, sold, getattr(self, "curselllen", 0))

    def _mark(self, number: int, prices: list[float], count: int) -> int:
        """Take `prices` into the mean of the line; return how many are in it, `count` being from
        before."""
        line = self.lines[number]
        mean = line[0]
        if mean != mean:  # the bar has no mark yet
            mean, count = 0.0, 0
        count += len(prices)
        if not count:
            return 0
        if self.p.barplot:
            side, sign = (self.data.high, 1.0) if number else (self.data.low, -1.0)
            line[0] = side[0] * (1.0 + sign * self.p.bardist)
        else:
            # Compat: the mean so far counts as one price, so that it fades where the strategy is
            # stepped several times on one bar of this data,
            # tests/unit/test_observers.py::test_buysell_on_a_slow_data
            line[0] = (mean + float(sum(prices))) / count
        return count
