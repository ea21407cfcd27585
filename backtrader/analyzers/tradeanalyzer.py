"""Statistics of the trades."""

from __future__ import annotations

from typing import Any

from ..analyzer import Analyzer
from ..utils import AutoOrderedDict
from ..utils.py3 import MAXINT

__all__ = ["TradeAnalyzer"]


class TradeAnalyzer(Analyzer):
    """Statistics of the trades.

    Results
    -------
    total
        Trades in ``total``, ``open`` and ``closed``. The rest is there once one was closed:
    streak
        ``won`` and ``lost``: ``current`` and ``longest`` number of trades in a row.
    pnl
        ``gross`` and ``net``: ``total`` and ``average``.
    won, lost
        ``total``, and ``pnl``: ``total``, ``average``, ``max``.
    long, short
        ``total``, ``pnl`` (``total``, ``average``, and the same with ``max`` for ``won`` and ``lost``), ``won`` and ``lost`` (how many).
    len
        Bars that trades lasted: ``total``, ``average``, ``max`` and ``min``, the same for ``won`` and ``lost``, and all
        that for ``long`` and ``short``.

    A trade is won where it did not lose anything, commission included.
    """

    def create_analysis(self) -> None:
        """Start with no trades."""
        self.rets = AutoOrderedDict()
        self.rets.total.total = 0

    def stop(self) -> None:
        """Close the results."""
        super().stop()
        self.rets._close()

    def notify_trade(self, trade: Any) -> None:
        """Count the trade in."""
        totals = self.rets.total
        if trade.justopened:
            totals.total += 1
            totals.open += 1
        elif trade.status == trade.Closed:
            totals.open += -1
            totals.closed += 1
            self._count(trade)

    def _count(self, trade: Any) -> None:
        results = self.rets
        won = int(trade.pnlcomm >= 0.0)
        outcomes = (("won", won), ("lost", int(not won)))
        sides = (("long", int(trade.long)), ("short", int(not trade.long)))
        for outcome, hit in outcomes:
            streak = results.streak[outcome]
            streak.current *= hit
            streak.current += hit
            streak.longest = max(streak.longest or 0, streak.current)
        self._count_profit(trade, outcomes, sides)
        self._count_length(trade.barlen, outcomes, sides)

    def _count_profit(self, trade: Any, outcomes: Any, sides: Any) -> None:
        results = self.rets
        profit = results.pnl
        for kind, amount in (("gross", trade.pnl), ("net", trade.pnlcomm)):
            profit[kind].total += amount
            profit[kind].average = profit[kind].total / results.total.closed
        net = trade.pnlcomm
        for outcome, hit in outcomes:
            entry = results[outcome]
            entry.total += hit
            _add_profit(entry.pnl, net * hit, entry.total, outcome)
        for side, taken in sides:
            entry = results[side]
            entry.total += taken
            entry.pnl.total += net * taken
            entry.pnl.average = entry.pnl.total / (entry.total or 1.0)
            for outcome, hit in outcomes:
                entry[outcome] += hit * taken
                _add_profit(entry.pnl[outcome], net * hit * taken, entry[outcome], outcome)

    def _count_length(self, length: int, outcomes: Any, sides: Any) -> None:
        results = self.rets
        entry = results.len
        _add_length(entry, length, 1, results.total.closed)
        if not length:
            # Compat: only among all trades does one that began and ended on a bar count for the minimum
            entry.min = 0
        for outcome, hit in outcomes:
            _add_length(entry[outcome], length, hit, results[outcome].total)
        for side, taken in sides:
            _add_length(entry[side], length, taken, results[side].total)
            entry[side].min = entry[side].min or MAXINT
            for outcome, hit in outcomes:
                inner = entry[side][outcome]
                _add_length(inner, length, taken * hit, results[side][outcome])
                inner.min = inner.min or MAXINT


def _add_profit(entry: Any, amount: float, count: int, outcome: str) -> None:
    """Take a profit in (0 where the trade is of another kind) of which there are `count` now."""
    entry.total += amount
    entry.average = entry.total / (count or 1.0)
    farther = max if outcome == "won" else min
    entry.max = farther(entry.max or 0.0, amount)


def _add_length(entry: Any, length: int, taken: int, count: int) -> None:
    entry.total += length * taken
    entry.average = entry.total / (count or 1.0)
    entry.max = max(entry.max or 0, length * taken)
    if length * taken:
        entry.min = min(entry.min or MAXINT, length)
