"""Numbers of orders, and the references under which IBKR knows them."""

from __future__ import annotations

import itertools
import secrets
import threading
import time

_TOKEN_BITS = 11
_PREFIX = "bt"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class OrderIds:
    """Hand out numbers of orders that no other call, run or process gets.

    A number is made of the time at which the numbering began, in microseconds, counted up with
    each number, and of a token of the process. Nobody sends an order per microsecond, so that the
    count never overtakes the clock: a process that begins later begins with a higher number.

    Parameters
    ----------
    after
        A number that was given before: where the clock was set back meanwhile, numbers go on from
        there.
    """

    def __init__(self, after: int = 0) -> None:
        begin = max(time.time_ns() // 1000, (after >> _TOKEN_BITS) + 1)
        self._count = itertools.count(begin)
        self._token = secrets.randbelow(1 << _TOKEN_BITS)
        self._lock = threading.Lock()

    def next_id(self) -> int:
        """Return the next number, larger than all before it and below 2 ** 63."""
        with self._lock:
            return next(self._count) << _TOKEN_BITS | self._token


def client_order_id(order_id: int) -> str:
    """Return the reference (IBKR's cOID) of the order with the number `order_id`.

    It is short, for IBKR does not say how long one may be: ``"bt"`` and the number to base 36.
    """
    digits = []
    rest = order_id
    while rest:
        rest, digit = divmod(rest, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return _PREFIX + ("".join(reversed(digits)) or "0")


def order_id_of(reference: str) -> int | None:
    """Return the number in a reference that `client_order_id` made; None for any other."""
    text = reference[len(_PREFIX) :]
    if not reference.startswith(_PREFIX) or not text or set(text) - set(_DIGITS):
        return None
    return int(text, len(_DIGITS))
