"""Runs from the command line: ``btrun``, ``bt-run.py`` and ``python -m backtrader``."""

from .btrun import btrun

__all__ = ["btrun"]
