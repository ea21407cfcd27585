"""A simulator of Interactive Brokers' Web API on this machine: REST, WebSocket, OAuth.

::

    from backtrader.ibsim import Simulator, Tape

    with Simulator(Tape.from_csv("AAPL", "minutes.csv"), speed=60.0) as simulator:
        print(simulator.rest_url, simulator.ws_url, simulator.certificate)

``python -m backtrader.ibsim --help`` is the same as a command.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ..errors import MissingDependencyError

if TYPE_CHECKING:
    from .faults import Fault, FaultKind
    from .pacing import Pacing
    from .prices import Tape
    from .records import Instrument
    from .server import Simulator
    from .world import World

__all__ = ["Fault", "FaultKind", "Instrument", "Pacing", "Simulator", "Tape", "World"]

_ROOMS = {
    "Fault": "faults",
    "FaultKind": "faults",
    "Instrument": "records",
    "Pacing": "pacing",
    "Simulator": "server",
    "Tape": "prices",
    "World": "world",
}
_OPTIONAL = ("aiohttp", "cryptography")


def __getattr__(name: str) -> Any:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(f".{room}", __name__), name)
    except ModuleNotFoundError as failure:
        if (failure.name or "").split(".")[0] in _OPTIONAL:
            raise MissingDependencyError("The simulator", "backtrader[sim]") from failure
        raise
