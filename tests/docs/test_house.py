"""The drawing of the house is that of the code."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("house", ROOT / "tools" / "make_house.py")
house = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(house)


def test_the_drawing_is_up_to_date():
    assert house.main(["--check"]) == 0, "run tools/make_house.py"


def test_every_module_has_a_floor():
    assert {house.floor_of(module) for module in house.modules() if module} == set(range(9))


def test_an_import_that_goes_up_is_refused(monkeypatch):
    monkeypatch.setattr(house, "imports", lambda: [("metabase", "cerebro")])
    with pytest.raises(ImportError, match="metabase .* imports cerebro above it"):
        house.floors_imported()


def test_the_glossary_has_each_word():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    words = ["bar", "line", "feed", "clock", "cursor", "fill", "ledger", "owner", "spec"]
    assert [word for word in words if f"\n| {word} | " not in text] == []
