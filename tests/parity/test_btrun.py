"""What ``btrun`` prints, character by character as upstream's does."""

from __future__ import annotations

import pytest

from backtrader.btrun import btrun

from .btrun_cases import CASES, ROOT, even, load
from .compare import spelt_alike


@pytest.mark.parametrize("name", CASES)
def test_prints_what_is_recorded(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    btrun(CASES[name].split())
    assert spelt_alike(even(capsys.readouterr().out)) == spelt_alike(load()[name])
