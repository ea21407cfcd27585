"""What errors of the connection mean, in plain words."""

import pytest

from backtrader.errors import (
    AuthenticationError,
    ConnectionFailedError,
    PacingError,
    RequestRefusedError,
    SettingsError,
)
from backtrader.stores._ib.advice import advice_on, market_data_advice


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (AuthenticationError("OAuth: refused (401 Invalid timestamp)", 401), "time of the request"),
        (AuthenticationError("LST failed, error: invalid challenge", 401), "Diffie-Hellman number"),
        (AuthenticationError("401 Invalid signature", 401), "not accepted any more"),
        (AuthenticationError("401 not authenticated", 401), "the server answers 401"),
        (AuthenticationError("403 Access Denied", 403), "the login is not accepted"),
        (AuthenticationError("GET x: no brokerage session (no bridge)", 400), "(no bridge)"),
        (
            AuthenticationError("DU***1 is a live account, and only paper trading is allowed"),
            "live",
        ),
        (PacingError("429"), "too many requests"),
        (SettingsError("OAuth: a key is malformed"), "cannot be read"),
        (SettingsError("port must be a number"), "cannot be used as they are"),
        (ConnectionFailedError("the name of the host is not known"), "no host of that name"),
        (ConnectionFailedError("no answer in time"), "does not answer in time"),
        (ConnectionFailedError("lost before the answer came"), "the connection was lost"),
        (RequestRefusedError("500 whatever", 500), "refused the request"),
    ],
)
def test_an_error_is_explained_with_a_next_step(failure, meaning):
    advice = advice_on(failure)
    assert meaning in advice.meaning and advice.remedy


@pytest.mark.parametrize(("letters", "explained"), [("RpB", False), ("ZB", False), ("YB", True)])
def test_market_data_is_explained_where_it_is_not_current(letters, explained):
    assert (market_data_advice(letters, "X") is not None) is explained
