"""Variability-weighted return."""

from __future__ import annotations

import math

from ..analyzer import TimeFrameAnalyzerBase
from ..mathsupport import standarddev
from .drawdown import _fund_mode
from .returns import Returns

__all__ = ["VWR", "VariabilityWeightedReturn"]


class VWR(TimeFrameAnalyzerBase):
    """Variability-weighted return: the annualised return, less the more the value strays from
    steady growth.

    Parameters
    ----------
    timeframe, compression
        See `TimeFrameAnalyzerBase`.
    tann : int
        Periods in a year, see `Returns`.
    tau : float
        How fast variability takes away from the return: 0 at once, 1 in proportion.
    sdev_max : float
        Largest variability that is tolerated: there, nothing is left of the return.
    fund : bool
        Measure the value of a fund share rather than that of the account; default as the broker has
        it.

    Results
    -------
    vwr
        The weighted return, in per cent.

    Formula
    -------
    rnorm100 * (1 - (s / sdev_max) ** tau), with s the standard deviation over the periods n = 1, 2,
    ... of value at the end / (value at the beginning * exp(ravg * n)) - 1

    Source
    ------
    https://www.crystalbull.com/sharpe-ratio-better-with-log-returns/
    """

    alias = ("VariabilityWeightedReturn",)

    params = (("tann", None), ("tau", 0.20), ("sdev_max", 2.0), ("fund", None))

    def __init__(self) -> None:
        # Compat: `fund` is not passed on, the broker decides what these are returns of
        self._returns = Returns(
            timeframe=self.p.timeframe, compression=self.p.compression, tann=self.p.tann
        )

    def start(self) -> None:
        """Begin with the value at hand."""
        super().start()
        self._fundmode = _fund_mode(self)
        broker = self.strategy.broker
        self._pis = [broker.fundvalue if self._fundmode else broker.getvalue()]
        self._pns: list[float | None] = [None]

    def notify_fund(self, cash: float, value: float, fundvalue: float, shares: float) -> None:
        """Take the value of the bar in."""
        self._pns[-1] = fundvalue if self._fundmode else value

    def on_dt_over(self) -> None:
        """Begin the next period where this one ended."""
        self._pis.append(self._pns[-1])
        self._pns.append(None)

    def stop(self) -> None:
        """Work the return out."""
        super().stop()
        results = self._returns.get_analysis()
        mean, yearly = results["ravg"], results["rnorm100"]
        pairs = [(first, last) for first, last in zip(self._pis, self._pns, strict=True) if last]
        strays = [
            last / (first * math.exp(mean * count)) - 1.0
            for count, (first, last) in enumerate(pairs, 1)
        ]
        variability = standarddev(strays, bessel=True) if len(strays) > 1 else math.nan
        self.rets["vwr"] = yearly * (1.0 - pow(variability / self.p.sdev_max, self.p.tau))


VariabilityWeightedReturn = VWR
