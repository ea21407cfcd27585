"""The broker of OANDA: what the strategies and Cerebro see of it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, ClassVar

from ..broker import BrokerBase
from ..errors import OrderError
from ..order import BuyOrder, Order, SellOrder
from ..position import Position
from ..stores._oanda.progress import Progress, Working
from ..stores._oanda.tickets import EXTRAS
from ._paidinfull import PaidInFull

__all__ = ["OandaBroker", "OandaCommInfo"]

_FACTS = (
    *("owner", "data", "size", "price", "pricelimit", "exectype", "valid", "tradeid"),
    *("oco", "trailamount", "trailpercent", "parent", "transmit"),
)


class OandaCommInfo(PaidInFull):
    """Commission scheme for trades at OANDA.

    The commission itself comes with each execution. Values are worked out as if all of the price
    were paid: margins are OANDA's affair.
    """


class OandaBroker(BrokerBase):
    """Trade through OANDA.

    Orders are sent by the store; what becomes of them is taken in by `next`, on Cerebro's thread.
    All keywords that are no parameters are those of the store.

    Parameters
    ----------
    use_positions : True
        Take over the positions that are open at the start: the strategies are told of each as of an
        order that was executed.
    commission
        Scheme for values; OANDA tells the commission of each execution.

    Attributes
    ----------
    o
        The store.
    cash, value
        Cash that is not bound as margin, and balance with the profit of what is open, as the last
        `next` found them.
    startingcash, startingvalue
        The same at the start.
    positions
        Position by OANDA's name of the instrument.

    Notes
    -----
    There are orders of the kinds Market, Limit, Stop, StopLimit (a stop with a worst price at which
    it may be filled) and StopTrail, which trails the stop of an open trade: that of a bracket, or
    the one that it closes. The stop and the limit of a bracket are orders that OANDA makes of the
    trade which the first one opens. OANDA knows no groups of which one cancels the others: `oco` is
    worked by this program, and only while it runs.
    """

    # set by the module of the store, which knows this one
    StoreCls: ClassVar[Any] = None

    params: Any = (
        ("use_positions", True),
        ("commission", OandaCommInfo(mult=1.0, stocklike=False)),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__()
        self.o = self.StoreCls(**kwargs)
        self._clear()

    def _clear(self) -> None:
        self.orders: dict[int, Any] = {}
        self.notifs: deque[Any] = deque()
        self.startingcash = self.cash = 0.0
        self.startingvalue = self.value = 0.0
        self.positions: defaultdict[str, Position] = defaultdict(Position)
        self._inbox: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._progress = Progress(self)
        self._held: dict[int, list[Any]] = {}  # families that wait for their last member

    # -- a run --

    def start(self) -> None:
        """Connect, and take over the positions, the cash and the value that there are."""
        super().start()
        self._clear()
        self.o.start(broker=self)
        self.startingcash = self.cash = self.o.get_cash()
        self.startingvalue = self.value = self.o.get_value()
        progress = self._progress
        progress.trades, progress.trades_as_of = self.o._read_trades()
        if self.p.use_positions:
            holdings, progress.positions_as_of = self.o._read_positions()
            for held in holdings:
                self.positions[held.instrument].fix(held.size, held.price)

    def data_started(self, data: Any) -> None:
        """Have the strategies told of the position in `data`; called by the store."""
        position = self.getposition(data)
        if not self.p.use_positions or not position.size:
            return
        side = SellOrder if position.size < 0 else BuyOrder
        order = side(
            data=data,
            size=abs(position.size),
            price=position.price,
            exectype=Order.Market,
            simulated=True,
        )
        scheme = self.getcommissioninfo(data)
        order.addcomminfo(scheme)
        size, price = position.size, position.price
        worth = scheme.getoperationcost(size, price)
        order.execute(
            0, size, price, 0, 0.0, 0.0, size, worth, 0.0, scheme.margin, 0.0, size, price
        )
        order.completed()
        self.notify(order)

    def stop(self) -> None:
        """End: the store is stopped."""
        super().stop()
        self.o.stop()

    def next(self) -> None:
        """Take in what has come since the last time; called by the engine."""
        while self._inbox:
            act, arguments = self._inbox.popleft()
            act(*arguments)

    def _push(self, act: Callable[..., None], *arguments: Any) -> None:
        """Have something done by `next`; may be called from any thread."""
        self._inbox.append((act, arguments))
        if self.cerebro is not None:
            self.cerebro._wakeup.set()

    def _push_transaction(self, entry: dict[str, Any]) -> None:
        self._push(self._progress.on_transaction, entry)

    def _push_refusal(self, name: str, reason: str) -> None:
        self._push(self._progress.on_refused, name, reason)

    def _push_figures(self, cash: float, value: float) -> None:
        self._push(self._take_figures, cash, value)

    def _take_figures(self, cash: float, value: float) -> None:
        self.cash, self.value = cash, value

    # -- what the strategies ask for --

    def getcash(self) -> float:
        """Return the cash that is not bound as margin, as of the last step."""
        return self.cash

    def getvalue(self, datas: Any = None) -> float:
        """Return the balance with the profit of what is open, or the value of the positions in
        `datas`.
        """
        if datas is None:
            return self.value
        worth = 0.0
        for data in datas:
            position = self.getposition(data, clone=False)
            worth += self.getcommissioninfo(data).getvaluesize(position.size, data.close[0])
        return worth

    def getposition(self, data: Any, clone: bool = True) -> Any:
        """Return the position in `data`; with `clone` one that nobody else changes."""
        position = self.positions[data._dataname]
        return position.clone() if clone else position

    def orderstatus(self, order: Any) -> int:
        """Return the state of `order`, which may be a copy."""
        status: int = self.orders.get(order.ref, order).status
        return status

    def buy(
        self,
        owner: Any,
        data: Any,
        size: Any,
        price: float | None = None,
        plimit: float | None = None,
        exectype: int | None = None,
        valid: Any = None,
        tradeid: Any = 0,
        oco: Any = None,
        trailamount: float | None = None,
        trailpercent: float | None = None,
        parent: Any = None,
        transmit: bool = True,
        **kwargs: Any,
    ) -> Any:
        """Create an order that buys, and have it sent; return it.

        Parameters
        ----------
        owner, data, size, price, plimit, exectype, tradeid
            As for any broker.
        valid
            None or 0: until cancelled; a date, datetime or timedelta: until then.
        oco, trailamount, trailpercent, parent, transmit
            As for any broker.
        **kwargs
            Go into the order's ``info``; those that are fields of OANDA's orders, as
            ``positionFill`` or ``tradeID``, also into what is sent.

        Raises
        ------
        OrderError
            OANDA has no such order.
        """
        facts = (owner, data, size, price, plimit, exectype, valid, tradeid)
        further = (oco, trailamount, trailpercent, parent, transmit)
        return self._place(BuyOrder, facts + further, kwargs)

    def sell(
        self,
        owner: Any,
        data: Any,
        size: Any,
        price: float | None = None,
        plimit: float | None = None,
        exectype: int | None = None,
        valid: Any = None,
        tradeid: Any = 0,
        oco: Any = None,
        trailamount: float | None = None,
        trailpercent: float | None = None,
        parent: Any = None,
        transmit: bool = True,
        **kwargs: Any,
    ) -> Any:
        """Create an order that sells, and have it sent; return it. See `buy`."""
        facts = (owner, data, size, price, plimit, exectype, valid, tradeid)
        further = (oco, trailamount, trailpercent, parent, transmit)
        return self._place(SellOrder, facts + further, kwargs)

    def _place(self, side: Any, facts: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Make an order, and send it or hold it back until the last of its family comes."""
        order = side(**dict(zip(_FACTS, facts, strict=True)))
        if kwargs:
            order.addinfo(**kwargs)
        order.addcomminfo(self.getcommissioninfo(order.data))
        if order.oco is not None and order.oco.ref not in self._progress.by_ref:
            raise OrderError(f"order: oco={order.oco.ref} is no order of this broker")
        if order.parent is None:
            family = [order]
        elif order.parent.ref in self._held:
            family = [*self._held[order.parent.ref], order]
        else:
            raise OrderError(f"order: parent={order.parent.ref} is not held back for children")
        if not order.transmit:
            self._held[family[0].ref] = family
            self.orders[order.ref] = order
            return order
        self._held.pop(family[0].ref, None)
        self._send(family)
        return order

    def _send(self, family: list[Any]) -> None:
        main, *children = family
        stopside, takeside = _sides(main, children)
        fields = {name: value for name, value in main.info.items() if name in EXTRAS}
        if main.exectype == Order.StopTrail and "tradeID" not in fields:
            fields["tradeID"] = self._progress.trade_for(main, main.data._dataname)
        body = self.o._order_body(main, stopside, takeside, fields)
        first = self._follow(main, None)
        for child in children:
            self._follow(child, first)
        if main.oco is not None:
            self._progress.join(first, self._progress.by_ref[main.oco.ref])
        for each in family:
            each.submit(self)
            self.notify(each)
        self.o._send_order(main, body)

    def _follow(self, order: Any, parent: Working | None) -> Working:
        self.orders[order.ref] = order
        return self._progress.add(order, self.o._order_name(order), parent)

    def cancel(self, order: Any) -> Any:
        """Have an order cancelled; None where it is done, or waits for its parent."""
        known = self.orders.get(order.ref)
        if known is None or not known.alive():
            return None
        if order.ref in self._held:
            for each in self._held.pop(order.ref):
                each.cancel()
                self.notify(each)
            return known
        working = self._progress.by_ref.get(order.ref)
        parent = None if working is None else working.parent
        if working is None or (parent is not None and parent.order.alive()):
            text = f"order {order.ref} belongs to one that is not executed: cancel that one"
            self.o.put_notification(text, known.clone())
            return None
        return self.o.order_cancel(known)

    # -- what the strategies are told --

    def notify(self, order: Any) -> None:
        """Have the owner of `order` told of its present state."""
        self.notifs.append(order.clone())

    def get_notification(self) -> Any:
        """Return the next order (a snapshot) that an owner is to be told of, or None."""
        return self.notifs.popleft() if self.notifs else None


def _sides(main: Any, children: list[Any]) -> tuple[Any, Any]:
    """The stop and the limit among the children of a bracket."""
    found: dict[str, Any] = {}
    for child in children:
        kind = "limit" if child.exectype == Order.Limit else "stop"
        if child.exectype not in (Order.Limit, Order.Stop, Order.StopTrail) or kind in found:
            raise OrderError("order: OANDA takes one Limit and one Stop or StopTrail as children")
        if child.created.size != -main.created.size:
            raise OrderError("order: the children of a bracket close all that its first opens")
        found[kind] = child
    return found.get("stop"), found.get("limit")
