"""Many combinations of parameters, in several processes."""

from __future__ import annotations

import gc
import logging
import os
import pickle
import signal
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..brokers import BackBroker
from . import setup
from .memory import YOUNG_OBJECTS
from .progress import counted

if TYPE_CHECKING:
    from concurrent.futures import Executor

_log = logging.getLogger("backtrader.cerebro")

_TASKS_PER_WORKER = 8  # enough for slow and fast combinations to even out
_MOST_PER_TASK = 64  # combinations: an interruption waits for no more than these

# what the workers of the pool inherit as they are forked: loaded feeds are shared, not pickled
_inherited: tuple[Any, list[Any]] | None = None


@dataclass(frozen=True)
class Failure:
    """A combination that raised.

    Attributes
    ----------
    index : int
        Its place among the combinations.
    parameters : list of (str, tuple, dict)
        Name, positional and keyword arguments of each strategy.
    error : str
        The exception, as text.
    traceback : str
        Where it was raised.
    """

    index: int
    parameters: list[tuple[str, tuple[Any, ...], dict[str, Any]]]
    error: str
    traceback: str = field(repr=False)

    def __str__(self) -> str:
        calls = ", ".join(
            f"{name}({', '.join([*map(repr, args), *(f'{k}={v!r}' for k, v in kwargs.items())])})"
            for name, args, kwargs in self.parameters
        )
        return f"{calls}: {self.error}"


def run(cerebro: Any, combinations: Iterable[Any], executor: Executor | None) -> None:
    """Run each combination; in this process, in an `executor`, or in processes of a pool where the
    system can fork.

    Results are appended to ``cerebro.runstrats`` in the order of the combinations. One that raises
    gives an empty list, an entry in ``cerebro.optfailures`` and a line in the log.

    Raises
    ------
    RuntimeError
        All combinations raised.
    """
    cerebro.optfailures = []
    tasks = list(combinations)
    shared = cerebro.p.optdatas and cerebro._dopreload and cerebro._dorunonce
    alone = executor is None and cerebro.p.maxcpus == 1
    if shared and not alone:
        setup.start_datas(cerebro)
    try:
        results = _results(cerebro, tasks, executor)
        for result in counted(results, len(tasks), "optimisation", cerebro.p.progress):
            if isinstance(result, Failure):
                cerebro.optfailures.append(result)
                _log.error("a combination failed: %s\n%s", result, result.traceback)
                result = []
            cerebro.runstrats.append(result)
            for callback in cerebro.optcbs:
                callback(result)
    finally:
        if shared and not alone:
            for data in cerebro.datas:
                data.stop()
    if tasks and len(cerebro.optfailures) == len(tasks):
        raise RuntimeError(f"all {len(tasks)} combinations failed, first {cerebro.optfailures[0]}")


def _results(cerebro: Any, tasks: list[Any], executor: Executor | None) -> Iterator[Any]:
    if executor is not None:
        return _in_executor(cerebro, tasks, executor)
    if cerebro.p.maxcpus == 1:
        return (_attempt(cerebro.runstrategies, index, task) for index, task in enumerate(tasks))
    import multiprocessing  # here and below: takes a part of the time of `import backtrader`

    if "fork" not in multiprocessing.get_all_start_methods():
        return (_attempt(cerebro, index, task) for index, task in enumerate(tasks))
    return _in_pool(cerebro, tasks)


def _attempt(run_one: Any, index: int, task: Any) -> Any:
    """The result of a combination, or its failure."""
    try:
        return run_one(task)
    except Exception as error:
        parameters = [(cls.__name__, tuple(args), dict(kwargs)) for cls, args, kwargs in task]
        text = f"{type(error).__name__}: {error}"
        return Failure(index, parameters, text, traceback.format_exc())


# processes that are forked


def _in_pool(cerebro: Any, tasks: list[Any]) -> Iterator[Any]:
    import multiprocessing

    global _inherited
    _inherited = (cerebro, tasks)
    workers = min(cerebro.p.maxcpus or os.cpu_count() or 1, max(len(tasks), 1))
    try:
        # leaving the block, also by Ctrl-C, ends the workers at once
        with multiprocessing.get_context("fork").Pool(workers, _begin_worker) as pool:
            yield from pool.imap(_run_inherited, range(len(tasks)))
    finally:
        _inherited = None


def _begin_worker() -> None:
    """Have Ctrl-C end the process that started the pool, and that one alone; it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What was inherited stays: looking through it would only make copies of its pages. What a run
    # leaves behind goes when it is over (bench: optimise).
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def _run_inherited(index: int) -> Any:
    """Run combination number `index` in a worker."""
    assert _inherited is not None
    cerebro, tasks = _inherited
    result = _attempt(cerebro, index, tasks[index])
    cerebro.runningstrats = []
    if isinstance(cerebro._broker, BackBroker):
        cerebro._broker.orders = []
    gc.collect()
    return result


# executors of concurrent.futures


def _in_executor(cerebro: Any, tasks: list[Any], executor: Executor) -> Iterator[Any]:
    """Results in order; what is not begun when the caller gives up is cancelled."""
    sent = pickle.dumps(cerebro)
    workers = getattr(executor, "_max_workers", None) or os.cpu_count() or 1
    size = min(max(len(tasks) // (workers * _TASKS_PER_WORKER), 1), _MOST_PER_TASK)
    futures = [
        executor.submit(_run_received, sent, first, tasks[first : first + size])
        for first in range(0, len(tasks), size)
    ]
    try:
        for future in futures:
            yield from future.result()
    finally:
        for future in futures:
            future.cancel()


def _run_received(sent: bytes, first: int, tasks: list[Any]) -> list[Any]:
    """Run some combinations in a worker that was sent Cerebro with its loaded feeds."""
    return [_attempt(pickle.loads(sent), first + index, task) for index, task in enumerate(tasks)]
