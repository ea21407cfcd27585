"""System Quality Number."""

from __future__ import annotations

import math
from typing import Any

from ..analyzer import Analyzer
from ..mathsupport import average, standarddev
from ..utils import AutoOrderedDict

__all__ = ["SQN", "SystemQualityNumber"]


class SQN(Analyzer):
    """System Quality Number: how reliably closed trades make a profit.

    Results
    -------
    sqn
        The number; 0 with fewer than two trades, None where all trades gave the same. From 1.6 on a
        system is below average, from 2.0 average, from 2.5 good, from 3.0 excellent, from 5.1
        superb and from 7.0 on a holy grail.
    trades
        How many closed trades there were; 30 or more make the number meaningful.

    Formula
    -------
    square root of the number of trades * mean of their net profits / standard deviation of them

    Source
    ------
    Van K. Tharp, Definitive Guide to Position Sizing (2008).
    """

    alias = ("SystemQualityNumber",)

    def create_analysis(self) -> None:
        """Make the results."""
        self.rets = AutoOrderedDict()

    def start(self) -> None:
        """Begin without trades."""
        super().start()
        self.pnl: list[float] = []
        self.count = 0

    def notify_trade(self, trade: Any) -> None:
        """Take the profit of a closed trade in."""
        if trade.status == trade.Closed:
            self.count += 1
            self.pnl.append(trade.pnlcomm)

    def stop(self) -> None:
        """Work the number out."""
        quality: float | None = 0
        if self.count > 1:
            mean = average(self.pnl)
            deviation = standarddev(self.pnl)
            quality = math.sqrt(len(self.pnl)) * mean / deviation if deviation else None
        self.rets["sqn"] = quality
        self.rets["trades"] = self.count


SystemQualityNumber = SQN
