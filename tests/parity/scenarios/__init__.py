"""The scenarios by name; importing this package fills the table."""

from __future__ import annotations

from . import (
    broker,
    clocks,
    expressions,
    feeds,
    filtering,
    indicators,
    orders,
    randomised,
    reports,
    running,
    sources,
    user_indicators,
    watchers,
)
from .registry import SCENARIOS, Scenario

__all__ = ["SCENARIOS", "Scenario"]
