"""Our results against upstream's, each from a process of its own; ``make parity`` runs this."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from .cases import CASES
from .digests import broken, journals_under, parting
from .encode import Plain
from .processes import record_under
from .scenarios import SCENARIOS
from .verdict import difference

pytestmark = pytest.mark.parity


@pytest.fixture(scope="session")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of upstream's results."""
    python = os.environ.get("UPSTREAM_PYTHON")
    if not python:
        pytest.fail("UPSTREAM_PYTHON must name the interpreter that has upstream backtrader")
    folder = tmp_path_factory.mktemp("upstream")
    record_under(python, folder, expect="upstream")
    return folder


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of our results."""
    folder = tmp_path_factory.mktemp("ours")
    record_under(sys.executable, folder)
    return folder


@pytest.fixture(scope="session")
def journals() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return upstream's journals and ours."""
    python = os.environ.get("UPSTREAM_PYTHON", "")
    return journals_under(python, expect="upstream"), journals_under(sys.executable)


def _read(folder: Path, name: str) -> dict[str, Plain]:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_same_as_upstream(name: str, upstream: Path, ours: Path) -> None:
    expected, actual = _read(upstream, name), _read(ours, name)
    for mode in SCENARIOS[name].modes:
        found = difference(expected, mode, actual[mode], name)
        assert found is None, f"{mode}: {found}"


@pytest.mark.parametrize("name", list(CASES))
def test_same_journal_as_upstream(
    name: str, journals: tuple[dict[str, list[str]], dict[str, list[str]]]
) -> None:
    theirs, ours = (each[name] for each in journals)
    if broken(theirs):
        pytest.skip("upstream breaks")
    found = parting(theirs, ours)
    assert found is None, found
