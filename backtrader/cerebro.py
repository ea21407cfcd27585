"""Cerebro: takes feeds, strategies and what watches them, runs them, and hands out the results."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from ._core import owner as _owners
from ._core.tally import Tally
from ._core.wakeup import Wakeup
from ._engine import batch, event, optimise, setup
from ._engine.parts import Parts
from ._engine.progress import watched
from .brokers import BackBroker
from .errors import MissingDependencyError, ParameterError, near_miss
from .metabase import ParamsBase
from .strategy import SignalStrategy, Strategy
from .summary import Summarised
from .writer import WriterFile

__all__ = ["Cerebro", "OptReturn"]


class OptReturn(Summarised):
    """What is left of a strategy after an optimisation run: its parameters and its analyzers."""

    def __init__(self, params: Any, **kwargs: Any) -> None:
        self.p = self.params = params
        for name, value in kwargs.items():
            setattr(self, name, value)


class Cerebro(Parts, ParamsBase):
    """The engine room: collects the parts of a backtest or of a live session and runs them.

    Parameters
    ----------
    preload : True
        Load the feeds before the strategies are set up.
    runonce : True
        Compute the indicators over all bars at once.
    maxcpus : None
        Processes for an optimisation; default all cores.
    stdstats : True
        Add the observers Broker, BuySell and Trades.
    oldbuysell, oldtrades : False
        Draw those observers in their older form.
    lookahead : 0
        Bars that buffers have ahead of the current one.
    exactbars : False
        Memory: 1 or True keeps only the bars that the minimum periods call for; -1 and -2 keep what
        a strategy holds
        itself. All switch `runonce` off, 1 also `preload`.
    optdatas : True
        Load the feeds once for all runs of an optimisation.
    optreturn : True
        Have an optimisation return `OptReturn` objects in place of strategies.
    objcache : False
        Accepted for compatibility; equal work is shared where nobody can tell.
    live : False
        Run as if a feed were live: neither `preload` nor `runonce`.
    writer : False
        Write what happened to standard output after the run.
    tradehistory : False
        Have trades keep a record of each update.
    oldsync : False
        Let the first feed drive the others.
    tz : None
        Time zone of the strategies' times: a name, a tzinfo or the index of a feed.
    cheat_on_open : False
        Call ``next_open`` before orders are matched.
    broker_coo : True
        With `cheat_on_open`, tell the broker to match at the open of the same bar.
    quicknotify : False
        Tell of orders and trades at once instead of with the next bar.
    progress : False
        Show on standard error how far loading, the run or the optimisation are.

    Attributes
    ----------
    optfailures : list
        The combinations of an optimisation that raised, see `run`.
    """

    params = dict(
        preload=True,
        runonce=True,
        maxcpus=None,
        stdstats=True,
        oldbuysell=False,
        oldtrades=False,
        lookahead=0,
        exactbars=False,
        optdatas=True,
        optreturn=True,
        objcache=False,
        live=False,
        writer=False,
        tradehistory=False,
        oldsync=False,
        tz=None,
        cheat_on_open=False,
        broker_coo=True,
        quicknotify=False,
        progress=False,
    )

    _is_environment = True

    p: Any
    _broker: Any

    def __init__(self) -> None:
        self._dolive = False
        self._doreplay = False
        self._dooptimize = False
        self._dorunonce = self._dopreload = True
        self._exactbars = 0
        self._event_stop = False
        self._wakeup = Wakeup()
        self.stores: list[Any] = []
        self.feeds: list[Any] = []
        self.datas: list[Any] = []
        self.datasbyname: dict[str, Any] = {}
        self.strats: list[Any] = []
        self.optcbs: list[Any] = []
        self.observers: list[Any] = []
        self.analyzers: list[Any] = []
        self.indicators: list[Any] = []
        self.sizers: dict[Any, Any] = {}
        self.writers: list[Any] = []
        self.storecbs: list[Any] = []
        self.datacbs: list[Any] = []
        self.signals: list[Any] = []
        self._signal_strat: tuple[Any, Any, Any] = (None, None, None)
        self._signal_concurrent = False
        self._signal_accumulate = False
        self._dataid = Tally(1)
        self.runstrats: list[Any] = []
        self.optfailures: list[Any] = []
        self.runningstrats: list[Any] = []
        self.runwriters: list[Any] = []
        self.writers_csv = False
        self._broker = BackBroker()
        self._broker.cerebro = self
        self._tradingcal: Any = None
        self._pretimers: list[Any] = []
        self._timers: list[Any] = []
        self._timerscheat: list[Any] = []
        self._ohistory: list[Any] = []
        self._fhistory: Any = None
        self._init_stcount()

    # notifications

    def notify_store(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Told what a store has to say."""

    def notify_data(self, data: Any, status: int, *args: Any, **kwargs: Any) -> None:
        """Told of a change in the state of a feed."""

    def _notify_store(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        for callback in self.storecbs:
            callback(msg, *args, **kwargs)
        self.notify_store(msg, *args, **kwargs)

    def _notify_data(self, data: Any, status: int, *args: Any, **kwargs: Any) -> None:
        for callback in self.datacbs:
            callback(data, status, *args, **kwargs)
        self.notify_data(data, status, *args, **kwargs)

    def _storenotify(self) -> None:
        for store in self.stores:
            for msg, args, kwargs in store.get_notifications():
                self._notify_store(msg, *args, **kwargs)
                for strategy in self.runningstrats:
                    strategy.notify_store(msg, *args, **kwargs)

    def _datanotify(self) -> None:
        for data in self.datas:
            for status, args, kwargs in data.get_notifications():
                self._notify_data(data, status, *args, **kwargs)
                for strategy in self.runningstrats:
                    strategy.notify_data(data, status, *args, **kwargs)

    def _brokernotify(self) -> None:
        """Let the broker work on its orders, and hand on what came of it."""
        self._broker.next()
        self._deliver()

    def _deliver(self) -> None:
        quicknotify = self.p.quicknotify
        while (order := self._broker.get_notification()) is not None:
            owner = order.owner
            if owner is None:
                owner = self.runningstrats[0]
            owner._addnotification(order, quicknotify=quicknotify)

    # running

    def _disable_runonce(self) -> None:
        """Called by what cannot be computed in a batch."""
        self._dorunonce = False

    def _init_stcount(self) -> None:
        self.stcount = Tally()

    def _next_stid(self) -> int:
        return next(self.stcount)

    def __call__(self, iterstrat: Any) -> Any:
        """Run one combination of an optimisation, in a process of its own."""
        predata = self.p.optdatas and self._dopreload and self._dorunonce
        return self.runstrategies(iterstrat, predata=predata)

    # feeds whose bars were all found before the loop although they are resampled
    _unfolded: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs: not the results so far."""
        state = dict(self.__dict__)
        state.pop("runstrats", None)
        return state

    def runstop(self) -> None:
        """End the run as soon as the current bar is done; may be called from any thread."""
        self._event_stop = True
        self._wakeup.set()

    def run(self, **kwargs: Any) -> Any:
        """Run the strategies over the feeds.

        Parameters
        ----------
        executor : concurrent.futures.Executor, optional
            Where to run the combinations of an optimisation, in place of a pool of `maxcpus`
            processes. Cerebro and the strategies are pickled for it.
        **kwargs
            Parameters of Cerebro to be set for this and further runs.

        Returns
        -------
        list
            The strategies; for an optimisation, a list of such lists (of `OptReturn` with
            ``optreturn``), in the order of the combinations. The list of a combination that raised
            is empty, and ``optfailures`` says which it was and what it raised.

        Raises
        ------
        ParameterError
            There is no such parameter.
        RuntimeError
            All combinations of an optimisation raised.
        """
        self._event_stop = False
        executor = kwargs.pop("executor", None)
        for name, value in kwargs.items():
            if name not in self.p._defaults:
                hint = near_miss(name, self.p._getkeys())
                raise ParameterError(f"Cerebro: unknown parameter {name!r}{hint}")
            setattr(self.p, name, value)
        if not self.datas:
            return []
        self._settle_modes()
        self._make_writers()
        self.runstrats = []
        combinations = self._combinations()
        if self._dooptimize:
            optimise.run(self, combinations, executor)
            return self.runstrats
        with watched(self, self.p.progress):
            for combination in combinations:
                self.runstrats.append(self.runstrategies(combination))
        return self.runstrats[0]

    def _settle_modes(self) -> None:
        params = self.p
        self._exactbars = int(params.exactbars)
        self._dorunonce = bool(params.runonce) and not self._exactbars
        self._dopreload = bool(params.preload) and self._exactbars < 1
        self._doreplay = self._doreplay or any(data.replaying for data in self.datas)
        if self._doreplay:
            self._dopreload = False
        if self._dolive or params.live:
            self._dorunonce = self._dopreload = False

    def _make_writers(self) -> None:
        self.runwriters = [WriterFile()] if self.p.writer is True else []
        for writer, args, kwargs in self.writers:
            self.runwriters.append(writer(*args, **kwargs))
        self.writers_csv = any(writer.p.csv for writer in self.runwriters)

    def _combinations(self) -> Iterable[Any]:
        """All combinations of the strategies with their arguments."""
        if not self.strats and not self.signals:
            self.addstrategy(Strategy)
        signalled = [[self._signal_combination()]] if self.signals else []
        return itertools.product(*self.strats, *signalled)

    def _signal_combination(self) -> tuple[Any, Any, Any]:
        strategy, args, kwargs = self._signal_strat
        kwargs = {
            **(kwargs or {}),
            "signals": self.signals,
            "_accumulate": self._signal_accumulate,
            "_concurrent": self._signal_concurrent,
        }
        return strategy or SignalStrategy, args or (), kwargs

    def runstrategies(self, iterstrat: Any, predata: bool = False) -> list[Any]:
        """Run one combination of strategies; `predata` says that the feeds are loaded already."""
        self._init_stcount()
        token = _owners.push(self)
        try:
            return setup.run(self, iterstrat, predata)
        finally:
            _owners.pop(token)

    def stop_writers(self, runstrats: list[Any]) -> None:
        """Have the writers write what is known at the end."""
        setup.stop_writers(self, runstrats)

    def _next_writers(self, runstrats: list[Any]) -> None:
        if self.runwriters:
            setup.next_writers(self, runstrats)

    def _runonce(self, runstrats: list[Any]) -> None:
        batch.run(self, runstrats)

    def _runonce_old(self, runstrats: list[Any]) -> None:
        batch.run_oldsync(self, runstrats)

    def _runnext(self, runstrats: list[Any]) -> None:
        event.run(self, runstrats)

    def _runnext_old(self, runstrats: list[Any]) -> None:
        event.run_oldsync(self, runstrats)

    def plot(
        self,
        plotter: Any = None,
        numfigs: int = 1,
        iplot: bool = True,
        start: Any = None,
        end: Any = None,
        width: int = 16,
        height: int = 9,
        dpi: int = 300,
        tight: bool = True,
        use: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Draw the strategies of the last run.

        Parameters
        ----------
        plotter : optional
            What draws, in the place of a `plot.Plot` with the further keyword arguments.
        numfigs
            Spread the bars of each strategy over so many figures.
        iplot
            In a notebook, show the figures inline.
        start, end
            First bar and end: an index, or a date or datetime. An index `end` is not included,
            unless it counts from the end; a date is.
        width, height, dpi, tight
            Size in inches, pixels in an inch, and whether to cut empty margins off, of files.
        use
            Backend that matplotlib is to switch to; without it the backend stays as it is.
        savefig : str or path, optional
            Write the figures to this file rather than show them: png, svg or pdf by its name.
            Further figures have a number before the dot.
        output : str or path, optional
            Write an interactive chart to this html file instead, and return its path.
        **kwargs
            Options of the chart, see `plot.PlotScheme`.

        Returns
        -------
        list
            For each strategy the list of its figures. None where memory was saved, for then the
            bars are gone.

        Raises
        ------
        MissingDependencyError
            matplotlib, or for an interactive chart its library, is not installed.
        ParameterError
            There is no such option.
        """
        if self._exactbars > 0:
            return None
        savefig, output = kwargs.pop("savefig", None), kwargs.pop("output", None)
        strategies = [item for items in self.runstrats for item in items]
        if output:
            return _interactive().write(strategies, output, numfigs, start, end, kwargs)
        charts = _charts()
        plotter = plotter or charts.Plot(**kwargs)
        figures = []
        for number, strategy in enumerate(strategies):
            window = {"numfigs": numfigs, "iplot": iplot, "start": start, "end": end}
            figures.append(plotter.plot(strategy, figid=number * 100, **window, use=use))
        if savefig:
            charts.save(plotter, figures, savefig, width, height, dpi, tight)
        else:
            plotter.show()
        return figures


def _charts() -> Any:
    """Return the package that draws."""
    try:
        # matplotlib is optional, and slow to import
        from . import plot
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    return plot


def _interactive() -> Any:
    """Return the module that writes interactive charts."""
    try:
        from .plot import interactive
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    return interactive


def _missing(error: ModuleNotFoundError) -> ModuleNotFoundError | MissingDependencyError:
    """Return what to raise: the command that helps, where what drawing rests on is missing."""
    if (error.name or "").partition(".")[0] in ("bokeh", "matplotlib"):
        return MissingDependencyError("plotting", "backtrader[plotting]")
    return error
