"""Two thousand broken text files: each is refused with its place, or loaded as upstream does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backtrader.errors import DataError

from . import broken_files
from .broken_files import COUNT, FORMS, RAISED

PART = 200
UPSTREAM = broken_files.load()


def _last_line_may_be_cut(number: int) -> bool:
    """Whether upstream takes the last two lines for one, see docs/differences.md."""
    reverse = FORMS[number % len(FORMS)][1].get("reverse", False)
    return bool(reverse) and not broken_files.content(number).endswith(b"\n")


@pytest.mark.parametrize("first", range(0, COUNT, PART))
@pytest.mark.filterwarnings("default")
def test_refused_with_the_place_or_loaded_as_upstream_does(first: int, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    for number in range(first, first + PART):
        try:
            found = broken_files.digest(broken_files.run(number, path))
        except DataError as error:
            assert error.path == str(path), number
            assert error.line_number or "empty" in str(error), number
            continue
        assert found == UPSTREAM[number] or _last_line_may_be_cut(number), number


def test_the_corpus_is_broken_and_most_of_it_in_its_own_way() -> None:
    assert len(UPSTREAM) == COUNT == 2000
    assert len({broken_files.content(number) for number in range(COUNT)}) > 1900
    assert UPSTREAM.count(RAISED) > COUNT / 2


@pytest.mark.parity
def test_upstream_is_as_recorded() -> None:
    assert broken_files.outcomes_under(os.environ["UPSTREAM_PYTHON"]) == UPSTREAM
