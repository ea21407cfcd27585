"""Many combinations of parameters, in several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from typing import Any

from . import setup


def run(cerebro: Any, combinations: Iterable[Any]) -> None:
    """Run each combination in a process of a pool; results are appended to ``cerebro.runstrats`` in
    order.
    """
    shared = cerebro.p.optdatas and cerebro._dopreload and cerebro._dorunonce
    if shared:
        setup.start_datas(cerebro)
    with multiprocessing.Pool(cerebro.p.maxcpus or None) as pool:
        for result in pool.imap(cerebro, combinations):
            cerebro.runstrats.append(result)
            for callback in cerebro.optcbs:
                callback(result)
    if shared:
        for data in cerebro.datas:
            data.stop()
