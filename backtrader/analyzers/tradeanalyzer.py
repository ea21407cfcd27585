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
        ``total``, ``pnl`` (``total``, ``average``, and the same with ``max`` for ``won`` and
        ``lost``), ``won`` and ``lost`` (how many).
    len
        Bars that trades lasted: ``total``, ``average``, ``max`` and ``min``, the same for ``won``
        and ``lost``, and all that for ``long`` and ``short``.

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
        totals = self.rets["total"]
        if trade.justopened:
            totals["total"] += 1
            totals["open"] = totals.get("open", 0) + 1
        elif trade.status == trade.Closed:
            totals["open"] = totals.get("open", 0) - 1
            totals["closed"] = totals.get("closed", 0) + 1
            self._count(trade)

    def _count(self, trade: Any) -> None:
        results = self.rets
        if "streak" not in results:
            _add_statistics(results)
        outcome, other = ("won", "lost") if trade.pnlcomm >= 0.0 else ("lost", "won")
        streaks = results["streak"]
        streaks[other]["current"] = 0
        streak = streaks[outcome]
        streak["current"] += 1
        streak["longest"] = max(streak["longest"], streak["current"])
        side = "long" if trade.long else "short"
        self._count_profit(trade, outcome, side)
        self._count_length(trade.barlen, outcome, side)

    def _count_profit(self, trade: Any, outcome: str, side: str) -> None:
        results = self.rets
        closed = results["total"]["closed"]
        net = trade.pnlcomm
        _add(results["pnl"]["gross"], trade.pnl, closed)
        _add(results["pnl"]["net"], net, closed)
        entry = results[outcome]
        entry["total"] += 1
        _add_extreme(entry["pnl"], net, entry["total"], outcome)
        entry = results[side]
        entry["total"] += 1
        _add(entry["pnl"], net, entry["total"])
        entry[outcome] += 1
        _add_extreme(entry["pnl"][outcome], net, entry[outcome], outcome)

    def _count_length(self, length: int, outcome: str, side: str) -> None:
        results = self.rets
        lengths = results["len"]
        _add_length(lengths, length, results["total"]["closed"])
        if not length:
            # Compat: only among all trades does one that began and ended on a bar count for the
            # minimum
            lengths["min"] = 0
        _add_length(lengths[outcome], length, results[outcome]["total"])
        _add_length(lengths[side], length, results[side]["total"])
        _add_length(lengths[side][outcome], length, results[side][outcome])


def _add_statistics(results: Any) -> None:
    """Put in what there is once a trade was closed, all zero; a shortest length is missing or
    MAXINT then."""
    for outcome in ("won", "lost"):
        results["streak"][outcome].update(current=0, longest=0)
    for kind in ("gross", "net"):
        results["pnl"][kind].update(total=0.0, average=0.0)
    for outcome in ("won", "lost"):
        results[outcome]["total"] = 0
        results[outcome]["pnl"].update(total=0.0, average=0.0, max=0.0)
    for side in ("long", "short"):
        entry = results[side]
        entry["total"] = 0
        entry["pnl"].update(total=0.0, average=0.0)
        for outcome in ("won", "lost"):
            entry["pnl"][outcome].update(total=0.0, average=0.0, max=0.0)
            entry[outcome] = 0
    lengths = results["len"]
    lengths.update(total=0, average=0.0, max=0, min=MAXINT)
    for outcome in ("won", "lost"):
        lengths[outcome].update(total=0, average=0.0, max=0)
    for side in ("long", "short"):
        lengths[side].update(total=0, average=0.0, max=0, min=MAXINT)
        for outcome in ("won", "lost"):
            lengths[side][outcome].update(total=0, average=0.0, max=0, min=MAXINT)


def _add(entry: Any, amount: float, count: int) -> None:
    """Take an amount into the total and the average, of which there are `count` now."""
    entry["total"] += amount
    entry["average"] = entry["total"] / count


def _add_extreme(entry: Any, amount: float, count: int, outcome: str) -> None:
    """The same, and into the largest profit or loss."""
    _add(entry, amount, count)
    entry["max"] = (max if outcome == "won" else min)(entry["max"], amount)


def _add_length(entry: Any, length: int, count: int) -> None:
    """The same for a length, and into the longest and shortest."""
    _add(entry, length, count)
    entry["max"] = max(entry["max"], length)
    if length:
        entry["min"] = min(entry.get("min") or MAXINT, length)
