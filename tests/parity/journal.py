"""A journal of everything a strategy is told and can read of the account, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import backtrader as bt

from .bars import Bar

DIGITS = 10  # significant ones of a number: more than any cause of a difference leaves alone

RAISED = "raised"


def text(value: object) -> str:
    """Return `value` as the journal has it: numbers by what they are worth."""
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    if isinstance(value, (list, tuple)):
        return f"({' '.join(text(item) for item in value)})"
    return str(value)


class Rows(bt.feed.DataBase):
    """Bars from a sequence of `Bar`."""

    params = (("rows", ()),)

    def start(self) -> None:
        super().start()
        self.coming: Iterator[Bar] = iter(self.p.rows)

    def _load(self) -> bool:
        row = next(self.coming, None)
        if row is None:
            return False
        lines = self.lines
        lines.datetime[0] = bt.date2num(row.when)
        lines.open[0], lines.high[0], lines.low[0], lines.close[0] = map(float, row[1:5])
        lines.volume[0], lines.openinterest[0] = float(row.volume), float(row.open_interest)
        return True


class Journal:
    """Lines of what happened; orders and trades are numbered from the first of the run."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.first_order = next(bt.Order.refbasis) + 1
        self.first_trade = next(bt.Trade.refbasis) + 1

    def note(self, *values: object) -> None:
        """Write a line."""
        self.lines.append(" ".join(map(text, values)))

    def number(self, order: Any) -> object:
        """Return the number of an order, or of what stands for none."""
        return None if order is None else order.ref - self.first_order

    def order(self, bar: int, order: Any) -> None:
        """Note the state of an order."""
        made, done = order.created, order.executed
        kind = order.ordtypename(), order.getordername(), order.getstatusname()
        self.note("order", bar, self.number(order), *kind, order.size, order.price)
        self.note(" limit", order.pricelimit, order.valid, order.alive(), order.active())
        self.note(" state", order.triggered, getattr(order, "plen", 0), order.tradeid, order.dteos)
        self.note(" created", made.dt, made.size, made.price, made.pricelimit, made.pclose)
        self.note(" executed", done.dt, done.size, done.price, done.remsize, done.value)
        self.note(" booked", done.comm, done.pnl, done.margin, done.psize, done.pprice)
        self.note(" bits", len(done.exbits), *map(self.bit, done.iterpending()))

    @staticmethod
    def bit(bit: Any) -> tuple[float, ...]:
        """Return the figures of an execution."""
        closed = bit.closed, bit.closedvalue, bit.closedcomm
        opened = bit.opened, bit.openedvalue, bit.openedcomm
        return (bit.dt, bit.size, bit.price, *closed, *opened, bit.pnl, bit.psize, bit.pprice)

    def trade(self, bar: int, trade: Any) -> None:
        """Note the state of a trade."""
        state = trade.status_names[trade.status], trade.tradeid, trade.size, trade.price
        self.note("trade", bar, trade.ref - self.first_trade, trade.data._name, *state)
        self.note(" worth", trade.value, trade.commission, trade.pnl, trade.pnlcomm)
        self.note(" bars", trade.baropen, trade.barclose, trade.barlen, trade.long)
        self.note(" times", trade.dtopen, trade.dtclose, len(trade.history))

    def account(self, where: str, strategy: Any) -> None:
        """Note cash, value, positions and what waits."""
        broker = strategy.broker
        self.note(where, len(strategy), broker.getcash(), broker.getvalue())
        levered = broker.get_value(lever=True), broker.get_leverage()
        self.note(" fund", broker.get_fundvalue(), broker.get_fundshares(), *levered)
        waiting = [self.number(order) for order in broker.get_orders_open()]
        self.note(" waiting", *waiting)
        for data in strategy.datas:
            held = strategy.getposition(data)
            if held.size:
                self.note(" held", data._name, held.size, held.price, held.price_orig)


class Journalling(bt.Strategy):
    """Strategy that keeps a journal; what it does is its subclasses' business."""

    params = (("journal", None), ("every", 1))

    def notify_order(self, order: Any) -> None:
        self.p.journal.order(len(self), order)

    def notify_trade(self, trade: Any) -> None:
        self.p.journal.trade(len(self), trade)

    def look(self, where: str) -> None:
        """Note the account, on every so many bars: a broker that nobody looks at works the same."""
        if len(self) % self.p.every == 0:
            self.p.journal.account(where, self)

    def stop(self) -> None:
        self.p.journal.account("stop", self)


def run(cerebro: bt.Cerebro, journal: Journal) -> list[str]:
    """Run and return the lines of the journal; an exception is the last of them."""
    try:
        cerebro.run()
    except Exception as error:
        journal.note(RAISED, type(error).__name__)
    return journal.lines
