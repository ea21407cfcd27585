"""Text files of Metatrader 4."""

from __future__ import annotations

from typing import Any

from .csvgeneric import GenericCSVData

__all__ = ["MT4CSVData"]


class MT4CSVData(GenericCSVData):
    """Reads text files exported from Metatrader 4: date, time, open, high, low, close, volume."""

    params: Any = {
        "dtformat": "%Y.%m.%d",
        "tmformat": "%H:%M",
        "datetime": 0,
        "time": 1,
        "open": 2,
        "high": 3,
        "low": 4,
        "close": 5,
        "volume": 6,
        "openinterest": -1,
    }
