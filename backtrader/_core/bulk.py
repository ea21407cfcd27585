"""Bars by the block: reading a feed many bars at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Block = list[NDArray[np.float64]]
"""One array per line of a feed, in the order of the lines, all of one length."""


def defined_above(cls: type, base_hook: str, hook: str) -> bool:
    """Whether `hook` is defined by a class that derives from the one that defines `base_hook`."""
    position = {
        name: next(
            (i for i, base in enumerate(cls.__mro__) if name in base.__dict__), len(cls.__mro__)
        )
        for name in (base_hook, hook)
    }
    return position[hook] < position[base_hook]


def admitted(feed: Any, blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the bars of `blocks` from the feed's ``fromdate`` to its ``todate``, times in UTC.

    Reading ends with the first bar after ``todate``.
    """
    column = feed.lines.getlinealiases().index("datetime")
    latest = float("-inf")
    for block in blocks:
        if feed._tzinput is not None:
            block[column] = np.array([feed._utc(x) for x in block[column].tolist()])
        times = block[column]
        if len(times) and (times[0] < latest or bool(np.any(times[1:] < times[:-1]))):
            feed._say_late()
        over = np.flatnonzero(times > feed.todate)
        end = int(over[0]) if len(over) else len(times)
        wanted = times[:end] >= feed.fromdate
        if wanted.all():
            yield block if end == len(times) else [values[:end] for values in block]
        else:
            yield [values[:end][wanted] for values in block]
        if end < len(times):
            return
        latest = float(times[-1]) if len(times) else latest
