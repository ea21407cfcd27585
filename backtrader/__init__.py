"""Backtesting and live trading: feeds, indicators, strategies, brokers and what watches them.

Scripts ``import backtrader as bt`` and find all they need here: the classes to derive from and, as
submodules, the
families (``bt.feeds``, ``bt.ind``, ``bt.analyzers``, ``bt.obs``, ``bt.sizers`` ...).
"""

import datetime
import math

from . import errors, mathsupport, metabase, utils, version
from .analyzer import Analyzer, TimeFrameAnalyzerBase
from .broker import BrokerBase
from .brokers import BackBroker
from .cerebro import Cerebro, OptReturn
from .comminfo import CommInfoBase, CommissionInfo
from .dataseries import OHLC, DataSeries, OHLCDateTime, SimpleFilterWrapper, TimeFrame
from .errors import BacktraderError, StrategySkipError
from .feed import AbstractDataBase, CSVDataBase, CSVFeedBase, DataBase, DataClone, FeedBase
from .flt import Filter
from .functions import *
from .indicator import Indicator, LinePlotterIndicator
from .linebuffer import *
from .lineiterator import *
from .lineroot import LineMultiple, LineRoot, LineSingle
from .lineseries import LineAlias, Lines, LineSeries, LineSeriesMaker, LineSeriesStub
from .metabase import AutoInfoClass, ItemCollection, MetaParams, findowner
from .observer import Observer
from .order import (
    BuyOrder,
    Order,
    OrderBase,
    OrderData,
    OrderExecutionBit,
    SellOrder,
    StopBuyOrder,
    StopLimitBuyOrder,
    StopLimitSellOrder,
    StopSellOrder,
)
from .position import Position
from .resamplerfilter import *
from .signal import *
from .sizer import Sizer, SizerBase
from .sizers import SizerFix
from .store import Store
from .strategy import SignalStrategy, Strategy
from .timer import SESSION_END, SESSION_START, SESSION_TIME, Timer
from .trade import Trade, TradeHistory
from .tradingcal import PandasMarketCalendar, TradingCalendar, TradingCalendarBase
from .utils import (
    AutoDictList,
    AutoOrderedDict,
    DotDict,
    date2num,
    num2date,
    num2time,
    time2num,
    tzparse,
)
from .utils.py3 import MAXINT, with_metaclass
from .version import __btversion__, __version__
from .writer import WriterBase, WriterFile, WriterStringIO

from . import analyzer, broker, cerebro, comminfo, dataseries, feed, flt, functions  # isort: skip
from . import indicator, linebuffer, lineiterator, lineroot, lineseries, observer  # isort: skip
from . import order, position, resamplerfilter, signal, sizer, store, strategy  # isort: skip
from . import timer, trade, tradingcal, writer  # isort: skip

from . import analyzers, brokers, commissions, feeds, fillers, filters, indicators  # isort: skip
from . import observers, signals, sizers, stores, strategies, studies, talib  # isort: skip

# the short names that scripts use
comms = commissions
filler = fillers
ind = indicators
obs = observers
strats = strategies
