"""When one line crosses another."""

from __future__ import annotations

from typing import ClassVar

from .._kernels import crossings, recursions
from ..indicator import Indicator
from ..linebuffer import _operand
from ._direct import Direct, second_data

__all__ = ["NZD", "CrossDown", "CrossOver", "CrossUp", "NonZeroDifference"]


class NonZeroDifference(Indicator):
    """Difference of two datas; where they are equal, the last difference before.

    Formula
    -------
    - ``diff = data - data1``
    - ``nzd = diff if diff else nzd[-1]``

    Lines
    -----
    nzd
        The difference, in the unit of the datas; 0 only as long as they have never differed.
    """

    _mindatas = 2  # requires two data sources

    alias = ("NZD",)
    lines = ("nzd",)

    def nextstart(self) -> None:
        self.line[0] = self.data[0] - second_data(self)[0]

    def next(self) -> None:
        difference = self.data[0] - self.data1[0]
        self.line[0] = difference if difference else self.line[-1]

    def oncestart(self, start: int, end: int) -> None:
        self.line.array[start] = self.data.array[start] - second_data(self).array[start]

    def once(self, start: int, end: int) -> None:
        first, second = (_operand(data.lines[0], 0, end) for data in self.datas[:2])
        before = self.line.array[start - 1]
        recursions.last_nonzero(first - second, before, start, end, self._values)


NZD: type[NonZeroDifference]


class _Crossing(Direct, Indicator):
    """Base of the crossings: remembers on which side of the second data the first one was last.

    A crossing is seen at the first bar on the other side; bars on which both are equal do not end
    it.
    """

    _mindatas = 2
    _direct = True

    # what a crossing counts in each direction
    _up: ClassVar[float] = 0.0
    _down: ClassVar[float] = 0.0

    plotinfo = {"plotymargin": 0.05, "plotyhlines": [0.0, 1.0]}

    def _start_formula(self) -> None:
        self._first = self.data.lines[0]
        self._second = second_data(self).lines[0]
        self._bar = 0
        self._before = self._latest = (
            0.0  # the latest difference but 0: up to the bar before, with this bar
        )
        self.addminperiod(2)

    def nextstart(self) -> None:
        self._latest = self._first[-1] - self._second[-1]
        self.next()

    def next(self) -> None:
        bar = len(self._cursor)
        if bar != self._bar:
            self._bar = bar
            self._before = self._latest
        difference = self._first[0] - self._second[0]
        before = self._before
        self._latest = difference if difference else before
        value = 0.0
        if before < 0.0 < difference:
            value = self._up
        elif before > 0.0 > difference:
            value = self._down
        self.line[0] = value

    def oncestart(self, start: int, end: int) -> None:
        """Leave it to `once`, which does all bars at a time."""

    def once(self, start: int, end: int) -> None:
        first, second = (_operand(line, 0, end) for line in (self._first, self._second))
        crossings.crossed(first - second, self._up, self._down, start - 1, end, self._values)


class _CrossBase(_Crossing):
    """Base of the crossings in one direction."""

    lines = ("cross",)


class CrossUp(_CrossBase):
    """1.0 at the bar at which the first data has come from below to above the second, else 0.0.

    Lines
    -----
    cross
        1.0 or 0.0.
    """

    _direct = True
    _up = 1.0


class CrossDown(_CrossBase):
    """1.0 at the bar at which the first data has come from above to below the second, else 0.0.

    Lines
    -----
    cross
        1.0 or 0.0.
    """

    _direct = True
    _down = 1.0


class CrossOver(_Crossing):
    """1.0 where the first data crosses the second upwards, -1.0 where it does so downwards, else
    0.0.

    Formula
    -------
    - ``crossover = 1.0`` where ``data > data1``, and ``data < data1`` at the last bar before at
      which the two were not equal
    - ``crossover = -1.0`` the other way round

    Lines
    -----
    crossover
        1.0, -1.0 or 0.0.
    """

    lines = ("crossover",)
    plotinfo = {"plotyhlines": [-1.0, 1.0]}

    _direct = True
    _up = 1.0
    _down = -1.0
