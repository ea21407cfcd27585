"""The simulated broker: takes orders, executes them against the bars, and keeps the account."""

from __future__ import annotations

import logging
from collections import deque
from typing import Any

from .._core.orderchange import change_order
from .._core.orderfacts import end_of_session, refuse
from ..errors import OrderError
from ..order import BuyOrder, Order, SellOrder, issue
from ._account import NEVER
from ._book import Alternatives, Brackets, Watch
from ._execution import Execution
from ._history import OrderHistory

__all__ = ["BackBroker", "BrokerBack"]

_log = logging.getLogger(__name__)

_SUBMITTED = Order.Submitted
_ACCEPTED = Order.Accepted
_PARTIAL = Order.Partial
# methods that decide whether a waiting order is executed
_TRIED_WITH = ("_try_exec", "_try_exec_limit", "_try_exec_stop", "_try_exec_stoplimit")
_COMPLETED = Order.Completed
_MARKET = Order.Market


def _watchable(order: Any) -> bool:
    return type(order) in (BuyOrder, SellOrder) and Watch.watchable(order)


class BackBroker(Execution):
    """Simulate a broker: cash, value, commissions, margin, slippage, partial fills, brackets and
    OCO groups.

    Orders issued during one bar are executed with the prices of the next ones. `next` does the
    work of one bar; the engine leaves it out while `_quiet` says that nothing could change.

    Parameters
    ----------
    cash
        Cash at the start.
    commission
        Commission scheme of all datas without one of their own.
    checksubmit
        Whether orders are checked against the cash before they are accepted.
    eosbar
        Whether a bar with the time of the session's end counts as the end of the session.
    filler
        Callable ``(order, price, ago)`` that returns the units a bar executes; None for all.
    slip_perc, slip_fixed
        Slippage as a fraction of the price (0.01 is one percent) or as an amount.
    slip_open, slip_match, slip_limit, slip_out
        Whether the open slips; whether prices that slip out of the bar are brought back, for all
        orders or for limit orders; whether they stand outside instead.
    coc, coo
        Whether market orders may be executed at the close, or at the open, of the bar that issued
        them.
    int2pnl
        Whether interest is counted in the profit of the trade that closes the position.
    shortcash
        Whether selling a stock short brings cash; otherwise it binds cash.
    fundstartval, fundmode
        Value of a share of the fund at the start, and whether the account is reported as a fund.
    """

    def init(self) -> None:
        """Put the broker in its initial state: no orders, no positions, the cash of the
        parameters."""
        super().init()
        self.orders: list[Any] = []
        self.pending: deque[Any] = deque()
        self.submitted: deque[Any] = deque()
        self.notifs: deque[Any] = deque()
        self._released: deque[Any] = deque()
        self._brackets = Brackets()
        self._alternatives = Alternatives()
        self._session_ends: dict[Any, tuple[float, float, Any]] = {}
        self._watch: Watch | None = None
        self._quiet = False
        self._rests_until = 0.0
        self._foresight: Any = None
        self._unheard: Any = None
        self._may_rest = True
        self._may_watch = not any(
            getattr(type(self), hook) is not getattr(BackBroker, hook) for hook in _TRIED_WITH
        )

    def __init__(self) -> None:
        self._userhist: list[OrderHistory] = []
        super().__init__()

    def start(self) -> None:
        """Get ready for a run, from the initial state."""
        super().start()
        settings = getattr(self.cerebro, "p", None)
        # With cheat-on-open the strategy is asked before `next` has seen the bar: figures must be
        # those of the last.
        self._eager = self.p.coo or bool(getattr(settings, "cheat_on_open", False))
        own = type(self)
        self._may_rest = own.next is BackBroker.next and own._get_value is BackBroker._get_value

    def stop(self) -> None:
        """Take note that the run is over: the figures stay those of the last bar."""
        self._freeze()

    # -- what the engine and the strategies see --

    def get_notification(self) -> Any:
        """Return the next order (a snapshot) that an owner is to be told of, or None."""
        return self.notifs.popleft() if self.notifs else None

    def notify(self, order: Any) -> None:
        """Have the owner of `order` told of its present state."""
        if self._unheard is None:
            self.notifs.append(order.clone())
        else:
            self._unheard.note(order)

    def get_orders_open(self, safe: bool = False) -> list[Any]:
        """Return the orders that wait for execution; copies of them where `safe`."""
        return [order.clone() if safe else order for order in self.pending]

    def orderstatus(self, order: Any) -> int:
        """Return the state of `order`, which may be a copy."""
        status: int = next((known.status for known in self.orders if known == order), order.status)
        return status

    def add_order_history(self, orders: Any, notify: bool = True) -> None:
        """Have orders of the past executed as their bars come.

        Parameters
        ----------
        orders
            Rows of (moment, size, price[, data]) in the order of time; a negative size is a sale,
            the data a feed, its name or its index.
        notify
            Whether the first strategy is told of the orders.
        """
        self._end_silence()
        self._userhist.append(OrderHistory(orders, notify))

    # -- taking orders --

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
        histnotify: bool = False,
        _checksubmit: bool = True,
        **kwargs: Any,
    ) -> Any:
        """Create and send an order that buys; return it. The arguments are those of `Order`, the
        rest its info."""
        what = (owner, data, size, price, plimit, exectype, valid, tradeid, oco)
        how = (trailamount, trailpercent, parent, transmit, False, histnotify)
        return self._take(BuyOrder, data, size, exectype, what + how, kwargs, _checksubmit)

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
        histnotify: bool = False,
        _checksubmit: bool = True,
        **kwargs: Any,
    ) -> Any:
        """Create and send an order that sells; return it. The arguments are those of `Order`, the
        rest its info."""
        what = (owner, data, size, price, plimit, exectype, valid, tradeid, oco)
        how = (trailamount, trailpercent, parent, transmit, False, histnotify)
        return self._take(SellOrder, data, size, exectype, what + how, kwargs, _checksubmit)

    def _take(
        self,
        kind: Any,
        data: Any,
        size: Any,
        exectype: int | None,
        asked: tuple[Any, ...],
        info: dict[str, Any],
        check: bool,
    ) -> Any:
        session = self._session_ends.get(data)
        if session is None or not session[0] <= session[2][0] <= session[1]:
            session = self._session_of(kind, data)
        try:
            sound = size - size == 0 and (exectype is None or 0 <= exectype <= Order.Historical)
        except TypeError:
            sound = False
        if not sound:
            refuse(kind, size, exectype)
        if self._quiet:
            self._end_silence()
        order = issue(kind, *asked, session[1])
        if info:
            order.addinfo(**info)
        if order.oco is not None:
            self._ocoize(order, order.oco)
        return self.submit(order, check)

    def _session_of(self, kind: Any, data: Any) -> tuple[float, float, Any]:
        """Return since when and until when the session of the current bar is known to last, and
        the line of times."""
        datas = getattr(self.cerebro, "datas", None)
        if data is None or (datas and not any(data is known for known in datas)):
            name = getattr(data, "_name", data)
            raise OrderError(f"{kind.__name__}: data {name!r} has not been added to Cerebro")
        times = data.datetime
        session = times[0], end_of_session(data), times
        self._session_ends[data] = session
        return session

    def _ocoize(self, order: Any, oco: Any) -> None:
        if oco is not None:
            self._alternatives.join(order, oco)

    def _take_children(self, order: Any) -> Any:
        """Return the number of the order's family; refuse a child whose parent's family is gone."""
        if order.parent is None:
            self._brackets.know(order.ref)
            return order.ref
        family = self._brackets.family_of(order)
        if family is None:
            _log.info("order %s is rejected: its parent %s is done", order.ref, order.parent.ref)
            order.reject()
            self.notify(order)
        return family

    def submit(self, order: Any, check: bool = True) -> Any:
        """Take `order`; with the order that completes its family the whole family is
        transmitted."""
        if order.parent is None and order.transmit:
            self._brackets.know(order.ref)
            return self.transmit(order, check)
        family = self._take_children(order)
        if family is None:
            return order
        members = self._brackets.join(family, order)
        if not order.transmit:
            return order
        sent = order
        for member in members:
            if _SUBMITTED <= member.status <= _ACCEPTED and not member.executed.exbits:
                self._alternatives.repeat(member)
            sent = self.transmit(member, check=check)
        return sent

    def transmit(self, order: Any, check: bool = True) -> Any:
        """Send `order` to be checked against the cash or, where that is off, have it accepted at
        once."""
        if self._quiet:
            self._end_silence()
        if not (check and self.p.checksubmit):
            self.submit_accept(order)
            return order
        order.submit()
        self.submitted.append(order)
        self.orders.append(order)
        self.notify(order)
        return order

    def submit_accept(self, order: Any) -> None:
        """Accept `order`: from now on it waits for its execution."""
        if self._quiet:
            self._end_silence()
        order.pannotated = None
        order.submit()
        order.accept()
        self._watch = None
        self.pending.append(order)
        self.notify(order)

    def check_submitted(self) -> None:
        """Accept the submitted orders for which there would be cash, one after the other; refuse
        the rest."""
        cash = surely_left = self.cash
        affordable: list[Any] = []
        previews: dict[Any, Any] = {}
        submitted = self.submitted
        while submitted:
            order = submitted.popleft()
            if order.parent is not None and self._take_children(order) is None:
                continue
            if surely_left >= 0.0:
                surely_left -= self._most_it_costs(order)
                if surely_left >= 0.0:
                    affordable.append(order)
                    self.submit_accept(order)
                    continue
                for each in affordable:
                    cash = self._preview_on(previews, each, cash)
            cash = self._preview_on(previews, order, cash)
            if cash >= 0.0:
                self.submit_accept(order)
            else:
                surely_left = -1.0
                order.margin()
                self._end(order)

    def _preview_on(self, previews: dict[Any, Any], order: Any, cash: float) -> float:
        """Preview `order` on the copies of the positions; return what is left of `cash`."""
        data = order.data
        position = previews.get(data)
        if position is None:
            position = previews[data] = self.positions[data].clone()
        left: float = self._execute(order, cash=cash, position=position)
        return left

    def cancel(self, order: Any, bracket: bool = False) -> bool:
        """Cancel a waiting order with its OCO group and, unless `bracket`, its family; False where
        it does not wait."""
        try:
            self.pending.remove(order)
        except ValueError:
            return False
        self._end_silence()
        self._watch = None
        order.cancel()
        self.notify(order)
        self._ococheck(order)
        if not bracket:
            self._bracketize(order, cancel=True)
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
        """Change a waiting order, which keeps its place in the queue; False where it does not wait.

        `size` counts what was executed; what is None stays; see `change_order`. The owner is told
        anew: of an order that was accepted (or executed in part) at once, of one that was only
        submitted when it is accepted. Cash is not checked again.
        """
        queues = (self.pending, self.submitted)
        waiting = next((each for queue in queues for each in queue if each == order), None)
        if waiting is None:
            return False
        if self._quiet:
            self._end_silence()
        if self._unheard is not None:
            self._unheard.keep(waiting)
        change_order(waiting, size, price, plimit, trailamount, trailpercent)
        self._watch = None
        if waiting.status >= _ACCEPTED:
            self.notify(waiting)
        return True

    def _end(self, order: Any) -> None:
        """Tell of an order that ended without execution, and end what depends on it."""
        self.notify(order)
        self._ococheck(order)
        self._bracketize(order, cancel=True)

    def _ococheck(self, order: Any) -> None:
        """Cancel the other orders of the group of `order`, the last in the queue first."""
        group = self._alternatives.settle(order)
        if not group:
            return
        pending = self.pending
        for other in [o for o in reversed(pending) if o is not None and o.ref in group]:
            pending.remove(other)
            self._watch = None
            other.cancel()
            self.notify(other)

    def _bracketize(self, order: Any, cancel: bool = False) -> None:
        """Release the children of a parent that is done; cancel the family of a child that is, or
        on `cancel`."""
        if order.parent is None and not cancel:
            self._released.extend(self._brackets.release(order) or ())
            return
        for member in self._brackets.dissolve(order) or ():
            self.cancel(member, bracket=True)

    # -- the work of a bar --

    def next(self) -> None:
        """Work through one bar: check and execute orders, charge interest, adjust cash."""
        woken = 0.0 < self._rests_until < NEVER
        if woken:
            self._end_silence()
        if self._released:
            self._activate_released()
        if self.submitted and self.p.checksubmit:
            self.check_submitted()
        if self._accruing:
            self._charge_interest()
        if self._userhist:
            self._process_order_history()
        if self.pending and self._is_touched():
            self._work_pending()
        resting = self._close_bar()
        if self._cash_to_add:
            self._book_added_cash()
        self._stale = True
        if self._eager or self._fundhist or not self._may_rest:
            self._get_value()
            self._stale = False
        elif resting and not (self._released or self._userhist):
            self._rest(woken)

    def _activate_released(self) -> None:
        while self._released:
            self._released.popleft().activate()
        self._watch = None

    def _is_touched(self) -> bool:
        """Whether the bar may concern a waiting order."""
        watch = self._watch
        return watch is None or watch.count != len(self.pending) or watch.touched()

    def _rest(self, woken: bool) -> None:
        """Fall silent for good or, where the bars to come are known, until the step before the one
        that concerns a waiting order: then the last look at the positions is as old as it would be
        otherwise."""
        if not self.pending:
            self._fall_silent()
        elif self._watch is not None and self._foresight is not None and not woken:
            now = self.cerebro.runningstrats[0]._cursor.idx
            until = self._watch.due(self._foresight, self._end_silence) - 1
            if until > now + 1:
                self._fall_silent(until)

    def _work_pending(self) -> None:
        """Let every waiting order expire, be executed or go on waiting, in the order of their
        arrival."""
        pending = self.pending
        plainly = self._deals_plainly()
        self._watch = None
        pending.append(None)  # marks the end of the round: orders that go on waiting follow it
        while (order := pending.popleft()) is not None:
            if order.valid is not None and order.expire():
                self._end(order)
            elif not order._active:
                pending.append(order)
            else:
                if plainly and order.exectype == _MARKET:
                    self._deal(order)
                else:
                    self._try_exec(order)
                if order.status <= _PARTIAL:
                    pending.append(order)
                elif order.status == _COMPLETED:
                    self._bracketize(order)
        if not pending or self._released or not self._may_watch:
            return
        if all(map(_watchable, pending)):
            self._watch = Watch(pending, self._lines_of)

    def _process_order_history(self) -> None:
        """Issue the orders of the past that are due."""
        cerebro = self.cerebro
        for history in self._userhist:
            for data, size, price in history.due(cerebro):
                if size:
                    deal = self.buy if size > 0 else self.sell
                    deal(
                        owner=cerebro.runningstrats[0],
                        data=data,
                        size=abs(size),
                        price=price,
                        exectype=Order.Historical,
                        histnotify=history.notify,
                        _checksubmit=False,
                    )


BrokerBack = BackBroker
