"""The connection of the store in trouble: what is lost comes back, and is told of once."""

import re

import pytest

from backtrader.errors import AuthenticationError
from backtrader.ibsim import Simulator
from backtrader.stores._ib import stream as stream_room
from backtrader.stores._ib import upkeep as upkeep_room
from backtrader.stores._ib.states import State
from backtrader.stores._ib.topics import MarketData

from .conftest import eventually
from .connecting import AAPL, MSFT, Bank, asked, is_back


@pytest.mark.parametrize("clean", [False, True])
def test_a_dropped_stream_comes_back_with_its_subscriptions(both, connect, clean):
    connection = connect(both)
    for topic in (AAPL, MSFT):
        assert connection.subscribe(topic).wait(5.0)
    connection.unsubscribe(MSFT)
    notes = both.world.ticks
    eventually(lambda: "-272093" in notes.asked)
    before = len(notes.asked)
    both.drop_sockets(clean=clean)
    eventually(is_back(connection))
    eventually(lambda: notes.asked[before:] == ["+265598"])
    assert connection.ears.outages() == ["lost", "ready"]
    ticks = len(connection.ears.of("tick"))
    both.step()
    eventually(lambda: len(connection.ears.of("tick")) > ticks)
    assert notes.asked[before:] == ["+265598"]


def test_many_drops_in_a_row_are_told_in_pairs(sim, connect):
    connection = connect(sim)
    for _number in range(5):
        sim.drop_sockets()
        eventually(lambda: not connection.connected)
        eventually(is_back(connection))
    assert connection.ears.outages() == ["lost", "ready"] * 5


def test_a_server_that_was_away_is_found_again(both, connect):
    connection = connect(both)
    connection.subscribe(AAPL).wait(5.0)
    both.stop()
    eventually(lambda: connection.state is State.LOST)
    both.start()
    eventually(is_back(connection), 15.0)
    assert connection.ears.outages() == ["lost", "ready"]
    eventually(lambda: both.world.ticks.asked[-1] == "+265598")
    assert connection.get("iserver/accounts")


def test_a_silent_stream_is_ended_and_renewed(connect, monkeypatch):
    monkeypatch.setattr(stream_room, "SILENCE_S", 0.5)
    with Simulator(Bank(), pacing=False, heartbeat_s=60.0) as sim:
        connection = connect(sim)
        eventually(is_back(connection), 10.0)
        assert connection.ears.of("lost")[0] == ("no heartbeat",)


def test_a_session_taken_over_is_taken_back_once(sim, connect):
    connection = connect(sim)
    sim.take_over()
    eventually(is_back(connection))
    assert connection.ears.outages() == ["lost", "ready"]
    sim.take_over()
    eventually(lambda: connection.state is State.TAKEN_OVER)
    inits = len(asked(sim, "iserver/auth/ssodh/init"))
    looks = len(asked(sim, "iserver/auth/status"))
    eventually(lambda: len(asked(sim, "iserver/auth/status")) >= looks + 3)
    assert len(asked(sim, "iserver/auth/ssodh/init")) == inits
    assert [details["code"] for _text, details in connection.ears.of("notice")] == [
        "taken over"
    ] * 2
    sim.log_in()  # the other program has gone
    eventually(is_back(connection))
    assert connection.ears.outages() == ["lost", "ready"] * 2


def test_a_session_taken_over_in_the_nightly_reset_is_taken_back_after_it(sim, connect):
    connection = connect(sim)

    def strike(world):
        sim.sessions.take_over()
        sim.sessions.reset(0.6)  # as long as it lasts nobody is given a session

    sim.call(strike)
    eventually(is_back(connection), 10.0)
    assert connection.ears.outages() == ["lost", "ready"]


def test_a_session_taken_over_is_left_alone_where_the_settings_say_so(sim, connect):
    connection = connect(sim, compete=False)
    sim.take_over()
    looks = len(asked(sim, "iserver/auth/status"))
    eventually(lambda: len(asked(sim, "iserver/auth/status")) >= looks + 3)
    assert connection.state is State.TAKEN_OVER
    assert asked(sim, "iserver/auth/ssodh/init") == []


def test_after_the_truce_a_session_is_taken_back_again(sim, connect, monkeypatch):
    monkeypatch.setattr(upkeep_room, "TRUCE_S", 0.0)
    connection = connect(sim)
    for number in range(1, 3):
        sim.take_over()
        eventually(lambda n=number: connection.ears.outages() == ["lost", "ready"] * n)


def test_the_nightly_reset_is_waited_out(both, connect):
    connection = connect(both)
    connection.subscribe(AAPL).wait(5.0)
    both.nightly_reset(1.0)
    eventually(is_back(connection), 10.0)
    assert connection.ears.outages() == ["lost", "ready"]
    eventually(lambda: both.world.ticks.asked == ["+265598"] * 2)


def test_a_lost_login_is_renewed_with_oauth(oauth_sim, connect):
    connection = connect(oauth_sim)
    oauth_sim.lose_session()
    eventually(is_back(connection), 10.0)
    assert connection.ears.outages() == ["lost", "ready"]
    assert connection.ears.of("notice") == []
    assert len(asked(oauth_sim, "oauth/live_session_token")) == 2


def test_a_lost_login_at_the_gateway_needs_a_human(sim, connect):
    connection = connect(sim)
    sim.lose_session()
    eventually(lambda: connection.state is State.LOGGED_OUT)
    eventually(lambda: len(asked(sim, "iserver/auth/status")) > 4)
    [(text, details)] = connection.ears.of("notice")
    assert "log in again" in text
    assert details == {"source": "session", "code": "logged out"}
    sim.log_in()
    eventually(is_back(connection), 10.0)
    assert connection.ears.outages() == ["lost", "ready"]


def test_a_session_that_ends_without_a_word_is_noticed_by_a_request(oauth_sim, connect):
    connection = connect(oauth_sim)
    oauth_sim.call(lambda world: oauth_sim._tokens.forget())
    assert connection.get("iserver/accounts")["accounts"] == ["DU1234567"]
    eventually(lambda: connection.connected)


def test_a_session_is_kept_alive(connect):
    with Simulator(Bank(), pacing=False, idle_s=0.6) as sim:
        connection = connect(sim, keepalive=0.2)
        eventually(lambda: len(asked(sim, "tickle")) > 4, 10.0)
        assert connection.connected
        assert connection.ears.outages() == []


def test_a_live_session_token_is_renewed_before_it_ends(connect):
    with Simulator(Bank(), oauth=True, pacing=False, token_life_s=2.0) as sim:
        connection = connect(sim)
        eventually(lambda: len(asked(sim, "oauth/live_session_token")) == 3, 10.0)
        assert connection.connected
        assert connection.ears.outages() == []
        assert {one.status for one in sim.requests()} == {200}


def test_a_renewed_topic_begins_anew(sim, connect):
    connection = connect(sim)
    connection.subscribe(AAPL).wait(5.0)
    connection.renew(AAPL)
    eventually(lambda: sim.world.ticks.asked == ["+265598", "-265598", "+265598"])
    connection.renew(MSFT)


def test_other_fields_for_a_contract_replace_the_former(sim, connect):
    connection = connect(sim)
    connection.subscribe(AAPL).wait(5.0)
    connection.subscribe(AAPL)
    assert connection.subscribe(MarketData(265598, ("31",))).wait(5.0)
    assert sim.world.ticks.asked == ["+265598", "-265598", "+265598"]


def test_a_topic_can_be_given_up_and_taken_up(sim, connect):
    connection = connect(sim)
    connection.subscribe(AAPL).wait(5.0)
    connection.unsubscribe(AAPL)
    eventually(lambda: sim.world.ticks.asked == ["+265598", "-265598"])
    assert connection.subscribe(AAPL).wait(5.0)
    assert sim.world.ticks.asked == ["+265598", "-265598", "+265598"]
    with pytest.raises(TypeError, match="not a topic"):
        connection.subscribe("smd+1")


# -- the clock of the computer

HOUR_S = 3600.0


def clock_notices(connection):
    return [text for text, facts in connection.ears.of("notice") if facts["code"] == "clock"]


@pytest.mark.parametrize(("ahead_s", "word"), [(HOUR_S, "slow"), (-HOUR_S, "fast")])
def test_a_clock_that_is_wrong_keeps_nobody_out(oauth_sim, connect, ahead_s, word):
    oauth_sim.desk.clock_ahead_s = ahead_s
    connection = connect(oauth_sim)
    assert connection.get("iserver/accounts")["accounts"] == ["DU1234567"]
    eventually(lambda: clock_notices(connection))
    [told] = clock_notices(connection)
    assert re.search(rf"(3599|360[01]) s {word}", told)
    assert len(asked(oauth_sim, "oauth/live_session_token")) == 2


def test_a_clock_that_is_set_while_connected_is_told_of_and_loses_nothing(oauth_sim, connect):
    connection = connect(oauth_sim, keepalive=0.2)
    for count, ahead_s in enumerate((HOUR_S, 0.0), start=1):
        oauth_sim.desk.clock_ahead_s = ahead_s
        assert connection.get("iserver/accounts")["accounts"] == ["DU1234567"]
        assert connection.client.clock_ahead_s == pytest.approx(ahead_s, abs=2.0)
        eventually(lambda wanted=count: len(clock_notices(connection)) == wanted)
    assert "right again" in clock_notices(connection)[-1]
    assert connection.connected and connection.ears.outages() == []


def test_an_order_whose_time_was_refused_is_not_sent_again(oauth_sim, connect):
    connection = connect(oauth_sim)
    oauth_sim.desk.clock_ahead_s = HOUR_S
    path = "iserver/account/DU1234567/orders"
    with pytest.raises(AuthenticationError, match="Invalid timestamp"):
        connection.post(path, {"orders": []})
    assert len(asked(oauth_sim, path)) == 1


def test_the_time_is_left_alone_where_the_user_says_so(oauth_sim, connect):
    oauth_sim.desk.clock_ahead_s = HOUR_S
    with pytest.raises(AuthenticationError, match="Invalid timestamp"):
        connect(oauth_sim, timeoffset=False)
    assert len(asked(oauth_sim, "oauth/live_session_token")) == 1


def test_an_expiring_token_is_renewed_by_the_clock_of_ibkr(connect):
    with Simulator(Bank(), oauth=True, pacing=False, token_life_s=2.0) as sim:
        sim.desk.clock_ahead_s = HOUR_S
        connection = connect(sim)
        eventually(lambda: len(asked(sim, "oauth/live_session_token")) == 4, 10.0)
        assert connection.connected
