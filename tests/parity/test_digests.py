"""Our journals against the digests of upstream's, for every case that upstream gets through."""

from __future__ import annotations

import pytest

from .cases import CASES
from .digests import BLOCK, broken, difference, digest, load, parting
from .storms import SEEDS

RECORDED = load()
LINES = [f"line {number}" for number in range(3 * BLOCK + 7)]


@pytest.mark.parametrize("name", list(RECORDED))
@pytest.mark.filterwarnings("default")
def test_same_as_recorded(name: str) -> None:
    found = difference(RECORDED[name], CASES[name]())
    assert found is None, found


def test_what_is_recorded() -> None:
    storms = [name for name in RECORDED if name.startswith("storm_")]
    assert set(RECORDED) <= set(CASES)
    # where upstream breaks nothing is recorded
    may_break = ("storm_", "delivery_")
    assert {name for name in CASES if not name.startswith(may_break)} <= set(RECORDED)
    deliveries = [name for name in RECORDED if name.startswith("delivery_")]
    assert len({name.partition("@")[0] for name in deliveries}) > 300
    assert 500 <= len(storms) <= SEEDS
    assert len({digest for digest in RECORDED.values()}) > 700  # no case is another's double


def _altered(place: int, *instead: str) -> list[str]:
    return [*LINES[:place], *instead, *LINES[place + 1 :]]


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (_altered(0, "another"), "another"),
        (_altered(BLOCK + 3, f"line {BLOCK + 3}."), f"line {BLOCK + 3}."),
        (_altered(2 * BLOCK), f"line {2 * BLOCK + 1}"),
        (_altered(4, LINES[5], LINES[4]), "line 5"),
        (LINES[:-1], f"line {3 * BLOCK}"),
        (LINES[: 3 * BLOCK], "(nothing)"),
        ([*LINES, "one more"], "one more"),
    ],
)
def test_an_altered_journal_is_caught(lines: list[str], shown: str) -> None:
    found = difference(digest(LINES), lines)
    assert found is not None
    assert shown in found.split("\n")
    parted = parting(LINES, lines)
    assert parted is not None
    assert "line" in parted


def test_a_journal_like_the_recorded_one_is_let_pass() -> None:
    assert difference(digest(LINES), list(LINES)) is None
    assert parting(LINES, list(LINES)) is None
    assert broken([*LINES, "raised IndexError"])
    assert not broken(LINES)
    assert not broken([])
