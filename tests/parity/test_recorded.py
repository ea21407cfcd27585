"""Our results against the recording of upstream's, for every scenario and mode."""

from __future__ import annotations

import functools

import pytest

from . import recording
from .encode import Plain
from .recorder import run
from .scenarios import SCENARIOS
from .verdict import difference

CASES = [(name, mode) for name, scenario in SCENARIOS.items() for mode in scenario.modes]


@functools.lru_cache(maxsize=2)
def _recorded(name: str) -> dict[str, Plain]:
    return recording.load(name)


@pytest.mark.parametrize(("name", "mode"), CASES, ids=[f"{name}-{mode}" for name, mode in CASES])
@pytest.mark.filterwarnings("default")
def test_same_as_recorded(name: str, mode: str) -> None:
    scenario = SCENARIOS[name]
    for package in scenario.needs:
        pytest.importorskip(package)
    found = difference(_recorded(name), mode, run(scenario, mode), name)
    assert found is None, found


def test_nothing_recorded_is_left_over() -> None:
    assert set(recording.names()) <= set(SCENARIOS)
