"""Observers that come with the package."""

from ..dataseries import TimeFrame
from ..observer import Observer
from ..trade import Trade
from ..utils.py3 import MAXINT, with_metaclass
from .benchmark import Benchmark
from .broker import Broker, Cash, CashValue, FundShares, FundShareValue, FundVal, FundValue, Value
from .buysell import BuySell
from .drawdown import DrawDown, DrawDown_Old, DrawDownLength
from .logreturns import LogReturns, LogReturns2
from .timereturn import TimeReturn
from .trades import DataTrades, Trades

__all__ = ["MAXINT", "Benchmark", "Broker", "BuySell", "Cash", "CashValue", "DataTrades"]
__all__ += ["DrawDown", "DrawDownLength", "DrawDown_Old", "FundShareValue", "FundShares"]
__all__ += ["FundVal", "FundValue", "LogReturns", "LogReturns2", "Observer", "TimeFrame"]
__all__ += ["TimeReturn", "Trade", "Trades", "Value", "with_metaclass"]
