"""The account of a planned run as changes alone: those who watch it take its course in blocks."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analyzer import Analyzer, TimeFrameAnalyzerBase
from ..analyzers.drawdown import DrawDown
from ..analyzers.returns import Returns
from ..analyzers.sharpe import SharpeRatio, SharpeRatio_A
from ..analyzers.timereturn import TimeReturn
from ..brokers import BackBroker
from ..brokers._account import rests
from ..comminfo import CommInfoBase
from ..observers.broker import Broker, Cash, Value
from ..strategy import Strategy
from . import hooks
from .schedule import Schedule

Column = NDArray[np.float64]

_ANALYZERS = (DrawDown, Returns, TimeReturn)
_OBSERVERS = (Broker, Cash, Value)
_PER_BAR: tuple[str, ...] = ("prenext", "nextstart", "next", "notify_fund", "notify_cashvalue")
_PER_BAR += tuple(f"_{name}" for name in _PER_BAR)
_TERMS = ("getvaluesize", "profitandloss", "get_leverage")
# what changes the account, or how it is appraised, other than by the work of a bar
_INTRUSIONS: tuple[str, ...] = (
    "_freeze",
    "_get_value",
    "add_cash",
    "addcommissioninfo",
    "set_shortcash",
)
_INTRUSIONS += ("set_fundmode", "set_fund_history", "init")


class _Change(NamedTuple):
    """The account from step `first` on: cash, and size and price of each position that is held."""

    first: int
    cash: float
    held: dict[Any, tuple[float, float]]


class Watch:
    """What those who watch one strategy have seen.

    Attributes
    ----------
    recording : Recording
        The recording of the run.
    shown : int
        Steps that the watchers know.
    completed : int
        Steps that the strategy has behind it.
    inside : int
        The last step in which the strategy got as far as its own logic.
    """

    def __init__(self, recording: Recording, strategy: Any) -> None:
        self.recording = recording
        self.strategy = strategy
        self.shown = self.completed = 0
        self.inside = -1
        self.account = [hook for hook, _ in hooks.account_hooks(strategy)]
        nodes = [node for each in strategy._all_analyzers() for node in _family(each)]
        self.watchers = [node for node in nodes if type(node) in _ANALYZERS]
        self.observers = [x for x in strategy.getobservers() if type(x) in _OBSERVERS]

    def catch_up(self) -> None:
        """Show the steps that are completed, and tell of the account where one is under way."""
        first, last = self.shown, self.completed
        self.shown = last
        if last > first:
            cash, values = self.recording.course(first, last)
            for watcher in (*self.watchers, *self.observers):
                watcher._take_block(first, last, cash, values)
        for observer in self.strategy.getobservers()[:1]:
            observer._cursor.idx = last - 1
        if self.inside == last and self.account:
            broker = self.strategy.broker
            now = broker.getcash(), broker.getvalue()
            broker._stale = False
            for hook in self.account:
                hook(*now, broker.get_fundvalue(), broker.get_fundshares())


class Recording:
    """Changes of the account, until somebody looks or meddles: from then on bars are shown one by
    one.
    """

    def __init__(self, broker: Any, strategies: list[Any], schedule: Schedule) -> None:
        self.broker = broker
        self.active = True
        self.cash: float = broker.cash
        self._strategies = strategies
        self._schedule = schedule
        self._changes = [_Change(0, broker.cash, {})]
        self.watches = [Watch(self, strategy) for strategy in strategies]
        for name in _INTRUSIONS:
            broker.__dict__[name] = self._ending(name)
        for strategy in strategies:
            strategy._account_recording = self

    def _ending(self, name: str) -> Any:
        act = getattr(self.broker, name)

        def end_and_act(*args: Any, **kwargs: Any) -> Any:
            # the value of a single position leaves the account as it is
            if name != "_get_value" or len(kwargs.get("datas") or ()) != 1:
                self.end()
            return act(*args, **kwargs)

        return end_and_act

    def work(self) -> None:
        """Have the broker work through a bar, and write down what came of it."""
        broker = self.broker
        broker.next()
        if not self.active:
            return
        held = {data: (x.size, x.price) for data, x in broker.positions.items() if x.size}
        if broker.cash != self.cash or held != self._changes[-1].held:
            self.cash = broker.cash
            step = self._strategies[0]._cursor.idx
            self._changes.append(_Change(step, self.cash, held))

    def end(self) -> None:
        """Show what is not shown yet and stop recording."""
        if not self.active:
            return
        self.active = False
        self.cash = np.nan  # unlike any cash
        for name in _INTRUSIONS:
            del self.broker.__dict__[name]
        for strategy in self._strategies:
            strategy._account_recording = None
        for watch in self.watches:
            watch.catch_up()

    def end_before(self) -> None:
        """The same where cash was set behind the back of the broker: it is shown as it was."""
        if self.active:
            cash, self.broker.cash = self.broker.cash, self.cash
            self.end()
            self.broker.cash = cash

    def course(self, first: int, last: int) -> tuple[Column, Column]:
        """Return cash and value of the account at each step from `first` to `last` (excluded)."""
        starts = [max(change.first, first) for change in self._changes]
        ends = [max(min(end, last), first) for end in (*starts[1:], last)]
        counts = np.maximum(np.subtract(ends, starts), 0)
        cash = np.repeat([float(change.cash) for change in self._changes], counts)
        bound = np.zeros(last - first)
        for data in self.broker.positions:
            pairs = [change.held.get(data, (0.0, 0.0)) for change in self._changes]
            sizes = np.repeat([float(size) for size, _ in pairs], counts)
            if sizes.any():
                prices = np.repeat([float(price) for _, price in pairs], counts)
                self._bind(bound, data, sizes, prices, slice(first, last))
        return cash, cash + bound

    def _bind(self, bound: Column, data: Any, sizes: Column, prices: Column, steps: slice) -> None:
        """Add the cash that a position binds, by the arithmetic of `brokers._ledger.appraise`."""
        terms = self.broker.getcommissioninfo(data)
        datas = self._strategies[0].datas
        number = next(number for number, each in enumerate(datas) if each is data)
        positions = self._schedule.positions[number][steps]
        held = np.flatnonzero((sizes != 0) & (positions >= 0))
        sizes = sizes[held]
        closes = data.close._values[positions[held]]
        values = sizes * closes
        profits = sizes * (closes - prices[held]) * terms.p.mult
        costs = np.where(values > 0, (values - profits) / terms.get_leverage(), values)
        # two sums one after the other, as it is rounded after each of them
        bound[held] += costs
        gains = values > 0
        bound[held[gains]] += profits[gains]


def begin(cerebro: Any, strategies: list[Any], schedule: Schedule) -> Recording | None:
    """Return a recording of the run that begins; None where bars have to be shown one by one."""
    broker = cerebro._broker
    if type(broker) is not BackBroker or not _is_plain_account(broker):
        return None
    if not all(_is_plain_data(broker, data) for data in cerebro.datas):
        return None
    if not all(_is_plain_strategy(strategy) for strategy in strategies):
        return None
    recording = Recording(broker, strategies, schedule)
    if any(watch.watchers or watch.observers for watch in recording.watches):
        return recording
    recording.end()
    return None


def _is_plain_account(broker: Any) -> bool:
    params = broker.p
    if not params.shortcash or params.fundmode or not broker._may_rest or broker._eager:
        return False
    if broker._fundhist or broker._userhist or broker._cash_to_add:
        return False
    if any(name in vars(broker) for name in (*_INTRUSIONS, "next", "getcash", "getvalue")):
        return False
    # a value of zero divides returns and falls
    return (
        isinstance(broker.cash, (int, float))
        and 0 < broker.cash < np.inf
        and not any(position.size for position in broker.positions.values())
    )


def _is_plain_data(broker: Any, data: Any) -> bool:
    terms = broker.getcommissioninfo(data)
    return (
        rests(terms)
        and not any(hooks.overridden(terms, CommInfoBase, name) for name in _TERMS)
        and "close" in data.lines.getlinealiases()
        and bool(np.isfinite(data.close._values[: data.buflen()]).all())
    )


def _is_plain_strategy(strategy: Any) -> bool:
    if strategy._watchers_read or strategy._slave_analyzers:
        return False
    if any(hooks.overridden(strategy, Strategy, x) for x in ("notify_cashvalue", "notify_fund")):
        return False
    listed = [*strategy._kept_stats]
    for each in vars(strategy._kept_stats).values():
        listed.extend(each if isinstance(each, list) else ())
    known = {id(observer) for observer in listed}
    return all(
        id(observer) in known and _is_plain_observer(observer)
        for observer in strategy.getobservers()
    ) and all(_is_plain_analyzer(analyzer) for analyzer in strategy._kept_analyzers)


def _is_plain_observer(observer: Any) -> bool:
    if observer._analyzers:
        return False
    kind = type(observer)
    if any(hooks.overridden(observer, kind, name) for name in hooks.PHASES):
        return False
    if kind in _OBSERVERS:
        return not getattr(observer, "_fundmode", False)
    return bool(observer._sparse)


def _is_plain_analyzer(analyzer: Any) -> bool:
    """Whether an analyzer takes blocks, or is told of orders and trades alone; one of the user's
    that has others work for it may look at them at any time.
    """
    kind = type(analyzer)
    if kind in _ANALYZERS:
        return _takes_blocks(analyzer)
    if kind in (SharpeRatio, SharpeRatio_A):
        children_are_plain = all(map(_is_plain_analyzer, analyzer._children))
    else:
        children_are_plain = not analyzer._children
    return (
        children_are_plain
        and not isinstance(analyzer, TimeFrameAnalyzerBase)
        and not any(hooks.overridden(analyzer, Analyzer, name) for name in _PER_BAR)
    )


def _takes_blocks(analyzer: Any) -> bool:
    if analyzer._fundmode or analyzer._children:
        return False
    if any(name in vars(analyzer) for name in (*_PER_BAR, "on_dt_over", "_dt_over")):
        return False
    if isinstance(analyzer, TimeFrameAnalyzerBase) and not analyzer.p._doprenext:
        return False
    return not isinstance(analyzer, TimeReturn) or analyzer.p.data is None


def _family(analyzer: Any) -> list[Any]:
    """An analyzer and those that work for it, in the order in which they are driven."""
    below = itertools.chain.from_iterable(_family(child) for child in analyzer._children)
    return [*below, analyzer]
