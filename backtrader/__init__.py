"""Backtesting and live trading: feeds, indicators, strategies, brokers and what watches them.

Scripts ``import backtrader as bt`` and find all they need here: the classes to derive from and, as
submodules, the
families (``bt.feeds``, ``bt.ind``, ``bt.analyzers``, ``bt.obs``, ``bt.sizers`` ...).
"""

import datetime
import math

# isort: off
# Every name is imported as itself: that is how a type checker knows that it is meant for users.
from . import errors, mathsupport, metabase, utils, version
from .analyzer import Analyzer as Analyzer, TimeFrameAnalyzerBase as TimeFrameAnalyzerBase
from .broker import BrokerBase as BrokerBase
from .brokers import BackBroker as BackBroker
from .cerebro import Cerebro as Cerebro, OptReturn as OptReturn
from .comminfo import CommInfoBase as CommInfoBase, CommissionInfo as CommissionInfo
from .dataseries import (
    OHLC as OHLC,
    DataSeries as DataSeries,
    OHLCDateTime as OHLCDateTime,
    SimpleFilterWrapper as SimpleFilterWrapper,
    TimeFrame as TimeFrame,
)
from .errors import BacktraderError as BacktraderError, StrategySkipError as StrategySkipError
from .feed import (
    AbstractDataBase as AbstractDataBase,
    CSVDataBase as CSVDataBase,
    CSVFeedBase as CSVFeedBase,
    DataBase as DataBase,
    DataClone as DataClone,
    FeedBase as FeedBase,
)
from .flt import Filter as Filter
from .functions import *
from .indicator import Indicator as Indicator, LinePlotterIndicator as LinePlotterIndicator
from .linebuffer import *
from .lineiterator import *
from .lineroot import LineMultiple as LineMultiple, LineRoot as LineRoot, LineSingle as LineSingle
from .lineseries import (
    LineAlias as LineAlias,
    Lines as Lines,
    LineSeries as LineSeries,
    LineSeriesMaker as LineSeriesMaker,
    LineSeriesStub as LineSeriesStub,
)
from .metabase import (
    AutoInfoClass as AutoInfoClass,
    ItemCollection as ItemCollection,
    MetaParams as MetaParams,
    findowner as findowner,
)
from .observer import Observer as Observer
from .order import (
    BuyOrder as BuyOrder,
    Order as Order,
    OrderBase as OrderBase,
    OrderData as OrderData,
    OrderExecutionBit as OrderExecutionBit,
    SellOrder as SellOrder,
    StopBuyOrder as StopBuyOrder,
    StopLimitBuyOrder as StopLimitBuyOrder,
    StopLimitSellOrder as StopLimitSellOrder,
    StopSellOrder as StopSellOrder,
)
from .position import Position as Position
from .resamplerfilter import *
from .signal import *
from .sizer import Sizer as Sizer, SizerBase as SizerBase
from .sizers import SizerFix as SizerFix
from .store import Store as Store
from .strategy import SignalStrategy as SignalStrategy, Strategy as Strategy
from .timer import (
    SESSION_END as SESSION_END,
    SESSION_START as SESSION_START,
    SESSION_TIME as SESSION_TIME,
    Timer as Timer,
)
from .trade import Trade as Trade, TradeHistory as TradeHistory
from .tradingcal import (
    PandasMarketCalendar as PandasMarketCalendar,
    TradingCalendar as TradingCalendar,
    TradingCalendarBase as TradingCalendarBase,
)
from .utils import (
    AutoDictList as AutoDictList,
    AutoOrderedDict as AutoOrderedDict,
    DotDict as DotDict,
    date2num as date2num,
    num2date as num2date,
    num2time as num2time,
    time2num as time2num,
    tzparse as tzparse,
)
from .utils.py3 import MAXINT as MAXINT, with_metaclass as with_metaclass
from .version import __btversion__ as __btversion__, __version__ as __version__
from .writer import (
    WriterBase as WriterBase,
    WriterFile as WriterFile,
    WriterStringIO as WriterStringIO,
)

from . import analyzer, broker, cerebro, comminfo, dataseries, feed, flt, functions
from . import indicator, linebuffer, lineiterator, lineroot, lineseries, observer
from . import order, position, resamplerfilter, signal, sizer, store, strategy
from . import timer, trade, tradingcal, writer

from . import analyzers, brokers, commissions, feeds, fillers, filters, indicators
from . import observers, signals, sizers, stores, strategies, studies, talib

# the short names that scripts use
comms = commissions
filler = fillers
ind = indicators
obs = observers
strats = strategies
