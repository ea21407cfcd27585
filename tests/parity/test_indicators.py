"""Every indicator against what is recorded of upstream's: five series, four sets of parameters,
every run mode.

``make test`` looks at the batch and, by turns, three other modes of each indicator; ``make parity``
at all of them, value by value.
"""

from __future__ import annotations

import concurrent.futures
import os
import sys

import pytest

from . import sketches
from .encode import Plain
from .indicator_matrix import SERIES, VARIANTS, arguments, kinds, outcome
from .indicator_record import (
    INTENDED,
    MATRIX,
    difference,
    load,
    same_sketches,
    same_values,
)
from .modes import MODES
from .processes import outcomes_under

KINDS = kinds()
NEEDS = {"CointN": "statsmodels"}
OTHERS = [mode for mode in MODES if mode != "default"]
# three of the series by turns, so that each mode comes with each of them
TURNS = [
    (name, series, OTHERS[(first // 5 + second) % len(OTHERS)])
    for first, name in enumerate(KINDS)
    for second, series in enumerate(SERIES)
    if (first + 2 * second) % len(SERIES) < 3
]


@pytest.fixture(autouse=True)
def _needed(request: pytest.FixtureRequest) -> None:
    name = getattr(request.node, "callspec", None) and request.node.callspec.params.get("name")
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])


def _found(name: str, series: str, mode: str) -> str | None:
    ours = outcome(KINDS[name], series, mode)
    return difference(load()[name][series], ours, (name, series, mode), same_sketches)


@pytest.mark.parametrize("name", KINDS)
def test_a_batch_is_as_recorded(name: str) -> None:
    found = [_found(name, series, "default") for series in SERIES]
    assert found == [None] * len(SERIES)


@pytest.mark.parametrize("name", KINDS)
def test_another_mode_is_as_recorded(name: str) -> None:
    found = [_found(*turn) for turn in TURNS if turn[0] == name]
    assert found == [None] * 3


def test_every_indicator_is_recorded() -> None:
    assert set(load()) == set(KINDS)
    assert all(set(of_kind) == set(SERIES) for of_kind in load().values())
    assert len(SERIES) >= 5
    assert len({(series, mode) for _, series, mode in TURNS}) == len(SERIES) * len(OTHERS)


def test_the_sets_of_parameters_differ() -> None:
    for name, kind in KINDS.items():
        told = {str(arguments(kind, variant)) for variant in VARIANTS}
        flags = all(isinstance(value, bool) for value in kind.params._getpairs().values())
        numbers = 2 if name == "Accum" else 3 if flags else len(VARIANTS)
        assert len(told) == (numbers if kind.params._getkeys() else 1), name


def test_what_upstream_breaks_on_is_prices_that_stand_still() -> None:
    raised = [
        (name, series, drawn["raises"][0])
        for name, of_kind in load().items()
        for series, modes in of_kind.items()
        for drawn in modes["runonce=False"].values()
        if "raises" in drawn and name not in ("OLS_BetaN", "CointN")
    ]
    moving = {(name, error) for name, series, error in raised if series != "constant"}
    assert {error for _, error in moving} == {"ZeroDivisionError"}
    assert {name[:2] for name, _ in moving} == {"RS", "Re", "Bo"}  # RSI and kin, bands in percent
    assert len(raised) < len(KINDS)  # of five times four times as many outcomes


def test_differences_that_are_meant_are_of_what_there_is() -> None:
    assert {mode for each in INTENDED for mode in each.modes} <= set(MODES)
    assert {each.like for each in INTENDED} <= {*MODES, None}


VALUES = [float("nan")] * 7 + [100.0 + step * 0.37 for step in range(90)]


@pytest.mark.parametrize("place", range(7, len(VALUES), 6))
def test_a_sketch_tells_a_value_that_is_off(place: int) -> None:
    altered = list(VALUES)
    altered[place] *= 1.0 + 5e-7
    assert sketches.difference(sketches.sketch(VALUES), altered) is not None


def test_a_sketch_tells_what_is_missing_or_moved() -> None:
    drawn = sketches.sketch(VALUES)
    swapped = [*VALUES[:40], VALUES[41], VALUES[40], *VALUES[42:]]
    late = [float("nan"), *VALUES[:-1]]
    assert sketches.difference(drawn, list(VALUES)) is None
    assert sketches.difference(drawn, [value * (1.0 + 1e-11) for value in VALUES]) is None
    for altered in (VALUES[:-1], swapped, late, [*VALUES[:50], float("nan"), *VALUES[51:]]):
        assert sketches.difference(drawn, altered) is not None


@pytest.fixture(scope="module")
def both() -> tuple[dict[str, Plain], dict[str, Plain]]:
    """Return upstream's outcomes and ours, each from a process of its own."""
    python = os.environ.get("UPSTREAM_PYTHON")
    if not python:
        pytest.fail("UPSTREAM_PYTHON must name the interpreter that has upstream backtrader")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        theirs = pool.submit(outcomes_under, python, MATRIX, expect="upstream")
        ours = pool.submit(outcomes_under, sys.executable, MATRIX)
        return theirs.result(), ours.result()


@pytest.mark.parity
@pytest.mark.parametrize("name", KINDS)
def test_every_mode_is_as_upstream(
    name: str, both: tuple[dict[str, Plain], dict[str, Plain]]
) -> None:
    theirs, ours = both[0][name], both[1][name]
    found = [
        difference(theirs[series], ours[series][mode], (name, series, mode), same_values)
        for series in SERIES
        for mode in MODES
    ]
    assert found == [None] * len(found)
