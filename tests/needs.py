"""What the tests of a folder need beyond numpy, pytest and hypothesis; without it they skip."""

import importlib.util
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
NEEDS = {
    "ib": ("aiohttp", "cryptography", "ibind"),
    "oanda": ("aiohttp", "requests"),
}


def missing(folder):
    """Return the packages that the tests of `folder` need and that are not installed."""
    return [name for name in NEEDS.get(folder, ()) if importlib.util.find_spec(name) is None]


class Absent(pytest.Module):
    """A module of tests that is skipped as a whole, and not imported."""

    def collect(self):
        names = ", ".join(missing(self.path.relative_to(TESTS).parts[0]))
        pytest.skip(f"not installed: {names}", allow_module_level=True)
