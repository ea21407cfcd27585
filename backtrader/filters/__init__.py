"""The filters that come with the package."""

from .calendardays import *
from .daysteps import *
from .heikinashi import *
from .session import *
