"""The distance between a fast and a slow average, as such or in percent."""

from __future__ import annotations

from typing import Any

from ..indicator import Indicator
from .ema import ExponentialMovingAverage

__all__ = ["APO", "PPO", "AbsPriceOsc", "AbsolutePriceOscillator", "PPOShort", "PercPriceOsc"]
__all__ += ["PercPriceOscShort", "PercentagePriceOscillator", "PercentagePriceOscillatorShort"]
__all__ += ["PriceOsc", "PriceOscillator"]


class _PriceOscBase(Indicator):
    """Base of the family: the two averages.

    Parameters
    ----------
    period1, period2 : int, default 12, 26
        Bars in the fast and in the slow average.
    _movav : class, default `ExponentialMovingAverage`
        The average.
    """

    params = (("period1", 12), ("period2", 26), ("_movav", ExponentialMovingAverage))
    plotinfo = {"plothlines": [0.0]}

    def __init__(self) -> None:
        average = self.p._movav
        self._fast = average(self.data, period=self.p.period1)
        self._slow = average(self.data, period=self.p.period2)
        super().__init__()


class PriceOscillator(_PriceOscBase):
    """Distance between a fast and a slow average.

    Formula
    -------
    ``po = _movav(data, period1) - _movav(data, period2)``

    Parameters
    ----------
    period1, period2 : int, default 12, 26
        Bars in the fast and in the slow average.
    _movav : class, default `ExponentialMovingAverage`
        The average.

    Lines
    -----
    po
        The distance, in the unit of the data.

    Source
    ------
    https://www.metastock.com/customer/resources/taaz/?p=94
    """

    alias = ("PriceOsc", "AbsolutePriceOscillator", "APO", "AbsPriceOsc")
    lines = ("po",)

    def __init__(self) -> None:
        super().__init__()
        self.lines.po = self._fast - self._slow


PriceOsc: type[PriceOscillator]
AbsolutePriceOscillator: type[PriceOscillator]
APO: type[PriceOscillator]
AbsPriceOsc: type[PriceOscillator]


class PercentagePriceOscillator(_PriceOscBase):
    """Distance between a fast and a slow average, in percent of the slow one, with its average.

    Formula
    -------
    - ``ppo = 100 * (fast - slow) / slow``
    - ``signal = _movav(ppo, period_signal)``
    - ``histo = ppo - signal``

    Parameters
    ----------
    period1, period2 : int, default 12, 26
        Bars in the fast and in the slow average.
    _movav : class, default `ExponentialMovingAverage`
        The average.
    period_signal : int, default 9
        Bars in the average of the distance.

    Lines
    -----
    ppo, signal, histo
        Percent.

    Source
    ------
    https://school.stockcharts.com/doku.php?id=technical_indicators:price_oscillators_ppo
    """

    alias = ("PPO", "PercPriceOsc")
    lines = ("ppo", "signal", "histo")
    params = (("period_signal", 9),)
    plotlines = {"histo": {"_method": "bar", "alpha": 0.50, "width": 1.0}}

    def _base(self) -> Any:
        """Return the average that is 100 percent."""
        return self._slow

    def __init__(self) -> None:
        super().__init__()
        self.lines.ppo = distance = 100.0 * (self._fast - self._slow) / self._base()
        self.lines.signal = signal = self.p._movav(distance, period=self.p.period_signal)
        self.lines.histo = distance - signal


PPO: type[PercentagePriceOscillator]
PercPriceOsc: type[PercentagePriceOscillator]


class PercentagePriceOscillatorShort(PercentagePriceOscillator):
    """`PercentagePriceOscillator` in percent of the fast average.

    Lines
    -----
    ppo, signal, histo
        Percent.
    """

    alias = ("PPOShort", "PercPriceOscShort")

    def _base(self) -> Any:
        return self._fast


PPOShort: type[PercentagePriceOscillatorShort]
PercPriceOscShort: type[PercentagePriceOscillatorShort]
