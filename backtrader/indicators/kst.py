"""Pring's know sure thing."""

from __future__ import annotations

from ..indicator import Indicator
from .momentum import RateOfChange100
from .sma import SMA

__all__ = ["KST", "KnowSureThing"]


class KnowSureThing(Indicator):
    """Rates of change over four spans, smoothed, weighted and added.

    Formula
    -------
    - ``part(n) = _rmovav(RateOfChange100(data, rp[n]), rma[n])`` for n from 1 to 4
    - ``kst = sum(rfactors[n - 1] * part(n))``
    - ``signal = _smovav(kst, rsignal)``

    Parameters
    ----------
    rp1, rp2, rp3, rp4 : int, default 10, 15, 20, 30
        Bars of the rates of change.
    rma1, rma2, rma3, rma4 : int, default 10
        Bars in their averages.
    rsignal : int, default 9
        Bars in the average of the sum.
    rfactors : list of float, default [1.0, 2.0, 3.0, 4.0]
        Weights of the four parts.
    _rmovav, _smovav : class, default `SMA`
        The averages of the parts and of the sum.

    Lines
    -----
    kst
        The sum, in percent times the weights.
    signal
        Its average.

    Source
    ------
    Martin Pring, Technical Analysis of Stocks & Commodities, 1992;
    https://school.stockcharts.com/doku.php?id=technical_indicators:know_sure_thing_kst
    """

    alias = ("KST",)
    lines = ("kst", "signal")
    params = (
        ("rp1", 10),
        ("rp2", 15),
        ("rp3", 20),
        ("rp4", 30),
        ("rma1", 10),
        ("rma2", 10),
        ("rma3", 10),
        ("rma4", 10),
        ("rsignal", 9),
        ("rfactors", [1.0, 2.0, 3.0, 4.0]),
        ("_rmovav", SMA),
        ("_smovav", SMA),
    )
    plotinfo = {"plothlines": [0.0]}

    def __init__(self) -> None:
        params = self.p
        spans = (params.rp1, params.rp2, params.rp3, params.rp4)
        smoothings = (params.rma1, params.rma2, params.rma3, params.rma4)
        total = None
        for span, smoothing, factor in zip(spans, smoothings, params.rfactors, strict=False):
            change = RateOfChange100(self.data, period=span)
            part = factor * params._rmovav(change, period=smoothing)
            total = part if total is None else total + part
        self.lines.kst = total
        self.lines.signal = params._smovav(total, period=params.rsignal)
        super().__init__()


KST: type[KnowSureThing]
