"""The connection of the store over real sockets: getting in, asking, getting out."""

import logging
import socket
import subprocess
import sys
import threading
import time
import traceback

import pytest

from backtrader.errors import (
    AuthenticationError,
    ConnectionFailedError,
    PacingError,
    ParameterError,
    RequestRefusedError,
    SettingsError,
)
from backtrader.ibsim import Fault, Simulator
from backtrader.stores._ib.states import State
from backtrader.stores._ib.topics import AccountTopic, Orders
from backtrader.stores._ib.wire import Router

from .conftest import eventually
from .connecting import AAPL, Bank, asked, free_port, is_back

# -- getting in


def test_open_logs_in_and_chooses_the_account(both, connect):
    connection = connect(both)
    assert connection.connected
    assert connection.state is State.READY
    assert (connection.account_id, connection.accounts) == ("DU1234567", ["DU1234567"])
    assert connection.is_paper
    assert connection.get("iserver/accounts")["selectedAccount"] == "DU1234567"
    assert connection.call("portfolio_accounts")[0]["warm"] == ["accounts"]
    connection.open()
    assert connection.ears.outages() == []


def test_ticks_keep_their_field_ids_and_their_time(both, connect):
    connection = connect(both)
    handle = connection.subscribe(AAPL)
    assert handle.wait(5.0)
    both.step(3)
    eventually(lambda: len(connection.ears.of("tick")) == 4)
    assert connection.ears.of("tick") == [(265598, 0, {"31": "0"})] + [
        (1, number, {"31": str(number)}) for number in (1, 2, 3)
    ]


def test_plain_http_works_on_this_machine(connect):
    with Simulator(Bank(), tls=False, pacing=False) as sim:
        assert connect(sim).connected


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"consumer_key": "OTHERKEY1"}, AuthenticationError),
        ({"access_token": "another-token"}, AuthenticationError),
        ({"access_token_secret": "bm90IGEgc2VjcmV0"}, SettingsError),
        ({"dh_prime": "not hexadecimal"}, SettingsError),
        ({"signature_key": "no key at all"}, SettingsError),
    ],
)
def test_wrong_credentials_are_told_at_once(oauth_sim, connect, changed, kind):
    connection = connect(oauth_sim, opened=False, **changed)
    began = time.monotonic()
    with pytest.raises(kind, match="OAuth"):
        connection.open()
    assert time.monotonic() - began < 2.0
    assert connection.state is State.CLOSED


def test_nobody_there_is_told_at_once(sim, connect):
    connection = connect(sim, opened=False, url=f"https://127.0.0.1:{free_port()}/v1/api/")
    began = time.monotonic()
    with pytest.raises(ConnectionFailedError, match="refused"):
        connection.open()
    assert time.monotonic() - began < 2.0


def test_a_server_that_says_nothing_is_given_up(sim, connect):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/v1/api/"
        connection = connect(sim, opened=False, url=url, timeout=1.0, reconnect=1)
        began = time.monotonic()
        with pytest.raises(ConnectionFailedError, match="no answer in time"):
            connection.open()
        assert time.monotonic() - began < 3.0


def test_a_gateway_without_a_login_says_that_a_human_is_needed(sim, connect):
    sim.lose_session()
    connection = connect(sim, opened=False)
    with pytest.raises(AuthenticationError, match="log in at https"):
        connection.open()


def test_a_certificate_that_is_not_trusted_is_told_with_advice(sim, connect):
    connection = connect(sim, opened=False, cacert=True)
    with pytest.raises(SettingsError, match="cacert="):
        connection.open()


def test_https_where_http_is_spoken_is_told(connect):
    with Simulator(Bank(), tls=False, pacing=False) as sim:
        url = sim.rest_url.replace("http:", "https:")
        connection = connect(sim, opened=False, url=url, cacert=False)
        with pytest.raises(ConnectionFailedError, match="http:// address"):
            connection.open()


def test_an_account_of_somebody_else_is_refused_without_naming_accounts(connect):
    with Simulator(Bank(("U7654321", "DU1234567")), pacing=False) as sim:
        connection = connect(sim, opened=False, account_id="DU9999999")
        with pytest.raises(SettingsError) as caught:
            connection.open()
    assert str(caught.value) == "account DU***999 is not one of this login: U***321, DU***567"


def test_one_of_several_accounts_can_be_chosen(connect):
    with Simulator(Bank(("U7654321", "DU1234567", "All")), pacing=False) as sim:
        with pytest.raises(RequestRefusedError, match="iserver/account"):
            # the stand-in cannot switch, but is asked to
            connect(sim, account_id="DU1234567")
        assert asked(sim, "iserver/account")
        connection = connect(sim, account_id="U7654321")
        assert connection.accounts == ["U7654321", "DU1234567"]


@pytest.mark.parametrize(
    ("accounts", "paper", "told"),
    [
        (("U7654321",), False, "is a live account"),
        (("U7654321",), None, "may be a live account"),
        (("DU1234567",), False, "is a live account"),
    ],
)
def test_a_live_account_is_refused_at_a_paper_port(connect, accounts, paper, told):
    with Simulator(Bank(accounts, paper), pacing=False) as sim:
        connection = connect(sim, opened=False, port=7497)
        with pytest.raises(AuthenticationError, match=told):
            connection.open()


def test_a_paper_account_is_known_by_its_name_where_the_server_is_silent(connect):
    with Simulator(Bank(paper=None), pacing=False) as sim:
        assert connect(sim, port=7497).is_paper


def test_a_session_of_another_program_is_respected_or_ended_at_open(sim, connect):
    sim.take_over()
    connection = connect(sim, opened=False, compete=False)
    with pytest.raises(AuthenticationError, match="another session"):
        connection.open()
    assert connect(sim, compete=True).connected


def test_opening_waits_until_the_session_is_established(connect):
    with Simulator(Bank(), oauth=True, establish_s=0.5, pacing=False) as sim:
        assert connect(sim).connected
        answers = asked(sim, "iserver/auth/status")
        assert len(answers) > 1


@pytest.mark.parametrize("path", ["tickle", "iserver/auth/status", "iserver/accounts"])
@pytest.mark.parametrize("kind", ["lost_answer", "unavailable", "too_many"])
def test_opening_gets_over_a_single_failure(sim, connect, path, kind):
    sim.faults.add(Fault(kind, path=path))
    assert connect(sim, timeout=4.0).connected


def test_ibind_is_not_imported_with_the_package():
    code = "import sys, backtrader.stores; sys.exit('ibind' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


# -- requests


@pytest.mark.parametrize("kind", ["lost_answer", "unauthorized", "too_many", "unavailable"])
def test_a_get_is_repeated(both, connect, kind):
    connection = connect(both)
    both.faults.add(Fault(kind, path="portfolio/DU1234567/positions/0", count=2))
    answer = connection.get("portfolio/DU1234567/positions/0", {"sort": "x", "model": None})
    assert answer == {
        "captured": {"account": "DU1234567", "page": "0"},
        "params": {"sort": "x"},
    }


def test_a_get_waits_for_the_brokerage_session_to_come_back(sim, connect):
    connection = connect(sim)
    sim.nightly_reset(0.5)
    assert connection.get("iserver/accounts", timeout_s=10.0)["accounts"] == ["DU1234567"]


def test_a_get_is_given_up_in_the_end(sim, connect):
    connection = connect(sim)
    sim.faults.add(Fault("unavailable", path="portfolio/accounts", count=100))
    began = time.monotonic()
    with pytest.raises(RequestRefusedError) as caught:
        connection.get("portfolio/accounts", timeout_s=0.5)
    assert caught.value.status_code == 503
    assert time.monotonic() - began < 1.5


ORDERS = "iserver/account/DU1234567/orders"


@pytest.mark.parametrize(
    ("kind", "failure", "placed"),
    [
        ("lost_answer", ConnectionFailedError, 1),
        ("unauthorized", AuthenticationError, 0),
        ("too_many", PacingError, 0),
        ("unavailable", RequestRefusedError, 0),
        ("unavailable_after", RequestRefusedError, 1),
    ],
)
def test_a_post_is_never_repeated(both, connect, kind, failure, placed):
    connection = connect(both)
    both.faults.add(Fault(kind, path=ORDERS))
    with pytest.raises(failure):
        connection.post(ORDERS, {"orders": [{"conid": 1}]})
    assert both.call(lambda world: len(world.placed)) == placed
    assert len(asked(both, ORDERS)) == 1


def test_a_late_answer_to_a_post_is_not_waited_for_too_long(sim, connect):
    connection = connect(sim)
    sim.faults.add(Fault("late_answer", path=ORDERS, delay_s=2.0))
    began = time.monotonic()
    with pytest.raises(ConnectionFailedError, match="no answer in time"):
        connection.post(ORDERS, {"orders": []}, timeout_s=0.3)
    assert time.monotonic() - began < 1.0
    assert sim.call(lambda world: len(world.placed)) == 1


def test_a_post_that_says_so_is_repeated(sim, connect):
    connection = connect(sim)
    sim.faults.add(Fault("lost_answer", path=ORDERS))
    assert connection.post(ORDERS, {"orders": []}, repeat=True)[0]["order_id"] == "2"


def test_a_connection_that_went_stale_loses_no_order(sim, connect):
    connection = connect(sim)
    sim.stop()
    sim.start()
    try:
        connection.post(ORDERS, {"orders": []})
        sent = 1
    except (ConnectionFailedError, AuthenticationError):
        sent = sim.call(lambda world: len(world.placed))
    assert sim.call(lambda world: len(world.placed)) == sent <= 1


def test_a_refusal_keeps_its_status_and_its_text(sim, connect):
    connection = connect(sim)
    with pytest.raises(RequestRefusedError) as caught:
        connection.delete("iserver/account/DU1234567/order/5")
    assert caught.value.status_code == 404
    assert "DU1234567" not in str(caught.value)
    with pytest.raises(RequestRefusedError):
        connection.call("cancel_order", "5")


def test_requests_of_several_threads_stay_within_ibkrs_limits(connect):
    with Simulator(Bank()) as sim:
        connection = connect(sim, pacing=True)
        threads = [
            threading.Thread(target=lambda: [connection.get("iserver/accounts") for _ in range(6)])
            for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20.0)
        assert {one.status for one in sim.requests()} == {200}
        assert len(asked(sim, "iserver/accounts")) >= 18


def test_nothing_can_be_asked_of_a_closed_connection(sim, connect):
    connection = connect(sim, opened=False)
    for ask in (
        lambda: connection.get("iserver/accounts"),
        lambda: connection.post("tickle"),
        lambda: connection.call("tickle"),
        lambda: connection.subscribe(AAPL),
    ):
        with pytest.raises(ConnectionFailedError, match="not open"):
            ask()
    connection.unsubscribe(AAPL)


# -- frames


def test_frames_become_events(sim, connect):
    connection = connect(sim)
    for topic in (Orders(), AccountTopic("DU1234567"), AccountTopic("DU1234567", "ledger")):
        connection.subscribe(topic)
    rows = [{"key": "NetLiquidation", "monetaryValue": 5.0}]
    for frame in (
        {"topic": "sor", "args": [{"orderId": 1, "status": "Inactive"}, {"orderId": 2}]},
        {"topic": "str", "args": []},
        {"topic": "str", "args": [{"execution_id": "x.1"}]},
        {"topic": "spl", "args": {"DU1234567.Core": {"dpl": 1.5}}},
        {"topic": "ssd+DU1234567", "result": rows},
        {"topic": "sld+DU1234567", "result": [{"key": "LedgerListUSD"}]},
        {"topic": "ntf", "args": {"id": "5", "text": "an object"}},
        {"topic": "ntf", "args": [{"id": "6", "text": "a list"}, "nonsense"]},
        {"topic": "blt", "args": [{"id": 7, "message": "a bulletin"}]},
        {"error": "Topic unknown", "code": 1},
        {"topic": "smd+265598", "conid": 265598, "_updated": 17, "server_id": "q1", "31": 1.5},
        {"topic": "never heard of", "args": {}},
        {"topic": "sor"},
        {"topic": "sts", "args": {"message": "last"}},
        {"topic": "sts", "args": {"competing": False}},
    ):
        sim.send(frame)
    eventually(lambda: ({"competing": False},) in connection.ears.of("session"))
    ears = connection.ears
    assert ears.of("order") == [({"orderId": 1, "status": "Inactive"},), ({"orderId": 2},)]
    assert ears.of("execution") == [({"execution_id": "x.1"},)]
    assert ears.of("pnl") == [({"DU1234567.Core": {"dpl": 1.5}},)]
    assert ears.of("summary") == [("DU1234567", rows)]
    assert ears.of("ledger") == [("DU1234567", [{"key": "LedgerListUSD"}])]
    assert [text for text, _ in ears.of("notice")] == ["an object", "a list", "a bulletin"]
    assert [details["source"] for _, details in ears.of("notice")] == ["ntf", "ntf", "blt"]
    assert (1, "Topic unknown") in ears.of("error")
    assert ears.of("tick") == [(265598, 17, {"31": "1.5"})]
    assert connection.connected


@pytest.mark.parametrize("text", ["no JSON", "[1]", "5", '{"topic": "smd+x", "conid": {}', ""])
def test_frames_that_make_no_sense_are_left_out(text, caplog):
    assert Router().route(text) is None
    assert "left out" in caplog.text


def test_a_callback_that_fails_costs_the_others_nothing(sim, connect):
    connection = connect(sim)
    heard = []

    def fail(conid, updated, fields):
        raise RuntimeError("a mistake of the listener")

    def listen(conid, updated, fields):
        heard.append(fields)

    connection.on("tick", fail)
    connection.on("tick", listen)
    connection.subscribe(AAPL)
    eventually(lambda: heard)
    connection.off("tick", listen)
    count = len(heard)
    seen = len(connection.ears.of("tick"))
    sim.step(2)
    eventually(lambda: len(connection.ears.of("tick")) == seen + 2)
    assert len(heard) == count


def test_an_unknown_event_is_an_error(sim, connect):
    with pytest.raises(ParameterError, match="'tock', did you mean 'tick'"):
        connect(sim, opened=False).on("tock", print)


# -- getting out


def closes(connection):
    """Close; return how long that took."""
    began = time.monotonic()
    connection.close()
    assert connection.state is State.CLOSED
    names = ("ib-session", "ws_transport_thread", "ws_runtime_thread")
    assert [t.name for t in threading.enumerate() if t.name.startswith(names)] == []
    return time.monotonic() - began


def test_close_ends_all_threads_within_two_seconds(both, connect):
    connection = connect(both)
    connection.subscribe(AAPL).wait(5.0)
    assert closes(connection) < 2.0
    connection.close()


def trouble(name, sim):
    """Bring about a state in which a connection may be closed."""
    acts = {
        "lost": sim.stop,
        "taken over": sim.take_over,
        "logged out": sim.lose_session,
        "reset": lambda: sim.nightly_reset(60.0),
        "mute": lambda: sim.faults.add(Fault("late_answer", count=100, delay_s=5.0)),
    }
    acts[name]()


@pytest.mark.parametrize("name", ["lost", "taken over", "logged out", "reset", "mute"])
def test_close_works_from_every_state(both, connect, name):
    connection = connect(both, compete=False, keepalive=0.2)
    trouble(name, both)
    if name == "mute":
        seen = len(both.requests())
        eventually(lambda: len(both.faults.happened) > 0, what=f"a request after {seen}")
    else:
        eventually(lambda: not connection.connected or name == "logged out")
    assert closes(connection) < 2.0


def test_close_ends_a_request_that_is_under_way(both, connect):
    connection = connect(both)
    both.faults.add(Fault("late_answer", path="iserver/accounts", delay_s=8.0))
    failures = []

    def ask():
        try:
            connection.get("iserver/accounts")
        except ConnectionFailedError as failure:
            failures.append(failure)

    thread = threading.Thread(target=ask)
    thread.start()
    eventually(lambda: both.faults.happened)
    assert closes(connection) < 2.0
    thread.join(1.0)
    assert not thread.is_alive()
    assert "being closed" in str(failures[0])


def test_close_ends_an_opening_that_hangs(sim, connect):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/v1/api/"
        connection = connect(sim, opened=False, url=url, timeout=30.0)
        failures = []

        def begin():
            try:
                connection.open()
            except ConnectionFailedError as failure:
                failures.append(failure)

        thread = threading.Thread(target=begin)
        thread.start()
        accepted, _address = mute.accept()
        accepted.recv(1)
        assert closes(connection) < 2.0
        thread.join(2.0)
        accepted.close()
    assert failures
    assert connection.state is State.CLOSED


def test_a_connection_can_be_opened_again(both, connect):
    connection = connect(both)
    connection.close()
    connection.open()
    assert connection.connected
    assert connection.subscribe(AAPL).wait(5.0)
    assert connection.get("iserver/accounts")


def test_oauth_logs_out_and_the_gateway_stays_logged_in(both, connect):
    connect(both).close()
    assert (both.sessions.login is None) is both.sessions.oauth


# -- secrets


def texts_of(failure):
    """Return every text in which an exception and what it hangs on shows itself."""
    yield "".join(traceback.format_exception(failure))
    pending, seen = [failure], []
    while pending:
        one = pending.pop()
        if one is None or one in seen:
            continue
        seen.append(one)
        yield from (str(one), repr(one), repr(one.args), repr(vars(one)))
        pending += [one.__cause__, one.__context__]


def test_no_secret_shows_in_logs_exceptions_or_reprs(oauth_sim, connect, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    for name in ("ibind", "ibind_fh", "websocket", "urllib3"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    shown = []

    def failing(connection):
        with pytest.raises((AuthenticationError, SettingsError, ConnectionFailedError)) as caught:
            connection.open()
        shown.extend(texts_of(caught.value))

    given = oauth_sim.oauth_settings
    wrong = {"consumer_key": "WRONGKEY1", "access_token": "wrong-token"}
    for name, value in wrong.items():
        failing(connect(oauth_sim, opened=False, **{name: value}))
    failing(connect(oauth_sim, opened=False, account_id="DU7777777"))
    failing(connect(oauth_sim, opened=False, access_token_secret="d3Jvbmctc2VjcmV0"))
    connection = connect(oauth_sim, account_id=oauth_sim.account_id)
    connection.subscribe(AAPL).wait(5.0)
    oauth_sim.faults.add(Fault("lost_answer", path=ORDERS), Fault("unauthorized", path=ORDERS))
    for _number in range(3):
        try:
            connection.post(ORDERS, {"orders": [{"acctId": connection.account_id}]})
        except (ConnectionFailedError, AuthenticationError) as failure:
            shown.extend(texts_of(failure))
    session = oauth_sim.sessions.login.token
    token = connection.client.live_session_token
    oauth_sim.drop_sockets()
    eventually(is_back(connection))
    oauth_sim.lose_session()
    eventually(lambda: connection.ears.outages() == ["lost", "ready"] * 2, 10.0)
    shown += [repr(connection), str(connection), repr(connection.settings)]
    shown += [str(connection.client), repr(connection.client)]
    connection.close()
    for record in caplog.records:
        shown += [record.getMessage(), str(record.exc_text), repr(record.args), repr(record.msg)]
    secrets = [*wrong.values(), "d3Jvbmctc2VjcmV0", session, token]
    secrets += [
        given[name] for name in ("access_token", "access_token_secret", "consumer_key", "dh_prime")
    ]
    secrets += ["DU1234567", "DU7777777"]
    found = {secret[:6]: text for secret in secrets for text in shown if secret in text}
    assert found == {}
    assert len(caplog.records) > 50
