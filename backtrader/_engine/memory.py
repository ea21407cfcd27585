"""The garbage collector during a run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG_OBJECTS = 100_000  # made, less those that are gone, until the collector looks


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let the collector of cycles look less often while a run fills memory with what stays.

    Orders, their snapshots and trades all live until the end, and looking through them again and
    again took a quarter of the time of many orders (bench: brackets) and found nothing.
    """
    before = gc.get_threshold()
    if 0 < before[0] < YOUNG_OBJECTS:
        gc.set_threshold(YOUNG_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
