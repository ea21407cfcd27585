"""The gate: gathers what the guards ask for, and decides whether orders may leave.

All of it runs on the thread of Cerebro, but for `close`, which any thread may call.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from ...errors import StoreError
from .guards import AccountFacts, Limits, OrderFacts, RateWindow, Working, met, reasons
from .steps import fit_prices, size_problem
from .tickets import ORDER_TYPES, Ticket, conid_of, ticket_of

__all__ = ["Gate"]

_log = logging.getLogger(__name__)

# types whose price is the most that a unit bought can cost
_CAPPED = ("LMT", "LOC", "STOP_LIMIT", "LIT", "MIDPRICE")


class Gate:
    """Stands between a broker and the desk.

    Parameters
    ----------
    broker
        Has the working orders, the positions and the store.
    limits
        What may not be exceeded.
    contract_rules
        Whether prices are brought to the contract's grid, and sizes off it refused.
    clock
        Source of seconds that never run backwards.
    """

    def __init__(
        self,
        broker: Any,
        limits: Limits,
        contract_rules: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._broker = broker
        self._limits = limits
        self._contract_rules = contract_rules
        self._clock = clock
        self._window = RateWindow()
        self._guarded = limits != Limits()
        self.refused: set[int] = set()
        self.closed = ""

    def close(self, reason: str) -> None:
        """Let no order through any more."""
        self.closed = reason

    def open(self) -> None:
        """Let orders through again."""
        self.closed = ""

    # -- one order by itself

    def problem_with(self, order: Any) -> str:
        """Return why an order cannot leave, whatever the others of its family are; empty for no
        reason. Its prices are brought to the contract's grid by that.
        """
        if self.closed:
            return self.closed
        if order.m_parentId in self.refused:
            return "its parent was refused"
        other = order.oco
        if other is not None and not other.m_transmit and other.m_orderId in self.refused:
            return "another order of its group was refused"
        return self._fit(order)

    def _fit(self, order: Any) -> str:
        changed = self.fit_quietly(order)
        if changed:
            text = f"order {order.ref}: {', '.join(changed)}"
            _log.warning("%s", text)
            self._broker.ib.put_notification(text, order.clone())
        if not self._contract_rules:
            return ""
        quantity = order.m_totalQuantity if order.m_cashQty is None else None
        return size_problem(quantity, _details_of(order.data))

    def fit_quietly(self, order: Any) -> list[str]:
        """Bring the prices of an order to the contract's grid; return what was changed."""
        if not self._contract_rules:
            return []
        kind = ORDER_TYPES.get(str(order.m_orderType).upper(), "")
        return fit_prices(order, kind, _details_of(order.data))

    # -- a family

    def judge(self, legs: Sequence[Any]) -> str:
        """Return why orders that leave together are refused, empty where they may leave; these are
        counted.
        """
        if not self._guarded:
            return ""
        found: list[str] = []
        account = self._account_facts()
        for number, leg in enumerate(legs):
            others = [x for x in legs[:number] if x is not leg]
            facts = self._order_facts(leg, others, {each.m_orderId for each in legs})
            sent = account.sent_lately + number
            counted = AccountFacts(account.is_paper, account.daily_profit, sent)
            found += reasons(self._limits, facts, counted)
        if not found:
            self._window.add(self._clock(), len(legs))
        return "; ".join(dict.fromkeys(found))

    def judge_change(self, changed: Any) -> str:
        """Return why an order is not changed to `changed`, empty where it may be."""
        return self.closed or self._fit(changed) or self.judge([changed])

    # -- facts

    def _account_facts(self) -> AccountFacts:
        store, limits = self._broker.ib, self._limits
        return AccountFacts(
            is_paper=store.is_paper() if limits.only_paper_account else None,
            daily_profit=store.get_daily_profit() if limits.max_daily_loss is not None else None,
            sent_lately=self._window.count(self._clock()),
        )

    def _order_facts(self, order: Any, earlier: Sequence[Any], family: set[int]) -> OrderFacts:
        ticket = ticket_of(order, conid_of(order.data.tradecontract))
        conid = conid_of(order.data.tradecontract)
        held, pending = self._position(order, conid, earlier, family)
        bought = ticket["side"] == "BUY"
        size = ticket.get("quantity")
        if size is not None:
            size -= abs(order.executed.size)
        prices = tuple(ticket[name] for name in ("price", "auxPrice") if name in ticket)
        capped = bought and ticket["orderType"] in _CAPPED
        return OrderFacts(
            size=size if size is None or bought else -size,
            cash=ticket.get("cashQty"),
            prices=prices,
            cap=ticket.get("price") if capped else None,
            held=held,
            pending=pending,
            last=self._last(order, conid),
            multiplier=float(order.data.tradecontract.m_multiplier or 1.0),
            rate=self._rate(order),
            is_open=self._is_open(order, ticket),
        )

    def _position(
        self, order: Any, conid: int, earlier: Sequence[Any], family: set[int]
    ) -> tuple[float, float]:
        held = float(self._broker.positions[conid].size)
        working = [
            _working(each.order)
            for each in self._broker._progress.by_id.values()
            if each.conid == conid and each.order.alive() and each.order.m_orderId not in family
        ]
        same = (each for each in earlier if conid_of(each.data.tradecontract) == conid)
        return met(_working(order), [*working, *map(_working, same)], held)

    def _last(self, order: Any, conid: int) -> float | None:
        price = self._broker.ib.get_last_trade(conid)
        if price is None and len(order.data) and _is_traded(order.data, conid):
            price = float(order.data.close[0])
        return price if price is not None and math.isfinite(price) else None

    def _rate(self, order: Any) -> float | None:
        """What a unit of the contract's currency is in base currency; asked for where a limit of
        values needs it.
        """
        if self._limits.max_order_value is None:
            return 1.0
        try:
            return float(self._broker.ib.get_exchange_rate(order.data.tradecontract.m_currency))
        except StoreError:
            return None

    def _is_open(self, order: Any, ticket: Ticket) -> bool | None:
        if not self._limits.only_open_market:
            return None
        details = _details_of(order.data)
        if details is None:
            return None
        now = self._broker.ib.get_market_time(conid_of(order.data.tradecontract))
        if now is None:
            now = time.time() + self._broker.ib.timeoffset().total_seconds()
        is_open: bool | None = details.is_open(now, regular=not ticket.get("outsideRTH"))
        return is_open


def _details_of(data: Any) -> Any:
    """Return what is known of the contract that orders for a feed are for; None for nothing."""
    traded = getattr(data, "tradecontractdetails", None)
    return traded if traded is not None else getattr(data, "contractdetails", None)


def _is_traded(data: Any, conid: int) -> bool:
    """Whether the prices of a feed are those of the contract that its orders are for."""
    watched = getattr(data, "contract", None)
    return watched is None or conid_of(watched) == conid


def _working(order: Any) -> Working:
    left = order.size - order.executed.size
    return Working(order.m_orderId, float(left), order.m_parentId, order.m_ocaGroup)
