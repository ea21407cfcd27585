"""Memory for what a kernel needs while it computes, used again from call to call.

Fresh memory comes page by page from the system, and a page costs as much as what is computed in it:
a sixth of the time of twenty indicators went into that (bench: indicators).
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

_LARGEST = 1 << 19  # values; numpy asks for large pages from here on, and the rest is kept for good


class _Rooms(threading.local):
    def __init__(self) -> None:
        self.by_name: dict[str, NDArray[np.float64]] = {}


_rooms = _Rooms()


def room(name: str, size: int) -> NDArray[np.float64]:
    """Return `size` floats of any value, good until the thread asks for that name again."""
    if size > _LARGEST:
        return np.empty(size)
    held = _rooms.by_name.get(name)
    if held is None or len(held) < size:
        held = _rooms.by_name[name] = np.empty(size)
    return held[:size]
