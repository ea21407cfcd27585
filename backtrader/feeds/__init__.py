"""The feeds that come with the package."""

from .btcsv import *
from .csvgeneric import *
from .mt4csv import *
from .pandafeed import *
from .sierrachart import *
