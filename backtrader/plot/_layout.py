"""Which pane shows what: worked out from plotinfo and from what everything is computed on.

Nothing here draws. A feed has a pane of its own unless it has a master. What is computed from a
feed, and from what is computed from it, goes over its prices or into panes above and below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..linebuffer import LineActions
from ..lineiterator import LineIterator

__all__ = ["Family", "Layout", "arrange", "in_drawing_order", "master_of"]


@dataclass
class Family:
    """What is shown with one feed or with one indicator."""

    over: list[Any] = field(default_factory=list)
    above: list[Any] = field(default_factory=list)
    below: list[Any] = field(default_factory=list)


@dataclass
class Layout:
    """Who is shown where.

    Attributes
    ----------
    top : list
        Panes above all feeds, from the top.
    families : dict
        By what they belong to: a feed or an indicator.
    subplots : int
        How many indicators and observers ask for a pane of their own.
    """

    top: list[Any] = field(default_factory=list)
    families: dict[Any, Family] = field(default_factory=dict)
    subplots: int = 0

    def family(self, master: Any) -> Family:
        """Return what is shown with `master`; empty where nothing is."""
        return self.families.get(master) or Family()

    def over(self, master: Any) -> list[Any]:
        """Return what is drawn over `master`: each followed by what is drawn over that."""
        return [x for item in self.family(master).over for x in (item, *self.over(item))]

    def above(self, master: Any) -> list[Any]:
        """Return the panes above that of `master`, from the top."""
        rest = [x for item in self.family(master).over for x in self.above(item)]
        return [*self.family(master).above, *rest]

    def below(self, master: Any) -> list[Any]:
        """Return the panes below that of `master`, from the top."""
        first = [x for item in self.family(master).over for x in self.below(item)]
        return [*first, *self.family(master).below]

    def place(self, item: Any, master: Any, apart: bool) -> None:
        """Show `item` with `master`, in a pane of its own if `apart`."""
        family = self.families.setdefault(master, Family())
        if not apart:
            family.over.append(item)
        elif item.plotinfo.plotabove:
            family.above.append(item)
        else:
            family.below.append(item)


def arrange(strategy: Any) -> Layout:
    """Return where the observers and the indicators of `strategy` go."""
    layout = Layout()
    shown = set(strategy.datas)
    for item, observes in _wanted(strategy):
        item._plotinit()
        apart = bool(item.plotinfo.subplot) and item.plotinfo.plotmaster is None
        layout.subplots += apart
        if apart and observes:
            layout.top.append(item)
            continue
        master = item.plotinfo.plotmaster
        if master is None:
            master = _source(strategy, item)
        if master is strategy:
            master = strategy.data
        if master not in shown and item.plotinfo._get("plotforce"):
            master = strategy.data
        shown.add(item)
        layout.place(item, master, apart)
    return layout


def _wanted(strategy: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the observers and then the indicators that are to be shown, and which they are."""
    for items, observes in ((strategy.getobservers(), True), (strategy.getindicators(), False)):
        for item in items:
            if not isinstance(item, LineIterator):
                continue
            if item.plotinfo.plot and not item.plotinfo._get("plotskip"):
                yield item, observes


def _source(strategy: Any, item: Any) -> Any:
    """Return the feed, the indicator or the strategy that `item` is computed from."""
    datas = set(strategy.datas)
    source = item._clock
    while source is not None and not isinstance(source, LineActions):
        if source is strategy or source in datas or isinstance(source, LineIterator):
            return source
        source = getattr(source, "_owner", None)
    return strategy  # an expression may mix lines of several


def in_drawing_order(strategy: Any) -> list[Any]:
    """Return the feeds to show: each after the master whose pane it shares, if any."""
    # by identity: comparing lines gives lines
    waiting = {data: None for data in strategy.datas if data.plotinfo.plot}
    wanted = list(waiting)
    placed: dict[Any, None] = {}
    while waiting:
        masters = ((data, master_of(data, wanted)) for data in waiting)
        ready = [data for data, master in masters if master is None or master in placed]
        chosen = (ready or list(waiting))[0]
        placed[chosen] = waiting.pop(chosen)
    return list(placed)


def master_of(data: Any, shown: list[Any]) -> Any:
    """Return the feed among `shown` whose pane `data` shares, or None."""
    master = data.plotinfo._get("plotmaster")
    found = master is not data and any(master is other for other in shown)
    return master if found else None
