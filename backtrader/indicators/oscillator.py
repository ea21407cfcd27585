"""How far a data is from a line: for any line, and ready made for each moving average."""

from __future__ import annotations

from ..indicator import Indicator
from ._families import moving_average_family

__all__ = ["Oscillator", "OscillatorMixIn"]


class OscillatorMixIn(Indicator):
    """Turns the first line of an indicator that it is mixed with into the distance of the data from
    it.

    Formula
    -------
    ``line = data - line``
    """

    plotlines = {"_0": {"_name": "osc"}}

    def _plotinit(self) -> None:
        name = self.lines._getlinealias(0)
        self.plotlines._0._name = f"{name}_osc"

    def __init__(self) -> None:
        self.lines[0] = self.data - self.lines[0]
        super().__init__()


class Oscillator(Indicator):
    """Distance of a data from a line.

    Formula
    -------
    ``osc = data - data1``; with a single data, an indicator, ``osc = data.data - data``

    Lines
    -----
    osc
        The distance, in the unit of the data.
    """

    lines = ("osc",)
    plotlines = {"_0": {"_name": "osc"}}

    def _plotinit(self) -> None:
        name = self._line.lines._getlinealias(0)
        self.plotlines._0._name = f"{name}_osc"

    def __init__(self) -> None:
        if len(self.datas) > 1:
            data, self._line = self.data, self.data1
        else:
            self._line = self.data
            data = self.data.data
        self.lines.osc = data - self._line
        super().__init__()


__all__ += moving_average_family(
    globals(), OscillatorMixIn, ("Oscillator", "Osc"), "Distance of the data from {}."
)
