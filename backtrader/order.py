"""Orders: what was asked for, what has been executed so far, and in which state an order is."""

from __future__ import annotations

import datetime
import itertools
from collections import deque
from collections.abc import Iterator
from typing import Any, ClassVar

from ._core.orderstate import OrderState
from .errors import OrderError
from .metabase import AutoInfoClass, ParamsBase
from .utils.autodict import AutoOrderedDict

__all__ = ["BuyOrder", "Order", "OrderBase", "OrderData", "OrderExecutionBit", "SellOrder"]
__all__ += ["StopBuyOrder", "StopLimitBuyOrder", "StopLimitSellOrder", "StopSellOrder"]
__all__ += ["StopBuyOrder", "StopLimitBuyOrder", "StopLimitSellOrder", "StopSellOrder"]

# Compat: an order for the day ends 10 ms into the last second,
# tests/unit/test_order.py
_DAY_END = datetime.time(23, 59, 59, 9999)
_INFINITE = float("inf")


def end_of_session(data: Any) -> float:
    """Return when the session ends that the current bar of `data` belongs to, as a number.

    A bar after the end of the day's session belongs to that of the next day.
    """
    day, ends_at = data.datetime.date(0), data.p.sessionend
    end: float = data.date2num(datetime.datetime.combine(day, ends_at))
    if end < data.datetime[0]:
        day += datetime.timedelta(days=1)
        end = data.date2num(datetime.datetime.combine(day, ends_at))
    return end


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
        self.dt, self.size, self.price = dt, size, price
        self.closed, self.closedvalue, self.closedcomm = closed, closedvalue, closedcomm
        self.opened, self.openedvalue, self.openedcomm = opened, openedvalue, openedcomm
        self.value, self.comm, self.pnl = closedvalue + openedvalue, closedcomm + openedcomm, pnl
        self.psize, self.pprice = psize, pprice


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
    # copy.
    p1: int = 0
    p2: int = 0
    value: float = 0.0
    comm: float = 0.0
    margin: float | None = None
    pnl: float = 0.0
    psize: float = 0
    pprice: float = 0
    # whether a snapshot of an order holds it, so that the order must not change it any more
    _held: bool = False

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
        self.price = price or pricelimit or price
        self.pricelimit = pricelimit or price
        self._plimit = pricelimit
        self.remsize = remsize
        self.pclose = pclose
        self.trailamount = trailamount
        self.trailpercent = trailpercent

    def __getattr__(self, name: str) -> Any:
        if name != "exbits":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        # made when it is first looked at: most sides of an order never have an execution
        self.exbits: deque[OrderExecutionBit] = deque()
        return self.exbits

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
        closing = (closed, closedvalue, closedcomm)
        opening = (opened, openedvalue, openedcomm)
        self.addbit(OrderExecutionBit(dt, size, price, *closing, *opening, pnl, psize, pprice))

    def addbit(self, exbit: OrderExecutionBit) -> None:
        """Add an execution to the list and to the sums."""
        self.exbits.append(exbit)
        size = self.size
        total = size + exbit.size
        self.dt = exbit.dt
        self.price = (size * self.price + exbit.size * exbit.price) / total
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


class _ParamsOnDemand:
    """Be the ``params`` of the order classes: their declaration on the class, made on first use on
    an order.

    Few scripts look at the parameters of an order, so that the broker does not pay for them.
    """

    def __init__(self, declared: type[AutoInfoClass]) -> None:
        self._declared = declared

    def __get__(self, order: Any, cls: type | None = None) -> Any:
        if order is None:
            return self._declared
        params = self._declared()
        values = params.__dict__
        for name in _PARAMETERS:
            values[name] = getattr(order, name)
        values["size"], values["exectype"], values["valid"] = order._asked
        order.__dict__["params"] = order.__dict__["p"] = params
        return params


class OrderBase(OrderState, ParamsBase):
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

    ref: int
    owner: Any
    data: Any
    size: Any
    price: Any
    pricelimit: Any
    valid: Any
    dteos: float
    created: OrderData
    executed: OrderData

    # What an order begins with, until something happens to it.
    broker: Any = None
    comminfo: Any = None
    triggered: bool = False
    position: Any = 0
    pannotated: float | None = None
    plen: int = 0
    _limitoffset: float = 0.0
    _original: Any = None

    def __init__(self) -> None:
        super().__init__()
        params = self.params
        asked = [getattr(params, name) for name in _PARAMETERS]
        self.__dict__.update(_facts(type(self), *asked))
        self._begin()

    def _begin(self) -> None:
        """Work out what a new order needs beyond its facts."""
        if self.valid is not None:
            self.valid = self._moment(self.valid)
        if self.exectype == OrderState.StopTrail or self.exectype == OrderState.StopTrailLimit:
            self._start_trailing()

    def _moment(self, valid: Any) -> Any:
        """Return the end of validity as a number."""
        data = self.data
        if isinstance(valid, datetime.datetime):
            return data.date2num(valid)
        if isinstance(valid, datetime.date):
            return data.date2num(datetime.datetime.combine(valid, datetime.time()))
        if isinstance(valid, datetime.timedelta):
            now = data.datetime.datetime(0)
            if valid == self.DAY:
                return data.date2num(datetime.datetime.combine(now.date(), _DAY_END))
            return data.date2num(now + valid)
        if isinstance(valid, (int, float)):
            return valid
        raise OrderError(f"order {self.ref}: no moment until which it could be valid: {valid!r}")

    def _start_trailing(self) -> None:
        created = self.created
        start = created.price
        self._limitoffset = start - created.pricelimit
        # the first adjustment always improves on this
        created.price = -_INFINITE if self.ordtype else _INFINITE
        self.trailadjust(start)

    def __getattr__(self, name: str) -> Any:
        if name == "p":
            return self.params
        if not name.startswith("_"):
            params = self.params
            if hasattr(params, name):
                return getattr(params, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def info(self) -> AutoOrderedDict:
        """Facts that the user attached with `addinfo`; shared by an order and its clones."""
        original = self._original or self
        values = original.__dict__
        if "_info" not in values:
            values["_info"] = AutoOrderedDict()
        info: AutoOrderedDict = values["_info"]
        return info

    @info.setter
    def info(self, value: Any) -> None:
        self.__dict__["_original"] = None
        self.__dict__["_info"] = value

    def _getplimit(self) -> Any:
        return self._plimit

    def _setplimit(self, val: Any) -> None:
        self._plimit = val

    plimit = property(_getplimit, _setplimit, doc="Limit price as it was asked for.")

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, OrderBase) and self.ref == other.ref)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.ref)

    def __str__(self) -> str:
        facts = (
            ("Ref", self.ref),
            ("OrdType", self.ordtype),
            ("OrdType", self.ordtypename()),
            ("Status", self.status),
            ("Status", self.getstatusname()),
            ("Size", self.size),
            ("Price", self.price),
            ("Price Limit", self.pricelimit),
            ("TrailAmount", self.trailamount),
            ("TrailPercent", self.trailpercent),
            ("ExecType", self.exectype),
            ("ExecType", self.getordername()),
            ("CommInfo", self.comminfo),
            ("End of Session", self.dteos),
            ("Info", self.info),
            ("Broker", self.broker),
            ("Alive", self.alive()),
        )
        return "\n".join(f"{label}: {value}" for label, value in facts)

    def brokerstatus(self) -> Any:
        """Return the state that the broker has for the order."""
        return self.broker.orderstatus(self) if self.broker else self.status

    def addcomminfo(self, comminfo: Any) -> None:
        """Note the commission scheme with which the order was executed."""
        self.comminfo = comminfo

    def addinfo(self, **kwargs: Any) -> None:
        """Attach facts of the user's own: they are found in ``order.info``."""
        self.info.update(kwargs)

    def setposition(self, position: Any) -> None:
        """Note the position of the order's data."""
        self.position = position

    def clone(self) -> Any:
        """Return a copy as it is handed to the owner: `executed` is a snapshot, the rest is
        shared."""
        executed = self.executed
        if executed.p2 or "exbits" in executed.__dict__:
            executed = self._own_executed()
            executed.markpending()
        executed._held = True
        copied = object.__new__(self.__class__)
        values = copied.__dict__ = self.__dict__.copy()
        if self._original is None:
            values["_original"] = self
        return copied

    def _own_executed(self) -> OrderData:
        """Return `executed` for a change: no snapshot sees it."""
        executed = self.executed
        if executed._held:
            executed.exbits  # noqa: B018  # made now if it was not: copies share it
            own: OrderData = object.__new__(executed.__class__)
            own.__dict__ = executed.__dict__.copy()
            own._held = False
            self.executed = executed = own
        return executed

    def submit(self, broker: Any = None) -> None:
        """Mark the order as sent to the `broker`."""
        self.status = OrderState.Submitted
        self.broker = broker
        self.plen = len(self.data)

    def accept(self, broker: Any = None) -> None:
        """Mark the order as accepted by the `broker`."""
        self.status = OrderState.Accepted
        self.broker = broker

    def reject(self, broker: Any = None) -> bool:
        """Mark the order as rejected; False where it was already."""
        if self.status == OrderState.Rejected:
            return False
        self._end(OrderState.Rejected)
        self.broker = broker
        return True

    def cancel(self) -> None:
        """Mark the order as canceled."""
        self._end(OrderState.Canceled)

    def margin(self) -> None:
        """Mark the order as refused for want of cash."""
        self._end(OrderState.Margin)

    def _end(self, status: int) -> None:
        self.status = status
        if not self.simulated:
            self._own_executed().dt = self.data.datetime[0]

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
        closing = (closed, closedvalue, closedcomm)
        opening = (opened, openedvalue, openedcomm)
        executed = self._own_executed()
        executed.addbit(OrderExecutionBit(dt, size, price, *closing, *opening, pnl, psize, pprice))
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
            closing = (closed, closedvalue, closedcomm)
            opening = (opened, openedvalue, openedcomm)
            bit = OrderExecutionBit(dt, size, price, *closing, *opening, pnl, psize, pprice)
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
    _kind.params = _ParamsOnDemand(_kind.params)


def _facts(
    kind: type[OrderBase],
    owner: Any,
    data: Any,
    size: Any,
    price: Any,
    pricelimit: Any,
    exectype: Any,
    valid: Any,
    tradeid: Any,
    oco: Any,
    trailamount: Any,
    trailpercent: Any,
    parent: Any,
    transmit: Any,
    simulated: Any,
    histnotify: Any,
    session_end: float | None = None,
) -> dict[str, Any]:
    """Return the attributes of a new order; `session_end` is ``dteos`` where the caller knows
    it."""
    signed = -size if kind.ordtype else size
    if simulated:
        now, close, session_end = 0.0, price, 0.0
    else:
        now, close = data.datetime[0], data.close[0]
        if session_end is None:
            session_end = end_of_session(data)
    created_at = price if price or pricelimit else close
    trail = trailamount, trailpercent
    return {
        "ref": next(kind.refbasis),
        "owner": owner,
        "data": data,
        "size": signed,
        "price": price,
        "pricelimit": pricelimit,
        "_plimit": pricelimit,
        "exectype": exectype or 0,
        "valid": valid,
        "tradeid": tradeid,
        "oco": oco,
        "trailamount": trailamount,
        "trailpercent": trailpercent,
        "parent": parent,
        "transmit": transmit,
        "simulated": simulated,
        "histnotify": histnotify,
        "dteos": session_end,
        "created": OrderData(now, signed, created_at, pricelimit, 0, close, *trail),
        "executed": OrderData(None, 0, 0.0, 0.0, signed),
        "_active": parent is None,
        "_asked": (size, exectype, valid),
    }


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
    order.__dict__ = _facts(kind, *asked)
    order._begin()
    return order
