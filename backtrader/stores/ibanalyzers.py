"""Analyzers of what Interactive Brokers itself reports of the account that is traded.

They need a run with `IBBroker`. Add them by class::

    cerebro.addanalyzer(IBPnL, _name="pnl")
"""

from __future__ import annotations

import collections
import logging
from collections.abc import Callable
from typing import Any

from ..analyzer import Analyzer
from ..errors import StoreError

__all__ = ["IBPerformance", "IBPnL", "IBTransactions"]

_log = logging.getLogger(__name__)


class IBPnL(Analyzer):
    """Profit of the day as IBKR's stream tells it, on each bar.

    Nothing is asked for by it: bars on which nothing new was told, or nothing is known, are left
    out.

    Results
    -------
    By the time of the bar ``daily``, ``unrealized``, ``value``, ``excess_liquidity`` and
    ``market_value``, in base currency; None for what IBKR does not tell.
    """

    NAMES = ("daily", "unrealized", "value", "excess_liquidity", "market_value")

    def create_analysis(self) -> None:
        """Begin without results."""
        self.rets = collections.OrderedDict()
        self._told: Any = None

    def next(self) -> None:
        """Take what is known now."""
        told = self.strategy.broker.daily_pnl(ask=False)
        if told is not None and told != self._told:
            self._told = told
            self.rets[self.strategy.datetime.datetime()] = {
                name: getattr(told, name) for name in self.NAMES
            }


class _Report(Analyzer):
    """Asks once, at the end of the run; a report that cannot be had is told, and leaves no results.

    IBKR gives each report once in 15 minutes.
    """

    def create_analysis(self) -> None:
        """Begin without results."""
        self.rets = collections.OrderedDict()

    def _ask(self, report: Callable[[Any], Any]) -> Any:
        store = self.strategy.broker.ib
        try:
            return report(store)
        except StoreError as failure:
            text = f"{type(self).__name__}: no report: {failure}"
            _log.warning("%s", text)
            store.put_notification(text)
            return None


class IBPerformance(_Report):
    """Return of each day as IBKR reckons it: without deposits and withdrawals.

    Parameters
    ----------
    period
        ``1D``, ``7D``, ``MTD``, ``1M``, ``3M``, ``6M``, ``12M``, ``YTD``, up to today.

    Results
    -------
    Returns (0.01 is one per cent) by date.
    """

    params = (("period", "1M"),)

    def stop(self) -> None:
        """Ask for the report."""
        told = self._ask(lambda store: store.performance(self.p.period))
        if told is not None:
            before = 1.0
            for day, reached in zip(told.dates, told.returns, strict=True):
                self.rets[day] = (1.0 + reached) / before - 1.0
                before = 1.0 + reached


class IBTransactions(_Report):
    """Transactions of the account in the contracts that are held or were traded within a week.

    Parameters
    ----------
    days
        How far back.

    Results
    -------
    Lists of `Transaction` records by date.
    """

    params = (("days", 30),)

    def stop(self) -> None:
        """Ask for the report."""
        for each in self._ask(lambda store: store.transactions(self.p.days)) or ():
            self.rets.setdefault(each.date, []).append(each)
