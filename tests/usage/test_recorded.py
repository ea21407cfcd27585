"""Every script under ours, against what upstream printed."""

from __future__ import annotations

import functools

import pytest

from ..needs import imported
from .record import load, parting
from .runner import SCRIPTS, failed, printed, runs

_recorded = functools.cache(load)


@pytest.mark.parametrize("run", runs())
@pytest.mark.filterwarnings("default", "ignore::ResourceWarning")
def test_prints_as_recorded(run: str) -> None:
    script = SCRIPTS / f"{run.split()[0]}.py"
    for package in imported(script.read_text(encoding="utf-8")):
        pytest.importorskip(package)
    assert parting(_recorded()[run], printed(run)) == ""


def test_all_runs_are_recorded() -> None:
    assert sorted(_recorded()) == sorted(runs())


def test_no_recording_is_of_a_failure_or_empty() -> None:
    bad = [run for run, text in _recorded().items() if failed(text) or len(text) < 40]
    assert bad == []


def test_recordings_are_small() -> None:
    assert {run: len(text) for run, text in _recorded().items() if len(text) > 4000} == {}
