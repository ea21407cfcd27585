"""All analyzers and observers against what is recorded of upstream's, in forty settings more."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

import backtrader as bt

from . import report_matrix
from .compare import first_difference
from .encode import Plain
from .processes import outcomes_under
from .report_matrix import CASES, difference, load, outcome, sketched
from .scenarios.reports import BY_PERIOD, OBSERVERS, OTHERS, SETTINGS


@pytest.mark.parametrize("name", CASES)
def test_same_as_recorded(name: str) -> None:
    expected, actual = load()[name], outcome(name)
    assert list(actual) == list(expected)
    found = {key: difference(expected[key], value) for key, value in actual.items()}
    assert {key: told for key, told in found.items() if told} == {}


def test_each_analyzer_and_observer_is_in_sixty_settings_and_more() -> None:
    assert len(SETTINGS) + len(CASES) >= 60
    assert set(load()) == set(CASES)
    analyzers = {kind for kind, _ in OTHERS.values()} | set(BY_PERIOD)
    observers = {kind for kind, _ in OBSERVERS} | {"LogReturns2"}  # the latter takes two datas
    aliases = {"CashValue", "FundShareValue", "FundVal"}
    assert _kinds(bt.analyzers, bt.Analyzer) - analyzers == {"Analyzer", "TimeFrameAnalyzerBase"}
    assert _kinds(bt.observers, bt.Observer) - observers == {"Observer", *aliases}


def _kinds(package: Any, base: type) -> set[str]:
    found = (each for each in vars(package).values() if isinstance(each, type))
    return {kind.__name__ for kind in found if issubclass(kind, base)}


def test_a_result_that_is_off_is_told() -> None:
    result = outcome("day_slippage")["drawdown"]
    drawn = sketched(result)
    assert difference(drawn, result) is None
    assert difference(drawn, {**result, "len": result["len"] + 1}) is not None
    for key in ("drawdown", "moneydown"):
        assert difference(drawn, {**result, key: result[key] * 1.00001}) is not None
        assert difference(drawn, {**result, key: -result[key]}) is not None


@pytest.fixture(scope="module")
def both() -> tuple[dict[str, Plain], dict[str, Plain]]:
    """Return upstream's outcomes and ours, each from a process of its own."""
    python = os.environ.get("UPSTREAM_PYTHON")
    if not python:
        pytest.fail("UPSTREAM_PYTHON must name the interpreter that has upstream backtrader")
    script = Path(report_matrix.__file__)
    return outcomes_under(python, script, expect="upstream"), outcomes_under(sys.executable, script)


@pytest.mark.parity
@pytest.mark.parametrize("name", CASES)
def test_same_as_upstream(name: str, both: tuple[dict[str, Plain], dict[str, Plain]]) -> None:
    theirs, ours = (each[name] for each in both)
    assert first_difference(theirs, ours) is None
