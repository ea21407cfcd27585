"""Indicators that users have given."""

from .vortex import *
