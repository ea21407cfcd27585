"""One run from its beginning to its end: what is started, in which order, around the loop."""

from __future__ import annotations

import logging
from typing import Any

from .. import observers
from .._core import owner as _owners
from ..analyzer import TimeFrameAnalyzerBase
from ..errors import StrategySkipError
from ..summary import ends_of
from ..utils import tzparse
from .memory import seldom_collected
from .unfolding import unfold

_log = logging.getLogger("backtrader.cerebro")


def run(cerebro: Any, combination: Any, predata: bool) -> list[Any]:
    """Run one combination of strategies; return them, or what an optimisation keeps of them."""
    parts = [*(() if predata else cerebro.datas), *cerebro.feeds, *cerebro.stores]
    try:
        strategies = _run_all(cerebro, combination, predata)
        cerebro._broker.stop()
    except BaseException:
        _stop_quietly(parts)
        raise
    finally:
        for data in cerebro.datas:
            # those of strategies would hold them, with all their orders, through the next run
            data._cursor.lines[:] = data.lines.lines
    for part in parts:
        part.stop()
    cerebro.stop_writers(strategies)
    if cerebro._dooptimize and cerebro.p.optreturn:
        return [_slim(cerebro, strategy) for strategy in strategies]
    return strategies


def _run_all(cerebro: Any, combination: Any, predata: bool) -> list[Any]:
    for store in cerebro.stores:
        store.start()
    _start_broker(cerebro)
    for feed in cerebro.feeds:
        feed.start()
    _head_writers(cerebro)
    if predata:
        for data in cerebro.datas:
            data.home()
    else:
        start_datas(cerebro)
    strategies: list[Any] = _make_strategies(cerebro, combination)
    cerebro.runningstrats = strategies
    if strategies:
        _run_strategies(cerebro, strategies, predata)
    return strategies


def _stop_quietly(parts: list[Any]) -> None:
    """Have everything let go of files and connections while an error is on its way to the user."""
    for part in parts:
        try:
            part.stop()
        except Exception:
            # most likely it was never started: the error that ended the run is what counts
            _log.debug("%r could not be stopped", part, exc_info=True)


def _start_broker(cerebro: Any) -> None:
    broker = cerebro._broker
    if cerebro.p.cheat_on_open and cerebro.p.broker_coo and hasattr(broker, "set_coo"):
        broker.set_coo(True)
    if cerebro._fhistory is not None:
        broker.set_fund_history(cerebro._fhistory)
    for orders, notify in cerebro._ohistory:
        broker.add_order_history(orders, notify)
    broker.start()


def start_datas(cerebro: Any) -> None:
    """Start the feeds, and load them where the mode says so."""
    for data in cerebro.datas:
        data.reset()
        if cerebro._exactbars < 1 and cerebro.p.lookahead:
            data.extend(size=cerebro.p.lookahead)
        data._start()
        if cerebro._dopreload:
            data.preload()
    cerebro._unfolded = unfold(cerebro) if cerebro._doreplay else None


def _make_strategies(cerebro: Any, combination: Any) -> list[Any]:
    strategies = []
    for cls, args, kwargs in combination:
        try:
            strategy = cls(*cerebro.datas, *args, **kwargs)
        except StrategySkipError:
            continue
        if cerebro.p.oldsync:
            strategy._oldsync = True
        if cerebro.p.tradehistory:
            strategy.set_tradehistory()
        strategies.append(strategy)
    return strategies


def _run_strategies(cerebro: Any, strategies: list[Any], predata: bool) -> None:
    tz = cerebro.p.tz
    tz = cerebro.datas[tz]._tz if isinstance(tz, int) else tzparse(tz)
    default = cerebro.sizers.get(None, (None, None, None))
    for index, strategy in enumerate(strategies):
        with _owners.entered(strategy):
            _equip(cerebro, strategy, cerebro.sizers.get(index, default))
            strategy._settz(tz)
            strategy._start()
        for writer in cerebro.runwriters:
            if writer.p.csv:
                writer.addheaders(strategy.getwriterheaders())
    if not predata:
        for strategy in strategies:
            strategy.qbuffer(cerebro._exactbars, replaying=cerebro._doreplay)
    for writer in cerebro.runwriters:
        writer.start()
    _start_timers(cerebro)
    with seldom_collected():
        _loop(cerebro)(strategies)
    for strategy in strategies:
        _say_never_ready(strategy)
        strategy._stop()


def _loop(cerebro: Any) -> Any:
    if cerebro._dopreload and cerebro._dorunonce:
        return cerebro._runonce_old if cerebro.p.oldsync else cerebro._runonce
    return cerebro._runnext_old if cerebro.p.oldsync else cerebro._runnext


def _equip(cerebro: Any, strategy: Any, sizing: Any) -> None:
    """Give a strategy what was added to Cerebro for all of them."""
    params = cerebro.p
    if params.stdstats:
        strategy._addobserver(False, observers.Broker)
        if params.oldbuysell:
            strategy._addobserver(True, observers.BuySell)
        else:
            strategy._addobserver(True, observers.BuySell, barplot=True)
        if params.oldtrades or len(cerebro.datas) == 1:
            strategy._addobserver(False, observers.Trades)
        else:
            strategy._addobserver(False, observers.DataTrades)
    for multi, cls, args, kwargs in cerebro.observers:
        strategy._addobserver(multi, cls, *args, **kwargs)
    for cls, args, kwargs in cerebro.indicators:
        strategy._addindicator(cls, *args, **kwargs)
    for cls, args, kwargs in cerebro.analyzers:
        strategy._addanalyzer(cls, *args, **kwargs)
    cls, args, kwargs = sizing
    if cls is not None:
        strategy._addsizer(cls, *args, **kwargs)


def _start_timers(cerebro: Any) -> None:
    cerebro._timers = []
    cerebro._timerscheat = []
    for timer in cerebro._pretimers:
        timer.start(cerebro.datas[0])
        (cerebro._timerscheat if timer.params.cheat else cerebro._timers).append(timer)
    if cerebro._timerscheat and hasattr(cerebro._broker, "_eager"):
        # they go off before the broker has seen the bar, and must be told the values of the last
        cerebro._broker._eager = True


def _say_never_ready(strategy: Any) -> None:
    """Say once, at the end, that a data was too short for the indicators on it."""
    if strategy.cerebro._event_stop or not any(len(data) for data in strategy.datas):
        return
    for data, period in zip(strategy.datas, strategy._minperiods, strict=True):
        if len(data) < period:
            _log.warning(
                "%s: next was never called: the indicators on %s need %d bars, there are %d",
                type(strategy).__name__,
                data._name or type(data).__name__,
                period,
                len(data),
            )


def _slim(cerebro: Any, strategy: Any) -> Any:
    """What an optimisation keeps: parameters and analyzers, without the way back to the
    strategy.
    """
    from ..cerebro import OptReturn

    ends = ends_of(strategy)
    for analyzer in strategy.analyzers:
        _let_go(analyzer)
        analyzer._parent = None
    if strategy._unheard is not None:
        # orders know their strategy: without the way back both go at once, and the collector of
        # cycles has thousands less to look through (bench: optimise)
        strategy._unheard.forget()
        strategy._trades.clear()
    kept = {"analyzers": strategy.analyzers, "strategycls": type(strategy), "_ends": ends}
    return OptReturn(strategy.params, **kept)


def _let_go(analyzer: Any) -> None:
    """Have an analyzer, and those that work for it, no longer hold the run."""
    for child in analyzer._children:
        _let_go(child)
    analyzer.strategy = None
    for name in [name for name in vars(analyzer) if name.startswith("data")]:
        setattr(analyzer, name, None)
    if isinstance(analyzer, TimeFrameAnalyzerBase):
        analyzer._times = None


def _head_writers(cerebro: Any) -> None:
    if not cerebro.writers_csv:
        return
    headers = [header for data in cerebro.datas if data.csv for header in data.getwriterheaders()]
    for writer in cerebro.runwriters:
        if writer.p.csv:
            writer.addheaders(headers)


def next_writers(cerebro: Any, strategies: list[Any]) -> None:
    """Have the writers write the values of the current bar."""
    if cerebro.writers_csv:
        values = [value for data in cerebro.datas if data.csv for value in data.getwritervalues()]
        for strategy in strategies:
            values.extend(strategy.getwritervalues())
        for writer in cerebro.runwriters:
            if writer.p.csv:
                writer.addvalues(values)
    for writer in cerebro.runwriters:
        writer.next()


def stop_writers(cerebro: Any, strategies: list[Any]) -> None:
    """Have the writers write what is known at the end."""
    if not cerebro.runwriters:
        return
    info: dict[str, Any] = {}
    datas = info["Datas"] = {}
    for index, data in enumerate(cerebro.datas):
        datas[f"Data{index}"] = data.getwriterinfo()
    infos = info["Strategies"] = {}
    for strategy in strategies:
        infos[type(strategy).__name__] = strategy.getwriterinfo()
    for writer in cerebro.runwriters:
        writer.writedict({"Cerebro": info})
        writer.stop()
