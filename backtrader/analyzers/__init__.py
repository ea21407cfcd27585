"""Analyzers that come with the package."""

from ..analyzer import Analyzer, TimeFrameAnalyzerBase
from ..dataseries import TimeFrame
from ..mathsupport import average, standarddev
from ..order import Order
from ..position import Position
from ..utils.autodict import AutoDict, AutoOrderedDict
from ..utils.py3 import MAXINT
from .annualreturn import AnnualReturn
from .calmar import Calmar
from .drawdown import DrawDown, TimeDrawDown
from .leverage import GrossLeverage
from .logreturnsrolling import LogReturnsRolling
from .periodstats import PeriodStats
from .positions import PositionsValue
from .pyfolio import PyFolio
from .returns import Returns
from .sharpe import SharpeRatio, SharpeRatio_A
from .sqn import SQN, SystemQualityNumber
from .timereturn import TimeReturn
from .tradeanalyzer import TradeAnalyzer
from .transactions import Transactions
from .vwr import VWR, VariabilityWeightedReturn

__all__ = ["MAXINT", "SQN", "VWR", "Analyzer", "AnnualReturn", "AutoDict", "AutoOrderedDict"]
__all__ += ["Calmar", "DrawDown", "GrossLeverage", "LogReturnsRolling", "Order", "PeriodStats"]
__all__ += ["Position", "PositionsValue", "PyFolio", "Returns", "SharpeRatio", "SharpeRatio_A"]
__all__ += ["SystemQualityNumber", "TimeDrawDown", "TimeFrame", "TimeFrameAnalyzerBase"]
__all__ += ["TimeReturn", "TradeAnalyzer", "Transactions", "VariabilityWeightedReturn"]
__all__ += ["average", "standarddev"]
