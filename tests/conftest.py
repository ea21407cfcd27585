"""Fixtures that every test may use."""

import signal
from pathlib import Path

import pytest

from .needs import TESTS, Absent, missing

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure():
    """Heed SIGINT where the shell has it ignored, as it has for what runs in the background.

    The processes that tests start and interrupt inherit that, and would never end.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_pycollect_makemodule(module_path, parent):
    """Skip what needs packages that are not installed, and say which."""
    if missing(module_path.relative_to(TESTS).parts[0]):
        return Absent.from_parent(parent, path=module_path)
    return None


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def datas() -> Path:
    """Return the folder of the sample data."""
    return ROOT / "datas"
