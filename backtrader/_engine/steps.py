"""What one strategy does on one bar, put together before the loop from what has an effect at
all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..brokers import BackBroker
from ..order import Order
from ..strategy import Strategy
from . import hooks
from .recording import Watch

# what is done on the bar at which the clock of the strategy stands
Step = Callable[[], object]

# hooks of the general loop: whoever overrides one gets that loop
_STRATEGY_LOOP: tuple[str, ...] = (
    "_next",
    "_oncepost",
    "_clk_update",
    "_getminperstatus",
    "advance",
    "forward",
)
_STRATEGY_LOOP += ("_next_analyzers", "_next_observers", "clear")
_STRATEGY_LOOP += ("_addnotification", "_notify", "_notify_account")
_CEREBRO_LOOP = ("_brokernotify", "_check_timers", "_datanotify", "_deliver", "_next_writers")


_TELLING = ("notify", "get_notification")
_LISTENING = ("notify_order", "notify_trade", "notify_cashvalue", "notify_fund", "_tell")


def uses_default_loop(cerebro: Any, strategies: list[Any]) -> bool:
    """Whether a step consists of broker and strategies alone: no timers, writers or hooks into the
    loop.
    """
    params = cerebro.p
    if params.cheat_on_open or params.quicknotify or params.oldsync:
        return False
    if cerebro._timers or cerebro._timerscheat or cerebro.runwriters:
        return False
    base = next(kind for kind in type(cerebro).__mro__ if kind.__module__ == "backtrader.cerebro")
    return not any(hooks.overridden(cerebro, base, name) for name in _CEREBRO_LOOP) and not any(
        hooks.overridden(strategy, Strategy, name)
        for strategy in strategies
        for name in _STRATEGY_LOOP
    )


def is_silent(broker: Any) -> bool:
    """Whether the broker says when it has nothing to do; one of another kind is always asked."""
    return isinstance(broker, BackBroker) and not (
        hooks.overridden(broker, BackBroker, "next") or broker.p.fundmode
    )


def unheard(cerebro: Any, strategies: list[Any]) -> None:
    """Have the broker's news kept where nobody listens to them; `heard` ends it."""
    broker = cerebro._broker
    if len(strategies) != 1 or not isinstance(broker, BackBroker):
        return
    (strategy,) = strategies
    if (
        any(hooks.overridden(broker, BackBroker, name) for name in _TELLING)
        or any(hooks.overridden(strategy, Strategy, name) for name in _LISTENING)
        or strategy._all_analyzers()
        or strategy.getobservers()
    ):
        return
    broker._unheard = strategy._stop_listening()


def heard(cerebro: Any, goes_on: bool = False) -> None:
    """Have the broker tell its news again; to a strategy whose run `goes_on`, also what is due."""
    broker = cerebro._broker
    if getattr(broker, "_unheard", None) is not None:
        broker._unheard.end(broker if goes_on else None)
        broker._unheard = None


def work_of(broker: Any, strategies: list[Any], ahead: int = 0) -> Callable[[], None]:
    """What the broker does on a bar, with what it tells nobody.

    `ahead` is how many steps the clock of the strategies is behind at that time.
    """
    work: Callable[[], None] = broker.next
    kept = getattr(broker, "_unheard", None)
    if kept is None:
        return work
    cursor, deliver = strategies[0]._cursor, kept.deliver

    def work_unheard() -> None:
        work()
        deliver(cursor.idx + cursor.trimmed + ahead)

    return work_unheard


def make_step(strategy: Any, phase: str, observe: Callable[[], None] | None = None) -> Step:
    """What to do with a strategy, its clock and indicators aside, on each bar of a phase.

    `observe` steps the observers where they keep clocks of their own; without it they share one
    that is set here.
    """
    hook = hooks.strategy_hook(strategy, phase) or _nothing
    account = hooks.account_hooks(strategy)
    watchers = [
        x for analyzer in strategy._kept_analyzers for x in hooks.analyzer_hooks(analyzer, phase)
    ]
    always: list[hooks.Hook] = []
    sparse: list[hooks.Hook] = []
    clock = None
    if observe is not None:
        watchers.append(observe)
    else:
        always, sparse = hooks.observer_hooks(strategy, phase)
        observers = strategy.getobservers()
        clock = observers[0]._cursor if observers else None
    if account or watchers or clock is not None:
        return _watched_step(strategy, hook, account, (*watchers,), (*always,), (*sparse,), clock)
    return _plain_step(strategy, hook)


def make_recorded_step(strategy: Any, phase: str, watch: Watch) -> Step:
    """The same while the account is recorded: those who watch it are left out."""
    recording, broker = watch.recording, strategy.broker
    whole = make_step(strategy, phase)
    rest, finish = (_rest_of_step(strategy, phase, acted) for acted in (False, True))
    hook = hooks.strategy_hook(strategy, phase) or _nothing
    tell, clear = _teller(strategy), strategy.clear
    _, sparse = hooks.observer_hooks(strategy, phase)
    observers, clock = strategy.getobservers(), strategy._cursor

    def step() -> None:
        if not recording.active:
            whole()
            return
        index = clock.idx
        news = strategy._orderspending or strategy._tradespending
        if news:
            tell(strategy._orderspending, strategy._tradespending)
            if broker.cash != recording.cash:
                recording.end()
                rest(news)
                return
        watch.inside = index
        hook()
        if broker.cash != recording.cash:
            recording.end_before()
            finish(news)
            return
        if news:
            for observer in observers[:1]:
                observer._cursor.idx = index
            for watcher in sparse:
                watcher()
            clear()
        watch.completed = index + 1

    return step


def _rest_of_step(strategy: Any, phase: str, acted: bool) -> Callable[[Any], None]:
    """What is left of a step once orders and trades were told of, or once the strategy `acted`."""
    hook = hooks.strategy_hook(strategy, phase) or _nothing
    tell_account, forget = _account_step(strategy.broker, hooks.account_hooks(strategy))
    analyzers = strategy._kept_analyzers
    watchers = [x for analyzer in analyzers for x in hooks.analyzer_hooks(analyzer, phase)]
    always, sparse = hooks.observer_hooks(strategy, phase)
    observers, clock = strategy.getobservers(), strategy._cursor

    def rest(news: Any) -> None:
        if not acted:
            tell_account()
            hook()
        for watcher in watchers:
            watcher()
        if observers:
            observers[0]._cursor.idx = clock.idx
        for watcher in (*always, *sparse) if news else always:
            watcher()
        if news:
            strategy.clear()
        forget()

    return rest


def does_nothing(strategy: Any, phase: str) -> bool:
    """Whether the bars of a phase pass without a trace unless there is news from the broker."""
    return (
        hooks.strategy_hook(strategy, phase) is None
        and not hooks.account_hooks(strategy)
        and not any(hooks.analyzer_hooks(analyzer, phase) for analyzer in strategy._kept_analyzers)
        and not strategy.getobservers()
    )


def _nothing() -> None:
    """Do nothing."""


def _teller(strategy: Any) -> Callable[[Any, Any], None]:
    """What tells of orders and trades, leaving out those who do not listen."""
    if hooks.overridden(strategy, Strategy, "_tell"):
        tell_all: Callable[[Any, Any], None] = strategy._tell
        return tell_all
    of_orders = hooks.news_hooks(strategy, "notify_order")
    of_trades = hooks.news_hooks(strategy, "notify_trade")
    own = hooks.overridden(strategy, Strategy, "notify_order")

    def tell(orders: Any, trades: Any) -> None:
        if of_orders:
            for order in orders:
                # the strategy hears of past orders only where that was asked for
                unheard = order.exectype == Order.Historical and not order.histnotify
                for hook in of_orders[1:] if own and unheard else of_orders:
                    hook(order)
        for trade in trades:
            for hook in of_trades:
                hook(trade)

    return tell


def _plain_step(strategy: Any, hook: hooks.Hook) -> Step:
    if strategy._unheard is not None:
        return hook
    tell, clear = _teller(strategy), strategy.clear

    def step() -> None:
        if strategy._orderspending or strategy._tradespending:
            tell(strategy._orderspending, strategy._tradespending)
            hook()
            clear()
        else:
            hook()

    return step


def _watched_step(
    strategy: Any,
    hook: hooks.Hook,
    account: list[Any],
    watchers: tuple[hooks.Hook, ...],
    always: tuple[hooks.Hook, ...],
    sparse: tuple[hooks.Hook, ...],
    clock: Any,
) -> Step:
    tell, clear = _teller(strategy), strategy.clear
    tell_account, forget = _account_step(strategy.broker, account)
    own = strategy._cursor

    def step() -> None:
        news = strategy._orderspending or strategy._tradespending
        if news:
            tell(strategy._orderspending, strategy._tradespending)
        tell_account()
        hook()
        for watcher in watchers:
            watcher()
        if clock is not None:
            clock.idx = own.idx
            for watcher in always:
                watcher()
        if news:
            for watcher in sparse:
                watcher()
            clear()
        forget()

    return step


def _account_step(broker: Any, account: list[Any]) -> tuple[hooks.Hook, hooks.Hook]:
    """Telling `account` hooks of cash and value, and what comes at the end of the bar."""
    if not account:
        return _nothing, _nothing
    # a silent broker appraises the account whenever it is asked: once a bar is enough
    lasting = is_silent(broker)

    def tell() -> None:
        cash, value = broker.getcash(), broker.getvalue()
        if lasting:
            broker._stale = False
        fund_value, shares = broker.get_fundvalue(), broker.get_fundshares()
        for each, fund in account:
            if fund:
                each(cash, value, fund_value, shares)
            else:
                each(cash, value)

    def forget() -> None:
        broker._stale = True

    return tell, forget if lasting else _nothing
