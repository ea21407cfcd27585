"""How far a price has come in some bars."""

from __future__ import annotations

from ..indicator import Indicator
from ._direct import whole_period

__all__ = ["ROC", "ROC100", "Momentum", "MomentumOsc", "MomentumOscillator", "RateOfChange"]
__all__ += ["RateOfChange100"]


class Momentum(Indicator):
    """Change over `period` bars.

    Formula
    -------
    ``momentum = data - data(-period)``

    Parameters
    ----------
    period : int, default 12
        Bars to look back.

    Lines
    -----
    momentum
        The change, in the unit of the data.

    Source
    ------
    https://en.wikipedia.org/wiki/Momentum_(technical_analysis)
    """

    lines = ("momentum",)
    params = (("period", 12),)
    plotinfo = {"plothlines": [0.0]}

    def __init__(self) -> None:
        self.lines.momentum = self.data - self.data(-whole_period(self))
        super().__init__()


class MomentumOscillator(Indicator):
    """Value in percent of what it was `period` bars before.

    Formula
    -------
    ``momosc = 100 * (data / data(-period))``

    Parameters
    ----------
    period : int, default 12
        Bars to look back.
    band : float, default 100.0
        Where the plot has a line across, in percent.

    Lines
    -----
    momosc
        The ratio, in percent: 100.0 is no change.

    Source
    ------
    https://school.stockcharts.com/doku.php?id=technical_indicators:rate_of_change_roc_and_momentum
    """

    alias = ("MomentumOsc",)
    lines = ("momosc",)
    params = (("period", 12), ("band", 100.0))

    def _plotlabel(self) -> list[int]:
        return [self.p.period]

    def _plotinit(self) -> None:
        self.plotinfo.plothlines = [self.p.band]

    def __init__(self) -> None:
        self.lines.momosc = 100.0 * (self.data / self.data(-whole_period(self)))
        super().__init__()


MomentumOsc: type[MomentumOscillator]


class RateOfChange(Indicator):
    """Change over `period` bars as a part of the value before them.

    Formula
    -------
    ``roc = (data - data(-period)) / data(-period)``

    Parameters
    ----------
    period : int, default 12
        Bars to look back.

    Lines
    -----
    roc
        The change as a fraction: 0.01 is one percent.

    Source
    ------
    https://school.stockcharts.com/doku.php?id=technical_indicators:rate_of_change_roc_and_momentum
    """

    alias = ("ROC",)
    lines = ("roc",)
    params = (("period", 12),)

    def __init__(self) -> None:
        before = self.data(-whole_period(self))
        self.lines.roc = (self.data - before) / before
        super().__init__()


ROC: type[RateOfChange]


class RateOfChange100(Indicator):
    """Change over `period` bars in percent of the value before them.

    Formula
    -------
    ``roc100 = 100 * (data - data(-period)) / data(-period)``

    Parameters
    ----------
    period : int, default 12
        Bars to look back.

    Lines
    -----
    roc100
        The change, in percent: 1.0 is one percent.

    Source
    ------
    https://school.stockcharts.com/doku.php?id=technical_indicators:rate_of_change_roc_and_momentum
    """

    alias = ("ROC100",)
    lines = ("roc100",)
    params = (("period", 12),)

    def __init__(self) -> None:
        self.lines.roc100 = 100.0 * RateOfChange(self.data, period=self.p.period)
        super().__init__()


ROC100: type[RateOfChange100]
