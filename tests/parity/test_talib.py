"""Every function of TA-Lib against upstream's indicator of it; ``make parity`` runs this."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from .compare import first_difference
from .encode import Plain
from .processes import outcomes_under
from .talib_matrix import functions

pytestmark = pytest.mark.parity

MATRIX = Path(__file__).resolve().parent / "talib_matrix.py"


@pytest.fixture(scope="module")
def both() -> tuple[dict[str, Plain], dict[str, Plain]]:
    """Return upstream's outcomes and ours, each from a process of its own."""
    pytest.importorskip("talib")
    python = os.environ.get("UPSTREAM_PYTHON")
    if not python:
        pytest.fail("UPSTREAM_PYTHON must name the interpreter that has upstream backtrader")
    theirs = outcomes_under(python, MATRIX, expect="upstream")
    return theirs, outcomes_under(sys.executable, MATRIX)


def test_values_and_looks_are_as_upstream(
    both: tuple[dict[str, Plain], dict[str, Plain]],
) -> None:
    theirs, ours = both
    assert list(ours) == functions()
    assert not any("raises" in each for cases in ours.values() for each in cases.values())
    found = {name: first_difference(theirs[name], ours[name]) for name in theirs}
    assert {name: told for name, told in found.items() if told} == {}
