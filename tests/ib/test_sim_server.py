"""The simulator's server: sessions, stream, pacing, time, and its own life."""

import gc
import json
import logging
import os
import socket
import ssl
import subprocess
import sys
import threading
import time

import aiohttp
import pytest
import requests
import websocket
from ibind import IbkrClient, IbkrWsClient, OrderRequest, subscriptions
from ibind.support.errors import ExternalBrokerError

from backtrader.errors import MissingDependencyError, ParameterError
from backtrader.ibsim import Pacing, Simulator, Tape
from backtrader.ibsim.samples import sample_tapes

from .conftest import eventually
from .stand_in import StandIn


def client_of(sim, **settings):
    settings = {"max_retries": 0, "timeout": 5, **settings}
    return IbkrClient(
        account_id=sim.account_id, url=sim.rest_url, cacert=str(sim.certificate), **settings
    )


def ask(sim, method, path, **kwargs):
    """Send a request without ibind, as a strange client would; never raises for a status."""
    return requests.request(
        method, sim.rest_url + path, verify=str(sim.certificate), timeout=5, **kwargs
    )


class Socket:
    """A plain WebSocket, and the frames it got."""

    def __init__(self, sim, cookie="", query=""):
        header = [f"Cookie: api={cookie}"] if cookie else []
        options = {"ca_certs": str(sim.certificate)} if sim.tls else {}
        self.raw = websocket.create_connection(
            sim.ws_url + query, sslopt=options, header=header, timeout=5
        )

    def frame(self):
        return json.loads(self.raw.recv())

    def frames(self, number):
        return [self.frame() for _ in range(number)]

    def topic(self, name):
        """Return the next frame of a topic; frames before it are passed over."""
        while (frame := self.frame()).get("topic") != name:
            pass
        return frame

    def send(self, text):
        self.raw.send(text)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.raw.close(timeout=1)
        self.raw.shutdown()


def token_of(sim):
    return ask(sim, "POST", "tickle").json()["session"]


def opened(sim):
    """Return a socket that got its greeting."""
    connection = Socket(sim, token_of(sim))
    connection.frames(4)
    return connection


@pytest.fixture
def sim():
    with Simulator(StandIn(), pacing=False) as simulator:
        yield simulator


# -- requests


def test_ibind_speaks_to_it_over_verified_tls(sim):
    client = client_of(sim)
    assert client.check_auth_status() is True
    assert client.receive_brokerage_accounts().data["accounts"] == [sim.account_id]
    client.close()


def test_the_certificate_is_good_for_this_machine_alone(sim):
    assert requests.get(
        sim.rest_url.replace("127.0.0.1", "localhost") + "tickle",
        verify=str(sim.certificate),
        timeout=5,
    ).ok
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(sim.rest_url + "tickle", timeout=5)


def test_the_certificate_passes_a_strict_verifier(sim):
    context = ssl.create_default_context(cafile=str(sim.certificate))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with (
        socket.create_connection(("127.0.0.1", sim.port), timeout=5) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as wrapped,
    ):
        assert wrapped.version() in ("TLSv1.2", "TLSv1.3")


def test_its_private_keys_are_for_the_owner_alone():
    simulator = Simulator(StandIn(), oauth=True)
    folder = simulator.certificate.parent
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in folder.glob("*")} == {
        "certificate.pem": "0o644",
        "key.pem": "0o600",
        "private_encryption.pem": "0o600",
        "private_signature.pem": "0o600",
    }


def test_connections_are_kept_and_the_host_header_is_ignored(sim):
    with requests.Session() as session:
        for _ in range(3):
            answer = session.get(
                sim.rest_url + "iserver/accounts",
                headers={"Host": "api.ibkr.com"},
                verify=str(sim.certificate),
                timeout=5,
            )
            assert answer.status_code == 200
            assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
            assert answer.headers.get("Connection", "keep-alive") == "keep-alive"


def test_names_in_a_path_the_query_and_a_trailing_slash_are_understood(sim):
    answer = ask(sim, "GET", "portfolio/U1/positions/3/", params={"force": True, "model": "a b"})
    assert answer.json() == {
        "captured": {"account": "U1", "page": "3"},
        "params": {"force": "True", "model": "a b"},
    }


@pytest.mark.parametrize("method, path", [("GET", "nothing/here"), ("DELETE", "tickle")])
def test_what_is_unknown_is_answered_with_a_page(sim, method, path):
    answer = ask(sim, method, path)
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (404, "text/html")


def test_a_mistake_of_a_handler_is_told_to_client_and_test(sim, caplog):
    with caplog.at_level(logging.CRITICAL):
        assert ask(sim, "GET", "portfolio/broken").status_code == 500
    assert [type(failure) for failure in sim.failures()] == [KeyError]


def test_a_body_that_is_no_json_does_not_harm(sim):
    assert ask(sim, "POST", "iserver/auth/ssodh/init", data="{nonsense").status_code == 200


def test_requests_are_recorded(sim):
    ask(sim, "POST", "iserver/account/U1/orders", json={"orders": []})
    ask(sim, "GET", "portfolio/U1/positions/0", params={"a": "1"})
    recorded = [(r.method, r.path, r.params, r.body, r.status) for r in sim.requests()]
    assert recorded == [
        ("POST", "iserver/account/U1/orders", {}, {"orders": []}, 200),
        ("GET", "portfolio/U1/positions/0", {"a": "1"}, None, 200),
    ]


# -- sessions


def test_the_session_id_stays_the_same(sim):
    client = client_of(sim)
    body = client.tickle().data
    assert body["session"] == client.tickle().data["session"]
    assert len(body["session"]) == 32
    assert body["hmds"] == {"error": "no bridge"}
    assert body["iserver"]["authStatus"]["serverInfo"].keys() == {"serverName", "serverVersion"}
    assert {"ssoExpires", "collission", "userId"} <= body.keys()
    client.close()


@pytest.mark.parametrize(
    "method, path",
    [("GET", "tickle"), ("GET", "iserver/auth/status"), ("POST", "iserver/auth/status")],
)
def test_calls_that_are_taken_by_both_methods(sim, method, path):
    assert ask(sim, method, path).status_code == 200


def test_validation_names_a_paper_login(sim):
    body = ask(sim, "GET", "sso/validate").json()
    assert (body["RESULT"], body["LOGIN_TYPE"]) == (True, 2)
    assert ask(sim, "POST", "iserver/reauthenticate").json() == {"message": "triggered"}
    assert ask(sim, "POST", "reauthenticate").status_code == 404


def test_another_program_takes_the_brokerage_session_and_loses_it_again(sim):
    client = client_of(sim)
    sim.take_over()
    status = client.authentication_status().data
    assert (status["authenticated"], status["competing"]) == (False, True)
    with pytest.raises(ExternalBrokerError, match="no bridge"):
        client.receive_brokerage_accounts()
    assert client.portfolio_accounts().data[0]["id"] == sim.account_id
    refused = client.initialize_brokerage_session(compete=False).data
    assert (refused["authenticated"], refused["competing"]) == (False, True)
    taken = client.initialize_brokerage_session(compete=True).data
    assert (taken["authenticated"], taken["competing"]) == (True, False)
    assert client.receive_brokerage_accounts().data["accounts"] == [sim.account_id]
    client.close()


def test_no_brokerage_session_is_given_during_the_nightly_reset(sim):
    client = client_of(sim)
    began = time.monotonic()
    sim.nightly_reset(0.3)
    assert client.initialize_brokerage_session().data["authenticated"] is False
    assert client.tickle().data["iserver"]["authStatus"]["connected"] is False
    eventually(lambda: client.initialize_brokerage_session().data["authenticated"])
    assert time.monotonic() - began >= 0.3
    client.close()


def test_a_new_brokerage_session_remembers_nothing(sim):
    ask(sim, "GET", "iserver/accounts")
    assert ask(sim, "GET", "portfolio/accounts").json()[0]["warm"] == ["accounts"]
    sim.nightly_reset()
    ask(sim, "POST", "iserver/auth/ssodh/init", json={"publish": True, "compete": True})
    assert ask(sim, "GET", "portfolio/accounts").json()[0]["warm"] == []


def test_who_logged_out_gets_401_until_a_login(sim):
    token = token_of(sim)
    assert ask(sim, "POST", "logout").json() == {"status": True}
    for path in ("tickle", "iserver/accounts", "portfolio/accounts"):
        assert ask(sim, "GET", path).status_code == 401
    status = ask(sim, "POST", "iserver/auth/status")
    assert status.status_code == 200
    assert [status.json()[name] for name in ("authenticated", "connected", "MAC")] == [
        False,
        False,
        None,
    ]
    sim.log_in()
    assert ask(sim, "GET", "iserver/accounts").status_code == 200
    assert token_of(sim) != token


def test_who_is_idle_for_too_long_is_logged_out():
    with Simulator(StandIn(), idle_s=0.3) as sim, opened(sim) as connection:
        assert connection.topic("sts")["args"] == {"authenticated": False}
        assert ask(sim, "POST", "tickle").status_code == 401


def test_a_session_is_authenticated_before_it_is_established():
    with Simulator(StandIn(), establish_s=0.4, pacing=False) as sim:
        first = ask(sim, "POST", "iserver/auth/status").json()
        assert (first["authenticated"], first["established"]) == (True, False)
        eventually(lambda: ask(sim, "POST", "iserver/auth/status").json()["established"])


# -- the stream


@pytest.mark.parametrize("cookie", ["{token}", '{{"session": "{token}"}}'])
def test_the_greeting_comes_in_the_recorded_order(sim, cookie):
    now = time.time() * 1000
    with Socket(sim, cookie.format(token=token_of(sim))) as connection:
        hello, accounts, status, heartbeat = connection.frames(4)
    assert (hello["topic"], hello["isPaper"], bool(hello["success"])) == ("system", True, True)
    assert accounts == {
        "topic": "act",
        "args": {"accounts": [sim.account_id], "selectedAccount": sim.account_id},
    }
    assert (status["topic"], status["args"]["authenticated"]) == ("sts", True)
    assert heartbeat["topic"] == "system"
    assert abs(heartbeat["hb"] - now) < 2000
    assert ask(sim, "GET", "portfolio/accounts").json()[0]["warm"] == []


def test_who_brings_no_cookie_is_asked_for_the_session(sim):
    with Socket(sim) as connection:
        assert connection.frame() == {"message": "waiting for session"}
        connection.send('{"session":"wrong"}')
        assert connection.frame() == {"message": "waiting for session"}
        connection.send(json.dumps({"session": token_of(sim)}))
        assert connection.frame()["success"]


def test_what_comes_before_the_greeting_is_not_looked_at():
    with Simulator(StandIn(), greeting_s=0.3) as sim, Socket(sim, token_of(sim)) as connection:
        connection.send('smd+7+{"fields":["31"]}')
        connection.frames(4)
        connection.send('smd+8+{"fields":["31"]}')
        assert connection.frame()["topic"] == "smd+8"


def test_heartbeats_go_on(sim):
    with Simulator(StandIn(), heartbeat_s=0.1) as sim, opened(sim) as connection:
        beats = [connection.frame()["hb"] for _ in range(3)]
    assert beats == sorted(set(beats))


def test_a_tic_is_answered_four_times(sim):
    with opened(sim) as connection:
        connection.send("tic")
        frames = connection.frames(4)
    assert len({json.dumps(frame) for frame in frames}) == 1
    assert (frames[0]["topic"], frames[0]["alive"], frames[0]["id"]) == ("tic", True, token_of(sim))


def test_pings_are_answered(sim):
    with opened(sim) as connection:
        connection.raw.ping("hello")
        opcode, frame = connection.raw.recv_data_frame(control_frame=True)
    assert (opcode, frame.data) == (websocket.ABNF.OPCODE_PONG, b"hello")


def test_an_unknown_topic_and_a_broken_frame_are_answered_with_an_error(sim):
    with opened(sim) as connection:
        connection.send("sxx+{}")
        assert connection.frame()["error"].startswith("Topic unknown")
        connection.send("smd+1+{broken")
        assert "error" in connection.frame()


def test_clients_unsubscribe_and_are_forgotten_when_they_go(sim):
    with opened(sim) as connection:
        connection.send("smd+1+{}")
        connection.frame()
        connection.send("umd+1+{}")
        eventually(lambda: not sim.call(lambda world: world.ticks.subscribers))
        connection.send("smd+1+{}")
        connection.frame()
    eventually(lambda: sim.call(lambda world: world.ticks.dropped) == 1)
    assert sim.call(lambda world: world.ticks.subscribers) == []


def test_notices_bulletins_and_frames_of_a_test(sim):
    notice = {"id": "1", "text": "order cancelled", "title": None, "url": None}
    with opened(sim) as connection:
        sim.notify(notice)
        sim.bulletin("trading halted", 7)
        sim.send({"topic": "sts", "args": {"message": ""}})
        assert connection.frames(3) == [
            {"topic": "ntf", "args": [notice]},
            {"topic": "blt", "args": [{"id": 7, "exchanges": None, "message": "trading halted"}]},
            {"topic": "sts", "args": {"message": ""}},
        ]


def test_the_stream_is_told_of_a_lost_and_regained_brokerage_session(sim):
    with opened(sim) as connection:
        connection.send("smd+1+{}")
        connection.frame()
        sim.take_over()
        assert [frame["args"] for frame in connection.frames(2)] == [
            {"authenticated": False},
            {"competing": True},
        ]
        assert sim.call(lambda world: world.ticks.subscribers) == []
        connection.send("smd+1+{}")
        ask(sim, "POST", "iserver/auth/ssodh/init", json={"publish": True, "compete": True})
        assert connection.frame()["args"]["authenticated"] is True
        assert sim.call(lambda world: world.ticks.subscribers) == []


def test_sockets_are_closed_cleanly_or_cut(sim):
    with opened(sim) as connection:
        sim.drop_sockets(clean=True)
        opcode, data = connection.raw.recv_data()
        assert (opcode, int.from_bytes(data[:2], "big")) == (websocket.ABNF.OPCODE_CLOSE, 1001)
    connection = opened(sim)
    sim.drop_sockets()
    with pytest.raises((websocket.WebSocketException, OSError)):
        connection.frame()
    connection.raw.shutdown()


def test_a_frame_that_is_left_of_a_connection_that_was_cut_subscribes_nobody(sim):
    connection = opened(sim)

    def cut(world):
        # between the arrival of a frame and its turn
        unread = aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, "smd+1+{}", None)
        sim.stream.connections[0].socket._reader.feed_data(unread, 8)
        sim.stream.cut()

    sim.call(cut)
    time.sleep(0.1)
    assert sim.call(lambda world: world.ticks.subscribers) == []
    connection.raw.shutdown()


def test_the_sockets_of_a_login_end_with_it(sim):
    with opened(sim) as connection:
        sim.lose_session()
        assert connection.topic("sts")["args"] == {"authenticated": False}
        assert connection.raw.recv_data()[0] == websocket.ABNF.OPCODE_CLOSE


# -- ibind's stream


@pytest.fixture
def stream(sim):
    client = client_of(sim)
    ws = IbkrWsClient(
        account_id=sim.account_id,
        url=sim.ws_url,
        ibkr_client=client,
        cacert=str(sim.certificate),
    )
    assert ws.start()
    yield ws
    if not ws.shutdown():  # it gives up when its thread sleeps; the second time it is awake
        assert ws.shutdown()
    client.close()


def test_ibinds_stream_subscribes_and_keeps_alive(sim, stream):
    handle = stream.subscribe(subscriptions.MarketDataSubscription(conid="1", fields=["31"]))
    assert handle.wait(5)
    assert stream.is_authenticated()
    assert stream.tic()["alive"] is True


def test_ibinds_stream_comes_back_after_its_socket_was_cut(sim, stream):
    handle = stream.subscribe(subscriptions.MarketDataSubscription(conid="1", fields=["31"]))
    assert handle.wait(5)
    sim.drop_sockets()
    eventually(lambda: not handle.active)
    eventually(lambda: handle.active, 12.0)
    assert len(sim.call(lambda world: world.ticks.subscribers)) == 1


# -- pacing


def test_a_route_is_not_to_be_called_too_often():
    with Simulator(StandIn()) as sim:
        assert ask(sim, "GET", "portfolio/accounts").status_code == 200
        refused = ask(sim, "GET", "portfolio/accounts")
        assert (refused.status_code, refused.json()["statusCode"]) == (429, 429)
        eventually(lambda: ask(sim, "GET", "portfolio/accounts").status_code == 200)


def test_no_more_than_the_rate_over_all_is_served():
    with Simulator(StandIn(), pacing=Pacing(rate=5)) as sim, requests.Session() as session:
        options = {"verify": str(sim.certificate), "timeout": 5}
        statuses = [session.get(sim.rest_url + "tickle", **options).status_code for _ in range(10)]
    assert statuses[:5] == [200] * 5
    assert statuses.count(429) >= 4


def test_the_penalty_box_refuses_everything():
    with Simulator(StandIn(), pacing=Pacing(penalty_s=60)) as sim:
        ask(sim, "GET", "portfolio/accounts")
        assert ask(sim, "GET", "portfolio/accounts").status_code == 429
        assert ask(sim, "POST", "tickle").status_code == 429


def test_five_requests_of_history_may_be_under_way():
    with Simulator(StandIn(), latency_s=0.5) as sim:
        statuses = []
        threads = [
            threading.Thread(
                target=lambda: statuses.append(
                    ask(sim, "GET", "iserver/marketdata/history").status_code
                )
            )
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(statuses) == [200] * 5 + [429]


# -- time


def test_a_step_returns_when_its_frames_are_with_the_sockets(sim):
    with opened(sim) as connection:
        connection.send("smd+1+{}")
        connection.frame()
        for number in range(1, 4):
            assert sim.step() == 1
            connection.raw.settimeout(1.0)
            assert connection.frame()["31"] == str(number)


def test_steps_end_with_the_tapes():
    with Simulator(StandIn(length=3)) as sim:
        assert (sim.step(2), sim.finished) == (2, False)
        assert (sim.step(2), sim.finished) == (1, True)
        assert sim.step() == 0


def test_replay_as_fast_as_possible_waits_for_play():
    with Simulator(StandIn(length=200), speed=0, playing=False) as sim, opened(sim) as connection:
        connection.send("smd+1+{}")
        connection.frame()
        sim.play()
        assert [connection.frame()["31"] for _ in range(200)] == [str(n + 1) for n in range(200)]
        eventually(lambda: sim.finished)


def test_replay_keeps_its_speed_and_can_be_paused():
    with Simulator(StandIn(length=1000), speed=20.0) as sim:  # a tick each 50 ms
        began = time.monotonic()
        eventually(lambda: sim.call(lambda world: world.number) >= 8)
        assert 0.3 < time.monotonic() - began < 2.0
        sim.pause()
        number = sim.call(lambda world: world.number)
        assert sim.step() == 1
        assert sim.call(lambda world: world.number) == number + 1


def test_long_pauses_are_cut_short_when_asked():
    with Simulator(StandIn(length=5), speed=0.01, max_pause_s=0.02) as sim:
        eventually(lambda: sim.finished, 2.0)


# -- its own life


def test_it_ends_within_a_second_while_clients_are_connected(sim):
    with opened(sim), requests.Session() as session:
        session.get(sim.rest_url + "tickle", verify=str(sim.certificate), timeout=5)
        began = time.monotonic()
        sim.stop()
        assert time.monotonic() - began < 1.0
    assert "ibsim" not in {thread.name for thread in threading.enumerate()}


def test_it_ends_while_an_answer_is_being_thought_about():
    sim = Simulator(StandIn(), latency_s=30.0).start()
    failures = []

    def wait():
        try:
            ask(sim, "GET", "tickle")
        except requests.RequestException as failure:
            failures.append(failure)

    thread = threading.Thread(target=wait)
    thread.start()
    eventually(lambda: sim.call(lambda _: sum(sim.desk._under_way.values())) == 1)
    began = time.monotonic()
    sim.stop()
    assert time.monotonic() - began < 1.0
    thread.join()
    assert len(failures) == 1


def test_it_comes_back_at_the_same_port_with_what_it_knew(sim):
    token, port = token_of(sim), sim.port
    ask(sim, "POST", "iserver/account/U1/orders", json={"orders": [1]})
    sim.stop()
    with pytest.raises(requests.ConnectionError):
        ask(sim, "GET", "tickle")
    assert sim.call(lambda world: len(world.placed)) == 1  # what it knows can be asked still
    sim.start()
    assert (sim.port, token_of(sim)) == (port, token)
    with opened(sim):
        assert sim.step() == 1


def test_several_at_once_know_nothing_of_each_other(sim):
    with Simulator(StandIn(), seed=1) as other:
        sim.step(3)
        assert other.call(lambda world: world.number) == 0
        assert token_of(sim) != token_of(other)
        sim.take_over()
        assert ask(other, "GET", "iserver/accounts").status_code == 200


def test_a_taken_port_is_said():
    with Simulator(StandIn()) as sim, pytest.raises(OSError):
        Simulator(StandIn(), port=sim.port).start()


def test_its_own_thread_cannot_wait_for_itself(sim):
    with pytest.raises(RuntimeError, match="own thread"):
        sim.call(lambda world: sim.step())


def test_without_tls_it_speaks_http():
    with Simulator(StandIn(), tls=False) as sim:
        assert sim.rest_url.startswith("http://")
        token = requests.get(sim.rest_url + "tickle", timeout=5).json()["session"]
        with Socket(sim, token) as connection:
            assert connection.frame()["success"]


def test_its_files_go_with_it():
    sim = Simulator(StandIn())
    folder = sim.certificate.parent
    assert folder.is_dir()
    del sim
    gc.collect()
    assert not folder.exists()


def test_what_is_missing_is_named():
    code = (
        "import sys; sys.modules['aiohttp'] = None\n"
        "import backtrader.ibsim as room\n"
        "room.Fault\n"
        "try:\n    room.Simulator\n"
        "except ImportError as failure:\n    print(type(failure).__name__, failure)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert ran.stdout.startswith(MissingDependencyError.__name__)
    assert "backtrader[sim]" in ran.stdout


# -- with the world that it is for

NOON_MS = 1_772_470_800_000  # 2026-03-02 17:00 UTC
TRADES = [(NOON_MS + n * 1000, 200.0 + n, 1000.0) for n in range(20)]


@pytest.mark.parametrize("ibsim", [{"source": Tape("AAPL", TRADES), "cash": 5000.0}], indirect=True)
def test_an_order_of_ibind_is_seen_by_the_test(ibsim):
    client = client_of(ibsim)
    ibsim.step(2)
    client.receive_brokerage_accounts()
    ticket = OrderRequest(
        conid=265598, side="BUY", quantity=10, order_type="MKT", acct_id=ibsim.account_id, coid="a"
    )
    client.place_order(ticket, {"": True})
    ibsim.step()
    (order,) = ibsim.orders()
    (execution,) = ibsim.executions()
    assert (order.client_id, float(order.filled), float(execution.price)) == ("a", 10.0, 202.0)
    assert ibsim.positions() == {265598: 10.0}
    assert ibsim.cash() == pytest.approx(5000.0 - 2020.0 - float(order.commission))
    order.filled = 0  # a copy: the simulator does not feel it
    assert float(ibsim.orders()[0].filled) == 10.0
    client.close()


def test_a_world_takes_no_settings():
    with pytest.raises(ParameterError, match="cash"):
        Simulator(StandIn(), cash=1.0)


def test_without_tapes_it_can_be_asked_all_the_same(ibsim):
    client = client_of(ibsim)
    assert client.stock_conid_by_symbol("AAPL").data == {"AAPL": 265598}
    assert (ibsim.step(), ibsim.orders(), ibsim.positions()) == (0, [], {})
    assert ibsim.cash() == 100_000.0
    client.close()


def test_the_greeting_names_the_accounts_as_the_request_does(ibsim):
    with Socket(ibsim, token_of(ibsim)) as connection:
        accounts = connection.frames(2)[1]["args"]
    assert accounts == ask(ibsim, "GET", "iserver/accounts").json()
    assert accounts["isPaper"] is True


@pytest.mark.parametrize("ibsim", [{"source": Tape("AAPL", TRADES)}], indirect=True)
def test_streams_end_silently_when_asked(ibsim):
    with opened(ibsim) as connection:
        ibsim.step()
        connection.send('smd+265598+{"fields":["31"]}')
        assert connection.topic("smd+265598")["31"] == "200.00"
        ibsim.expire_streams()
        ibsim.step(3)
        ibsim.bulletin("the end")
        while (frame := connection.frame())["topic"] != "blt":
            assert frame["31"] == "200.00"


def test_quotes_are_collected_when_they_are_replayed_at_a_speed():
    tape = Tape("AAPL", [(NOON_MS + n * 100, 200.0 + n, 1.0) for n in range(50)])
    with Simulator(tape, speed=20.0, playing=False) as sim, opened(sim) as connection:
        connection.send('smd+265598+{"fields":["31"]}')
        connection.send("tic")  # answered once the subscription was taken
        connection.topic("tic")
        sim.play()
        eventually(lambda: sim.finished)
        sim.bulletin("the end")
        frames = []
        while (frame := connection.frame())["topic"] != "blt":
            frames.append(frame)
    frames = [frame for frame in frames if frame["topic"] != "tic"]
    assert 8 <= len(frames) <= 14


def test_the_sample_tapes_are_the_same_for_a_seed_and_trade_in_session_hours():
    def prices(seed):
        with Simulator(sample_tapes(seed)) as sim:
            sim.step(300)
            return sim.call(lambda world: [world.market.quote(c).last for c in (265598, 756733)])

    assert prices(1) == prices(1)
    assert prices(1) != prices(2)
