"""What ``btrun`` prints, character by character as upstream's does."""

from __future__ import annotations

import pytest

from backtrader.btrun import btrun

from .btrun_cases import CASES, ROOT, even, load


@pytest.mark.parametrize("name", CASES)
def test_prints_what_is_recorded(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    btrun(CASES[name].split())
    assert even(capsys.readouterr().out) == load()[name]
