"""What the simulator lets go wrong."""

import time

import pytest
import requests
import websocket

from backtrader.ibsim import Fault, FaultKind, Simulator
from backtrader.ibsim.faults import MESSAGE_FAULTS, REQUEST_FAULTS, Faults

from .conftest import eventually
from .stand_in import StandIn
from .test_sim_server import Socket, ask, client_of, opened, token_of

ORDERS = "iserver/account/DU1234567/orders"
PLACE = {"orders": [{"conid": 1}]}


@pytest.fixture
def sim():
    with Simulator(StandIn(), pacing=False) as simulator:
        yield simulator


def placed(sim):
    return sim.call(lambda world: len(world.placed))


def kinds(sim):
    return [kind for kind, _ in sim.faults.happened]


# -- requests


def test_a_lost_answer_was_done(sim):
    sim.faults.add(Fault("lost_answer", "POST", "iserver/account/*/orders"))
    with pytest.raises(requests.ConnectionError):
        ask(sim, "POST", ORDERS, json=PLACE)
    assert placed(sim) == 1
    assert ask(sim, "POST", ORDERS, json=PLACE).status_code == 200
    assert placed(sim) == 2
    assert [served.fault for served in sim.requests()] == [FaultKind.LOST_ANSWER, None]


def test_ibind_repeats_a_post_whose_answer_was_lost(sim):
    sim.faults.add(Fault("lost_answer", "POST", "*/orders"))
    client = client_of(sim, max_retries=1)
    client.post(ORDERS, PLACE)
    assert placed(sim) == 2
    client.close()


def test_a_late_answer_was_done_at_once(sim):
    sim.faults.add(Fault("late_answer", path=ORDERS, delay_s=0.8))
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            sim.rest_url + ORDERS, json=PLACE, verify=str(sim.certificate), timeout=(5, 0.2)
        )
    assert placed(sim) == 1
    sim.faults.add(Fault("late_answer", path=ORDERS, delay_s=0.2))
    began = time.monotonic()
    assert ask(sim, "POST", ORDERS, json=PLACE).status_code == 200
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    "kind, status, done",
    [
        ("unauthorized", 401, 0),
        ("too_many", 429, 0),
        ("unavailable", 503, 0),
        ("unavailable_after", 503, 1),
    ],
)
def test_a_refusal_comes_before_or_after_it_was_done(sim, kind, status, done):
    sim.faults.add(Fault(kind, "POST", ORDERS))
    answer = ask(sim, "POST", ORDERS, json=PLACE)
    assert (answer.status_code, answer.json()["statusCode"], placed(sim)) == (status, status, done)
    assert ask(sim, "POST", ORDERS, json=PLACE).status_code == 200


def test_method_path_skip_and_count_choose_the_requests(sim):
    sim.faults.add(Fault("unavailable", "GET", "portfolio/*/positions/*", skip=1, count=2))
    statuses = [ask(sim, "GET", "portfolio/U1/positions/0").status_code for _ in range(5)]
    assert statuses == [200, 503, 503, 200, 200]
    assert ask(sim, "GET", "portfolio/accounts").status_code == 200


def test_several_faults_come_one_after_the_other(sim):
    sim.faults.add(Fault("unavailable", path="tickle"), Fault("too_many", path="tickle"))
    assert [ask(sim, "GET", "tickle").status_code for _ in range(3)] == [503, 429, 200]


def test_what_waits_can_be_cleared(sim):
    sim.faults.add(Fault("unavailable", count=100))
    assert ask(sim, "GET", "tickle").status_code == 503
    sim.faults.clear()
    assert ask(sim, "GET", "tickle").status_code == 200
    assert kinds(sim) == [FaultKind.UNAVAILABLE]


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="lost_anser"):
        Fault("lost_anser")


# -- the session


def test_the_session_is_taken_over_right_before_a_request(sim):
    sim.faults.add(Fault("take_over", "POST", ORDERS))
    answer = ask(sim, "POST", ORDERS, json=PLACE)
    assert (answer.status_code, placed(sim)) == (400, 0)
    assert ask(sim, "GET", "iserver/auth/status").json()["competing"] is True


def test_the_nightly_reset_comes_right_before_a_request(sim):
    sim.faults.add(Fault("nightly_reset", "POST", ORDERS, delay_s=0.2))
    assert ask(sim, "POST", ORDERS, json=PLACE).json()["error"] == "Bad Request: no bridge"
    compete = {"publish": True, "compete": True}
    eventually(
        lambda: ask(sim, "POST", "iserver/auth/ssodh/init", json=compete).json()["authenticated"]
    )
    assert ask(sim, "POST", ORDERS, json=PLACE).status_code == 200


def test_sockets_are_cut_right_before_a_request(sim):
    connection = opened(sim)
    sim.faults.add(Fault("drop_sockets", path=ORDERS))
    assert ask(sim, "POST", ORDERS, json=PLACE).status_code == 200
    with pytest.raises((websocket.WebSocketException, OSError)):
        connection.frame()
    connection.raw.shutdown()


# -- messages


@pytest.fixture
def connection(sim):
    with opened(sim) as made:
        made.send("smd+1+{}")
        made.frame()
        yield made


def test_a_message_comes_twice(sim, connection):
    sim.faults.add(Fault("repeated_message", topic="smd+*", delay_s=0.1))
    sim.step()
    sim.step()
    assert [connection.frame()["31"] for _ in range(3)] == ["1", "2", "1"]


def test_a_late_message_comes_behind_those_after_it(sim, connection):
    sim.faults.add(Fault("late_message", topic="smd+1", delay_s=0.1))
    sim.step(3)
    assert [connection.frame()["31"] for _ in range(3)] == ["2", "3", "1"]


def test_a_socket_is_lost_with_its_message(sim, connection):
    sim.faults.add(Fault("lost_socket", topic="smd+*", skip=1))
    sim.step(2)
    assert connection.frame()["31"] == "1"
    with pytest.raises((websocket.WebSocketException, OSError)):
        connection.frame()
    assert sim.step() == 1


def test_faults_of_messages_do_not_touch_requests_nor_the_other_way_round(sim, connection):
    sim.faults.add(Fault("late_message", topic="str"), Fault("unavailable", path="never"))
    assert ask(sim, "GET", "tickle").status_code == 200
    sim.step()
    assert connection.frame()["31"] == "1"
    assert sim.faults.happened == []


# -- at random


def drawn(seed, order, **settings):
    faults = Faults()
    faults.random(seed, **{"rate": 0.3, "limit": None, **settings})
    return {
        (method, path, n): fault.kind
        for method, path, n in order
        if (fault := faults.of_request(method, path)) is not None
    }


REQUESTS = [(m, p, n) for n in range(60) for m, p in (("GET", "a/b"), ("POST", "a/c"))]


def test_a_seed_brings_the_same_faults_again_and_another_seed_others():
    assert drawn(7, REQUESTS) == drawn(7, REQUESTS)
    assert drawn(7, REQUESTS) != drawn(8, REQUESTS)
    assert set(drawn(7, REQUESTS, rate=0.9).values()) == set(REQUEST_FAULTS)


def test_requests_that_overtake_each_other_change_nothing_for_the_rest():
    by_path = sorted(REQUESTS, key=lambda request: request[1])
    assert drawn(7, by_path) == drawn(7, REQUESTS)


def test_random_faults_have_kinds_a_limit_and_paths_that_are_spared():
    assert set(drawn(1, REQUESTS, kinds=["unauthorized"]).values()) == {FaultKind.UNAUTHORIZED}
    assert len(drawn(1, REQUESTS, limit=4)) == 4
    assert {path for _, path, _ in drawn(1, REQUESTS, spare=["a/b"])} == {"a/c"}
    assert drawn(1, [("POST", "tickle", n) for n in range(50)], rate=1.0) == {}
    assert drawn(1, REQUESTS, kinds=[]) == {}


def test_random_faults_of_messages_spare_what_the_stream_lives_on():
    faults = Faults()
    faults.random(3, rate=1.0, limit=None)
    for topic in ("system", "sts", "act", "tic"):
        assert faults.of_message({"topic": topic}) is None
    found = {faults.of_message({"topic": "smd+1"}).kind for _ in range(100)}
    assert found == set(MESSAGE_FAULTS)


def test_a_client_that_repeats_gets_through_random_faults(sim):
    sim.faults.random(5, rate=0.4, limit=30, spare=[])
    done = 0
    for _ in range(60):
        try:
            done += ask(sim, "GET", "portfolio/accounts").status_code == 200
        except requests.ConnectionError:
            continue
    assert done >= 20
    assert len(sim.faults.happened) >= 10
    assert token_of(sim)


def test_a_new_connection_works_after_lost_ones(sim):
    for _ in range(3):
        sim.faults.add(Fault("lost_socket", topic="system"))
        with (
            pytest.raises((websocket.WebSocketException, OSError)),
            Socket(sim, token_of(sim)) as lost,
        ):
            lost.frame()
    with opened(sim):
        assert sim.step() == 1
