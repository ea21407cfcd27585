"""What the tests of a folder need beyond numpy, pytest and hypothesis; without it they skip."""

import ast
import importlib.util
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
NEEDS = {
    "ib": ("aiohttp", "cryptography", "ibind", "time_machine"),
    "oanda": ("aiohttp", "requests"),
}
OPTIONAL = {"bokeh", "dask", "ibind", "matplotlib", "pandas", "ray", "tqdm"}


def imported(code):
    """Return the optional packages that the code imports."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found & OPTIONAL


def missing(folder):
    """Return the packages that the tests of `folder` need and that are not installed."""
    return [name for name in NEEDS.get(folder, ()) if importlib.util.find_spec(name) is None]


def need(folder):
    """Skip a test that needs what the tests of `folder` need, where that is not installed."""
    if names := missing(folder):
        pytest.skip(f"not installed: {', '.join(names)}")


class Absent(pytest.Module):
    """A module of tests that is skipped as a whole, and not imported."""

    def collect(self):
        names = ", ".join(missing(self.path.relative_to(TESTS).parts[0]))
        pytest.skip(f"not installed: {names}", allow_module_level=True)
