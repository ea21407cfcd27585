"""The extras of setup.py name what the package imports, and the commands in its errors exist."""

import re
from email.message import Message
from importlib import metadata
from pathlib import Path

import pytest

from backtrader.version import __version__

PACKAGE = Path(__file__).resolve().parents[2] / "backtrader"
EXTRAS = {"all", "dev", "docs", "ib", "metrics", "oanda", "plotting", "sim", "talib"}


@pytest.fixture(scope="module")
def described() -> Message:
    return metadata.distribution("backtrader").metadata


def required(extra):
    """Return the names of the packages that an extra brings."""
    found = set()
    for line in metadata.requires("backtrader") or []:
        if f'extra == "{extra}"' in line.replace("'", '"'):
            found.add(re.match(r"[\w.-]+", line)[0].lower())
    return found


def test_the_version_is_that_of_the_module(described):
    assert described["Version"] == __version__


def test_the_extras_are_there(described):
    assert set(described.get_all("Provides-Extra")) == EXTRAS


def test_the_core_needs_numpy_alone():
    always = [line for line in metadata.requires("backtrader") if "extra ==" not in line]
    assert [re.match(r"\w+", line)[0] for line in always] == ["numpy"]


def test_all_is_what_the_others_bring_together():
    each = EXTRAS - {"all", "dev", "docs"}
    assert required("all") == set().union(*(required(extra) for extra in each))


def test_an_extra_that_an_error_names_is_there():
    texts = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    assert set(re.findall(r'"backtrader\[(\w+)\]"', texts)) <= EXTRAS
