"""Previews: what an order would do to the account, as IBKR tells it. Nothing is placed."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import ConnectionFailedError, RequestRefusedError, StoreError
from .dialogue import Job
from .figures import number
from .tickets import Ticket

__all__ = ["Change", "Preview", "Previewing", "read_preview"]

_TAG = re.compile(r"<[^>]+>")
_NUMBER = re.compile(r"^\d+/")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure before the order, what the order changes, and the figure after it."""

    current: float
    change: float
    after: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What an order would do. None: IBKR does not tell.

    `amount`, `commission` and `total` are in `currency`, that of the contract; equity and margins
    in base currency. `warnings` are notices and questions that sending it would bring, `error` is
    why it would be refused (empty: it would not).
    """

    amount: float | None
    commission: float | None
    total: float | None
    currency: str
    equity: Change | None
    initial_margin: Change | None
    maintenance_margin: Change | None
    position: Change | None
    warnings: tuple[str, ...]
    error: str

    @property
    def acceptable(self) -> bool:
        """Whether IBKR would take the order, as far as it tells."""
        return not self.error


def read_preview(answer: Any) -> Preview:
    """Return the answer to a preview as a record.

    Raises
    ------
    RequestRefusedError
        It is none.
    """
    if not isinstance(answer, Mapping) or "amount" not in answer:
        said = answer.get("error") if isinstance(answer, Mapping) else ""
        raise RequestRefusedError(f"preview: {said or 'the answer is none'}", text=str(said or ""))
    amounts = answer.get("amount") or {}
    errors = answer.get("errors") or [answer.get("error")]
    warnings = answer.get("warns") or [answer.get("warn")]
    return Preview(
        amount=number(amounts.get("amount")),
        commission=number(amounts.get("commission")),
        total=number(amounts.get("total")),
        currency=_currency(amounts),
        equity=_change(answer.get("equity")),
        initial_margin=_change(answer.get("initial")),
        maintenance_margin=_change(answer.get("maintenance")),
        position=_change(answer.get("position")),
        warnings=tuple(_plain(each) for each in warnings if each),
        error="; ".join(_plain(each) for each in errors if each),
    )


def _currency(amounts: Mapping[str, Any]) -> str:
    words = str(amounts.get("amount") or "").split()
    return words[1] if len(words) > 1 and words[1].isalpha() else ""


def _change(row: Any) -> Change | None:
    if not isinstance(row, Mapping):
        return None
    figures = [number(row.get(name)) for name in ("current", "change", "after")]
    if any(each is None for each in figures):
        return None
    return Change(*figures)  # type: ignore[arg-type]  # none of them is None


def _plain(text: Any) -> str:
    """Return a warning without its number and without its marks for a browser."""
    words = html.unescape(_TAG.sub(" ", _NUMBER.sub("", str(text)))).split()
    return " ".join(words)


class Previewing(Job):
    """Ask for a preview; between orders, for IBKR forgets its questions about one otherwise."""

    def __init__(self, desk: Any, account: str, ticket: Ticket, fields: tuple[str, ...]) -> None:
        self._desk = desk
        # those of the stream, for request and stream share one set of them
        self._fields = fields
        self._account = account
        self._ticket = ticket
        self._answer: Any = None
        self._failure: StoreError | None = None
        self.done = threading.Event()

    def run(self) -> None:
        """Look at the contract, so that figures are known, and ask."""
        connection = self._desk.connection
        conid = self._ticket.get("conid")
        try:
            if conid is not None:
                query = {"conids": str(conid), "fields": ",".join(self._fields)}
                connection.get("iserver/marketdata/snapshot", query)
            path = f"iserver/account/{self._account}/orders/whatif"
            body = {"orders": [{**self._ticket, "acctId": self._account}]}
            self._answer = connection.post(path, body, repeat=True)
        except StoreError as failure:
            self._failure = failure
        self.done.set()

    def crashed(self, failure: Exception) -> None:
        """Tell the caller."""
        self._failure = RequestRefusedError(f"preview: {type(failure).__name__}: {failure}")
        self.done.set()

    def dropped(self) -> None:
        """Tell the caller."""
        self._failure = ConnectionFailedError("preview: the store was stopped")
        self.done.set()

    def result(self, timeout_s: float) -> Preview:
        """Wait, and return the preview.

        Raises
        ------
        StoreError
            IBKR does not preview the order, or has not answered in time.
        """
        if not self.done.wait(timeout_s):
            raise ConnectionFailedError("preview: no answer in time")
        if self._failure is not None:
            raise self._failure
        return read_preview(self._answer)
