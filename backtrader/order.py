"""Orders: what was asked for, what has been executed so far, and in which state an order is."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from ._core.orderfacts import Executions, ParamsOnDemand, end_of_validity, facts
from ._core.orderlife import OrderLife
from ._core.orderstate import OrderState
from .metabase import ParamsBase

__all__ = ["BuyOrder", "Order", "OrderBase", "OrderData", "OrderExecutionBit", "SellOrder"]
__all__ += ["StopBuyOrder", "StopLimitBuyOrder", "StopLimitSellOrder", "StopSellOrder"]

_INFINITE = float("inf")
_TRAILING = OrderState.StopTrail


class OrderExecutionBit:
    """Record one execution: a whole order, or the part of it that one bar filled.

    Parameters
    ----------
    dt
        When, a number for ``num2date``.
    size, price
        Units (negative for a sale) and price per unit.
    closed, opened
        Units that closed and opened a position.
    closedvalue, openedvalue, closedcomm, openedcomm
        What those units are worth and the commission on them.
    pnl
        Profit of the closed part, before commission.
    psize, pprice
        Position after the execution.
    """

    def __init__(
        self,
        dt: float | None = None,
        size: float = 0,
        price: float = 0.0,
        closed: float = 0,
        closedvalue: float = 0.0,
        closedcomm: float = 0.0,
        opened: float = 0,
        openedvalue: float = 0.0,
        openedcomm: float = 0.0,
        pnl: float = 0.0,
        psize: float = 0,
        pprice: float = 0.0,
    ) -> None:
        self.dt = dt
        self.size = size
        self.price = price
        self.closed = closed
        self.closedvalue = closedvalue
        self.closedcomm = closedcomm
        self.opened = opened
        self.openedvalue = openedvalue
        self.openedcomm = openedcomm
        self.value = closedvalue + openedvalue
        self.comm = closedcomm + openedcomm
        self.pnl = pnl
        self.psize = psize
        self.pprice = pprice


class OrderData:
    """Hold one side of an order: what was created, or what has been executed.

    Attributes
    ----------
    dt, size, price, pricelimit, trailamount, trailpercent, pclose
        Facts of the creation, or of the executions so far (`price` is their mean).
    remsize
        Units still to be executed.
    exbits
        The executions; `getpending` gives those since the last notification but one.
    value, comm, pnl, margin, psize, pprice
        Sums over the executions; margin and position as of the last one.
    """

    # What only an execution sets is read from here until then: an order that waits is cheap to
    # make and to copy.
    dt: float | None = None
    size: float = 0
    _price: float = 0.0
    _pricelimit: float = 0.0
    _plimit: float = 0.0
    remsize: float = 0
    pclose: float = 0.0
    trailamount: float = 0.0
    trailpercent: float = 0.0
    p1: int = 0
    p2: int = 0
    value: float = 0.0
    comm: float = 0.0
    margin: float | None = None
    pnl: float = 0.0
    psize: float = 0
    pprice: float = 0
    exbits = Executions()
    # whether a snapshot of an order holds it, so that the order must not change it any more
    _held: bool = False
    # whom to call when one of the prices is moved
    _disturbed: Callable[[], None] | None = None

    def __init__(
        self,
        dt: float | None = None,
        size: float = 0,
        price: float = 0.0,
        pricelimit: float = 0.0,
        remsize: float = 0,
        pclose: float = 0.0,
        trailamount: float = 0.0,
        trailpercent: float = 0.0,
    ) -> None:
        self.dt = dt
        self.size = size
        self._price = price or pricelimit or price
        self._pricelimit = pricelimit or price
        self._plimit = pricelimit
        self.remsize = remsize
        self.pclose = pclose
        self.trailamount = trailamount
        self.trailpercent = trailpercent

    @property
    def price(self) -> float:
        """Price of the creation, or mean price of the executions."""
        return self._price

    @price.setter
    def price(self, price: float) -> None:
        self._price = price
        if self._disturbed is not None:
            self._disturbed()

    @property
    def pricelimit(self) -> float:
        """Limit of the creation."""
        return self._pricelimit

    @pricelimit.setter
    def pricelimit(self, price: float) -> None:
        self._pricelimit = price
        if self._disturbed is not None:
            self._disturbed()

    def _getplimit(self) -> float:
        return self._plimit

    def _setplimit(self, val: float) -> None:
        self._plimit = val

    plimit = property(_getplimit, _setplimit, doc="Limit price as it was asked for.")

    def __len__(self) -> int:
        return len(self.exbits)

    def __getitem__(self, key: int) -> OrderExecutionBit:
        return self.exbits[key]

    def add(
        self,
        dt: float | None,
        size: float,
        price: float,
        closed: float = 0,
        closedvalue: float = 0.0,
        closedcomm: float = 0.0,
        opened: float = 0,
        openedvalue: float = 0.0,
        openedcomm: float = 0.0,
        pnl: float = 0.0,
        psize: float = 0,
        pprice: float = 0.0,
    ) -> None:
        """Add an execution; the arguments are those of `OrderExecutionBit`."""
        self.addbit(
            OrderExecutionBit(
                dt,
                size,
                price,
                closed,
                closedvalue,
                closedcomm,
                opened,
                openedvalue,
                openedcomm,
                pnl,
                psize,
                pprice,
            )
        )

    def addbit(self, exbit: OrderExecutionBit) -> None:
        """Add an execution to the list and to the sums."""
        self.exbits.append(exbit)
        size = self.size
        total = size + exbit.size
        self.dt = exbit.dt
        self._price = (size * self._price + exbit.size * exbit.price) / total
        self.size = total
        self.remsize -= exbit.size
        self.value += exbit.value
        self.comm += exbit.comm
        self.pnl += exbit.pnl
        self.psize = exbit.psize
        self.pprice = exbit.pprice

    def getpending(self) -> list[OrderExecutionBit]:
        """Return the executions that the owner has not been told of, as marked by `markpending`."""
        return list(self.iterpending())

    def iterpending(self) -> Iterator[OrderExecutionBit]:
        """Iterate over the executions that `getpending` returns."""
        return itertools.islice(self.exbits, self.p1, self.p2)

    def markpending(self) -> None:
        """Make the executions that were added since the last call the pending ones."""
        self.p1, self.p2 = self.p2, len(self.exbits)

    def clone(self) -> OrderData:
        """Mark what is pending, and return a copy that shares the list of executions."""
        self.markpending()
        copied: OrderData = object.__new__(self.__class__)
        copied.__dict__ = self.__dict__.copy()
        return copied


class OrderBase(OrderLife, ParamsBase):
    """Base of the orders: kinds, states and the bookkeeping that all brokers share.

    Parameters
    ----------
    owner
        Strategy that issues the order.
    data
        Target of the order.
    size
        Units, without sign: the class says whether they are bought or sold.
    price, pricelimit
        Price per unit, and limit price of the kinds that have two. Without a price the last close
        is taken.
    exectype
        Kind of execution, `Market` to `Historical`; None is `Market`.
    valid
        Until when: None (no end), a date or datetime, a number (see ``date2num``), a timedelta
        from now, or `DAY`. 0 is no end.
    tradeid
        Identifier of the trade that the order belongs to.
    oco
        Order of a group in which one cancels the others.
    trailamount, trailpercent
        Distance of a trailing stop: in price, or as a fraction (0.02 is two percent).
    parent, transmit
        Parent of a bracket's child; whether the group is complete and goes out.
    simulated
        Whether the order was made up outside of a run.
    histnotify
        Whether the owner is told of an order taken from a history.
    """

    params = (
        ("owner", None),
        ("data", None),
        ("size", None),
        ("price", None),
        ("pricelimit", None),
        ("exectype", None),
        ("valid", None),
        ("tradeid", 0),
        ("oco", None),
        ("trailamount", None),
        ("trailpercent", None),
        ("parent", None),
        ("transmit", True),
        ("simulated", False),
        ("histnotify", False),
    )

    refbasis: ClassVar[Iterator[int]] = itertools.count(1)

    owner: Any
    created: OrderData

    _side: ClassVar[type[OrderData]] = OrderData
    _limitoffset: float = 0.0

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args, kwargs = super()._prepare(obj, args, kwargs)
        for name, value in obj.params._getkwargs().items():
            if not hasattr(obj, name):
                obj.__dict__[name] = value
        return args, kwargs

    def __init__(self) -> None:
        super().__init__()
        # brokers of users set the side and other facts on the order before they come here
        params, known = self.params, self.__dict__
        asked = [known[name] if name in known else getattr(params, name) for name in _PARAMETERS]
        known.update(facts(self, *asked))
        self._begin()

    def _begin(self) -> None:
        """Work out what a new order needs beyond its facts."""
        if self.valid is not None:
            self.valid = end_of_validity(self.data, self.valid, self.ref)
        if self.exectype == OrderState.StopTrail or self.exectype == OrderState.StopTrailLimit:
            self._start_trailing()

    def _start_trailing(self) -> None:
        created = self.created
        start = created.price
        self._limitoffset = start - created.pricelimit
        # the first adjustment always improves on this
        created.price = -_INFINITE if self.ordtype else _INFINITE
        self.trailadjust(start)

    def __getattr__(self, name: str) -> Any:
        # all that there is has been set: what comes here is a mistake
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def execute(
        self,
        dt: float,
        size: float,
        price: float,
        closed: float,
        closedvalue: float,
        closedcomm: float,
        opened: float,
        openedvalue: float,
        openedcomm: float,
        margin: float | None,
        pnl: float,
        psize: float,
        pprice: float,
    ) -> None:
        """Book an execution, see `OrderExecutionBit`; `margin` is what a unit binds. Size 0
        changes nothing."""
        if not size:
            return
        bit = OrderExecutionBit(
            dt,
            size,
            price,
            closed,
            closedvalue,
            closedcomm,
            opened,
            openedvalue,
            openedcomm,
            pnl,
            psize,
            pprice,
        )
        executed = self._own_executed()
        executed.addbit(bit)
        executed.margin = margin

    def expire(self) -> bool:
        """Whether the order is past its validity; the kinds of order decide."""
        return True

    def trailadjust(self, price: float) -> None:
        """Move a trailing stop after `price`; the kinds of order decide."""


class Order(OrderBase):
    """Order with executions, expiry and trailing stops as the brokers of the package work them."""

    def execute(
        self,
        dt: float,
        size: float,
        price: float,
        closed: float,
        closedvalue: float,
        closedcomm: float,
        opened: float,
        openedvalue: float,
        openedcomm: float,
        margin: float | None,
        pnl: float,
        psize: float,
        pprice: float,
    ) -> None:
        """Book an execution and mark the order as executed, in part or in full."""
        if size:
            bit = OrderExecutionBit(
                dt,
                size,
                price,
                closed,
                closedvalue,
                closedcomm,
                opened,
                openedvalue,
                openedcomm,
                pnl,
                psize,
                pprice,
            )
            executed = self._own_executed()
            executed.addbit(bit)
            executed.margin = margin
            self.status = OrderState.Partial if executed.remsize else OrderState.Completed

    def expire(self) -> bool:
        """Mark the order as expired where it is past its validity, and return whether it is.

        A market order never expires.
        """
        if self.exectype == OrderState.Market or not self.valid:
            return False
        if self.data.datetime[0] <= self.valid:
            return False
        self._end(OrderState.Expired)
        return True

    def trailadjust(self, price: float) -> None:
        """Bring a trailing stop as near to `price` as its distance says, and never further away."""
        distance = self.trailamount or (price * self.trailpercent if self.trailpercent else 0.0)
        created = self.created
        if self.ordtype:
            stop = price - distance
            improved = stop > created.price
        else:
            stop = price + distance
            improved = stop < created.price
        if improved:
            created.price = stop
            if self.exectype == OrderState.StopTrailLimit:
                created.pricelimit = stop - self._limitoffset


class BuyOrder(Order):
    """Order that buys."""

    ordtype = OrderState.Buy


class SellOrder(Order):
    """Order that sells."""

    ordtype = OrderState.Sell


class StopBuyOrder(BuyOrder):
    """Purchase triggered by a price; the kind of execution is given as for any order."""


class StopLimitBuyOrder(BuyOrder):
    """Purchase triggered by a price, with a limit."""


class StopSellOrder(SellOrder):
    """Sale triggered by a price; the kind of execution is given as for any order."""


class StopLimitSellOrder(SellOrder):
    """Sale triggered by a price, with a limit."""


_PARAMETERS: tuple[str, ...] = tuple(OrderBase.params._getkeys())

for _kind in (BuyOrder, SellOrder):
    _kind.params = _kind.p = ParamsOnDemand(_kind.params)


def issue(kind: type[BuyOrder] | type[SellOrder], *asked: Any) -> Any:
    """Return a new order without the machinery of the components, for the broker's own use.

    Parameters
    ----------
    kind
        `BuyOrder` or `SellOrder` itself.
    *asked
        Values of all parameters, in their order, and the end of the session of the current bar.
    """
    order = object.__new__(kind)
    values = order.__dict__ = facts(kind, *asked)
    if values["exectype"] >= _TRAILING or "valid" in values:
        order._begin()
    return order
