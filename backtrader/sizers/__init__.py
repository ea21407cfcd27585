"""The sizers that come with the package."""

from .fixedsize import *
from .percents_sizer import *
