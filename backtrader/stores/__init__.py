"""Stores: connections to brokers that feeds and brokers share.

Those that need a package of their own are imported when they are asked for.
"""

from __future__ import annotations

import importlib
from typing import Any

from .vchartfile import VChartFile

_ELSEWHERE = {"IBStore": ".ibstore", "OandaStore": ".oandastore", "VCStore": ".vcstore"}

__all__ = ["IBStore", "OandaStore", "VCStore", "VChartFile"]


def __getattr__(name: str) -> Any:
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_ELSEWHERE[name], __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_ELSEWHERE})
