"""The code of the notebooks in ``samples/notebooks`` runs, and comes to what its text says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ..needs import need
from .runner import SAMPLES
from .test_samples import run_program

NOTEBOOKS = SAMPLES / "notebooks"


def run(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the cells of a notebook one after the other; return the names they leave."""
    monkeypatch.chdir(NOTEBOOKS)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(read(NOTEBOOKS / name)):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{name}, cell {number}", "exec"), names)
    return names


def read(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


def test_quickstart(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    names = run("quickstart.ipynb", monkeypatch)
    assert names["chart"].read_bytes().startswith(b"\x89PNG")
    assert f"Final value {names['final_value']:.2f}" in capsys.readouterr().out


def test_optimisation_and_analysis(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pandas")
    names = run("optimisation-and-analysis.ipynb", monkeypatch)
    assert len(names["rows"]) == 9
    assert len(names["months"]) == 24
    assert "best of 2005" in capsys.readouterr().out


def test_dry_run(tmp_path: Path) -> None:
    need("ib")
    # in a process of its own: there is one store in each
    script = tmp_path / "cells.py"
    cells = read(NOTEBOOKS / "dry-run-with-the-simulator.ipynb")
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    script.write_text("\n\n".join(code), encoding="utf-8")
    printed = run_program(script, folder=tmp_path)
    assert "Buy 10" in printed and "Sell -10" in printed
    assert "'LIVE'] position 0" in printed


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_begins_with_its_title_and_holds_no_output(path: Path) -> None:
    first, *others = read(path)
    assert first["cell_type"] == "markdown" and first["source"][0].startswith("# ")
    assert all(not cell["outputs"] for cell in others if cell["cell_type"] == "code")
