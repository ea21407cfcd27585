"""What of the broker of Interactive Brokers keeps trading within limits, and ends it."""

from __future__ import annotations

import copy
import logging
from typing import Any

from ..errors import OrderError
from ..order import Order
from ..stores._ib.alarm import Alarm, Pulled, signal_of
from ..stores._ib.booking import set_ending
from ..stores._ib.gate import Gate
from ..stores._ib.guards import GUARD_PARAMETERS, Limits
from ..stores._ib.iborder import IBOrder
from ..stores._ib.preview import Preview
from ..stores._ib.reports import DailyPnL
from ..stores._ib.tickets import attribute_of

__all__ = ["SAFETY_PARAMETERS", "Guarded"]

_log = logging.getLogger(__name__)

_STOPPED = "trading was stopped by cancel_all(); broker.resume() lets orders through again"

SAFETY_PARAMETERS: tuple[tuple[str, Any], ...] = (
    *GUARD_PARAMETERS,
    ("contract_rules", True),
    ("cancel_all_signal", None),
    ("cancel_all_flatten", False),
)


class Guarded:
    """Guards, the end of all trading, and previews; mixed into the broker."""

    p: Any
    ib: Any
    notify: Any
    _progress: Any
    _pulled: Pulled | None = None

    def _make_guards(self) -> None:
        self._gate = Gate(self, Limits.of(self.p), bool(self.p.contract_rules))
        self._alarm = Alarm(lambda flatten: self.ib.clear_account(flatten, self._say))
        chosen = self.p.cancel_all_signal
        self._signal = None if chosen is None else signal_of(chosen)

    def _start_store(self) -> None:
        """Start the store, with an alarm that can be pulled from then on."""
        if self._signal is not None:
            self._alarm.listen(self._signal, lambda: self.cancel_all(self.p.cancel_all_flatten))
        self._alarm.start()
        try:
            self.ib.start(broker=self)
            if self.p.max_daily_loss is not None and self.ib.connected():
                self.ib.daily_pnl()  # so that it is known before the first order
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """End what waits for a call of `cancel_all`; called when broker or store stop."""
        self._alarm.stop()

    def _say(self, text: str) -> None:
        _log.warning("%s", text)
        self.ib.put_notification(text)

    # -- the end of all trading

    def cancel_all(self, flatten: bool = False) -> Pulled:
        """Stop trading: cancel every order of the account, and let no further one through.

        May be called from any thread and from a signal handler; returns at once. Orders of other
        programs on the account are cancelled too. Further orders are told as rejected until
        `resume`.

        Parameters
        ----------
        flatten
            Close all positions of the account as well, by market orders for what IBKR says that
            is held, once IBKR lists no live order any more.

        Returns
        -------
        Pulled
            ``wait(timeout_s)`` waits for the end and returns what came of it, a `Cleared`.
        """
        self._gate.close(_STOPPED)
        self._pulled = pulled = self._alarm.pull(flatten)
        return pulled

    def resume(self) -> None:
        """Let orders through again after `cancel_all`.

        Raises
        ------
        OrderError
            That has not come to its end.
        """
        if self._pulled is not None and not self._pulled.done:
            raise OrderError("resume: cancel_all has not come to its end; wait() for it")
        self.ib.resume_orders()
        self._gate.open()

    # -- orders that are refused

    def _refused(self, order: Any, family: list[Any]) -> bool:
        """Whether `order` is refused; then it and the `family` that was held back for it are told
        as rejected.

        Parameters
        ----------
        family
            The orders before it that were held back and are to be sent with it.
        """
        family = [each for each in family if each.alive()]
        why = self._gate.problem_with(order)
        if not why and order.m_transmit:
            why = self._gate.judge([*family, order])
        if not why:
            return False
        for each in (*family, order):
            self._gate.refused.add(each.m_orderId)
            if each is not order:
                self.ib.cancelOrder(each.m_orderId)  # the desk holds it still
            if each.alive():
                each.addinfo(reason=why)
                set_ending(each, Order.Rejected, self)
                self.notify(each)
        text = f"order {order.ref} is refused: {why}"
        _log.warning("%s", text)
        self.ib.put_notification(text, order.clone())
        return True

    def _change_refused(self, order: Any, changed: Any) -> bool:
        """Whether an order is not changed to `changed`; then it is told why."""
        why = self._gate.judge_change(changed)
        if why:
            order.addinfo(problem=why)
            text = f"order {order.ref} is not changed: {why}"
            _log.warning("%s", text)
            self.ib.put_notification(text, order.clone())
        return bool(why)

    # -- questions

    def preview(
        self,
        order: Any = None,
        *,
        data: Any = None,
        size: float | None = None,
        price: float | None = None,
        plimit: float | None = None,
        exectype: int | None = None,
        **kwargs: Any,
    ) -> Preview:
        """Return what an order would do to margin, equity and position, and what it would cost.

        Nothing is placed, counted or told. IBKR is asked, which takes a moment.

        Parameters
        ----------
        order
            An `IBOrder` for a data. Or, in its place:
        data, size, price, plimit, exectype, **kwargs
            As for ``buy``; a `size` below zero sells.

        Raises
        ------
        OrderError
            It makes no sense.
        StoreError
            IBKR does not preview it.
        """
        if order is None:
            if data is None or not size:
                raise OrderError("preview: give an order, or data and a size")
            facts = {"owner": None, "data": data, "size": abs(size), "price": price}
            facts |= {"pricelimit": plimit, "exectype": exectype}
            trails = {n: kwargs.pop(n) for n in ("trailamount", "trailpercent") if n in kwargs}
            extras = {attribute_of(name): value for name, value in kwargs.items()}
            order = IBOrder("BUY" if size > 0 else "SELL", **facts, **trails, **extras)
        order = copy.copy(order)
        self._gate.fit_quietly(order)
        preview: Preview = self.ib.preview_order(order.data.tradecontract, order)
        return preview

    def _in_base(self, data: Any) -> float:
        """What a unit of the currency of a data's contract is in base currency."""
        rate: float = self.ib.get_value_rate(data.tradecontract.m_currency)
        return rate

    def daily_pnl(self, ask: bool = True) -> DailyPnL | None:
        """Return the profit of the day so far as IBKR has it, None where it is not known; without
        `ask` as the stream told it last.
        """
        profit: DailyPnL | None = self.ib.daily_pnl(ask=ask)
        return profit
