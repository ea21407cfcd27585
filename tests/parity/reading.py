"""What can be read off a finished run: line arrays, periods, analyses, the broker's books."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import backtrader as bt

from .encode import Plain, order_record, plain
from .modes import Kept

# Names under which every strategy reaches its datas and its own lines.
OWN_NAMES = ("_", "data", "line", "clock")


def values(line: Any) -> list[Plain]:
    """Return all values of a line."""
    return [float(value) for value in line.array]


def named_lines(series: Any) -> dict[str, list[Plain]]:
    """Return the values of each named line of a data, an indicator or an observer."""
    names = series.lines.getlinealiases()
    return {name: values(getattr(series.lines, name)) for name in names}


def observer(source: Any, kept: Kept) -> dict[str, Plain]:
    """Return class, name, length and lines of an observer, as far as it got.

    Upstream's buffers of observers are twice as long as the run in the default mode.
    """
    facts = series(source, kept)
    for name, column in facts.get("lines", {}).items():
        facts["lines"][name] = column[: len(source)]
    return facts


def expressions(owner: Any, kept: Kept) -> dict[str, Plain]:
    """Return minimum period and values of the lines that `owner` keeps as attributes.

    Its own lines are left out: they are read by their names.
    """
    found: dict[str, Plain] = {}
    own = [id(line) for line in owner.lines]
    for name, value in vars(owner).items():
        if name.startswith(OWN_NAMES) or id(value) in own:
            continue
        for label, line in _lines_in(name, value):
            found[label] = {"period": line._minperiod}
            if kept is Kept.EVERYTHING:
                found[label]["values"] = values(line)
    return dict(sorted(found.items()))


def _lines_in(name: str, value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, bt.lineroot.LineSingle):
        yield name, value
    elif type(value) in (list, tuple):
        for place, item in enumerate(value):
            yield from _lines_in(f"{name}[{place}]", item)
    elif type(value) is dict:
        for key, item in value.items():
            yield from _lines_in(f"{name}[{key}]", item)


def series(source: Any, kept: Kept) -> dict[str, Plain]:
    """Return class, name, length and lines of a data, an indicator or an observer."""
    facts: dict[str, Plain] = {"class": type(source).__name__, "length": len(source)}
    if kept is not Kept.NEEDED:
        facts["lines"] = named_lines(source)
    return facts


def data(source: Any, kept: Kept) -> dict[str, Plain]:
    """Return name, length, minimum period and lines of a data."""
    return {"name": source._name, "period": source._minperiod, **series(source, kept)}


def indicator(source: Any, kept: Kept) -> dict[str, Plain]:
    """Return class, minimum period and lines of an indicator.

    What a user's own indicator holds is followed; how one of the library is made up inside is
    nobody's business.
    """
    facts = {"period": source._minperiod, **series(source, kept)}
    if not type(source).__module__.startswith("backtrader"):
        inside = kept if kept is Kept.EVERYTHING else Kept.NEEDED
        facts["inside"] = indicators(source, inside)
        facts["expressions"] = expressions(source, inside)
    return facts


def indicators(owner: Any, kept: Kept) -> list[Plain]:
    """Return the indicators made by `owner`, in the order in which they were made."""
    children = owner._lineiterators[bt.LineIterator.IndType]
    return [indicator(child, kept) for child in children if isinstance(child, bt.Indicator)]


def analyses(strategy: Any) -> dict[str, Plain]:
    """Return the results of the analyzers by name."""
    names = strategy.analyzers.getnames()
    return {name: plain(strategy.analyzers.getbyname(name).get_analysis()) for name in names}


def strategy(instance: Any, kept: Kept) -> dict[str, Plain]:
    """Return everything that a finished strategy holds."""
    facts = {
        "params": plain(dict(instance.params._getkwargs())),
        "period": instance._minperiod,
        **series(instance, kept),
        "datas": [data(source, kept) for source in instance.datas],
        "indicators": indicators(instance, kept),
        "expressions": expressions(instance, kept),
        "observers": [observer(source, kept) for source in instance.getobservers()],
        "analyzers": analyses(instance),
    }
    return facts


def result(item: Any, kept: Kept) -> Plain:
    """Return the facts of one item of what `Cerebro.run` gave back."""
    if isinstance(item, list):
        return [result(part, kept) for part in item]
    if isinstance(item, bt.Strategy):
        return strategy(item, kept)
    return {  # the slim result of an optimisation
        "class": type(item).__name__,
        "params": plain(dict(item.params._getkwargs())),
        "analyzers": [plain(analyzer.get_analysis()) for analyzer in item.analyzers],
    }


def books(cerebro: Any) -> dict[str, Plain]:
    """Return the broker's cash, value, positions and orders."""
    broker = cerebro.broker
    orders = list(broker.orders)
    first = orders[0].ref if orders else 0
    positions = [broker.getposition(source) for source in cerebro.datas]
    return {
        "cash": plain(broker.getcash()),
        "value": plain(broker.getvalue()),
        "positions": [[plain(held.size), plain(held.price)] for held in positions],
        "orders": [order_record(order, first) for order in orders],
    }
