"""Profit and loss of closed trades."""

from __future__ import annotations

import itertools
from typing import Any

from .._core.clock import Cursor
from ..lineseries import Lines
from ..metabase import AutoInfoClass
from ..observer import Observer

__all__ = ["DataTrades", "Trades"]


class Trades(Observer):
    """Profit or loss of the trades that were closed.

    Parameters
    ----------
    pnlcomm : bool
        Show it net of commission.
    """

    _stclock = True
    _sparse = True

    lines = ("pnlplus", "pnlminus")

    params = (("pnlcomm", True),)

    plotinfo = {
        "plot": True,
        "subplot": True,
        "plotname": "Trades - Net Profit/Loss",
        "plotymargin": 0.10,
        "plothlines": [0.0],
    }
    plotlines = {
        "pnlplus": {
            "_name": "Positive",
            "ls": "",
            "marker": "o",
            "color": "blue",
            "markersize": 8.0,
            "fillstyle": "full",
        },
        "pnlminus": {
            "_name": "Negative",
            "ls": "",
            "marker": "o",
            "color": "red",
            "markersize": 8.0,
            "fillstyle": "full",
        },
    }

    def __init__(self) -> None:
        # Compat: these are there to be read, and nothing ever counts them
        self.trades = self.trades_long = self.trades_short = 0
        self.trades_plus = self.trades_minus = 0
        self.trades_plus_gross = self.trades_minus_gross = 0
        self.trades_win = self.trades_win_max = self.trades_win_min = 0
        self.trades_loss = self.trades_loss_max = self.trades_loss_min = 0
        self.trades_length = self.trades_length_max = self.trades_length_min = 0

    def next(self) -> None:
        """Record the trades closed on this bar; of several with the same sign the last one."""
        for trade in self._owner._tradespending:
            if trade.isclosed and trade.data in self.ddatas:
                result = trade.pnlcomm if self.p.pnlcomm else trade.pnl
                self.lines[0 if result >= 0.0 else 1][0] = result


_MARKERS = "ov^<>12348sp*hH+xDd"
_COLORS = "bgrcmyk"


class DataTrades(Observer):
    """Gross profit or loss of the trades that were closed, a line for each data.

    Parameters
    ----------
    usenames : bool
        Name the lines after the datas rather than ``data0``, ``data1`` and so on.
    """

    _stclock = True
    _sparse = True

    params = (("usenames", True),)

    plotinfo = {"plot": True, "subplot": True, "plotymargin": 0.10, "plothlines": [0.0]}
    plotlines = {}

    @classmethod
    def _make_lines(cls, obj: Any) -> Lines:
        if obj.p.usenames:
            names = [data._name for data in obj.datas]
        else:
            names = [f"data{index}" for index in range(len(obj.datas))]
        lines = cls.lines._derive(cls.__name__, names, 0, ())
        obj.plotlines = _marks(names)
        return lines._made(Cursor(), obj, True)

    def next(self) -> None:
        """Record the trades closed on this bar, of several on a data the last one."""
        for trade in self._owner._tradespending:
            if trade.isclosed and trade.data in self.ddatas:
                self.lines[trade.data._id - 1][0] = trade.pnl


def _marks(names: list[str]) -> AutoInfoClass:
    """A mark and a color for each line, as far as there are marks."""
    looks = zip(names, _MARKERS, itertools.cycle(_COLORS), strict=False)
    info = {
        name: {"ls": "", "markersize": 8.0, "fillstyle": "full", "marker": marker, "color": color}
        for name, marker, color in looks
    }
    return AutoInfoClass._derive("DataTrades", info, (), recurse=True)()
