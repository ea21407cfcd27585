"""The order book's groups: brackets, whose children wait for their parent, and orders of which one
cancels all."""

from __future__ import annotations

from collections import deque
from typing import Any

from .._core.orderstate import OrderState


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
