"""The filters that come with the package."""

from .bsplitter import *
from .calendardays import *
from .daysteps import *
from .heikinashi import *
from .session import *
