"""The order book's groups: brackets, whose children wait for their parent, and orders of which one
cancels all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from .._core.orderstate import OrderState

_NEVER = float("inf")

# lines of open, high, low and close
Lines = tuple[Any, Any, Any, Any]
# what an order was created with, whether its limit counts, whether it waits for a rise
Level = tuple[Any, bool, bool]


class Brackets:
    """Keep the families of bracket orders: a parent, then its children, in the order of their
    arrival.

    Families are known by the number of their parent. An order without children is a family that
    nothing is kept of but its number.
    """

    def __init__(self) -> None:
        self._known: set[int] = set()
        self._families: dict[int, deque[Any]] = {}

    def know(self, number: int) -> None:
        """Note that there is an order of this number, which may become a parent."""
        self._known.add(number)

    def family_of(self, child: Any) -> int | None:
        """Return the number of the child's family; None where that is gone."""
        number: int = child.parent.ref
        return number if number in self._known else None

    def join(self, number: int, order: Any) -> deque[Any]:
        """Add `order` to a family and return it; a parent that was executed is no member any
        more."""
        family = self._families.get(number)
        if family is None:
            family = self._families[number] = deque()
            if order.parent is not None:
                parent = order.parent._original or order.parent
                if parent.status != OrderState.Completed:
                    family.append(parent)
        family.append(order)
        return family

    def dissolve(self, order: Any) -> deque[Any] | None:
        """Remove the family of `order` from the book and return its members, the order itself
        included."""
        parent = order.parent
        number = order.ref if parent is None else parent.ref
        self._known.discard(number)
        return self._families.pop(number, None)

    def release(self, parent: Any) -> deque[Any] | None:
        """Take a parent that is done out of its family; return the children, which are to be
        activated."""
        family = self._families.get(parent.ref)
        if family:
            family.popleft()
        return family


class Alternatives:
    """Keep the groups of orders of which one cancels the others."""

    def __init__(self) -> None:
        self._group_of: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}

    def join(self, order: Any, other: Any) -> None:
        """Put `order` in the group of `other`, which is founded where there is none."""
        group = self._group_of.get(other.ref)
        if group is None:
            group = self._group_of[other.ref] = other.ref
            # one that was executed in part has settled the group that it was alone in
            fresh = other.alive() and not other.executed.exbits
            self._members[group] = [other.ref] if fresh else []
        self._group_of[order.ref] = group
        self._members.setdefault(group, []).append(order.ref)

    def repeat(self, order: Any) -> None:
        """Note that `order` waits more than once, which makes it an alternative to itself."""
        if order.ref not in self._group_of:
            self._group_of[order.ref] = order.ref
            self._members[order.ref] = [order.ref]

    def settle(self, order: Any) -> list[int]:
        """Return the numbers of the order's group, once: the group has no members afterwards."""
        group = self._group_of.get(order.ref)
        return [] if group is None else self._members.pop(group, [])


class Watch:
    """Know which prices of a bar would concern the waiting orders, so that other bars cost next
    to nothing.

    The prices are read from the orders on every bar, for scripts move them.

    Parameters
    ----------
    pending
        The waiting orders, which must all be ones that `watchable` accepts.
    lines_of
        Function that returns the lines of open, high, low and close of a data.
    """

    def __init__(self, pending: Iterable[Any], lines_of: Callable[[Any], Lines]) -> None:
        self._deadlines: list[tuple[Any, float]] = []
        self.count = 0
        levels: dict[Any, list[Level]] = {}
        for order in pending:
            self.count += 1
            if order.valid:
                self._deadlines.append((order, order.valid))
            if order._active:
                limited = order.exectype == OrderState.Limit or order.triggered
                # a limit waits for a better price, a stop for a worse one
                rises = bool(order.ordtype) == limited
                levels.setdefault(order.data, []).append((order.created, limited, rises))
        self._levels = [(data, *lines_of(data)[:3], levels[data]) for data in levels]

    @staticmethod
    def watchable(order: Any) -> bool:
        """Whether nothing happens to a waiting `order` before its price or its end of validity
        comes."""
        kind = order.exectype
        if kind in (OrderState.Limit, OrderState.Stop, OrderState.StopLimit):
            return True
        return kind == OrderState.StopTrailLimit and bool(order.triggered)

    def touched(self) -> bool:
        """Whether the current bars concern one of the orders."""
        for order, deadline in self._deadlines:
            if order.data.datetime[0] > deadline:
                return True
        for data, opens, highs, lows, levels in self._levels:
            if data.__dict__.get("tick_open") is not None:
                opened, top, bottom = data.tick_open, data.tick_high, data.tick_low
            else:
                opened, top, bottom = opens[0], highs[0], lows[0]
            if opened > top or opened < bottom:  # the bar is not in order: let it be looked at
                return True
            for created, limited, rises in levels:
                level = created.pricelimit if limited else created.price
                if top >= level if rises else bottom <= level:
                    return True
        return False

    def due(self, foresight: Any, disturb: Callable[[], None]) -> float:
        """Return the first step to come whose bars may concern one of the orders; 0 where that is
        not known.

        `disturb` is called as soon as somebody moves a price.
        """
        step = _NEVER
        for order, deadline in self._deadlines:
            if not foresight.knows(order.data):
                return 0.0
            step = min(step, foresight.passed(order.data, deadline))
        for data, _, _, _, levels in self._levels:
            if not foresight.knows(data) or data.__dict__.get("tick_open") is not None:
                return 0.0
            rise, fall = _NEVER, -_NEVER
            for created, limited, rises in levels:
                created._disturbed = disturb
                level = created.pricelimit if limited else created.price
                if rises:
                    rise = min(rise, level)
                else:
                    fall = max(fall, level)
            step = min(step, foresight.reached(data, rise, fall))
        return step
