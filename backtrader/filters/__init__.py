"""The filters that come with the package."""

from ..dataseries import TimeFrame
from ..feed import AbstractDataBase
from ..flt import Filter
from ..utils.py3 import with_metaclass
from .bsplitter import *
from .calendardays import *
from .datafiller import *
from .datafilter import *
from .daysteps import *
from .heikinashi import *
from .renko import *
from .session import *
