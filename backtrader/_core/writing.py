"""What a strategy tells writers: the columns of their table, and a summary at the end."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from typing import Any


class WriterMethods:
    """The methods of a strategy that writers and Cerebro call."""

    def _written(self) -> list[Any]:
        """The indicators and observers that have columns of their own."""
        owner: Any = self
        every = itertools.chain(owner.getindicators_lines(), owner.getobservers())
        return [series for series in every if series.csv]

    def getwriterheaders(self) -> list[Any]:
        """Return the column names: of the strategy, then of indicators and observers with ``csv``
        set."""
        return [name for series in (self, *self._written()) for name in _headers(series)]

    def getwritervalues(self) -> list[Any]:
        """Return the values of the current bar, for the columns of `getwriterheaders`."""
        return [value for series in (self, *self._written()) for value in _values(series)]

    def getwriterinfo(self) -> OrderedDict[str, Any]:
        """Return parameters, indicators, observers and the results of the analyzers."""
        strategy: Any = self
        info: OrderedDict[str, Any] = OrderedDict()
        info["Params"] = strategy.params._getkwargs()
        info["Indicators"] = _described(strategy.getindicators_lines())
        info["Observers"] = _described(strategy.getobservers())
        analyzers = info["Analyzers"] = OrderedDict()
        broker = strategy.broker
        analyzers["Value"] = OrderedDict(Begin=broker.startingcash, End=broker.getvalue())
        for name, analyzer in strategy.analyzers.getitems():
            analyzers[name] = OrderedDict(
                Params=_params(analyzer), Analysis=analyzer.get_analysis()
            )
        return info


def _headers(series: Any) -> list[Any]:
    name = series.plotinfo.plotname or type(series).__name__
    return [name, "len", *series.lines.getlinealiases()]


def _values(series: Any) -> list[Any]:
    name = series.plotinfo.plotname or type(series).__name__
    length = len(series)
    if not length:
        return [name, length, *("" for _ in series.lines.itersize())]
    return [name, length, *(line[0] for line in series.lines.itersize())]


def _params(component: Any) -> Any:
    return component.params._getkwargs() or None


def _described(items: list[Any]) -> OrderedDict[str, Any]:
    """Lines and parameters by class; the last of a class stands for all of it."""
    described: OrderedDict[str, Any] = OrderedDict()
    for item in items:
        facts = described[type(item).__name__] = OrderedDict()
        facts["Lines"] = ", ".join(item.lines.getlinealiases()) or None
        facts["Params"] = _params(item)
    return described
