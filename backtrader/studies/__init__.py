"""Studies: indicators that mark patterns."""

from ..indicator import Indicator
from .contrib import *
