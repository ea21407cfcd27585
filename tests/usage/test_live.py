"""What scripts print under ours against upstream, from processes of their own: ``make parity``."""

from __future__ import annotations

import os
import sys

import pytest

from .record import parting, prints_under

pytestmark = pytest.mark.parity


def test_prints_as_upstream() -> None:
    python = os.environ.get("UPSTREAM_PYTHON")
    if not python:
        pytest.fail("UPSTREAM_PYTHON must name the interpreter that has upstream backtrader")
    theirs = prints_under(python, expect="upstream")
    ours = prints_under(sys.executable)
    found = {run: parting(text, ours[run]) for run, text in theirs.items()}
    assert {run: told for run, told in found.items() if told} == {}
