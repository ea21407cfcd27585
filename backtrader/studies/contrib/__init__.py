"""Studies that users have given."""

from .fractal import *
