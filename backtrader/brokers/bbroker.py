"""The simulated broker: takes orders, executes them against the bars, and keeps the account."""

from __future__ import annotations

import logging
from collections import deque
from typing import Any

from ..errors import OrderError
from ..order import BuyOrder, Order, SellOrder, end_of_session, issue
from . import _matching
from ._account import Account
from ._book import Alternatives, Brackets
from ._history import OrderHistory, bar_time
from ._ledger import close_out, open_up

__all__ = ["BackBroker", "BrokerBack"]

_log = logging.getLogger(__name__)

_SUBMITTED = Order.Submitted
_ACCEPTED = Order.Accepted
_PARTIAL = Order.Partial
_COMPLETED = Order.Completed


class BackBroker(Account):
    """Simulate a broker: cash, value, commissions, margin, slippage, partial fills, brackets and OCO groups.

    Orders issued during one bar are executed with the prices of the next ones. `next` does the work of one bar; the
    engine leaves it out while `_quiet` says that nothing could change.

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
        Whether the open slips; whether prices that slip out of the bar are brought back, for all orders or
        for limit orders; whether they stand outside instead.
    coc, coo
        Whether market orders may be executed at the close, or at the open, of the bar that issued them.
    int2pnl
        Whether interest is counted in the profit of the trade that closes the position.
    shortcash
        Whether selling a stock short brings cash; otherwise it binds cash.
    fundstartval, fundmode
        Value of a share of the fund at the start, and whether the account is reported as a fund.
    """

    def init(self) -> None:
        """Put the broker in its initial state: no orders, no positions, the cash of the parameters."""
        super().init()
        self.orders: list[Any] = []
        self.pending: deque[Any] = deque()
        self.submitted: deque[Any] = deque()
        self.notifs: deque[Any] = deque()
        self._released: deque[Any] = deque()
        self._brackets = Brackets()
        self._alternatives = Alternatives()
        self._session_ends: dict[Any, tuple[float, float, Any]] = {}
        self._quiet = False
        self._may_rest = True

    def __init__(self) -> None:
        self._userhist: list[OrderHistory] = []
        super().__init__()

    def start(self) -> None:
        """Get ready for a run, from the initial state."""
        super().start()
        settings = getattr(self.cerebro, "p", None)
        # With cheat-on-open the strategy is asked before `next` has seen the bar: figures must be those of the last.
        self._eager = self.p.coo or bool(getattr(settings, "cheat_on_open", False))
        own = type(self)
        self._may_rest = own.next is BackBroker.next and own._get_value is BackBroker._get_value

    def stop(self) -> None:
        """Take note that the run is over: the figures stay those of the last bar."""
        self._freeze()

    # -- what the engine and the strategies see --------------------------------------------------------------------

    def get_notification(self) -> Any:
        """Return the next order (a snapshot) that an owner is to be told of, or None."""
        return self.notifs.popleft() if self.notifs else None

    def notify(self, order: Any) -> None:
        """Have the owner of `order` told of its present state."""
        self.notifs.append(order.clone())

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
            Rows of (moment, size, price[, data]) in the order of time; a negative size is a sale, the data a
            feed, its name or its index.
        notify
            Whether the first strategy is told of the orders.
        """
        self._end_silence()
        self._userhist.append(OrderHistory(orders, notify))

    # -- taking orders ---------------------------------------------------------------------------------------------

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
        """Create and send an order that buys; return it. The arguments are those of `Order`, the rest its info."""
        asked = (owner, data, size, price, plimit, exectype, valid, tradeid, oco, trailamount)
        more = (trailpercent, parent, transmit, False, histnotify)
        return self._take(BuyOrder, (*asked, *more), kwargs, _checksubmit)

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
        """Create and send an order that sells; return it. The arguments are those of `Order`, the rest its info."""
        asked = (owner, data, size, price, plimit, exectype, valid, tradeid, oco, trailamount)
        more = (trailpercent, parent, transmit, False, histnotify)
        return self._take(SellOrder, (*asked, *more), kwargs, _checksubmit)

    def _take(self, kind: Any, asked: tuple[Any, ...], info: dict[str, Any], check: bool) -> Any:
        data, size, oco = asked[1], asked[2], asked[8]
        session = self._session_ends.get(data)
        if session is None or not session[0] <= session[2][0] <= session[1]:
            session = self._session_of(kind, data)
        try:
            finite = size - size == 0
        except TypeError:
            finite = False
        if not finite:
            raise OrderError(f"{kind.__name__}: size {size!r} is no number of units")
        if self._quiet:
            self._end_silence()
        order = issue(kind, session[1], *asked)
        if info:
            order.addinfo(**info)
        if oco is not None:
            self._ocoize(order, oco)
        return self.submit(order, check=check)

    def _session_of(self, kind: Any, data: Any) -> tuple[float, float, Any]:
        """Return since when and until when the session of the current bar is known to last, and the line of times."""
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
        family = self._brackets.family_of(order)
        if family is None:
            _log.info("order %s is rejected: its parent %s is done", order.ref, order.parent.ref)
            order.reject()
            self.notify(order)
        return family

    def submit(self, order: Any, check: bool = True) -> Any:
        """Take `order`; with the order that completes its family the whole family is transmitted."""
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
        """Send `order` to be checked against the cash or, where that is off, have it accepted at once."""
        self._quiet = False
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
        self._quiet = False
        order.pannotated = None
        order.submit()
        order.accept()
        self.pending.append(order)
        self.notify(order)

    def check_submitted(self) -> None:
        """Accept the submitted orders for which there would be cash, one after the other; refuse the rest."""
        cash = self.cash
        previews: dict[Any, Any] = {}
        submitted = self.submitted
        while submitted:
            order = submitted.popleft()
            if self._take_children(order) is None:
                continue
            data = order.data
            position = previews.get(data)
            if position is None:
                position = previews[data] = self.positions[data].clone()
            cash = self._execute(order, cash=cash, position=position)
            if cash >= 0.0:
                self.submit_accept(order)
            else:
                order.margin()
                self._end(order)

    def cancel(self, order: Any, bracket: bool = False) -> bool:
        """Cancel a waiting order with its OCO group and, unless `bracket`, its family; False where it does not wait."""
        try:
            self.pending.remove(order)
        except ValueError:
            return False
        order.cancel()
        self.notify(order)
        self._ococheck(order)
        if not bracket:
            self._bracketize(order, cancel=True)
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
            other.cancel()
            self.notify(other)

    def _bracketize(self, order: Any, cancel: bool = False) -> None:
        """Release the children of a parent that is done; cancel the family of a child that is, or on `cancel`."""
        if order.parent is None and not cancel:
            self._released.extend(self._brackets.release(order) or ())
            return
        for member in self._brackets.dissolve(order) or ():
            self.cancel(member, bracket=True)

    # -- the work of a bar -----------------------------------------------------------------------------------------

    def next(self) -> None:
        """Work through one bar: check and execute orders, charge interest, adjust cash."""
        while self._released:
            self._released.popleft().activate()
        if self.submitted and self.p.checksubmit:
            self.check_submitted()
        if self._accruing:
            self._charge_interest()
        if self._userhist:
            self._process_order_history()
        if self.pending:
            self._work_pending()
        resting = self._close_bar()
        if self._cash_to_add:
            self._book_added_cash()
        self._stale = True
        if self._eager or self._fundhist or not self._may_rest:
            self._get_value()
            self._stale = False
        elif resting and not (self.pending or self._released or self._userhist):
            self._fall_silent()

    def _work_pending(self) -> None:
        pending = self.pending
        pending.append(None)  # marks the end of the round: orders that go on waiting follow it
        while (order := pending.popleft()) is not None:
            if order.valid is not None and order.expire():
                self._end(order)
            elif not order._active:
                pending.append(order)
            else:
                self._try_exec(order)
                if order.status <= _PARTIAL:
                    pending.append(order)
                elif order.status == _COMPLETED:
                    self._bracketize(order)

    def _process_order_history(self) -> None:
        cerebro = self.cerebro
        now = bar_time(cerebro.datas)
        for history in self._userhist:
            for row in history.due(now):
                size, price, data = row[1], row[2], row[3] if len(row) > 3 else None
                if data is None:
                    data = cerebro.datas[0]
                elif isinstance(data, int):
                    data = cerebro.datas[data]
                elif isinstance(data, str):
                    data = cerebro.datasbyname[data]
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

    # -- executing orders ------------------------------------------------------------------------------------------

    def _try_exec(self, order: Any) -> None:
        """Execute `order` if the current bar of its data does."""
        data = order.data
        opened, high, low, close = self._bar(data)
        created = order.created
        kind = order.exectype
        if kind == Order.Market:
            self._try_exec_market(order, opened, high, low)
        elif kind == Order.Limit or order.triggered:
            self._try_exec_limit(order, opened, high, low, created.pricelimit)
        elif kind == Order.Stop or kind == Order.StopTrail:
            self._try_exec_stop(order, opened, high, low, created.price, close)
        elif kind == Order.StopLimit or kind == Order.StopTrailLimit:
            limit = created.pricelimit
            self._try_exec_stoplimit(order, opened, high, low, close, created.price, limit)
        elif kind == Order.Close:
            self._try_exec_close(order, close)
        elif kind == Order.Historical:
            self._try_exec_historical(order)

    def _bar(self, data: Any) -> tuple[float, float, float, float]:
        """Return open, high, low and close of the current bar, or of its last tick where the feed has ticks."""
        if data.__dict__.get("tick_open") is not None:
            return data.tick_open, data.tick_high, data.tick_low, data.tick_close
        return data.open[0], data.high[0], data.low[0], data.close[0]

    def _try_exec_historical(self, order: Any) -> None:
        self._execute(order, ago=0, price=order.created.price)

    def _try_exec_market(self, order: Any, popen: float, phigh: float, plow: float) -> None:
        """Execute at the open or, with cheat-on-close, at the close of the bar in which the order was issued."""
        p = self.p
        executed_at = None
        price = popen
        if p.coc and order.info.get("coc", True):
            executed_at, price = order.created.dt, order.created.pclose
        elif not p.coo and order.data.datetime[0] <= order.created.dt:
            return
        slip = self._slip_down if order.ordtype else self._slip_up
        dealt = _matching.market_price(not order.ordtype, price, phigh, plow, slip, p.slip_open)
        if dealt is not None:
            self._execute(order, ago=0, price=dealt, dtcoc=executed_at)

    def _try_exec_close(self, order: Any, pclose: float) -> None:
        """Execute at the last close of the session in which the order was issued."""
        now, session_end = order.data.datetime[0], order.dteos
        if now < session_end or now <= order.created.dt:
            order.pannotated = pclose
        elif now > session_end and order.pannotated is not None:
            self._execute(order, ago=-1, price=order.pannotated)
        else:
            # Compat: this bar ends the session, whatever `eosbar` says, tests/unit/test_broker_orders.py
            self._execute(order, ago=0, price=pclose)

    def _try_exec_limit(
        self, order: Any, popen: float, phigh: float, plow: float, plimit: float
    ) -> None:
        """Execute at the open or at the limit, see `_matching.limit_price`."""
        sells = order.ordtype
        slip = self._slip_down if sells else self._slip_up
        slip_open = self.p.slip_open
        price = _matching.limit_price(not sells, popen, phigh, plow, plimit, slip, slip_open)
        if price is not None:
            self._execute(order, ago=0, price=price)

    def _try_exec_stop(
        self,
        order: Any,
        popen: float,
        phigh: float,
        plow: float,
        pcreated: float,
        pclose: float,
    ) -> None:
        """Execute at the open or at the stop, see `_matching.stop_price`; otherwise a trailing stop moves on."""
        sells = order.ordtype
        slip = self._slip_down if sells else self._slip_up
        slip_open = self.p.slip_open
        price = _matching.stop_price(not sells, popen, phigh, plow, pcreated, slip, slip_open)
        if price is not None:
            self._execute(order, ago=0, price=price)
        if order.exectype == Order.StopTrail and order.status <= _PARTIAL:
            order.trailadjust(pclose)

    def _try_exec_stoplimit(
        self,
        order: Any,
        popen: float,
        phigh: float,
        plow: float,
        pclose: float,
        pcreated: float,
        plimit: float,
    ) -> None:
        """Trigger and perhaps execute, see `_matching.stop_limit_price`; otherwise a trailing stop moves on."""
        sells = order.ordtype
        slip = self._slip_down if sells else self._slip_up
        bar = (popen, phigh, plow, pclose)
        triggered, price = _matching.stop_limit_price(
            not sells, bar, pcreated, plimit, slip, self.p.slip_open
        )
        if triggered:
            order.triggered = True
        if price is not None:
            self._execute(order, ago=0, price=price)
        if order.exectype == Order.StopTrailLimit and order.status <= _PARTIAL:
            order.trailadjust(pclose)

    def _slip_up(
        self, pmax: float, price: float, doslip: bool = True, lim: bool = False
    ) -> float | None:
        """Return `price` slipped upwards, see `_matching.slipped`; as it is without `doslip`."""
        if not doslip:
            return price
        p = self.p
        capped = p.slip_match or (lim and p.slip_limit)
        return _matching.slipped(1.0, pmax, price, p.slip_perc, p.slip_fixed, capped, p.slip_out)

    def _slip_down(
        self, pmin: float, price: float, doslip: bool = True, lim: bool = False
    ) -> float | None:
        """Return `price` slipped downwards, see `_matching.slipped`; as it is without `doslip`."""
        if not doslip:
            return price
        p = self.p
        capped = p.slip_match or (lim and p.slip_limit)
        return _matching.slipped(-1.0, pmin, price, p.slip_perc, p.slip_fixed, capped, p.slip_out)

    def _execute(
        self,
        order: Any,
        ago: int | None = None,
        price: float | None = None,
        cash: float | None = None,
        position: Any = None,
        dtcoc: float | None = None,
    ) -> Any:
        """Execute `order` at `price`; without `ago`, preview it on `position` and return what is left of `cash`."""
        if ago is None:
            return self._preview(order, cash, position)
        size = order.executed.remsize
        filler = self.p.filler
        if filler is not None:
            size = filler(order, price, ago)
            if order.ordtype:
                size = -size
        self._book(order, size, price, ago, dtcoc)
        return None

    def _preview(self, order: Any, cash: Any, position: Any) -> float:
        """Deal `order` on a copy of the position; return the cash that would be left, negative if it is short."""
        price = self._preview_price(order)
        _, _, opened, closed = position.update(order.executed.remsize, price)
        terms, fees, _ = self._schemes(order)
        shortcash = self.p.shortcash
        if closed:
            # Compat: what is closed counts as if it had been bought at this price, without profit,
            # tests/unit/test_broker_orders.py
            pnl = terms.profitandloss(-closed, price, price)
            cash = close_out(terms, closed, price, price, pnl, cash, shortcash).cash
        if opened:
            cash = open_up(terms, fees, opened, price, cash, shortcash).cash
        left: float = cash
        return left

    def _preview_price(self, order: Any) -> float:
        """Return the price with which the cash for `order` is checked."""
        p = self.p
        if order.exectype == Order.Market and (p.coo or p.coc and order.info.get("coc", True)):
            opened: float = order.data.open[0]
            return opened
        price: float = order.created.price
        return price

    def _schemes(self, order: Any) -> tuple[Any, Any, Any]:
        """Return the scheme that values the order, that which charges for what it opens, and the data it is for."""
        data = order.data
        terms = self.getcommissioninfo(data)
        compensated = data._compensate
        if compensated is None:
            return terms, terms, data
        return terms, self.getcommissioninfo(compensated), compensated

    def _book(self, order: Any, size: float, price: Any, ago: int, dtcoc: float | None) -> None:
        """Book `size` units at `price`: what closes always goes through, what opens needs cash."""
        terms, fees, data = self._schemes(order)
        position = self.positions[data]
        held_at, adjbase = position.price, position.adjbase
        psize, pprice, opened, closed = position.pseudoupdate(size, price)
        shortcash = self.p.shortcash
        cash = self.cash
        pnl = terms.profitandloss(-closed, held_at, price)
        closedvalue = closedcomm = openedvalue = openedcomm = 0.0
        if closed:
            cash, closedvalue, closedcomm = close_out(
                terms, closed, held_at, price, pnl, cash, shortcash
            )
            self.cash = cash = cash + terms.cashadjust(-closed, adjbase, price)
        wanted = opened
        if opened:
            cash, openedvalue, openedcomm = open_up(terms, fees, opened, price, cash, shortcash)
            if cash < 0.0:
                opened = 0
                openedvalue = openedcomm = 0.0
            else:
                if abs(psize) > abs(opened):
                    cash += terms.cashadjust(psize - opened, adjbase, price)
                self.cash = cash
        dealt = closed + opened
        if dealt:
            terms.confirmexec(dealt, price)
            position.update(dealt, price, (data, data.datetime[0]))
            if position.size and not self._eager and self._terms_of(data)[1]:
                position._clock = data
            if opened:
                position._adjbase = price
            if closed and self.p.int2pnl:
                closedcomm += self.d_credit.pop(data, 0.0)
            closing = (closed, closedvalue, closedcomm)
            opening = (opened, openedvalue, openedcomm)
            order.execute(
                dtcoc or data.datetime[ago],
                dealt,
                price,
                *closing,
                *opening,
                terms.margin,
                pnl,
                psize,
                pprice,
            )
            order.addcomminfo(terms)
            self.notify(order)
            self._ococheck(order)
        if wanted and not opened:
            order.margin()
            self._end(order)


BrokerBack = BackBroker
