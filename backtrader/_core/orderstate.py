"""What an order can be: kinds of execution, directions and states, with their names."""

from __future__ import annotations

import datetime
from typing import ClassVar


class OrderState:
    """Kind, direction and state of an order, as numbers that never change and as names."""

    DAY: ClassVar[datetime.timedelta] = datetime.timedelta()

    # kinds of execution
    Market, Close, Limit, Stop, StopLimit, StopTrail, StopTrailLimit, Historical = range(8)
    ExecTypes: ClassVar[list[str]] = [
        *("Market", "Close", "Limit", "Stop", "StopLimit", "StopTrail", "StopTrailLimit"),
        "Historical",
    ]

    # directions
    Buy, Sell = range(2)
    OrdTypes: ClassVar[list[str]] = ["Buy", "Sell"]

    # states
    Created, Submitted, Accepted, Partial, Completed = range(5)
    Canceled, Expired, Margin, Rejected = range(5, 9)
    Cancelled = Canceled  # alias
    Status: ClassVar[list[str]] = [
        *("Created", "Submitted", "Accepted", "Partial", "Completed"),
        *("Canceled", "Expired", "Margin", "Rejected"),
    ]

    # kinds of validity
    V_None: ClassVar[range] = range(1)
    T_Close, T_Day, T_Date, T_None = range(4)

    exectype: int
    ordtype: int
    status: int = Created
    _active: bool = True

    @classmethod
    def ExecType(cls, exectype: str) -> int:
        """Return the kind of execution called `exectype`."""
        kind: int = getattr(cls, exectype)
        return kind

    def getordername(self, exectype: int | None = None) -> str:
        """Return the name of a kind of execution, by default of the order's own."""
        return self.ExecTypes[self.exectype if exectype is None else exectype]

    def ordtypename(self, ordtype: int | None = None) -> str:
        """Return the name of a direction, by default of the order's own."""
        return self.OrdTypes[self.ordtype if ordtype is None else ordtype]

    def getstatusname(self, status: int | None = None) -> str:
        """Return the name of a state, by default of the order's own."""
        return self.Status[self.status if status is None else status]

    def isbuy(self) -> bool:
        """Whether the order buys."""
        return self.ordtype == OrderState.Buy

    def issell(self) -> bool:
        """Whether the order sells."""
        return self.ordtype == OrderState.Sell

    def active(self) -> bool:
        """Whether the order may be executed: a bracket's child waits until its parent is."""
        return self._active

    def activate(self) -> None:
        """Let the order be executed."""
        self._active = True

    def alive(self) -> bool:
        """Whether the order may still be executed or cancelled."""
        return self.status <= OrderState.Partial

    def completed(self) -> None:
        """Mark the order as executed in full."""
        self.status = OrderState.Completed

    def partial(self) -> None:
        """Mark the order as executed in part."""
        self.status = OrderState.Partial
