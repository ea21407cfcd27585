"""The version."""

import importlib.metadata

from backtrader.version import __btversion__, __version__


def test_btversion_is_the_version_in_integers():
    assert ".".join(str(part) for part in __btversion__) == __version__


def test_installed_version_is_the_version():
    assert importlib.metadata.version("backtrader") == __version__
