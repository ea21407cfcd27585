"""Every script of ``samples`` prints what it is expected to, and what upstream prints."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ..needs import need
from .cases import CASES, EXPECTED, Case
from .record import difference, printed_under
from .runner import SAMPLES, printed_by

SCRIPTS = sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("*/*.py"))
# imported by the scripts beside them
MODULES = {
    "multitrades/mtradeobserver.py",
    "observers/orderobserver.py",
    "pivot-point/pivotpoint.py",
}
# run below, or elsewhere, in another way: what they print depends on the machine and the moment
OTHERWISE = {
    "ib-cash-bid-ask/ib-cash-bid-ask.py",
    "ibkr/crossover.py",
    "ibtest/ibtest.py",
    "quickstart/quickstart.py",
    "vctest/vctest.py",
}
# by the folder of the script
NEEDS = {"data-pandas": "pandas", "pyfolio2": "pandas", "talib": "talib"}
# one of each kind: sizes and paths of the real thing, a module beside the script, processes
PROGRAMS = [
    ("bracket/bracket.py", []),
    ("multitrades/multitrades.py", ["--mtrade"]),
]


def run_program(path: Path, *arguments: str, folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name[:5] != "IBKR_"}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path), *arguments],
        cwd=folder,
        env={**environment, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(autouse=True)
def _no_screen_no_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    for name in ("OANDA_TOKEN", "OANDA_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.command)
def test_prints_what_is_expected(case: Case) -> None:
    if package := NEEDS.get(case.script.partition("/")[0]):
        pytest.importorskip(package)
    if "--plot" in case.arguments:
        pytest.importorskip("matplotlib")
    expected = case.expected.read_text(encoding="utf-8")
    assert difference(expected, printed_by(case.script, case.arguments)) == ""


@pytest.mark.parametrize(("script", "arguments"), PROGRAMS, ids=[name for name, _ in PROGRAMS])
def test_runs_as_a_program_from_any_folder(
    script: str, arguments: list[str], tmp_path: Path
) -> None:
    case = next(
        x for x in CASES if x.script == script and list(x.arguments) == arguments and x.as_upstream
    )
    expected = case.expected.read_text(encoding="utf-8")
    assert run_program(SAMPLES / script, *arguments, folder=tmp_path) == expected


def test_optimises_in_processes_as_in_one(tmp_path: Path) -> None:
    case = next(x for x in CASES if x.script == "optimization/optimization.py")
    printed = run_program(SAMPLES / case.script, "--maxcpus", "2", folder=tmp_path)
    assert printed == case.expected.read_text(encoding="utf-8")


def test_draws_into_the_file_that_is_named(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    printed_by("partial-plot/partial-plot.py", ["--plot", "savefig='part.png'"])
    assert (tmp_path / "part.png").read_bytes().startswith(b"\x89PNG")


def test_ibtest_trades_on_the_simulator(tmp_path: Path) -> None:
    need("ib")
    printed = run_program(
        SAMPLES / "ibtest/ibtest.py", "--trade", "--timeout", "20", folder=tmp_path
    )
    assert "data  AAPL-STK-SMART-USD: LIVE" in printed
    assert "order Buy Completed" in printed and "order Sell Completed" in printed
    assert re.search(r"^end   \d+ bars, position 0$", printed, re.MULTILINE)


def test_ibtest_fetches_the_past(tmp_path: Path) -> None:
    need("ib")
    printed = run_program(
        SAMPLES / "ibtest/ibtest.py", "--historical", "--timeout", "20", folder=tmp_path
    )
    assert "bar     5 " in printed and "position 0" in printed
    assert "LIVE" not in printed


def test_ib_cash_bid_ask_shows_bars(tmp_path: Path) -> None:
    need("ib")
    # in a process of its own: there is one store in each
    printed = run_program(SAMPLES / "ib-cash-bid-ask/ib-cash-bid-ask.py", folder=tmp_path)
    assert re.search(r"^5 2026-02-27 \S+( \d+\.\d{4}){4}$", printed, re.MULTILINE)
    assert "Bars: some" in printed


@pytest.mark.skipif(sys.platform == "win32", reason="Visual Chart may be there")
def test_vctest_says_what_it_needs() -> None:
    assert "pip install comtypes" in printed_by("vctest/vctest.py", [])


def test_every_script_has_a_case() -> None:
    assert {case.script for case in CASES} | MODULES | OTHERWISE == set(SCRIPTS)


def test_every_expected_output_belongs_to_a_case() -> None:
    assert {path for path in EXPECTED.glob("*/*.txt")} == {case.expected for case in CASES}


@pytest.mark.parametrize("script", SCRIPTS)
def test_says_what_it_shows(script: str) -> None:
    module = ast.parse((SAMPLES / script).read_text(encoding="utf-8"))
    first, *rest = (ast.get_docstring(module) or "").splitlines()
    assert first.endswith((".", ":", "?", "`")), first
    assert script in MODULES | OTHERWISE or (rest[0] == "" and len(rest) > 1)


def test_the_list_names_every_folder_once() -> None:
    text = (SAMPLES / "README.rst").read_text(encoding="utf-8")
    named = re.findall(r"^``([\w-]+)/``$", text, re.MULTILINE)
    folders = {path.parent.name for path in SAMPLES.glob("*/*") if path.suffix in (".py", ".ipynb")}
    assert sorted(named) == sorted(folders)


@pytest.mark.parity
def test_prints_what_upstream_prints() -> None:
    python = os.environ.get("UPSTREAM_PYTHON")
    if not python:
        pytest.fail("UPSTREAM_PYTHON must name the interpreter that has upstream backtrader")
    cases = [case for case in CASES if case.as_upstream]
    printed = printed_under(python, cases)
    found = {
        case.command: difference(case.expected.read_text(encoding="utf-8"), printed[case.command])
        for case in cases
    }
    assert {command: told for command, told in found.items() if told} == {}
