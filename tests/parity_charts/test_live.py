"""Our charts against upstream's, each from a process of its own; ``make parity`` runs this."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from ..parity.compare import first_difference
from .processes import record_under
from .record import results

pytestmark = pytest.mark.parity


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what upstream draws, and what we draw, by scenario."""
    python = os.environ.get("UPSTREAM_PYTHON")
    if not python:
        pytest.fail("UPSTREAM_PYTHON must name the interpreter that has upstream backtrader")
    theirs, ours = (tmp_path_factory.mktemp(name) for name in ("upstream", "ours"))
    record_under(python, Path(theirs), foreign=True)
    record_under(sys.executable, Path(ours), foreign=False)
    return results(theirs), results(ours)


def test_same_as_upstream(both: tuple[dict[str, Any], dict[str, Any]]) -> None:
    expected, actual = both
    found = {name: first_difference(drawn, actual[name]) for name, drawn in expected.items()}
    assert {name: told for name, told in found.items() if told} == {}
