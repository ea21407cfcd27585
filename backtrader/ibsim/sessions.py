"""The two nested sessions of a user, and the requests about them.

The *outer* session begins with a login (through the gateway, or with OAuth) and serves reading. The
*brokerage* session, opened by ``iserver/auth/ssodh/init``, serves everything under ``iserver/``; a
user has one at most, whatever the number of programs.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .records import BrokerageSession, Call, Reply, Route

__all__ = ["Login", "Sessions"]

USER_NAME = "simuser"
USER_ID = 100000001
_HARDWARE = "02:00:00:00:00:01"
_SERVER = {"serverName": "Simulator", "serverVersion": "Build 10.45.1a, Apr 22, 2026 1:39:05 PM"}
_DAY_S = 86_400.0


@dataclass(slots=True)
class Login:
    """An outer session.

    Times are those of the clock of `Sessions`, in seconds. `reading` stands in for the brokerage
    session where there is none: even then the server remembers which calls were made before.
    """

    token: str
    opened: float
    used: float
    reading: BrokerageSession
    brokerage: BrokerageSession | None = None


class Sessions:
    """What the simulator knows of its one user's sessions.

    Parameters
    ----------
    account_id
        The account that every session has selected at first.
    oauth
        Whether the user comes with OAuth; else a login through the gateway is there from the start.
    seed
        Of the session ids.
    idle_s
        After how many seconds without a request the outer session ends.
    establish_s
        How long a new brokerage session is authenticated before it is established, in seconds.
    clock
        Source of seconds that never run backwards.
    """

    def __init__(
        self,
        account_id: str,
        *,
        oauth: bool = False,
        seed: int = 0,
        idle_s: float = 360.0,
        establish_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.account_id = account_id
        self.oauth = oauth
        self.idle_s = idle_s
        self.establish_s = establish_s
        self.login: Login | None = None
        self.on_status: Callable[[dict[str, Any]], None] = lambda changes: None
        self.on_brokerage_end: Callable[[], None] = lambda: None
        self.on_logout: Callable[[], None] = lambda: None
        self._clock = clock
        self._random = random.Random(f"sessions {seed}")
        self._competing = False
        self._established_at = 0.0
        self._shut_until = 0.0  # end of the nightly reset
        self.routes = self._routes()
        if not oauth:
            self.log_in()

    @property
    def brokerage(self) -> BrokerageSession | None:
        """The brokerage session, or None."""
        return self.login.brokerage if self.login else None

    def log_in(self) -> None:
        """Begin an outer session, unless there is one; through the gateway also a brokerage one."""
        if self.login is None:
            now = self._clock()
            token = f"{self._random.getrandbits(128):032x}"
            self.login = Login(token, now, now, BrokerageSession(token, self.account_id))
        if not self.oauth:
            self.open_brokerage(compete=True)

    def log_out(self) -> None:
        """End the outer session, and with it the other."""
        if self.login is not None:
            self._end_brokerage({"authenticated": False})
            self.login = None
            self._competing = False
            self.on_logout()

    def open_brokerage(self, compete: bool) -> bool:
        """Open the brokerage session, and tell whether there is one now.

        Parameters
        ----------
        compete
            Whether another program's session is thrown out for it.
        """
        now = self._clock()
        if self.login is None or now < self._shut_until or (self._competing and not compete):
            return False
        self._competing = False
        if self.login.brokerage is None:
            session = BrokerageSession(self.login.token, self.account_id)
            session.established = self.establish_s <= 0
            self.login.brokerage = session
            self._established_at = now + self.establish_s
            self.on_status(self.status_of_stream())
        return True

    def take_over(self) -> None:
        """Let another program of the user take the brokerage session."""
        self._competing = True
        self._end_brokerage({"authenticated": False, "competing": True})

    def reset(self, seconds: float) -> None:
        """End the brokerage session; a new one can be had after `seconds`."""
        self._shut_until = self._clock() + seconds
        self._end_brokerage({"authenticated": False})

    def touch(self) -> bool:
        """Note a request; tell whether there is an outer session that it belongs to."""
        self.refresh()
        if self.login is None:
            return False
        self.login.used = self._clock()
        return True

    def refresh(self) -> None:
        """Do what time alone brings about: the end of a session, and its being established."""
        login, now = self.login, self._clock()
        if login is None:
            return
        if now - login.used > self.idle_s or now - login.opened > _DAY_S:
            self.log_out()
        elif login.brokerage and not login.brokerage.established and now >= self._established_at:
            login.brokerage.established = True
            self.on_status({"established": True})

    def status(self) -> dict[str, Any]:
        """Return the fields that all answers about authentication have."""
        if self.login is None:
            flags = ("authenticated", "established", "competing", "connected")
            return {**dict.fromkeys(flags, False), "MAC": None}
        return {
            **self._flags(),
            "message": "",
            "MAC": _HARDWARE,
            "serverInfo": dict(_SERVER),
            "hardware_info": f"5f0c1a2b|{_HARDWARE}",
        }

    def status_of_stream(self) -> dict[str, Any]:
        """Return the ``args`` of a complete ``sts`` frame."""
        return {**self._flags(), "message": "", "fail": "", **_SERVER, "username": USER_NAME}

    def _flags(self) -> dict[str, bool]:
        session = self.brokerage
        return {
            "authenticated": session is not None,
            "established": session is not None and session.established,
            "competing": self._competing,
            "connected": self._clock() >= self._shut_until,
        }

    def _end_brokerage(self, changes: dict[str, Any]) -> None:
        had_one = self.brokerage is not None
        if self.login is not None:
            self.login.brokerage = None
        if had_one:
            self.on_brokerage_end()
            self.on_status(changes)

    # -- requests

    def _routes(self) -> tuple[Route, ...]:
        # No spacing for tickle, though 1/s is IBKR's rule: its own clients ask twice within a
        # moment when they open a stream, and are answered.
        both = ("GET", "POST")
        routes = [Route(method, "tickle", self._tickle) for method in both]
        routes += [Route(method, "iserver/auth/status", self._auth_status) for method in both]
        routes += [Route(method, "iserver/reauthenticate", self._reauthenticate) for method in both]
        routes += [Route(method, "logout", self._logout) for method in both]
        routes.append(Route("POST", "iserver/auth/ssodh/init", self._init))
        if not self.oauth:
            routes.append(Route("GET", "sso/validate", self._validate, spacing_s=60.0))
        return tuple(routes)

    def _remaining_ms(self) -> int:
        return int(self.idle_s * 1000)  # asking is a request: it has just begun anew

    def _tickle(self, world: Any, session: BrokerageSession, call: Call) -> Reply:
        body: dict[str, Any] = {"session": session.token}
        if not self.oauth:
            body |= {"ssoExpires": self._remaining_ms(), "collission": False, "userId": USER_ID}
        body["hmds"] = {"error": "no bridge"}
        body["iserver"] = {"authStatus": self.status()}
        return Reply(body)

    def _auth_status(self, world: Any, session: BrokerageSession, call: Call) -> Reply:
        body = self.status()
        return Reply({**body, "fail": ""} if self.login else body)

    def _init(self, world: Any, session: BrokerageSession, call: Call) -> Reply:
        body = call.body if isinstance(call.body, dict) else {}
        self.open_brokerage(compete=bool(body.get("compete", False)))
        return Reply(self.status())

    def _reauthenticate(self, world: Any, session: BrokerageSession, call: Call) -> Reply:
        self.open_brokerage(compete=False)
        return Reply({"message": "triggered"})

    def _logout(self, world: Any, session: BrokerageSession, call: Call) -> Reply:
        self.log_out()
        return Reply({"status": True})

    def _validate(self, world: Any, session: BrokerageSession, call: Call) -> Reply:
        return Reply(
            {
                "SFT": "simulated",
                "IS_PENDING_APPLICANT": False,
                "SF_ENABLED": False,
                "HARDWARE_INFO": "",
                "UNIQUE_LOGIN_ID": USER_NAME,
                "AUTH_TIME": int(time.time() * 1000),
                "SF_CONFIG": "",
                "USER_NAME": USER_NAME,
                "CREDENTIAL_TYPE": 1,
                "IS_FREE_TRIAL": False,
                "LOGIN_TYPE": 2,
                "LANDING_APP": "PORTAL",
                "CREDENTIAL": USER_NAME,
                "ANOMALOUS_LOGIN": False,
                "RESULT": True,
                "IP": "127.0.0.1",
                "USER_ID": USER_ID,
                "EXPIRES": self._remaining_ms(),
                "TOKEN": session.token,
                "took": 1,
                "IS_MASTER": False,
                "features": {
                    "env": "PAPER",
                    "wlms": True,
                    "realtime": True,
                    "bond": True,
                    "optionChains": True,
                    "calendar": True,
                    "newMf": True,
                },
                "region": "US",
            }
        )
