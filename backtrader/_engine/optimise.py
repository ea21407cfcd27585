"""Many combinations of parameters, in several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from typing import Any

from . import setup

# what the workers of the pool inherit as they are forked: loaded feeds are shared, not pickled
_inherited: tuple[Any, list[Any]] | None = None


def run(cerebro: Any, combinations: Iterable[Any]) -> None:
    """Run each combination, in processes of a pool where the system can fork.

    Results are appended to ``cerebro.runstrats`` in the order of the combinations.
    """
    shared = cerebro.p.optdatas and cerebro._dopreload and cerebro._dorunonce
    if shared:
        setup.start_datas(cerebro)
    try:
        for result in _results(cerebro, list(combinations)):
            cerebro.runstrats.append(result)
            for callback in cerebro.optcbs:
                callback(result)
    finally:
        if shared:
            for data in cerebro.datas:
                data.stop()


def _results(cerebro: Any, combinations: list[Any]) -> Iterator[Any]:
    global _inherited
    if "fork" not in multiprocessing.get_all_start_methods():
        yield from map(cerebro, combinations)
        return
    _inherited = (cerebro, combinations)
    try:
        with multiprocessing.get_context("fork").Pool(cerebro.p.maxcpus or None) as pool:
            yield from pool.imap(_run_inherited, range(len(combinations)))
    finally:
        _inherited = None


def _run_inherited(index: int) -> Any:
    """Run combination number `index` in a worker."""
    assert _inherited is not None
    cerebro, combinations = _inherited
    return cerebro(combinations[index])
