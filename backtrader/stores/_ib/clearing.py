"""Clearing an account: cancel all orders, and close all positions where that is wanted.

The order of things is what makes it safe:

1. From now on no order is sent; what was not sent is taken back.
2. IBKR is asked to cancel all orders of the account, those of other programs too, until a complete
   list of the live orders shows none.
3. Positions are read until two readings agree, both made when no execution had been heard of for a
   while: an order that was executed while it was being cancelled is in them then.
4. Each position is closed by one market order for its size. It is sent once, like any order; a
   second call cancels it first, and looks at what it did, before anything else is sent for the
   contract.

All of it is one job of the dialogue about orders, so that nothing comes between.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...errors import RequestRefusedError, StoreError
from .blotter import Entry, Row, is_alive
from .dialogue import Job
from .figures import whole
from .ids import client_order_id
from .jobs import Submit
from .messages import Holding
from .questions import Policy

__all__ = ["Cleared", "Clearing"]

_log = logging.getLogger(__name__)

# IBKR's words for orders that may still be executed
_ALIVE = frozenset(
    ("PendingSubmit", "PreSubmitted", "Submitted", "PendingCancel", "PreCancelled", "WarnState")
)
_ORDERS = "iserver/account/orders"
# IBKR's number for all orders of an account
_ALL = -1
_MOST_READINGS = 20
# how much longer than the stream's delay nothing must have been executed
_QUIET = 4.0
_TINY = 1e-9

Sizes = dict[int, float]


@dataclass(frozen=True, slots=True)
class Cleared:
    """What came of clearing an account.

    `cancelled` says that IBKR lists no live order any more, `closed` holds the sizes that were
    sent to be closed by contract, `left` the positions that are there after that (None: they were
    not to be closed, or not read), `problems` what went wrong.
    """

    cancelled: bool
    closed: Sizes
    left: Sizes | None
    problems: tuple[str, ...] = ()


class Clearing(Job):
    """Clear the account, once; waits for the connection as long as the dialogue lives.

    Parameters
    ----------
    desk
        The desk of the account.
    flatten
        Whether to close the positions too.
    say
        Told what happens: ``say(text)``.
    """

    def __init__(self, desk: Any, flatten: bool, say: Callable[[str], None]) -> None:
        self._desk = desk
        self._flatten = flatten
        self._say = say
        self._account: str = desk.connection.account_id
        self._problems: list[str] = []
        self.done = threading.Event()
        self.outcome: Cleared | None = None

    def run(self) -> None:
        """Cancel, and close."""
        desk = self._desk
        with desk.lock:
            desk.halted = desk.halted or "all orders are being cancelled"
            desk.withdraw_all()
        cancelled = self._cancel()
        closed: Sizes = {}
        left: Sizes | None = None
        if cancelled:
            self._say("all orders are cancelled")
            if self._flatten:
                closed, left = self._close()
        self._end(Cleared(cancelled, closed, left, tuple(self._problems)))

    def crashed(self, failure: Exception) -> None:
        """Say that it came to no end."""
        self._problem(f"clearing the account failed: {type(failure).__name__}: {failure}")
        self._end(Cleared(False, {}, None, tuple(self._problems)))

    def dropped(self) -> None:
        """Say that it was not done."""
        self._problem("the account was not cleared: the store was stopped")
        self._end(Cleared(False, {}, None, tuple(self._problems)))

    def _end(self, outcome: Cleared) -> None:
        self.outcome = outcome
        self.done.set()

    def _problem(self, text: str) -> None:
        _log.error("%s", text)
        self._problems.append(text)
        self._say(text)

    # -- orders

    def _cancel(self) -> bool:
        """Cancel until nothing is alive; False where the dialogue is stopped before that."""
        desk, asked_at = self._desk, -1e9
        while True:
            try:
                if time.monotonic() - asked_at >= desk.timing.again_s:
                    self._ask(asked_at < 0.0)
                    asked_at = time.monotonic()
                if self._none_alive():
                    return True
            except StoreError as failure:
                _log.warning("cancelling all orders is tried again: %s", failure)
            if not desk.dialogue.pause(desk.timing.inquiry_s):
                self._problem("not all orders are known to be cancelled: the store was stopped")
                return False

    def _ask(self, first: bool) -> None:
        """Ask for all to be cancelled; after the first time, for each that is known to live."""
        desk = self._desk
        with desk.lock:
            ours = [each for each in desk.blotter.all() if is_alive(each)]
            for entry in ours:
                entry.cancel_wanted, entry.cancel_taken = True, True
        asked = [(self._account, _ALL)]
        if not first:
            asked += [(self._account, number) for number in self._alive_numbers]
        # those of a group, or of another account, are not among all of this one
        placed = [(entry.ticket.get("acctId"), entry.server_id) for entry in ours]
        asked += [each for each in placed if each[0] not in (None, self._account)]
        for account, number in asked:
            try:
                desk.connection.delete(f"iserver/account/{account}/order/{number}")
            except RequestRefusedError as refusal:
                # there is nothing to cancel, or it is done: the list of live orders tells
                _log.info("cancelling order %s: %s", number, refusal)

    _alive_numbers: tuple[int, ...] = ()

    def _none_alive(self) -> bool:
        """Whether a complete and fresh list of the live orders shows none that is alive."""
        desk = self._desk
        desk.reader.orders(force=True)
        if not desk.dialogue.pause(desk.timing.inquiry_s):
            return False
        rows, complete = self._listed()
        mine = [row for row in rows if row.get("acct") in (None, "", self._account)]
        self._alive_numbers = tuple(
            number
            for number in (whole(row.get("orderId")) for row in mine if _lives(row))
            if number is not None
        )
        with desk.lock:
            ours = any(is_alive(x) and x.status in _ALIVE for x in desk.blotter.all())
        return complete and not self._alive_numbers and not ours

    def _listed(self) -> tuple[list[Row], bool]:
        """Return the rows of the live orders, and whether they are all; the desk takes them in."""
        desk = self._desk
        answer = desk.connection.get(_ORDERS, timeout_s=desk.timing.patience_s)
        if not isinstance(answer, dict):
            return [], False
        rows = [row for row in answer.get("orders") or [] if isinstance(row, dict)]
        desk.take_orders(rows)
        return rows, bool(answer.get("snapshot"))

    # -- positions

    def _close(self) -> tuple[Sizes, Sizes | None]:
        holdings = self._settled()
        if holdings is None:
            self._problem("positions are not closed: what IBKR says of them does not come to rest")
            return {}, None
        closed: Sizes = {}
        for holding in holdings:
            if self._close_one(holding):
                closed[holding.conid] = holding.position
        left = self._after(closed) if closed else {each.conid: each.position for each in holdings}
        if left:
            named = ", ".join(f"{size:g} of contract {conid}" for conid, size in left.items())
            self._problem(f"positions that are not closed: {named}")
        else:
            self._say("all positions are closed")
        return closed, left

    def _settled(self) -> list[Holding] | None:
        """Return the positions, once they are at rest; None where they do not come to it."""
        desk = self._desk
        quiet_s = _QUIET * desk.timing.stream_s
        before: Sizes | None = None
        _quietly(desk.reader.trades)
        for _ in range(_MOST_READINGS):
            began = time.monotonic()
            holdings = self._read()
            sizes = None if holdings is None else _sizes(holdings)
            quiet = began - desk.executions_at >= quiet_s
            if sizes is not None and sizes == before and quiet and not self._stale(sizes):
                return holdings
            before = sizes if quiet else None
            if not desk.dialogue.pause(quiet_s):
                return None
        return None

    def _read(self) -> list[Holding] | None:
        try:
            read = self._desk.book.read_positions(self._account)
        except StoreError as failure:
            _log.warning("positions cannot be read: %s", failure)
            return None
        return [holding for holding in read if holding.position]

    def _stale(self, sizes: Sizes) -> bool:
        """Whether a reading does not know yet what an earlier closing order did."""
        earlier = self._desk.closings
        for conid, (size, entry) in list(earlier.items()):
            executed = max(entry.executed, entry.filled)
            if executed and abs(sizes.get(conid, 0.0) - size) < _TINY:
                return True
            if entry.over or entry.ended:
                del earlier[conid]
        return False

    def _close_one(self, holding: Holding) -> bool:
        """Send the order that closes a position; return whether IBKR has taken it."""
        desk = self._desk
        side = "SELL" if holding.position > 0 else "BUY"
        size = abs(holding.position)
        number = desk.next_order_id()
        ticket = {"conid": holding.conid, "side": side, "orderType": "MKT", "tif": "DAY"}
        ticket |= {"quantity": int(size) if size == int(size) else size}
        ticket |= {"acctId": self._account}
        entry = Entry(number, client_order_id(number), ticket)
        with desk.lock:
            desk.blotter.register(entry)
            desk.closings[holding.conid] = (holding.position, entry)
        self._say(f"closing {holding.position:g} of contract {holding.conid} at the market")
        # it closes what IBKR says is held: there is nothing to be asked about
        job = Submit(desk, [entry], Policy(everything=True))
        try:
            job.run()
            job.rows()
        except StoreError as failure:
            self._problem(f"the order that closes contract {holding.conid}: {failure}")
            return entry.server_id is not None
        return True

    def _after(self, closed: Sizes) -> Sizes | None:
        """Wait for the closing orders; return the positions that are left."""
        desk = self._desk
        until = time.monotonic() + desk.timing.patience_s
        while time.monotonic() < until and not self._finished(closed):
            if not desk.dialogue.pause(desk.timing.inquiry_s):
                return None
        holdings = self._settled()
        return None if holdings is None else _sizes(holdings)

    def _finished(self, closed: Sizes) -> bool:
        desk = self._desk
        entries = [desk.closings[conid][1] for conid in closed if conid in desk.closings]
        with desk.lock:
            waiting = [each for each in entries if not each.over and not each.ended]
        if waiting:
            _quietly(desk.reader.orders)
        return not waiting


def _quietly(read: Callable[[], Any]) -> None:
    """Read; that it fails is no news, for it is tried again."""
    try:
        read()
    except StoreError as failure:
        _log.info("reading orders or trades failed: %s", failure)


def _sizes(holdings: list[Holding]) -> Sizes:
    return {each.conid: each.position for each in holdings}


def _lives(row: Row) -> bool:
    return row.get("status") in _ALIVE
