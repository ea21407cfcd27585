"""Getting in: the outer session, the brokerage session, the accounts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ...errors import AuthenticationError, RequestRefusedError
from .asking import Asker
from .client import Client
from .masking import Mask, masked_account
from .settings import Settings, unknown_account

__all__ = ["AccountChoice", "Login", "SessionStatus"]

T = TypeVar("T")

# no account, but all of an adviser's
ALL_ACCOUNTS = "All"
# shortest time in which an answer is waited for, however little is left
LEAST_S = 0.5
ESTABLISHING_S = 0.3


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """What the server says of the brokerage session."""

    authenticated: bool
    competing: bool
    connected: bool
    established: bool
    text: str

    @classmethod
    def of(cls, answer: Any) -> SessionStatus:
        """Return the status out of an answer; what is missing counts as not said."""
        found = answer if isinstance(answer, Mapping) else {}
        return cls(
            authenticated=found.get("authenticated") is True,
            competing=found.get("competing") is True,
            connected=found.get("connected", True) is not False,
            established=found.get("established", True) is not False,
            text=str(found.get("fail") or found.get("message") or ""),
        )

    @property
    def usable(self) -> bool:
        """Whether requests for orders and prices will be answered."""
        return self.authenticated and self.connected and not self.competing


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """The account that is traded, and those of the login."""

    account_id: str
    accounts: tuple[str, ...]
    is_paper: bool | None  # None: the server does not say


class Login:
    """The requests that open a session, each with its answer examined.

    Parameters
    ----------
    settings, client, mask
        As the connection has them.
    asker
        Makes errors of the store out of ibind's.

    Attributes
    ----------
    usable
        Whether the brokerage session was, when the server last said something about it.
    prepared
        Set while the session is one in which the calls that others depend on have been made: what
        is read before them is empty, and no error says so.
    """

    def __init__(self, settings: Settings, client: Client, asker: Asker, mask: Mask) -> None:
        self._settings = settings
        self._client = client
        self._asker = asker
        self._mask = mask
        self._fresh_token = ""
        # while the connection is being opened: until when to ask again where that may help
        self._deadline: float | None = None
        self.usable = False
        self.prepared = threading.Event()
        self._outer_is_new = True

    def lost(self, outer: bool = False) -> None:
        """Take note that the brokerage session is lost, or the `outer` one with it."""
        self.prepared.clear()
        self._outer_is_new = self._outer_is_new or outer

    def patiently(self, deadline: float) -> None:
        """Ask again where that may help, until `deadline` (of `time.monotonic`)."""
        self._deadline = deadline

    def impatiently(self) -> None:
        """From now on, ask once."""
        self._deadline = None

    def enter(self) -> None:
        """Open the outer session.

        Raises
        ------
        AuthenticationError
            The credentials are refused, or nobody is logged in at the gateway.
        """
        host = urlsplit(self._settings.rest_url).netloc
        self.lost(outer=True)
        try:
            if self._settings.oauth is not None:
                self._ask("POST oauth/live_session_token", self._client.log_in)
            else:
                self.tickle()
            return
        except AuthenticationError as refused:
            status, text = refused.status_code, refused.text
            detail = f" ({status} {text})" if status else f" ({refused})"
        if self._settings.oauth is not None:
            message = f"OAuth: {host} does not accept the credentials{detail}"
        else:
            message = f"nobody is logged in at the gateway: log in at https://{host} in a browser"
        raise AuthenticationError(message, status, text)

    def tickle(self) -> SessionStatus:
        """Keep the outer session alive; return what the answer says of the brokerage session."""
        answer = self._post("tickle")
        if not isinstance(answer, Mapping) or not answer.get("session"):
            said = str(answer.get("error", "")) if isinstance(answer, Mapping) else ""
            raise AuthenticationError(f"POST tickle: no session {self._mask.text(said)}".rstrip())
        self._fresh_token = str(answer["session"])
        self._mask.add(self._fresh_token)
        brokerage = answer.get("iserver")
        return self._noted(brokerage.get("authStatus") if brokerage else None)

    def session_token(self) -> str:
        """Return the token of the outer session for the stream; each that is heard is given out
        once, for a gateway that was started anew has another.
        """
        if not self._fresh_token:
            self.tickle()
        token, self._fresh_token = self._fresh_token, ""
        return token

    def status(self) -> SessionStatus:
        """Return the state of the brokerage session."""
        return self._noted(self._post("iserver/auth/status"))

    def open_brokerage(self, compete: bool, wait: Callable[[float], bool]) -> SessionStatus:
        """Open the brokerage session; return its state, which may be a refusal.

        Parameters
        ----------
        compete
            Whether to throw out another session of the same user name.
        wait
            Called with seconds between looks; True ends the waiting.
        """
        body = {"publish": True, "compete": compete}
        self.lost()
        status = self._noted(self._post("iserver/auth/ssodh/init", body))
        for _look in range(5):
            done = status.usable and status.established
            if done or status.competing or wait(ESTABLISHING_S):
                break
            status = self.status()
        return status

    def choose_account(self) -> AccountChoice:
        """Make the calls that others depend on, and choose the account.

        Raises
        ------
        SettingsError
            The account of the settings is not one of the login's.
        AuthenticationError
            It is a live account, or may be one, where only paper is allowed.
        """
        told = self.prepare()
        accounts = [str(one) for one in told.get("accounts") or () if one != ALL_ACCOUNTS]
        wanted = self._settings.account_id
        if wanted and wanted not in accounts:
            raise unknown_account(wanted, accounts)
        selected = told.get("selectedAccount")
        chosen = wanted or (selected if selected in accounts else "") or (accounts or [""])[0]
        if not chosen:
            raise RequestRefusedError("the login has no account")
        choice = AccountChoice(chosen, tuple(accounts), _is_paper(told.get("isPaper"), chosen))
        self._refuse_live(choice)
        if len(accounts) > 1 and selected != chosen:
            self._post("iserver/account", {"acctId": chosen})
        self._client.account_id = chosen
        return choice

    def prepare(self) -> Mapping[str, Any]:
        """Make the calls that others depend on in a new session; return what the login may do."""
        answer = self._ask("GET iserver/accounts", self._client.receive_brokerage_accounts)
        if self._outer_is_new:
            self._ask("GET portfolio/accounts", lambda: self._client.get("portfolio/accounts").data)
            self._outer_is_new = False
        self.prepared.set()
        return answer.data if isinstance(answer.data, Mapping) else {}

    def _refuse_live(self, choice: AccountChoice) -> None:
        if not self._settings.paper_only or choice.is_paper:
            return
        account = masked_account(choice.account_id)
        found = "is a live account" if choice.is_paper is False else "may be a live account"
        raise AuthenticationError(f"{account} {found}, and only paper trading is allowed")

    def _noted(self, answer: Any) -> SessionStatus:
        status = SessionStatus.of(answer)
        self.usable = status.usable
        return status

    def _post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._ask(f"POST {path}", lambda: self._client.post(path, body).data)

    def _ask(self, asked: str, act: Callable[[], T]) -> T:
        longest_s = self._settings.request_timeout_s
        if self._deadline is None:
            with self._client.within(longest_s):
                result: T = self._asker.once(asked, act)
            return result
        left_s = max(self._deadline - time.monotonic(), LEAST_S)
        with self._client.within(min(longest_s, left_s)):
            result = self._asker.persist(asked, act, left_s, opening=True)
        return result


def _is_paper(said: Any, account_id: str) -> bool | None:
    """Return what the server said, else what the name of the account tells: IBKR's for paper
    trading begin with D.
    """
    if isinstance(said, bool):
        return said
    return True if account_id.startswith("D") else None
