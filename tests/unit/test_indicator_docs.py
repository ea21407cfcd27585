"""docs/indicators.rst says what the docstrings say."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("docs", ROOT / "tools" / "make_indicator_docs.py")
docs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(docs)

KINDS = [kind for module in docs.modules() for kind in docs.classes(module)]


def test_the_page_is_up_to_date():
    assert docs.main(["--check"]) == 0, "run tools/make_indicator_docs.py"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_indicator_says_what_it_is(kind):
    assert kind.__doc__ and len(kind.__doc__.strip()) > 20


def test_an_alias_is_named_beside_its_class():
    page = docs.document()
    assert "Also: ``AccDeOsc``" in page
    assert "\nAccDeOsc\n~~~" not in page
