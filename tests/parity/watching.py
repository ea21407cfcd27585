"""A Cerebro whose strategies write down every callback, and the log they write to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import backtrader as bt

from .encode import Plain, order_record, plain, trade_record


class Log:
    """The callbacks of all strategies of one run, in the order in which they came.

    What a strategy can read at every bar is kept apart, as one column a quantity: columns of the
    same values are recorded once.
    """

    def __init__(self, *, reads_lines: bool) -> None:
        self.events: list[dict[str, Plain]] = []
        self.columns: list[dict[str, list[Plain]]] = []
        self.reads_lines = reads_lines
        self._strategies: list[Any] = []
        self._first_order: int | None = None
        self._first_trade: int | None = None

    def number(self, strategy: Any) -> int:
        """Return the place of the strategy among those that have called so far."""
        for place, known in enumerate(self._strategies):
            if known is strategy:
                return place
        self._strategies.append(strategy)
        self.columns.append({})
        return len(self._strategies) - 1

    def add(self, strategy: Any, call: str, **facts: Plain) -> None:
        """Write down one callback of a strategy."""
        number = self.number(strategy)
        self.events.append({"at": len(strategy), "call": call, "strategy": number, **facts})

    def see(self, strategy: Any, **quantities: Plain) -> None:
        """Add a value to a column of the strategy for each of the quantities."""
        columns = self.columns[self.number(strategy)]
        for name, value in quantities.items():
            columns.setdefault(name, []).append(value)

    def order(self, order: Any) -> dict[str, Plain]:
        """Return the record of an order."""
        if self._first_order is None:
            self._first_order = order.ref
        return order_record(order, self._first_order)

    def trade(self, trade: Any) -> dict[str, Plain]:
        """Return the record of a trade."""
        if self._first_trade is None:
            self._first_trade = trade.ref
        return trade_record(trade, self._first_trade)


def quantities_of_bar(strategy: Any) -> dict[str, Plain]:
    """Return what a strategy can read in `next` of its broker and its datas."""
    quantities = {
        "time": plain(strategy.datetime[0]) if len(strategy) else None,
        "cash": plain(strategy.broker.getcash()),
        "value": plain(strategy.broker.getvalue()),
    }
    for number, data in enumerate(strategy.datas):
        position = strategy.getposition(data)
        seen = len(data) > 0
        quantities |= {
            f"length of data {number}": len(data),
            f"time of data {number}": plain(data.datetime[0]) if seen else None,
            f"close of data {number}": plain(data.close[0]) if seen else None,
            f"size of data {number}": plain(position.size),
            f"price of data {number}": plain(position.price),
        }
    return quantities


def quantities_of_lines(strategy: Any) -> dict[str, Plain]:
    """Return what a strategy can read in `next` of its indicators."""
    return {
        f"{type(indicator).__name__} {number}, line {place}": plain(line[0])
        for number, indicator in enumerate(strategy.getindicators())
        if isinstance(indicator, bt.Indicator) and len(indicator)
        for place, line in enumerate(indicator.lines)
    }


def _note_call(log: Log, call: str, strategy: Any) -> None:
    log.add(strategy, call)


def _note_bar(log: Log, call: str, strategy: Any) -> None:
    log.add(strategy, call)
    log.see(strategy, **quantities_of_bar(strategy))
    if log.reads_lines:
        log.see(strategy, **quantities_of_lines(strategy))


def _note_order(log: Log, call: str, strategy: Any, order: Any) -> None:
    log.add(strategy, call, **log.order(order))


def _note_trade(log: Log, call: str, strategy: Any, trade: Any) -> None:
    log.add(strategy, call, **log.trade(trade))


def _note_amounts(log: Log, call: str, strategy: Any, *amounts: float) -> None:
    log.add(strategy, call)
    told = {f"{call}, argument {place}": plain(amount) for place, amount in enumerate(amounts)}
    log.see(strategy, **told)


def _note_message(log: Log, call: str, strategy: Any, what: Any, *args: Any, **more: Any) -> None:
    log.add(strategy, call, message=plain(what), extra=plain([args, more]))


def _note_status(
    log: Log, call: str, strategy: Any, data: Any, status: int, *args: Any, **more: Any
) -> None:
    facts = {"data": data._name, "status": data._getstatusname(status)}
    log.add(strategy, call, **facts, extra=plain([args, more]))


NOTES: dict[str, Callable[..., None]] = {
    "start": _note_call,
    "prenext": _note_bar,
    "nextstart": _note_bar,
    "next": _note_bar,
    "prenext_open": _note_call,
    "nextstart_open": _note_call,
    "next_open": _note_call,
    "stop": _note_call,
    "notify_order": _note_order,
    "notify_trade": _note_trade,
    "notify_cashvalue": _note_amounts,
    "notify_fund": _note_amounts,
    "notify_store": _note_message,
    "notify_timer": _note_message,
    "notify_data": _note_status,
}


def watched(strategy_class: type, log: Log) -> type:
    """Return a subclass that writes every callback to `log` before it does what it did."""
    body: dict[str, Any] = {
        name: _noting(getattr(strategy_class, name), name, note, log)
        for name, note in NOTES.items()
    }
    body["__module__"] = strategy_class.__module__
    return type(strategy_class)(strategy_class.__name__, (strategy_class,), body)


def _noting(
    inherited: Callable[..., None], name: str, note: Callable[..., None], log: Log
) -> Callable[..., None]:
    def call(self: Any, *args: Any, **kwargs: Any) -> None:
        note(log, name, self, *args, **kwargs)
        inherited(self, *args, **kwargs)

    call.__name__ = name
    return call


class WatchingCerebro(bt.Cerebro):
    """Cerebro that watches every strategy it is given; set `log` before adding any."""

    log: Log

    def addstrategy(self, strategy: type, *args: Any, **kwargs: Any) -> Any:
        """Add the watched form of a strategy."""
        return super().addstrategy(watched(strategy, self.log), *args, **kwargs)

    def optstrategy(self, strategy: type, *args: Any, **kwargs: Any) -> Any:
        """Add the watched form of a strategy for optimisation."""
        return super().optstrategy(watched(strategy, self.log), *args, **kwargs)
