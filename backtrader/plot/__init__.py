"""Charts of what a strategy saw and did; needs matplotlib, which this package alone imports."""

from ._draw import save
from .plot import *
from .scheme import *
