"""The indicators, all under one name: ``backtrader.indicators.SMA`` and so on."""

from ..functions import *
from ..indicator import Indicator
from ..linebuffer import LineActions
from ..utils.py3 import MAXINT, with_metaclass
from .atr import *
from .basicops import *
from .bollinger import *
from .crossover import *
from .deviation import *
from .ema import *
from .mabase import *
from .macd import *
from .momentum import *
from .rmi import *
from .rsi import *
from .sma import *
from .smma import *
from .wma import *
