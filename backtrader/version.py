"""The version of the package, its single source: ``setup.py`` reads it from here."""

__version__ = "1.10.0"

__btversion__ = tuple(int(part) for part in __version__.split("."))
