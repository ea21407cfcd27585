"""What orders of all kinds have in common: identity, states, and snapshots for their owners."""

from __future__ import annotations

from collections import deque
from typing import Any

from ..utils.autodict import AutoOrderedDict
from .orderstate import OrderState

_new = object.__new__


class OrderLife(OrderState):
    """Identity and bookkeeping of an order: its info, its states and its copies."""

    ref: int
    data: Any
    size: Any
    price: Any
    pricelimit: Any
    dteos: float
    executed: Any
    _plimit: Any

    # What an order is asked for and begins with, until it is asked for something else or something
    # happens to it: what few orders have makes no copy of an order dearer.
    valid: Any = None
    tradeid: Any = 0
    oco: Any = None
    trailamount: Any = None
    trailpercent: Any = None
    parent: Any = None
    transmit: Any = True
    simulated: Any = False
    histnotify: Any = False
    broker: Any = None
    comminfo: Any = None
    triggered: bool = False
    position: Any = 0
    pannotated: float | None = None
    plen: int = 0
    _original: Any = None

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
        return self is other or (isinstance(other, OrderLife) and self.ref == other.ref)

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
        copied = _new(self.__class__)
        values = copied.__dict__ = self.__dict__.copy()
        if self._original is None:
            values["_original"] = self
        return copied

    def _own_executed(self, ended: bool = False) -> Any:
        """Return `executed` for a change: no snapshot sees it.

        Copies share the list of executions, unless the order `ended` without any.
        """
        executed = self.executed
        if executed._held:
            values = executed.__dict__
            if not ended and "exbits" not in values:
                values["exbits"] = deque()
            own = _new(executed.__class__)
            own.__dict__ = values.copy()
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
            self._own_executed(ended=True).dt = self.data.datetime[0]
