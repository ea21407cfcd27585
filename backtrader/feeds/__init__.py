"""The feeds that come with the package.

Those of live trading are imported when they are asked for, with the store that they need.
"""

import importlib
from typing import Any

from .. import feed
from ..dataseries import TimeFrame
from ..feed import DataBase
from ..metabase import MetaParams
from ..utils import date2num, num2date
from ..utils.py3 import with_metaclass
from .blaze import *
from .btcsv import *
from .chainer import *
from .csvgeneric import *
from .influxfeed import *
from .mt4csv import *
from .pandafeed import *
from .quandl import *
from .rollover import *
from .sierrachart import *
from .vchart import *
from .vchartcsv import *
from .vchartfile import *
from .yahoo import *

_ELSEWHERE = {
    "IBData": "..stores.ibstore",
    "IBOptionData": ".iboptions",
    "MetaIBData": ".ibdata",
    "OandaData": "..stores.oandastore",
    "VCData": "..stores.vcstore",
}


def __getattr__(name: str) -> Any:
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_ELSEWHERE[name], __name__), name)
