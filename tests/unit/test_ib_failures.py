"""Errors of ibind and requests in the words of the store."""

import pytest

from backtrader.errors import (
    AuthenticationError,
    ConnectionFailedError,
    PacingError,
    RequestRefusedError,
    SettingsError,
    StoreError,
)
from backtrader.stores._ib.failures import is_unreachable, reason_of, translate
from backtrader.stores._ib.masking import Mask

ibind_errors = pytest.importorskip("ibind.support.errors")
requests = pytest.importorskip("requests")


def refused(status, body):
    """Return ibind's error for an answer, as its REST client makes it."""
    message = f"IbkrClient: response error Result(...) :: {status} :: Some Reason :: {body}"
    return ibind_errors.ExternalBrokerError(message, status_code=status)


def caused(outer, inner):
    outer.__cause__ = inner
    return outer


def unanswered(inner, text="IbkrClient: Connection error"):
    return caused(ibind_errors.ExternalBrokerError(text), inner)


BRIDGE = '{"error":"Bad Request: no bridge","statusCode":400}'
TABLE = [
    (refused(401, '{"error":"not authenticated","statusCode":401}'), AuthenticationError, 401),
    (refused(401, ""), AuthenticationError, 401),
    (refused(403, "Access Denied"), AuthenticationError, 403),
    (refused(410, "gone"), AuthenticationError, 410),
    (refused(400, BRIDGE), AuthenticationError, 400),
    (
        ibind_errors.ExternalBrokerError("IBKR returned 400 Bad Request: no bridge. Try calling"),
        AuthenticationError,
        400,
    ),
    (refused(429, "Too many requests"), PacingError, 429),
    (refused(400, '{"error":"OrderID 5 doesn\'t exist"}'), RequestRefusedError, 400),
    (refused(500, '{"error":"No data."}'), RequestRefusedError, 500),
    (refused(503, '{"error":"Service Unavailable","statusCode":503}'), RequestRefusedError, 503),
    (refused(404, "<html><body><h1>Not found</h1></body></html>"), RequestRefusedError, 404),
    (
        ibind_errors.ExternalBrokerError("IbkrClient: API returned invalid JSON."),
        RequestRefusedError,
        None,
    ),
    (ibind_errors.ExternalBrokerError({"error": "rejected"}), RequestRefusedError, None),
    (TimeoutError("IbkrClient: Reached max retries (0)"), ConnectionFailedError, None),
    (unanswered(requests.exceptions.ReadTimeout("read")), ConnectionFailedError, None),
    (unanswered(requests.exceptions.ConnectionError("x")), ConnectionFailedError, None),
    (unanswered(ConnectionRefusedError(111, "refused")), ConnectionFailedError, None),
    (requests.exceptions.ChunkedEncodingError("cut"), ConnectionFailedError, None),
    (
        unanswered(requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed")),
        SettingsError,
        None,
    ),
    (
        unanswered(requests.exceptions.SSLError("[SSL: WRONG_VERSION_NUMBER]")),
        ConnectionFailedError,
        None,
    ),
    (unanswered(OSError("Failed to resolve 'nowhere'")), ConnectionFailedError, None),
    (FileNotFoundError(2, "No such file or directory", "/keys/a.pem"), SettingsError, None),
    (ValueError("no answer to a question"), RequestRefusedError, None),
    (RuntimeError("A question was declined"), RequestRefusedError, None),
    (KeyError("session"), RequestRefusedError, None),
]


@pytest.mark.parametrize(("failure", "kind", "status"), TABLE)
def test_what_becomes_of_each_failure(failure, kind, status):
    told = translate(failure, "GET iserver/accounts")
    assert type(told) is kind
    assert told.status_code == status
    assert str(told).startswith("GET iserver/accounts: ")
    assert told.__cause__ is None


def test_an_error_of_the_store_stays_what_it_is():
    failure = PacingError("later")
    assert translate(failure, "GET x") is failure


def test_each_is_a_store_error_and_the_builtin_of_its_kind():
    assert isinstance(translate(refused(401, ""), "x"), (StoreError, PermissionError))
    assert isinstance(translate(TimeoutError("x"), "x"), ConnectionError)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"error":"No data."}', "No data."),
        ('{"error":"{\\"reason\\":\\"no such month\\"}"}', "no such month"),
        ("<html><h1>Not\n Found</h1></html>", "Not Found"),
        ("", ""),
        ("{}", ""),
        ('["a"]', "['a']"),
        ("x" * 1000, "x" * 300),
    ],
)
def test_the_reason_is_taken_out_of_its_wrapping(body, text):
    assert reason_of(body) == text


def test_texts_show_neither_secrets_nor_accounts():
    failure = refused(400, '{"error":"DU1234567 may not use hush-hush"}')
    told = translate(failure, "GET portfolio/DU1234567/meta", Mask(["hush-hush"]))
    for text in (str(told), repr(told), told.text, *map(str, told.args)):
        assert "DU1234567" not in text
        assert "hush-hush" not in text
    assert "DU***567 may not use ***" in str(told)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (unanswered(ConnectionRefusedError(111, "refused")), True),
        (unanswered(requests.exceptions.ConnectTimeout("x")), True),
        (unanswered(requests.exceptions.ReadTimeout("x")), False),
        (unanswered(ConnectionResetError(104, "reset")), False),
    ],
)
def test_a_request_that_reached_nobody_is_told_from_one_that_may_have(failure, expected):
    assert is_unreachable(failure) is expected
