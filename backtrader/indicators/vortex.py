"""The vortex indicator, at the place where it is looked for among the others."""

from .contrib.vortex import Vortex

__all__ = ["Vortex"]
