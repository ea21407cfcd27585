"""Our charts against the recording of upstream's, for every scenario."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

pytest.importorskip("matplotlib", minversion="3.10")

from ..parity.compare import first_difference
from .record import load
from .recorder import run
from .scenarios import SCENARIOS

_recorded = functools.cache(load)


@pytest.mark.parametrize("name", list(SCENARIOS))
@pytest.mark.filterwarnings("default")
def test_same_as_recorded(name: str) -> None:
    actual: dict[str, Any] = json.loads(json.dumps(run(name)))
    assert "raises" not in actual, actual
    assert first_difference(_recorded()[name], actual) is None


def test_all_scenarios_are_recorded() -> None:
    assert set(_recorded()) == set(SCENARIOS)
    assert not [name for name, drawn in _recorded().items() if "raises" in drawn]
