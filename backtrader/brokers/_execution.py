"""Executing orders: from the bar over the price to the books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..comminfo import CommInfoBase
from ..order import Order
from . import _matching
from ._account import Account
from ._ledger import close_out, deal_shares, open_up

_INFINITE = float("inf")
_PARTIAL = Order.Partial
_MARKET, _CLOSE, _LIMIT, _STOP = Order.Market, Order.Close, Order.Limit, Order.Stop
_STOP_LIMIT, _STOP_TRAIL = Order.StopLimit, Order.StopTrail
_STOP_TRAIL_LIMIT, _HISTORICAL = Order.StopTrailLimit, Order.Historical


# hooks that decide what an operation costs
_COSTS: tuple[str, ...] = (
    "_getcommission",
    "getcommission",
    "get_leverage",
    "getoperationcost",
    "getvalue",
)
_COSTS += ("getvaluesize", "profitandloss", "confirmexec", "margin")
# methods that decide whether, at what price and on what terms an order is executed
_EXECUTING: tuple[str, ...] = ("_try_exec", "_try_exec_market", "_execute", "_book", "_schemes")
_EXECUTING += ("_bar", "_slip_up", "_slip_down")


class Usual(NamedTuple):
    """What market orders for a data need: its scheme where that is a usual one of shares, else
    None; its times and opens."""

    scheme: Any
    times: Any
    opens: Any


class Execution(Account):
    """Execution of orders against the bars of their datas; subclasses decide which orders are
    tried."""

    # what an execution sets off, in the broker
    notify: Callable[[Any], None]
    _ococheck: Callable[[Any], None]
    _end: Callable[[Any], None]

    def init(self) -> None:
        """Put the account in its initial state."""
        super().init()
        self._bars: dict[Any, tuple[Any, Any, Any, Any]] = {}
        self._may_deal = all(
            getattr(type(self), hook) is getattr(Execution, hook) for hook in _EXECUTING
        )

    def _try_exec(self, order: Any) -> None:
        """Execute `order` if the current bar of its data does."""
        opened, high, low, close = self._bar(order.data)
        created = order.created
        kind = order.exectype
        if kind == _MARKET:
            self._try_exec_market(order, opened, high, low)
        elif kind == _LIMIT or order.triggered:
            self._try_exec_limit(order, opened, high, low, created.pricelimit)
        elif kind in (_STOP, _STOP_TRAIL):
            self._try_exec_stop(order, opened, high, low, created.price, close)
        elif kind in (_STOP_LIMIT, _STOP_TRAIL_LIMIT):
            limit = created.pricelimit
            self._try_exec_stoplimit(order, opened, high, low, close, created.price, limit)
        elif kind == _CLOSE:
            self._try_exec_close(order, close)
        elif kind == _HISTORICAL:
            self._try_exec_historical(order)

    def _bar(self, data: Any) -> tuple[float, float, float, float]:
        """Return open, high, low and close of the current bar, or of its last tick where the feed
        has ticks."""
        if data.__dict__.get("tick_open") is not None:
            return data.tick_open, data.tick_high, data.tick_low, data.tick_close
        opened, high, low, close = self._bars.get(data) or self._lines_of(data)
        return opened[0], high[0], low[0], close[0]

    def _lines_of(self, data: Any) -> tuple[Any, Any, Any, Any]:
        """Return the lines of open, high, low and close of `data`."""
        lines = self._bars[data] = data.open, data.high, data.low, data.close
        return lines

    def _try_exec_historical(self, order: Any) -> None:
        self._execute(order, ago=0, price=order.created.price)

    def _try_exec_market(self, order: Any, popen: float, phigh: float, plow: float) -> None:
        """Execute at the open or, with cheat-on-close, at the close of the bar in which the order
        was issued."""
        p = self.p
        executed_at = None
        price = popen
        if p.coc and order.info.get("coc", True):
            executed_at, price = order.created.dt, order.created.pclose
        elif not p.coo and order.data.datetime[0] <= order.created.dt:
            return
        if order.ordtype:
            dealt = self._slip_down(plow, price, p.slip_open)
        else:
            dealt = self._slip_up(phigh, price, p.slip_open)
        if dealt is not None:
            self._execute(order, 0, dealt, None, None, executed_at)

    def _try_exec_close(self, order: Any, pclose: float) -> None:
        """Execute at the last close of the session in which the order was issued."""
        now, session_end = order.data.datetime[0], order.dteos
        if now < session_end or now <= order.created.dt:
            order.pannotated = pclose
        elif now > session_end and order.pannotated is not None:
            self._execute(order, ago=-1, price=order.pannotated)
        else:
            # Compat: this bar ends the session, whatever `eosbar` says,
            # tests/unit/test_broker_orders.py
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
        """Execute at the open or at the stop, see `_matching.stop_price`; otherwise a trailing
        stop moves on."""
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
        """Trigger and perhaps execute, see `_matching.stop_limit_price`; otherwise a trailing stop
        moves on."""
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
        """Execute `order` at `price`; without `ago`, preview it on `position` and return what is
        left of `cash`."""
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
        """Deal `order` on a copy of the position; return the cash that would be left, negative if
        it is short."""
        price = self._preview_price(order)
        _, _, opened, closed = position.update(order.executed.remsize, price)
        terms, fees, _ = self._schemes(order)
        shortcash = self.p.shortcash
        if closed:
            # Compat: what is closed counts as if it had been bought at this price, without profit,
            # tests/unit/test_broker_orders.py
            pnl = terms.profitandloss(-closed, price, price)
            cash = close_out(terms, closed, price, price, pnl, cash, shortcash)[0]
        if opened:
            cash = open_up(terms, fees, opened, price, cash, shortcash)[0]
        left: float = cash
        return left

    def _most_it_costs(self, order: Any) -> float:
        """Return an amount that a preview cannot take more than from the cash, whatever is held.

        It takes usual schemes alone, where nothing costs more than size times price and commission;
        infinite for others.
        """
        usual = self._usual_terms.get(order.data) or self._find_usual_terms(order.data)
        if usual.scheme is None:
            return _INFINITE
        charge = abs(usual.scheme.p.commission)
        size = abs(order.executed.remsize)
        price = self._preview_price(order) if self.p.coo else order.created._price
        amount: float = size * price
        return amount * (1.01 + charge) + size * charge if amount >= 0.0 else _INFINITE

    def _find_usual_terms(self, data: Any) -> Usual:
        """Find the scheme of `data`, unless it may cost more than usual ones."""
        terms, resting, _ = self._terms_of(data)
        usual = (
            resting
            and data._compensate is None
            and type(self)._execute is Execution._execute
            and all(getattr(type(terms), x) is getattr(CommInfoBase, x) for x in _COSTS)
            and terms.get_leverage() >= 1.0
        )
        found = Usual(terms if usual else None, data.datetime, data.open)
        self._usual_terms[data] = found
        return found

    def _preview_price(self, order: Any) -> float:
        """Return the price with which the cash for `order` is checked."""
        if order.exectype == Order.Market and self.p.coo:
            opened: float = order.data.open[0]
            return opened
        price: float = order.created.price
        return price

    def _schemes(self, order: Any) -> tuple[Any, Any, Any]:
        """Return the scheme that values the order, that which charges for what it opens, and the
        data it is for."""
        data = order.data
        terms = (self._terms.get(data) or self._terms_of(data))[0]
        compensated = data._compensate
        if compensated is None:
            return terms, terms, data
        return terms, self._terms_of(compensated)[0], compensated

    def _book(self, order: Any, size: float, price: Any, ago: int, dtcoc: float | None) -> None:
        """Book `size` units at `price`: what closes always goes through, what opens needs cash."""
        terms, fees, data = self._schemes(order)
        position = self.positions[data]
        held_at = position.price
        adjbase = position._adjbase if position._feed is None else position.adjbase
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
        if closed + opened:
            terms.confirmexec(closed + opened, price)
            when = dtcoc or data.datetime[ago]
            if closed and self.p.int2pnl:
                closedcomm += self.d_credit.pop(data, 0.0)
            parts = (closed, closedvalue, closedcomm, opened, openedvalue, openedcomm)
            self._enter(order, data, terms, when, price, parts, (pnl, psize, pprice))
        if wanted and not opened:
            order.margin()
            self._end(order)

    def _enter(
        self,
        order: Any,
        data: Any,
        terms: Any,
        when: float,
        price: float,
        parts: tuple[float, ...],
        result: tuple[float, float, float],
    ) -> None:
        """Enter an execution in the position and in the order, and tell of it.

        `parts` is what closed and what opened: units, value and commission of each; `result` the
        profit, and size and price of the position where all of the order is dealt.
        """
        closed, _, _, opened, _, _ = parts
        dealt = closed + opened
        position = self.positions[data]
        position.update(dealt, price, (data, data.datetime[0]))
        if position.size and not self._eager and self._terms_of(data)[1]:
            position._clock = data
        if opened:
            position._adjbase = price
        order.execute(when, dealt, price, *parts, terms.margin, *result)
        order.addcomminfo(terms)
        self.notify(order)
        self._ococheck(order)

    # -- market orders for shares, which most orders are (bench: cross) --

    def _deals_plainly(self) -> bool:
        """Whether market orders are executed at the open and in full."""
        p = self.p
        return (
            self._may_deal
            and p.filler is None
            and p.shortcash
            and not (p.slip_open or p.coc or p.coo)
        )

    def _deal(self, order: Any) -> None:
        """Do for a market order what `_try_exec` does, in one go where it is for shares."""
        data = order.data
        usual = self._usual_terms.get(data) or self._find_usual_terms(data)
        if usual.scheme is None:
            self._try_exec(order)
            return
        terms, times = usual.scheme, usual.times
        now = times[0]
        if now <= order.created.dt:
            return
        price = data.__dict__.get("tick_open")
        if price is None:
            price = usual.opens[0]
        position = self.positions[data]
        p = terms.p
        costs = (p.mult, p.leverage, terms._commtype == terms.COMM_PERC, p.commission)
        # fmt: off
        (psize, pprice, opened, closed, pnl, kept, closedvalue, closedcomm,
         cash, openedvalue, openedcomm) = deal_shares(
            position.size, position.price, order.executed.remsize, price, self.cash, costs
        )
        # fmt: on
        wanted = opened
        if opened and cash < 0.0:
            cash, opened, openedvalue, openedcomm = kept, 0, 0.0, 0.0
        self.cash = cash
        if closed + opened:
            if closed and self.d_credit and self.p.int2pnl:
                closedcomm += self.d_credit.pop(data, 0.0)
            parts = (closed, closedvalue, closedcomm, opened, openedvalue, openedcomm)
            self._enter(order, data, terms, now, price, parts, (pnl, psize, pprice))
        if wanted and not opened:
            order.margin()
            self._end(order)
