"""Trades: the life of a position from its opening to its return to zero."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from typing import Any, ClassVar

from .utils.autodict import AutoOrderedDict
from .utils.date import num2date

__all__ = ["Trade", "TradeHistory"]


class TradeHistory(AutoOrderedDict):
    """Keep the state of a trade after one update, and the update itself.

    ``status`` has the keys status, dt, barlen, size, price, value, pnl, pnlcomm and tz; ``event``
    has order, size, price and commission. All can be read as attributes.

    Parameters
    ----------
    status
        `Trade.Open` or `Trade.Closed`.
    dt
        Moment of the update as a number, see ``num2date``.
    barlen
        Bars that the trade has lasted.
    size, price, value, pnl, pnlcomm
        Facts of the trade after the update.
    tz
        Time zone of the data.
    event
        Update to take over, where there is one already.
    """

    def __init__(
        self,
        status: int,
        dt: float,
        barlen: int,
        size: float,
        price: float,
        value: float,
        pnl: float,
        pnlcomm: float,
        tz: Any,
        event: Any = None,
    ) -> None:
        super().__init__()
        facts = dict(status=status, dt=dt, barlen=barlen, size=size, price=price)
        self.status = AutoOrderedDict(facts, value=value, pnl=pnl, pnlcomm=pnlcomm, tz=tz)
        if event is not None:
            self.event = event

    def __missing__(self, key: Any) -> Any:
        if self._closed:
            raise KeyError(key)
        made = self[key] = AutoOrderedDict()
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (*self.status.values(), self.event)

    def doupdate(self, order: Any, size: float, price: float, commission: float) -> None:
        """Note the update: its order, size, price and commission. Nothing is made up on reading
        any more."""
        self.event = AutoOrderedDict(order=order, size=size, price=price, commission=commission)
        self._close()

    def datetime(self, tz: datetime.tzinfo | None = None, naive: bool = True) -> datetime.datetime:
        """Return the moment of the update in `tz`, by default in that of the data."""
        return num2date(self.status.dt, tz or self.status.tz, naive)


class Trade:
    """Follow a position of one data, under one ``tradeid``, from zero to zero.

    Parameters
    ----------
    data
        Data that is traded.
    tradeid
        Identifier chosen by the user, which keeps trades on one data apart.
    historyon
        Whether each update is recorded in `history`.
    size, price, value, commission
        State to begin with.

    Attributes
    ----------
    ref
        Unique number.
    pnl, pnlcomm
        Profit of the closed part, before and after all commissions.
    isopen, isclosed, justopened, status
        Where in its life the trade is.
    long
        Whether it was opened by a purchase.
    baropen, barclose, barlen
        Bar numbers of opening and closing, and bars between opening and the last update.
    dtopen, dtclose
        The same as moments, numbers for ``num2date``.
    """

    refbasis: ClassVar[Iterator[int]] = itertools.count(1)

    status_names: ClassVar[list[str]] = ["Created", "Open", "Closed"]
    Created, Open, Closed = range(3)

    def __init__(
        self,
        data: Any = None,
        tradeid: Any = 0,
        historyon: bool = False,
        size: float = 0,
        price: float = 0.0,
        value: float = 0.0,
        commission: float = 0.0,
    ) -> None:
        self.ref = next(self.refbasis)
        self.data = data
        self.tradeid = tradeid
        self.historyon = historyon
        self.history: list[TradeHistory] = []
        self.status = self.Created
        self.size = size
        self.price = price
        self.value = value
        self.commission = commission
        self.pnl = self.pnlcomm = 0.0
        self.justopened = self.isopen = self.isclosed = False
        self.baropen = self.barclose = self.barlen = 0
        self.dtopen = self.dtclose = 0.0

    def __len__(self) -> int:
        return abs(self.size)  # type: ignore[return-value]  # a fractional size has no length

    def __bool__(self) -> bool:
        return self.size != 0

    def __str__(self) -> str:
        names = (
            *("ref", "data", "tradeid", "size", "price", "value", "commission", "pnl", "pnlcomm"),
            *("justopened", "isopen", "isclosed", "baropen", "dtopen", "barclose", "dtclose"),
            *("barlen", "historyon", "history", "status"),
        )
        return "\n".join(f"{name}:{getattr(self, name)}" for name in names)

    def getdataname(self) -> str:
        """Return the name of the data."""
        return self.data._name

    def open_datetime(
        self, tz: datetime.tzinfo | None = None, naive: bool = True
    ) -> datetime.datetime:
        """Return when the trade was opened, by default in the time zone of the data."""
        return self.data.num2date(self.dtopen, tz=tz, naive=naive)

    def close_datetime(
        self, tz: datetime.tzinfo | None = None, naive: bool = True
    ) -> datetime.datetime:
        """Return when the trade was closed, by default in the time zone of the data."""
        return self.data.num2date(self.dtclose, tz=tz, naive=naive)

    def update(
        self,
        order: Any,
        size: float,
        price: float,
        value: float,
        commission: float,
        pnl: float,
        comminfo: Any,
    ) -> None:
        """Take in an execution; it may open, enlarge, reduce or close the trade, not reverse it.

        Parameters
        ----------
        order
            Order that was executed.
        size
            Units; negative for a sale. 0 changes nothing.
        price
            Price per unit.
        value, pnl
            Accepted for compatibility: both are computed with `comminfo`.
        commission
            Commission of the execution.
        comminfo
            Commission scheme that values the trade.
        """
        if not size:
            return
        before = self.size
        self.size = after = before + size
        self.commission += commission
        data = self.data
        now = 0.0 if order.simulated else data.datetime[0]
        self._enter_phase(before, after, len(data), now)
        if abs(after) > abs(before):
            self.price = (before * self.price + size * price) / after
        else:
            self.pnl += comminfo.profitandloss(-size, self.price, price)
        self.pnlcomm = self.pnl - self.commission
        self.value = comminfo.getvaluesize(after, self.price)
        if self.historyon:
            self._record(order, size, price, commission, now)

    def _enter_phase(self, before: float, after: float, bar: int, now: float) -> None:
        self.justopened = bool(not before and after)
        if self.justopened:
            self.baropen, self.dtopen = bar, now
            self.long = after > 0
        self.barlen = bar - self.baropen
        self.isopen = bool(after)
        self.isclosed = bool(before and not after)
        if self.isclosed:
            self.barclose, self.dtclose = bar, now
            self.status = self.Closed
        elif self.isopen:
            self.status = self.Open

    def _record(self, order: Any, size: float, price: float, commission: float, now: float) -> None:
        state = (self.status, now, self.barlen, self.size, self.price, self.value)
        entry = TradeHistory(*state, self.pnl, self.pnlcomm, self.data._tz)
        entry.doupdate(order, size, price, commission)
        self.history.append(entry)
