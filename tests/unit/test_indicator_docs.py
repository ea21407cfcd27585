"""docs/indicators.rst says what the docstrings say."""

import importlib.util
import inspect
import re
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


# what is told in the summary alone: sums, extremes and the like have nobody to name for a source
PLAIN = {"basicops", "crossover", "oscillator", "percentchange", "mabase", "functions"}
# arguments rather than parameters
ARGUMENTS = {"function", "initializer"}
BY_NAME = {kind.__name__: kind for kind in KINDS}


def section(text, name):
    found = re.search(rf"^{name}\n-+\n(.*?)(?=^\w[^\n]*\n-+\n|\Z)", text, re.S | re.M)
    return found.group(1) if found else ""


def entries(text):
    """The names that a section tells of, each with its default as a text, or None."""
    found = {}
    for names, told in re.findall(r"^(\w+(?:, \w+)*)(?: : (.*))?$", text, re.M):
        names = names.split(", ")
        default = re.search(r"default (.*)$", told)
        values = [default.group(1)] if default else [None]
        if default and len(names) > 1 and ", " in default.group(1):
            values = default.group(1).split(", ")
        values = values * len(names) if len(values) == 1 else values
        found.update(zip(names, values, strict=True))
    return found


def told(kind):
    """Parameters, lines and sections of the docstrings of a class, its bases and those named."""
    params, lines, sections = {}, {}, set()
    for each in reversed(kind.__mro__):
        text = inspect.cleandoc(vars(each).get("__doc__") or "")
        for name in re.findall(r"(?:are\s+those\s+of|[Aa]s\s+in)\s+`(\w+)`", text):
            if name in BY_NAME and BY_NAME[name] not in kind.__mro__:
                others = told(BY_NAME[name])
                params.update(others[0])
                lines.update(others[1])
        own = entries(section(text, "Parameters"))
        params.update({key: own[key] for key in own if own[key] or key not in params})
        lines.update(entries(section(text, "Lines")))
        sections |= {name for name in ("Formula", "Source") if section(text, name)}
    return params, lines, sections


def written(value):
    return value.__name__ if isinstance(value, type) else str(value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_parameters_told_of_are_those_there_are(kind):
    pairs = dict(kind.params._getpairs()) if hasattr(kind, "params") else {}
    params, _, _ = told(kind)
    assert set(params) - ARGUMENTS == set(pairs)
    defaults = {name: text.strip('`"') for name, text in params.items() if text is not None}
    assert defaults == {name: written(pairs[name]) for name in defaults}
    # no default to be told of: what has to be given, or a function
    without = {name for name, text in params.items() if text is None} - ARGUMENTS
    assert all(pairs[name] in (None, ()) or callable(pairs[name]) for name in without)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_lines_told_of_are_those_there_are(kind):
    names = set(kind.lines._getlines()) if hasattr(kind, "lines") else set()
    _, lines, _ = told(kind)
    assert len(names) < 2 or names <= set(lines)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_formula_and_source_are_given(kind):
    _, _, sections = told(kind)
    module = kind.__module__.rpartition(".")[2]
    if module not in PLAIN:
        assert "Source" in sections
        assert "Formula" in sections or kind.__name__ == "CointN"
