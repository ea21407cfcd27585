"""The ways Cerebro can be asked to run, and the modes of this harness made of them."""

from __future__ import annotations

import enum
from typing import Any

MODES: dict[str, dict[str, Any]] = {
    "default": {},
    "runonce=False": {"runonce": False},
    "preload=False": {"preload": False, "runonce": False},
    "exactbars=1": {"exactbars": 1},
    "exactbars=-1": {"exactbars": -1},
    "exactbars=-2": {"exactbars": -2},
}

ALL = tuple(MODES)
BATCH_AND_STEP = ("default", "runonce=False")
COMMON = ("default", "runonce=False", "preload=False", "exactbars=1")


class Kept(enum.Enum):
    """What lines still hold all their values at the end of a run."""

    EVERYTHING = enum.auto()
    STRATEGY_LEVEL = enum.auto()
    NEEDED = enum.auto()


def kept(mode: str) -> Kept:
    """Return which lines a run in this mode keeps whole."""
    exactbars = MODES[mode].get("exactbars", 0)
    if exactbars > 0:
        return Kept.NEEDED
    return Kept.STRATEGY_LEVEL if exactbars else Kept.EVERYTHING
