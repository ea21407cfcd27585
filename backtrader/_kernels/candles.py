"""Candles made of other candles.

The prices, and the lines that are written, are float64 ``(n,)``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .operators import larger, smaller

Values = NDArray[np.float64]


def first_heikin_ashi(
    opened: Values,
    high: Values,
    low: Values,
    close: Values,
    bar: int,
    ha_open: Values,
    ha_high: Values,
    ha_low: Values,
    ha_close: Values,
) -> None:
    """Write open and close of the first smoothed candle."""
    ha_open[bar] = (opened[bar] + close[bar]) / 2.0
    ha_close[bar] = (opened[bar] + high[bar] + low[bar] + close[bar]) / 4.0


def heikin_ashi(
    opened: Values,
    high: Values,
    low: Values,
    close: Values,
    start: int,
    end: int,
    ha_open: Values,
    ha_high: Values,
    ha_low: Values,
    ha_close: Values,
) -> None:
    """Write the smoothed candles of the bars `start` to `end` (excluded), going on from the one
    before."""
    bars = slice(start, end)
    ha_close[bars] = (opened[bars] + high[bars] + low[bars] + close[bars]) / 4.0
    value = float(ha_open[start - 1])
    values = []
    for before in ha_close[start - 1 : end - 1].tolist():
        value = (value + before) / 2.0
        values.append(value)
    ha_open[bars] = values
    ha_high[bars] = larger(larger(high[bars], ha_open[bars]), ha_close[bars])
    ha_low[bars] = smaller(smaller(low[bars], ha_open[bars]), ha_close[bars])
