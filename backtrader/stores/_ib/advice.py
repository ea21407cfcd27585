"""What an error of the connection means, in plain words, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ...errors import (
    AuthenticationError,
    ConnectionFailedError,
    PacingError,
    SettingsError,
    StoreError,
)

__all__ = ["Advice", "advice_on", "market_data_advice"]


class Advice(NamedTuple):
    """What happened, and the next step."""

    meaning: str
    remedy: str


Test = Callable[[StoreError, str], bool]


def _says(*words: str) -> Test:
    return lambda failure, text: any(word in text for word in words)


def _is(kind: type[StoreError], status: int | None = None) -> Test:
    def test(failure: StoreError, text: str) -> bool:
        right = status is None or getattr(failure, "status_code", None) == status
        return isinstance(failure, kind) and right

    return test


# The first that fits holds; texts are in small letters.
_RULES: tuple[tuple[Test, Advice], ...] = (
    (
        _says("invalid consumer"),
        Advice(
            "IBKR does not know the consumer key",
            "a new key works from the next night or weekend on; if it is older, compare its nine"
            " letters with those in the self-service portal",
        ),
    ),
    (
        _says("no access secret key"),
        Advice(
            "IBKR does not know the access token",
            "it was replaced by a newer one, or belongs to another consumer key: generate token"
            " and secret anew in the self-service portal",
        ),
    ),
    (
        _says("invalid timestamp"),
        Advice(
            "IBKR finds that the time of the request is wrong",
            "set the clock of this machine: it has to be right to some seconds",
        ),
    ),
    (
        _says("invalid challenge"),
        Advice(
            "IBKR refuses the Diffie-Hellman number",
            "the prime is not the one of the dhparam.pem that the portal has: give it that file"
            " again, or use its prime",
        ),
    ),
    (
        _says("lst failed", "signature is not valid"),
        Advice(
            "IBKR refuses to give a live session token (LST): it does not accept the signature",
            "the signature key is not the private half of the one that the portal has, or the"
            " access token secret is not that of the token; give the portal the public halves"
            " again and generate token and secret anew",
        ),
    ),
    (
        _says("does not stand the check"),
        Advice(
            "the live session token (LST) that IBKR and this machine computed differ",
            "the prime or the access token secret is not the one that IBKR has: compare the prime"
            " with the dhparam.pem of the portal, and generate token and secret anew",
        ),
    ),
    (
        _says("malformed"),
        Advice(
            "a key, the access token secret or the prime cannot be read",
            "the lines above say which; `bt-ib keys` makes a complete set",
        ),
    ),
    (
        _says("is not accepted any more", "invalid signature"),
        Advice(
            "the live session token is not accepted any more",
            "another login has replaced it: see that one program alone uses this access token",
        ),
    ),
    (
        _says("nobody is logged in"),
        Advice(
            "the gateway runs, but nobody is logged in at it",
            "open the address of the gateway in a browser on the same machine and log in; the"
            " login ends every day around midnight",
        ),
    ),
    (
        _says("another session"),
        Advice(
            "another program of this user name holds the brokerage session (TWS, the mobile app,"
            " a second strategy)",
            "log out there, or use a user name of its own for this program, or have the session"
            " taken over: --compete here, compete=True (the default) in the store",
        ),
    ),
    (
        _says("only paper trading is allowed"),
        Advice(
            "the login trades a live account, and only paper trading was allowed",
            "log in with the user name of the paper account, or set paper_only=False if this is"
            " what you want",
        ),
    ),
    (
        _says("no bridge", "no brokerage session"),
        Advice(
            "there is a login, but no brokerage session (no bridge): prices and orders need one",
            "try again in a minute; if it stays so, IBKR is in its nightly reset or its weekend"
            " maintenance, or the login lacks trading permission for the Web API",
        ),
    ),
    (
        _says("is not one of this login"),
        Advice("the account is not one of this login", "correct account_id (IBKR_ACCOUNT_ID)"),
    ),
    (
        _says("certificate is not trusted"),
        Advice(
            "the certificate of the server is not trusted: the gateway signs its own",
            "give the path of the gateway's certificate (--cacert FILE, cacert= in the store); for"
            " a gateway on this machine --cacert no will do",
        ),
    ),
    (
        _says("no tls connection"),
        Advice(
            "no encrypted connection comes about: the server speaks plain http, or a TLS that is"
            " too old",
            "if the gateway is set to plain http (listenSsl: false), write http:// in the address;"
            " else bring it up to date: TLS 1.2 is the least that is accepted",
        ),
    ),
    (
        _says("name of the host is not known"),
        Advice("there is no host of that name", "check the address, and the network's name server"),
    ),
    (
        _says("connection refused"),
        Advice(
            "nobody listens at that address",
            "start the Client Portal Gateway, and compare its port (listenPort in its conf.yaml)"
            " with the one above; TWS and its ports do not serve the Web API",
        ),
    ),
    (
        _says("websocket"),
        Advice(
            "requests are answered, but the stream does not come about",
            "a proxy or a virus scanner on the way may block WebSockets: let wss:// to this"
            " address through",
        ),
    ),
    (
        _is(PacingError),
        Advice(
            "too many requests were made from this address (429)",
            "wait ten minutes without any request; then see what else uses this login",
        ),
    ),
    (
        _is(AuthenticationError, 401),
        Advice(
            "the server answers 401: the login is not accepted",
            "with OAuth: compare consumer key, token and secret with the portal; a new key works"
            " from the next night on. With the gateway: log in again in a browser",
        ),
    ),
    (
        _is(AuthenticationError),
        Advice("the login is not accepted", "log in again, and run this once more"),
    ),
    (
        _is(SettingsError),
        Advice("the settings cannot be used as they are", "correct what is named"),
    ),
    (
        _says("no answer in time"),
        Advice(
            "the server does not answer in time",
            "see whether a firewall swallows the connection, and whether IBKR is in maintenance"
            " (Saturday evening in New York)",
        ),
    ),
    (
        _is(ConnectionFailedError),
        Advice("the connection was lost", "see to the network, and run this once more"),
    ),
)
_OTHERWISE = Advice(
    "the server refused the request", "the text in brackets is its own; run this once more"
)


def advice_on(failure: StoreError) -> Advice:
    """Return what an error means and what to do."""
    text = str(failure).lower()
    return next((advice for test, advice in _RULES if test(failure, text)), _OTHERWISE)


# first letter of field 6509 -> what it means, where it is not real time
_AVAILABILITY = {
    "N": Advice(
        "this login has no permission for market data of {name}",
        "subscribe to it in the Client Portal (Settings, Market Data Subscriptions); for a paper"
        " account, share the live account's data with it there. It takes up to a day",
    ),
    "O": Advice(
        "IBKR's agreement on market data by API is not signed",
        "sign it in the Client Portal (Settings, Market Data API Acknowledgement)",
    ),
    "D": Advice(
        "market data of {name} is delayed by 15 to 20 minutes: there is no subscription",
        "subscribe to it in the Client Portal to trade by it",
    ),
}
_AVAILABILITY["Y"] = _AVAILABILITY["D"]


def market_data_advice(availability: str, name: str) -> Advice | None:
    """Return what field 6509 says where it is not real time or frozen; None where it is."""
    found = _AVAILABILITY.get(availability[:1])
    return None if found is None else Advice(found.meaning.format(name=name), found.remedy)
