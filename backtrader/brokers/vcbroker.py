"""The broker of Visual Chart: what the strategies and Cerebro see of it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, ClassVar

from ..broker import BrokerBase
from ..errors import OrderError
from ..order import BuyOrder, Order, SellOrder
from ..position import Position
from ..utils import num2date
from ._paidinfull import PaidInFull

__all__ = ["VCBroker", "VCCommInfo"]

# kind of execution -> type of order, in the words of Visual Chart's library
_TYPES = {
    Order.Market: "OT_Market",
    Order.Close: "OT_Market",
    Order.Limit: "OT_Limit",
    Order.Stop: "OT_StopMarket",
    Order.StopLimit: "OT_StopLimit",
}


class VCCommInfo(PaidInFull):
    """Commission scheme for trades through Visual Chart.

    Values are worked out as if all of the price were paid: margins are the broker's affair.
    """


class VCBroker(BrokerBase):
    """Trade through Visual Chart.

    Events come on the thread of COM; `next` takes them in on the thread of Cerebro.

    Parameters
    ----------
    commission : None
        Scheme of all symbols that have none of their own; default one without commission, with the
        symbol's value of a point.
    account : None
        Name of the account; default the first of Visual Chart's.

    Attributes
    ----------
    store
        The store.
    cash, value
        Cash and value of the account, as the last `next` found them.
    startingcash, startingvalue
        The same at the start.
    positions
        Position by symbol: what was traded in this run.
    """

    # set by the module of the store, which knows this one
    StoreCls: ClassVar[Any] = None

    params: Any = (("commission", None), ("account", None))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__()
        self.store = self.StoreCls(**kwargs)
        self._clear()

    def _clear(self) -> None:
        self.startingcash = self.cash = 0.0
        self.startingvalue = self.value = 0.0
        self.positions: defaultdict[str, Position] = defaultdict(Position)
        self.orderbyid: dict[Any, Any] = {}
        self.notifs: deque[Any] = deque()
        self._inbox: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._events: Any = None
        self._account_name = ""
        self._schemes: dict[str, Any] = {}

    # -- a run --

    def start(self) -> None:
        """Connect, and read the account."""
        super().start()
        self._clear()
        self.store.start(broker=self)
        self.next()
        self.startingcash, self.startingvalue = self.cash, self.value

    def __call__(self, trader: Any) -> None:
        """Begin to take the events of `trader`; called on the thread of COM."""
        accounts = list(trader.Accounts)
        wanted = self.p.account
        for account in accounts:
            if wanted is None or account.Account == wanted:
                break
        else:
            names = ", ".join(str(each.Account) for each in accounts)
            raise OrderError(f"VCBroker: no account {wanted!r}. There are: {names or 'none'}")
        self._account_name = account.Account
        self._events = self.store._com.GetEvents(trader, self)
        self.OnChangedBalance(account)

    def stop(self) -> None:
        """End: the store is stopped."""
        super().stop()
        self._events = None
        self.store.stop()

    def next(self) -> None:
        """Take in what has come since the last time; called by the engine."""
        while self._inbox:
            act, arguments = self._inbox.popleft()
            act(*arguments)

    def _push(self, act: Callable[..., None], *arguments: Any) -> None:
        self._inbox.append((act, arguments))
        if self.cerebro is not None:
            self.cerebro._wakeup.set()

    # -- what the strategies ask for --

    def getcash(self) -> float:
        """Return the cash of the account, as of the last step."""
        return self.cash

    def getvalue(self, datas: Any = None) -> float:
        """Return the value of the account, as of the last step."""
        return self.value

    def getposition(self, data: Any, clone: bool = True) -> Any:
        """Return the position in `data`; with `clone` one that nobody else changes."""
        position = self.positions[data._tradename]
        return position.clone() if clone else position

    def getcommissioninfo(self, data: Any) -> Any:
        """Return the commission scheme of `data`."""
        known = self.comminfo.get(data._name) or self.comminfo.get(None)
        if known is not None:
            return known
        scheme = self._schemes.get(data._tradename)
        if scheme is None:
            point = getattr(data._syminfo, "PointValue", None) or 1.0
            scheme = self._schemes[data._tradename] = VCCommInfo(mult=point)
        return scheme

    def buy(  # type: ignore[override]  # the rest comes as keywords
        self,
        owner: Any,
        data: Any,
        size: Any,
        price: float | None = None,
        plimit: float | None = None,
        exectype: int | None = None,
        valid: Any = None,
        tradeid: Any = 0,
        **kwargs: Any,
    ) -> Any:
        """Create an order that buys, and send it; return it. Keywords go into its ``info``."""
        facts = (owner, data, size, price, plimit, exectype, valid, tradeid)
        return self._order(BuyOrder, facts, kwargs)

    def sell(  # type: ignore[override]  # the rest comes as keywords
        self,
        owner: Any,
        data: Any,
        size: Any,
        price: float | None = None,
        plimit: float | None = None,
        exectype: int | None = None,
        valid: Any = None,
        tradeid: Any = 0,
        **kwargs: Any,
    ) -> Any:
        """Create an order that sells, and send it; return it. Keywords go into its ``info``."""
        facts = (owner, data, size, price, plimit, exectype, valid, tradeid)
        return self._order(SellOrder, facts, kwargs)

    def _order(self, side: Any, facts: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        names = ("owner", "data", "size", "price", "pricelimit", "exectype", "valid", "tradeid")
        order = side(**dict(zip(names, facts, strict=True)))
        for name in ("oco", "trailamount", "trailpercent", "parent"):
            if kwargs.pop(name, None) is not None:
                raise OrderError(f"order: there is no {name} for orders through Visual Chart")
        kwargs.pop("transmit", None)
        if kwargs:
            order.addinfo(**kwargs)
        order.addcomminfo(self.getcommissioninfo(order.data))
        return self.submit(order, self._fields_of(order))

    def _fields_of(self, order: Any) -> dict[str, Any]:
        """An order in the fields of Visual Chart's; names of its enumerations begin with ``@``."""
        kind = order.exectype
        if kind not in _TYPES:
            found = Order.ExecTypes[kind]
            raise OrderError(f"order: Visual Chart has no orders of the kind {found}")
        fields = {
            "Account": self._account_name,
            "SymbolCode": order.data._tradename,
            "OrderType": f"@{_TYPES[kind]}",
            "OrderSide": "@OS_Buy" if order.isbuy() else "@OS_Sell",
            "Volume": abs(order.created.size),
            "Price": order.created.price if kind == Order.Limit else 0.0,
            "ExtendedInfo": "",
            "OrderRestriction": "@TR_CloseAuction" if kind == Order.Close else "@TR_NoRestriction",
        }
        if kind in (Order.Stop, Order.StopLimit):
            fields["StopPrice"] = order.created.price
        if kind == Order.StopLimit:
            fields["Price"] = order.created.pricelimit
        if order.valid:
            fields |= {
                "OrderRestriction": "@TR_Date",
                "OrderRestrictionDate": num2date(order.valid),
            }
        return fields

    def submit(self, order: Any, vcorder: Any) -> Any:  # type: ignore[override]  # as it always was
        """Send an order, once: `vcorder` has Visual Chart's fields of it."""
        number = self.store._send(vcorder)
        order.submit(self)
        self.notify(order)
        self.orderbyid[number] = order
        order.addinfo(vcorder=number)
        return order

    def cancel(self, order: Any) -> Any:
        """Have an order cancelled; None where it is done."""
        for number, each in self.orderbyid.items():
            if each == order and each.alive():
                self.store._cancel(number)
                return each
        return None

    # -- what the strategies are told --

    def notify(self, order: Any) -> None:
        """Have the owner of `order` told of its present state."""
        self.notifs.append(order.clone())

    def get_notification(self) -> Any:
        """Return the next order (a snapshot) that an owner is to be told of, or None."""
        return self.notifs.popleft() if self.notifs else None

    # -- events of Visual Chart; they come on the thread of COM --

    def OnChangedBalance(self, Account: Any) -> None:
        """Cash or value changed."""
        if Account.Account == self._account_name:
            balance = Account.Balance
            self._push(self._take_account, float(balance.Cash), float(balance.NetWorth))

    def OnChangedOpenPositions(self, Account: Any) -> None:
        """A position changed: cash and value may have."""
        self.OnChangedBalance(Account)

    def OnNewClosedOperations(self, Account: Any) -> None:
        """A position was closed: cash and value may have changed."""
        self.OnChangedBalance(Account)

    def OnServerShutDown(self) -> None:
        """Visual Chart's server of orders was closed."""
        self.store.put_notification("Visual Chart: the server of orders was closed")

    def OnInternalEvent(self, p1: Any, p2: Any, p3: Any) -> None:
        """Accepted; the store is told of the connection."""

    def OnNewOrderLocation(self, Order: Any) -> None:
        """An order was taken."""
        self._push(self._accept, Order.OrderId)

    def OnOrderInMarket(self, Order: Any) -> None:
        """An order is in the market."""
        self._push(self._accept, Order.OrderId)

    def OnModifiedOrder(self, Order: Any) -> None:
        """An order was changed, by somebody in Visual Chart."""
        self.store.put_notification(f"Visual Chart: order {Order.OrderId} was changed by hand")

    def OnCancelledOrder(self, Order: Any) -> None:
        """An order was cancelled."""
        self._push(self._end, Order.OrderId)

    def OnTotalExecutedOrder(self, Order: Any) -> None:
        """An order was executed in full."""
        self.OnExecutedOrder(Order, partial=False)

    def OnPartialExecutedOrder(self, Order: Any) -> None:
        """Part of an order was executed."""
        self.OnExecutedOrder(Order, partial=True)

    def OnExecutedOrder(self, Order: Any, partial: bool) -> None:
        """An order was executed; `Order` has what was dealt."""
        self._push(self._execute, Order.OrderId, float(Order.Volume), float(Order.Price), partial)

    # -- what they mean; on the thread of Cerebro --

    def _take_account(self, cash: float, value: float) -> None:
        self.cash, self.value = cash, value

    def _alive(self, number: Any) -> Any:
        order = self.orderbyid.get(number)
        return order if order is not None and order.alive() else None

    def _accept(self, number: Any) -> None:
        order = self._alive(number)
        if order is not None and order.status == Order.Submitted:
            order.accept(self)
            self.notify(order)

    def _end(self, number: Any) -> None:
        order = self._alive(number)
        if order is not None:
            order.cancel()
            self.notify(order)

    def _execute(self, number: Any, volume: float, price: float, partial: bool) -> None:
        order = self._alive(number)
        if order is None:
            return
        self._accept(number)
        size = int(volume) if volume == int(volume) else volume
        size = size if order.isbuy() else -size
        position = self.positions[order.data._tradename]
        scheme = self.getcommissioninfo(order.data)
        held_at, when = position.price, order.data.datetime[0]
        psize, pprice, opened, closed = position.update(size, price, num2date(when))
        order.execute(
            when,
            size,
            price,
            closed,
            scheme.getoperationcost(closed, held_at),
            scheme.getcommission(closed, price),
            opened,
            scheme.getoperationcost(opened, price),
            scheme.getcommission(opened, price),
            scheme.margin,
            scheme.profitandloss(-closed, held_at, price),
            psize,
            pprice,
        )
        if partial:
            order.partial()
        else:
            order.completed()
        self.notify(order)
