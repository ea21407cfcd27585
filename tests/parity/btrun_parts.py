"""A module as users write them for ``btrun``: two strategies, an indicator, an observer, an
analyzer and a hook.
"""

from __future__ import annotations

from typing import Any

import backtrader as bt


class First(bt.Strategy):
    """Long above the crossing of two means; tells at the end what came of it."""

    params = (("x", 1), ("frame", None))

    def __init__(self) -> None:
        self.cross = bt.ind.CrossOver(bt.ind.SMA(period=5), bt.ind.SMA(period=15))

    def next(self) -> None:
        if self.cross > 0:
            self.buy()
        elif self.cross < 0 and self.position:
            self.close()

    def stop(self) -> None:
        print(type(self).__name__, self.p.x, self.p.frame, len(self), self.broker.getvalue())


class Second(First):
    """Tells of each trade, too."""

    def notify_trade(self, trade: Any) -> None:
        if trade.isclosed:
            print(bt.num2date(trade.dtclose), trade.pnl, trade.pnlcomm)


class Above(bt.Indicator):
    """How far the close is above its mean."""

    lines = ("signal",)

    def __init__(self) -> None:
        self.lines.signal = self.data - bt.ind.SMA(period=20)


class Held(bt.Observer):
    """The size of the position."""

    lines = ("held",)

    def next(self) -> None:
        self.lines.held[0] = self._owner.position.size


class Count(bt.Analyzer):
    """Counts the bars."""

    params = (("times", 1),)

    def start(self) -> None:
        self.bars = 0

    def next(self) -> None:
        self.bars += 1

    def get_analysis(self) -> dict[str, int]:
        return {"bars": self.bars * self.p.times}


def hook(cerebro: Any, cash: float = 1.0) -> None:
    """Give the broker its cash."""
    cerebro.broker.setcash(cash)
