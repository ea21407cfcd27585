"""One login for the stores of several accounts: IBKR has one session for each user name.

The stores of a login share its connection. Each sees it as its own: with its account, its
callbacks and its topics; the connection is closed with the last of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...errors import AuthenticationError, ConnectionFailedError, SettingsError
from .masking import masked_account
from .session import Connection
from .settings import Settings, unknown_account
from .topics import Topic

__all__ = ["AccountConnection", "SharedLogin"]

# requests about the account that is selected, if none is named
_SELECTED = ("iserver/account/orders", "iserver/account/trades")
# events whose rows may be those of another store's account, and where their account stands
_OF_ACCOUNT = {"order": ("acct", "account"), "execution": ("account", "accountCode")}

Callback = Callable[..., None]


class SharedLogin:
    """What the stores of one login have in common."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.connection: Connection | None = None
        self.members: list[AccountConnection] = []

    def join(self, settings: Settings) -> AccountConnection:
        """Return the connection as a store with these settings sees it.

        Raises
        ------
        SettingsError
            The stores of the login connect in another way.
        """
        with self.lock:
            if self.connection is None:
                self.connection = Connection(settings)
            elif _way(self.connection.settings) != _way(settings):
                raise SettingsError(
                    "the stores of one login connect in one way; only account_id may differ"
                )
            member = AccountConnection(self, self.connection, settings)
            self.members.append(member)
        return member

    def leave(self, member: AccountConnection) -> bool:
        """Take a store out; return whether it was the last, and the connection is to be closed."""
        with self.lock:
            if member in self.members:
                self.members.remove(member)
            last = not self.members
            if last:
                self.connection = None
        return last

    def uses(self, topic: Topic) -> bool:
        """Whether a store has the topic subscribed."""
        return any(topic.key in member.topics for member in self.members)


def _way(settings: Settings) -> Settings:
    return replace(settings, account_id="", notes=())


class AccountConnection:
    """The connection as the store of one account sees it; its methods are those of `Connection`.

    Attributes
    ----------
    account_id : str
        The account of the store; "" before `open`.
    topics : set of str
        Keys of the topics that the store has subscribed.
    """

    def __init__(self, login: SharedLogin, connection: Connection, settings: Settings) -> None:
        self._login = login
        self._connection = connection
        self._wanted = settings.account_id
        self._paper_only = settings.paper_only
        self._callbacks: list[tuple[str, Callback, Callback]] = []
        self._closed = False
        self.account_id = ""
        self.topics: set[str] = set()

    def __repr__(self) -> str:
        account = masked_account(self.account_id) if self.account_id else "no account"
        return f"<{type(self).__name__} {account} of {self._connection!r}>"

    def __getattr__(self, name: str) -> Any:
        # what is the same for all: client, settings, accounts, is_paper, state, call, renew ...
        return getattr(self._connection, name)

    @property
    def connected(self) -> bool:
        """Whether requests are authenticated and the stream delivers."""
        return not self._closed and self._connection.connected

    # its life

    def open(self) -> None:
        """Log in where that was not done, and take the account; raises as `Connection.open`."""
        try:
            with self._login.lock:
                self._connection.open()
                self._take_account()
        except BaseException:
            self.close()
            raise

    def _take_account(self) -> None:
        connection = self._connection
        chosen = self._wanted or connection.account_id
        if chosen not in connection.accounts:
            raise unknown_account(chosen, connection.accounts)
        if self._paper_only and not connection.is_paper:
            name = masked_account(chosen)
            raise AuthenticationError(f"{name} is no paper account, and only those may be traded")
        self.account_id = chosen

    def close(self) -> None:
        """Leave; the connection is closed with the last store."""
        if self._closed:
            return
        self._closed = True
        for event, _, passed in self._callbacks:
            self._connection.off(event, passed)
        self._callbacks.clear()
        if self._login.leave(self):
            self._connection.close()

    # requests

    def get(
        self, path: str, params: dict[str, Any] | None = None, timeout_s: float | None = None
    ) -> Any:
        """As `Connection.get`; about the account of the store, whichever is selected."""
        self._check_open()
        if path.strip("/") in _SELECTED and len(self._connection.accounts) > 1:
            params = {**(params or {}), "accountId": self.account_id}
        return self._connection.get(path, params, timeout_s)

    def post(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """As `Connection.post`."""
        self._check_open()
        return self._connection.post(path, *args, **kwargs)

    def delete(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """As `Connection.delete`."""
        self._check_open()
        return self._connection.delete(path, *args, **kwargs)

    def _check_open(self) -> None:
        if self._closed:
            raise ConnectionFailedError("the connection is not open")

    # what comes

    def on(self, event: str, callback: Callback) -> None:
        """As `Connection.on`; rows of accounts that other stores have are left out."""
        fields = _OF_ACCOUNT.get(event)
        passed = callback if fields is None else self._sifted(callback, fields)
        self._callbacks.append((event, callback, passed))
        self._connection.on(event, passed)

    def off(self, event: str, callback: Callback) -> None:
        """Undo `on`; harmless when it was not there."""
        for known in list(self._callbacks):
            if known[0] == event and known[1] == callback:
                self._callbacks.remove(known)
                self._connection.off(event, known[2])

    def _sifted(self, callback: Callback, fields: tuple[str, ...]) -> Callback:
        def passed(row: dict[str, Any]) -> None:
            account = next((str(row[name]) for name in fields if row.get(name)), "")
            others = (each.account_id for each in self._login.members if each is not self)
            if account == self.account_id or account not in others:
                callback(row)

        return passed

    def subscribe(self, topic: Topic) -> Any:
        """As `Connection.subscribe`."""
        self._check_open()
        with self._login.lock:
            self.topics.add(topic.key)
            return self._connection.subscribe(topic)

    def unsubscribe(self, topic: Topic) -> None:
        """Give a topic up, unless another store has it too."""
        with self._login.lock:
            self.topics.discard(topic.key)
            if not self._login.uses(topic):
                self._connection.unsubscribe(topic)
