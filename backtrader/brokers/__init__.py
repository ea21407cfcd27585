"""The brokers: the simulated one, and those of live trading.

The latter are imported when they are asked for, with the store that they need.
"""

import importlib
from typing import Any

from .bbroker import BackBroker, BrokerBack

_ELSEWHERE = {
    "IBBroker": "..stores.ibstore",
    "OandaBroker": "..stores.oandastore",
    "VCBroker": "..stores.vcstore",
}

__all__ = ["BackBroker", "BrokerBack"]


def __getattr__(name: str) -> Any:
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_ELSEWHERE[name], __name__), name)
