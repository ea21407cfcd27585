"""The doctor: looks at all that a connection to IBKR needs, in order, and explains what is wrong.

It reads, and trades nothing. Whatever it finds is told without secrets.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from ...errors import SettingsError, StoreError
from . import masking
from .advice import advice_on, market_data_advice
from .asking import Asker
from .client import Client
from .credentials import credential_findings
from .data import MarketDesk
from .findings import Finding, Level
from .login import Login, SessionStatus
from .masking import Mask, masked_account
from .pacing import Pacer
from .services import Services
from .session import Connection, logger_names
from .settings import Settings, resolve

__all__ = ["Doctor"]

# IBKR refuses signatures that are some minutes off; what is off at all gets worse
CLOCK_WARNING_S = 10.0
CLOCK_LIMIT_S = 240.0
_HOW_TO_SET = (
    "set what is named: as a parameter of the store, in the environment, or in a file given with"
    " --env-file; `bt-ib keys` makes the keys and such a file"
)


class _Stop(Exception):
    """Nothing that follows can work."""


class Doctor:
    """Examines a set-up.

    Parameters
    ----------
    params
        Parameters of the store, see `settings.resolve`.
    environ
        ``os.environ`` by default.
    symbol
        Whose contract, prices and history are asked for.
    offline
        Whether to look at settings and files alone.
    """

    def __init__(
        self,
        params: Mapping[str, Any],
        environ: Mapping[str, str] | None = None,
        symbol: str = "AAPL-STK-SMART-USD",
        offline: bool = False,
    ) -> None:
        self._params = params
        self._environ = environ
        self._symbol = symbol
        self._offline = offline
        self._mask = Mask()

    def examine(self) -> Iterator[Finding]:
        """Yield what is found, as it is found; nothing follows on what makes all else fail."""
        # from here on, for a connection masks its own time alone
        masked = masking.install(self._mask, *logger_names())
        try:
            for found in self._examine():
                yield replace(
                    found, text=self._mask.text(found.text), remedy=self._mask.text(found.remedy)
                )
        except _Stop:
            yield Finding(Level.SKIPPED, "the rest", "not looked at: it cannot work before that")
        finally:
            masking.uninstall(masked)

    def _examine(self) -> Iterator[Finding]:
        try:
            settings = resolve(self._params, self._environ)
        except SettingsError as failure:
            yield Finding(Level.FAILED, "settings", str(failure), _HOW_TO_SET)
            raise _Stop from None
        self._mask.add(*settings.secrets)
        yield from self._settings(settings)
        if settings.oauth is not None:
            findings = credential_findings(settings.oauth)
            yield from findings
            if any(found.level is Level.FAILED for found in findings):
                raise _Stop
        if self._offline:
            return
        yield from self._entrance(settings)
        yield from self._round(settings)

    def _settings(self, settings: Settings) -> Iterator[Finding]:
        how = "OAuth 1.0a" if settings.oauth is not None else "a Client Portal Gateway"
        yield Finding(Level.GOOD, "settings", f"complete, for {how} at {settings.rest_url}")
        for note in settings.notes:
            if "may read or change" not in note:  # the keys tell of it themselves
                yield Finding(Level.NOTE, "settings", note)
        if settings.cacert is False:
            yield Finding(
                Level.NOTE, "TLS", "the certificate of the gateway is not verified (this machine)"
            )

    # the address, the clock, the login: with requests of its own, so that each is told apart

    def _entrance(self, settings: Settings) -> Iterator[Finding]:
        stopped = threading.Event()
        asker = Asker(stopped, self._mask, lambda: None)
        client = Client(settings, Pacer(settings.pacing, stopped=stopped), self._mask)
        login = Login(settings, client, asker, self._mask)
        try:
            host = urlsplit(settings.rest_url).netloc
            yield from _tried("address", lambda: asker.once(f"GET {host}", client.probe))
            tls = "" if client.base_url.startswith("http:") else ", over TLS"
            yield Finding(Level.GOOD, "address", f"{host} answers{tls}")
            yield from _clock(client)
            yield from _tried("login", login.enter)
            token = "a live session token came" if settings.oauth else "the gateway is logged in"
            yield Finding(Level.GOOD, "login", token)
            yield from self._brokerage(settings, login, stopped)
        finally:
            stopped.set()
            client.close()

    def _brokerage(
        self, settings: Settings, login: Login, stopped: threading.Event
    ) -> Iterator[Finding]:
        found: list[SessionStatus] = []

        def look() -> None:
            status = login.status()
            if not status.usable:
                status = login.open_brokerage(settings.compete, stopped.wait)
            found.append(status)

        yield from _tried("brokerage session", look)
        status = found[0]
        if not status.usable:
            what = "another session" if status.competing else "no brokerage session"
            advice = advice_on(StoreError(what))
            said = f" ({status.text})" if status.text else ""
            text = f"{advice.meaning}{said}"
            yield Finding(Level.FAILED, "brokerage session", text, advice.remedy)
            raise _Stop
        yield Finding(Level.GOOD, "brokerage session", "open: prices and orders are served")

    # a round through all that a strategy needs, over a connection as the store has it

    def _round(self, settings: Settings) -> Iterator[Finding]:
        connection = Connection(replace(settings, notes=()))
        market = MarketDesk(connection, lambda: None, lambda text: None)
        try:
            yield from _tried("connection", connection.open)
            yield Finding(Level.GOOD, "connection", "account chosen, and the stream delivers")
            yield self._account(connection)
            path = f"portfolio/{connection.account_id}/ledger"
            yield from _tried("account", lambda: connection.get(path))
            yield Finding(Level.GOOD, "account", "cash and value can be read")
            yield from self._data(connection, Services(connection, market))
        finally:
            market.close()
            connection.close()

    def _account(self, connection: Connection) -> Finding:
        account = masked_account(connection.account_id)
        others = len(connection.accounts) - 1
        beside = f", one of {others + 1} of this login" if others else ""
        if connection.is_paper:
            return Finding(Level.GOOD, "account", f"{account} is a paper account{beside}")
        return Finding(
            Level.NOTE, "account", f"{account} is a LIVE account{beside}: orders cost real money"
        )

    def _data(self, connection: Connection, services: Services) -> Iterator[Finding]:
        name = self._symbol
        found: list[Any] = []
        yield from _tried("contract", lambda: found.append(services.resolve(name)))
        contract = found[0]
        yield Finding(Level.GOOD, "contract", f"{name} is {contract.describe()}")
        quote: dict[str, Any] = {}
        yield from _tried(
            "market data", lambda: quote.update(services.snapshot(None, contract.m_conId, None))
        )
        yield _quoted(quote, name)
        query = {"conid": contract.m_conId, "period": "1d", "bar": "1h", "outsideRth": True}
        try:
            answer = connection.get("iserver/marketdata/history", query) or {}
        except StoreError as failure:
            answer = {"text": str(failure)}
        bars = answer.get("data") or ()
        if bars:
            yield Finding(Level.GOOD, "history", f"{len(bars)} bars of the last day")
        else:
            said = answer.get("text") or "the answer is empty"
            yield Finding(
                Level.WARNING,
                "history",
                f"no bars came for {name} ({said})",
                "without permission for its market data there is no history either",
            )


def _tried(subject: str, act: Callable[[], Any]) -> Iterator[Finding]:
    """Do something; yield what is wrong and stop where it fails."""
    try:
        act()
    except StoreError as failure:
        advice = advice_on(failure)
        yield Finding(Level.FAILED, subject, f"{advice.meaning} [{failure}]", advice.remedy)
        raise _Stop from None


def _clock(client: Client) -> Iterator[Finding]:
    ahead = client.figures.ahead
    if ahead is None:
        yield Finding(Level.SKIPPED, "clock", "the server does not say what time it is")
        return
    off_s = -ahead.total_seconds()
    if abs(off_s) < CLOCK_WARNING_S:
        yield Finding(Level.GOOD, "clock", "this machine and the server agree")
        return
    way = "fast" if off_s > 0.0 else "slow"
    level = Level.FAILED if abs(off_s) > CLOCK_LIMIT_S else Level.WARNING
    yield Finding(
        level,
        "clock",
        f"the clock of this machine is {abs(off_s):.0f} seconds {way}",
        "have it set from the network (NTP); with OAuth, IBKR refuses requests of another time",
    )


def _quoted(quote: Mapping[str, Any], name: str) -> Finding:
    availability = str(quote.get("availability") or "")
    advice = market_data_advice(availability, name)
    if advice is not None:
        level = Level.WARNING if availability[0] in "DY" else Level.FAILED
        return Finding(level, "market data", advice.meaning, advice.remedy)
    if not any(key in quote for key in ("last", "bid", "ask", "prior_close")):
        return Finding(
            Level.WARNING,
            "market data",
            f"no price of {name} came",
            "it may not be traded now: run this once more in trading hours",
        )
    timeline = {"R": "in real time", "Z": "frozen: the market is closed"}
    return Finding(
        Level.GOOD, "market data", f"{name} is served {timeline.get(availability[:1], '')}".rstrip()
    )
