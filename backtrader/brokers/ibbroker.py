"""The broker of Interactive Brokers: what the strategies and Cerebro see of it."""

from __future__ import annotations

import copy
import logging
import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, ClassVar

from .. import stores
from .._core.orderchange import change_order
from ..broker import BrokerBase
from ..errors import OrderError, ParameterError
from ..position import Position
from ..stores._ib.iborder import IBOrder, IBOrderState
from ..stores._ib.keyed import complaint_about
from ..stores._ib.progress import Progress
from ..stores._ib.takeover import News, Takeover
from ..stores._ib.tickets import attribute_of, conid_of
from ._ibcalls import StoreCalls
from ._ibguard import SAFETY_PARAMETERS, Guarded
from ._ibpositions import ComparedPositions, units
from ._paidinfull import PaidInFull

__all__ = ["IBBroker", "IBCommInfo", "IBOrder", "IBOrderState"]

_log = logging.getLogger(__name__)

_MARGINED = ("FUT", "OPT", "FOP")
_ORDER_PARAMETERS = ("oco", "trailamount", "trailpercent", "parent", "transmit", "histnotify")


class IBCommInfo(PaidInFull):
    """Commission scheme for trades at Interactive Brokers.

    The commission itself comes with each execution. Values are worked out as if all of the price
    were paid: the margin of an order is not known before it is sent. Prices are in the contract's
    currency; how many units cash in base currency buys goes by `rate`.
    """

    rate: Callable[[], float] | None = None

    def getsize(self, price: float, cash: float) -> int:
        """Return how many whole units `cash`, in base currency, buys at `price`."""
        return super().getsize(price if self.rate is None else price * self.rate(), cash)


class IBBroker(Guarded, ComparedPositions, StoreCalls, BrokerBase):
    """Trade through Interactive Brokers.

    Orders are sent by the store; what becomes of them is taken in by `next`, on Cerebro's thread.
    All keywords that are no parameters are those of the store; what is neither is refused with
    `ParameterError`.

    Parameters
    ----------
    commission
        Not used, for IBKR tells the commission of each execution.
    questions
        Rules for the questions that IBKR asks about orders: message id, or piece of the text, ->
        True to confirm, False to decline. By default notices are confirmed, and what may be a
        mistake is declined, which rejects the order with the question's text.
    max_order_size, max_order_value, max_position, max_orders_per_minute, max_daily_loss
        Guards, off where None: units and value (in base currency) of an order, units of a
        position, orders and changes a minute, what may be lost in a day (in base currency). An
        order that exceeds one is told as rejected, with the reason in ``order.info.reason``, as
        is one where what a guard asks is not known.
    max_price_distance
        How far the prices of an order may be from the last trade, as a fraction of that.
    only_open_market, only_paper_account
        Refuse orders when the market is closed; for an account that is not a paper one.
    contract_rules
        Whether prices off the contract's grid are brought to it, and sizes off it refused.
    cancel_all_signal, cancel_all_flatten
        A signal, by name or number, at which `cancel_all` is called; whether it flattens.

    Attributes
    ----------
    ib
        The store.
    cash, value
        Cash and net liquidation value in base currency, as the last `next` found them; None where
        they are not known.
    startingcash, startingvalue
        The same at the start.
    positions
        Position by IBKR's number of the contract.
    adopted
        Orders of a former process that were taken up from the journal of the store.
    """

    # set by the module of the store, which knows this one
    StoreCls: ClassVar[Any] = None

    # IBKR's words for the states of an order
    CANCELLED, FILLED, INACTIVE = "Cancelled", "Filled", "Inactive"
    PENDINGCANCEL, PENDINGSUBMIT = "PendingCancel", "PendingSubmit"
    PRESUBMITTED, SUBMITTED = "PreSubmitted", "Submitted"

    params: Any = (("questions", None), *SAFETY_PARAMETERS)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__()
        store = self.StoreCls or stores.IBStore
        complaint = complaint_about(self, store, kwargs)
        if complaint:
            raise ParameterError(complaint)
        self.ib = store(**kwargs)
        self.cash: float | None = None
        self.value: float | None = None
        self.startingcash: float | None = None
        self.startingvalue: float | None = None
        self.positions: defaultdict[int, Position] = defaultdict(Position)
        self._elsewhere: defaultdict[tuple[str, int], Position] = defaultdict(Position)
        self.notifs: deque[Any] = deque()
        self._inbox: deque[News] = deque()
        self.adopted: list[IBOrder] = []
        self._progress = Progress(self)
        self._takeover = Takeover(self, self._progress)
        self._make_guards()
        self._untransmitted: dict[int, list[Any]] = {}
        self._schemes: dict[int, Any] = {}
        self._differences: dict[int, tuple[float, float]] = {}
        self._traded_at: dict[int, float] = {}
        self._asked_at = -math.inf
        # from the first start on the figures are those that the last step left
        self._started = False

    # -- a run --

    def start(self) -> None:
        """Connect, and take over the positions, the cash and the value that there are."""
        super().start()
        if self.p.questions is not None:
            self.ib.set_questions(self.p.questions)
        self._start_store()
        if self.ib.connected():
            self.ib.reqAccountUpdates()
            self._takeover.begin()
            self.cash = self.startingcash = self.ib.get_acc_cash()
            self.value = self.startingvalue = self.ib.get_acc_value()
            for held in self.ib.get_positions():
                self.positions[held.conid].fix(units(held.position), held.averageCost)
        self._started = True

    def stop(self) -> None:
        """End: the store is stopped."""
        super().stop()
        self._progress.receipts.work()
        self.release()
        self.ib.stop()

    def next(self) -> None:
        """Take in what has come since the last time; called by the engine."""
        self._takeover.work(self._inbox)
        self._progress.work()
        if self._differences:
            self._ask_again()

    # -- what the strategies ask for --

    def getcash(self) -> float:
        """Return the cash in base currency; within a run as of the last step.

        Raises
        ------
        StoreError
            It is not known and cannot be read.
        """
        return self.cash if self._started and self.cash is not None else self.ib.get_acc_cash()

    def getvalue(self, datas: Any = None) -> float:
        """Return the net liquidation value, or that of the positions in `datas`, in base currency;
        raises as `getcash`.
        """
        if datas is not None:
            worth = 0.0
            for data in datas:
                size = self.getposition(data, clone=False).size
                if size:
                    unit = data.close[0] * self.getcommissioninfo(data).p.mult
                    worth += size * unit * self._in_base(data)
            return worth
        return self.value if self._started and self.value is not None else self.ib.get_acc_value()

    def getposition(self, data: Any, clone: bool = True) -> Any:
        """Return the position in `data`; with `clone` one that nobody else changes."""
        if not self._started:
            return self.ib.getposition(data.tradecontract, clone=clone)
        position = self.positions[conid_of(data.tradecontract)]
        return position.clone() if clone else position

    def getcommissioninfo(self, data: Any) -> Any:
        """Return the commission scheme of `data`: the user's for its name, or the contract's."""
        if data._name in self.comminfo and data._name is not None:
            return self.comminfo[data._name]
        contract = data.tradecontract
        conid = conid_of(contract)
        scheme = self._schemes.get(conid)
        if scheme is None:
            mult = float(contract.m_multiplier or 1.0)
            stocklike = contract.m_secType not in _MARGINED
            scheme = self._schemes[conid] = IBCommInfo(mult=mult, stocklike=stocklike)
            scheme.rate = lambda: self._in_base(data)
        return scheme

    def orderstatus(self, order: Any) -> int:
        """Return the state of `order`, which may be a copy."""
        working = self._progress.by_id.get(order.m_orderId)
        status: int = order.status if working is None else working.order.status
        return status

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
        """Create an order that buys, and have it sent; return it.

        Parameters
        ----------
        owner, data, size, price, plimit, exectype, tradeid
            As for any broker.
        valid
            None: until cancelled. 0 or ``timedelta()``: for the day. A date, datetime or timedelta:
            until then; IBKR is not told, the order is cancelled when the time has come, and told as
            expired.
        **kwargs
            oco, trailamount, trailpercent, parent, transmit; all others are attributes of the TWS
            API or fields of the Web API, which go into the order and into its ``info``.

        Raises
        ------
        OrderError
            It cannot be sent as it is.
        ParameterError
            An attribute or field is unknown.
        """
        asked = (owner, data, size, price, plimit, exectype, valid, tradeid)
        return self._order("BUY", asked, kwargs)

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
        """Create an order that sells, and have it sent; return it. See `buy`."""
        asked = (owner, data, size, price, plimit, exectype, valid, tradeid)
        return self._order("SELL", asked, kwargs)

    def _order(self, action: str, asked: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if getattr(asked[1], "tradecontract", None) is None:
            name = getattr(asked[1], "_name", asked[1])
            raise OrderError(f"order: data {name!r} has no contract to trade: it is no IBData")
        names = ("owner", "data", "size", "price", "pricelimit", "exectype", "valid", "tradeid")
        params = dict(zip(names, asked, strict=True))
        params["size"] = _sound(params["size"])
        params.update({name: kwargs.pop(name) for name in _ORDER_PARAMETERS if name in kwargs})
        extras = {attribute_of(name): value for name, value in kwargs.items()}
        order = IBOrder(action, **params, **extras)
        order.m_orderId = self.ib.nextOrderId()
        if order.parent is not None:
            order.m_parentId = order.parent.m_orderId
        if order.oco is not None:
            self._group(order, order.oco)
        if kwargs:
            order.addinfo(**kwargs)
        return self.submit(order)

    def _group(self, order: Any, other: Any) -> None:
        """Put `order` into the group of `other`, of which one cancels the rest."""
        working = self._progress.by_id.get(other.m_orderId)
        if working is None:
            raise OrderError(f"order: oco={other.ref} is no order of this broker")
        first = working.order
        first.m_ocaGroup = first.m_ocaGroup or f"bt-{first.m_orderId}"
        order.m_ocaGroup = first.m_ocaGroup

    def submit(self, order: Any) -> Any:
        """Send an order; one that is not to be transmitted is held back for the others of its
        family, with the last of which all are told as submitted.
        """
        contract = order.data.tradecontract
        conid = conid_of(contract)
        root = order.m_parentId or (order.oco.m_orderId if order.oco is not None else 0)
        held = self._untransmitted
        key = next((k for k, ids in held.items() if root in ids), order.m_orderId)
        family = [self._progress.by_id[each].order for each in held.get(key, ())]
        if self._refused(order, family):
            self._progress.add(order, conid)
            held.pop(key, None)
            return order
        self.ib.placeOrder(order.m_orderId, contract, order)
        self._progress.add(order, conid)
        held.pop(key, None)
        if not order.m_transmit:
            held[key] = [*(each.m_orderId for each in family), order.m_orderId]
            return order
        for member in (*family, order):
            if member.alive():
                member.submit(self)
                self.notify(member)
        return order

    def cancel(self, order: Any) -> bool:
        """Have an order cancelled; False where it is done. That it is comes as a notification."""
        working = self._progress.by_id.get(order.m_orderId)
        if working is None or not working.order.alive():
            return False
        working.cancelled = True
        self.ib.cancelOrder(order.m_orderId)
        return True

    def replace(
        self,
        order: Any,
        size: float | None = None,
        price: float | None = None,
        plimit: float | None = None,
        trailamount: float | None = None,
        trailpercent: float | None = None,
    ) -> bool:
        """Have a waiting order changed; it stays the same order.

        When IBKR has taken the change, the order has the new values and is told anew, as accepted
        (or as partially executed, where it is). When it does not take it, ``order.info.problem``
        and a notification of the store say why, and nothing has changed.

        Parameters
        ----------
        order
            The order, or a copy of it.
        size
            Units in all, without sign, those that have been executed included.
        price, plimit, trailamount, trailpercent
            As for `buy`; what is None stays.

        Returns
        -------
        bool
            Whether the change is on its way; False where the order is done.

        Raises
        ------
        OrderError
            The changed order makes no sense.
        """
        working = self._progress.by_id.get(order.m_orderId)
        if working is None or not working.order.alive():
            return False
        # what a change before this one does, that is still under way, stays done
        pending = working.replacements
        changed = copy.copy(pending[-1] if pending else working.order)
        change_order(changed, size, price, plimit, trailamount, trailpercent)
        changed.m_totalQuantity = abs(changed.size)
        changed.set_prices()
        if self._change_refused(working.order, changed):
            return False
        pending.append(changed)
        try:
            self.ib.replaceOrder(order.m_orderId, changed)
        except OrderError:
            pending.pop()
            raise
        return True

    # -- what the strategies are told --

    def notify(self, order: Any) -> None:
        """Have the owner of `order` told of its present state."""
        self.notifs.append(order.clone())

    def get_notification(self) -> Any:
        """Return the next order (a snapshot) that an owner is to be told of, or None."""
        return self.notifs.popleft() if self.notifs else None

    # -- what the store pushes, from any thread --

    def _push(self, order_id: int, act: Callable[..., None], *arguments: Any) -> None:
        self._inbox.append((order_id, act, arguments))
        if self.cerebro is not None:
            self.cerebro._wakeup.set()

    def push_orderstatus(self, msg: Any) -> None:
        """Take the state of an order, see `OrderStatus`."""
        self._push(msg.orderId, self._progress.on_status, msg)

    def push_execution(self, ex: Any) -> None:
        """Take an execution, see `Execution`."""
        self._push(ex.m_orderId, self._take_execution, ex)

    def push_commissionreport(self, cr: Any) -> None:
        """Take the commission of an execution, see `Commission`."""
        self._push(0, self._progress.on_commission, cr.m_execId, cr.m_commission)

    def push_ordererror(self, msg: Any) -> None:
        """Take that an order was refused or not changed, see `OrderProblem`."""
        self._push(msg.id, self._progress.on_problem, msg)

    def push_orderstate(self, msg: Any) -> None:
        """Take that IBKR has an order or a change of it, see `OpenOrder`."""
        if msg.replaced:
            self._push(msg.orderId, self._progress.on_replaced, msg.orderId)

    def push_portupdate(self) -> None:
        """Take that the store has new figures of the account."""
        self._push(0, self._take_account)

    # -- the account --

    def position_of(self, order: Any, conid: int) -> Position:
        """Return the position that an execution of `order` moves: that of the account; one of no
        account for an order to another or to a group. What falls to this account is read then.
        """
        named = order.m_faGroup or order.m_account
        if named in ("", self.ib.get_account()):
            return self.positions[conid]
        self.ib.reqPositions()
        return self._elsewhere[named, conid]

    def _take_execution(self, execution: Any) -> None:
        working = self._progress.by_id.get(execution.m_orderId)
        if working is None:
            # of an order that was sent past this broker: it shows in the positions
            self._progress.receipts.add_unseen(execution)
            self.ib.reqPositions()
            return
        self._differences.pop(working.conid, None)
        self._traded_at[working.conid] = time.monotonic()
        self._progress.on_execution(execution)

    def _take_account(self) -> None:
        """Take over cash and value; compare positions."""
        self.cash, self.value = self.ib.get_acc_cash(), self.ib.get_acc_value()
        if self._progress.settled:
            self._compare_positions()

    # -- what the store does, by the names that scripts use on the broker --

    def get_orders(self) -> list[Any]:
        """Return the orders of this run that are not done, as copies."""
        orders = [each.order for each in self._progress.by_id.values()]
        return [order.clone() for order in orders if order.alive()]


def _sound(size: Any) -> Any:
    """Return the size without its sign.

    Raises
    ------
    OrderError
        It is no number of units.
    """
    try:
        if 0 < abs(size) < math.inf:
            return abs(size)
    except TypeError:
        pass
    raise OrderError(f"order: size {size!r} is no number of units")
