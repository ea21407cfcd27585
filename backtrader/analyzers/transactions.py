"""What was bought and sold."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from ..analyzer import Analyzer
from ..order import Order
from ..position import Position

__all__ = ["Transactions"]


class Transactions(Analyzer):
    """Executions of each bar, put together by data.

    Parameters
    ----------
    headers : bool
        Begin with an entry that has the names of the columns.
    _pfheaders : tuple of str
        Those names: that of the key, then of the columns.

    Results
    -------
    By date and time a list of lists: units (negative: sold), mean price per unit, number and name
    of the data, and money received (negative: paid).
    """

    params = (
        ("headers", False),
        ("_pfheaders", ("date", "amount", "price", "sid", "symbol", "value")),
    )

    def start(self) -> None:
        """Write the names of the columns."""
        super().start()
        if self.p.headers:
            key, *names = self.p._pfheaders
            self.rets[key] = [names]
        self._positions: dict[str, Position] = OrderedDict()
        self._idnames = list(enumerate(data._name for data in self.datas))

    def notify_order(self, order: Any) -> None:
        """Take the executions of the order in."""
        if order.status not in (Order.Partial, Order.Completed):
            return
        for bit in order.executed.iterpending():
            if bit is None:
                break
            position = self._positions.setdefault(order.data._name, Position())
            position.update(bit.size, bit.price)

    def next(self) -> None:
        """Record what came together, and start anew."""
        if not self._positions:
            return
        entries = []
        for index, name in self._idnames:
            position = self._positions.get(name)
            if position is not None and position.size:
                size, price = position.size, position.price
                entries.append([size, price, index, name, -size * price])
        if entries:
            self.rets[self.strategy.lines.datetime.datetime(0)] = entries
        self._positions.clear()
