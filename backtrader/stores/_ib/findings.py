"""What the doctor found: a record for each thing that was looked at."""

from __future__ import annotations

import enum
from dataclasses import dataclass

__all__ = ["Finding", "Level"]


class Level(enum.Enum):
    """How something stands."""

    GOOD = "ok"
    NOTE = "note"
    WARNING = "WARN"
    FAILED = "FAIL"
    SKIPPED = "skip"


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing stands, in plain words; `remedy` is the next step where one is needed."""

    level: Level
    subject: str
    text: str
    remedy: str = ""
