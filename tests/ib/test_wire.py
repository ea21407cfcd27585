"""The stream's connection: the order of its frames, its durations, its end."""

import json
import socket
import threading
import time

import pytest
import time_machine
from ibind.ws.ws_transport import TransportMessage

from backtrader.stores._ib import wire
from backtrader.stores._ib.settings import resolve
from backtrader.stores._ib.topics import MarketData
from backtrader.stores._ib.wire import WebSocket

from .conftest import eventually

ENDS_S = 10.0
HOUR_S = 3600.0


class Sink:
    def __init__(self):
        self.events = []

    def emit(self, event):
        self.events.append(event)


@pytest.fixture
def clock():
    with time_machine.travel(time.time(), tick=True) as clock:
        yield clock


def closed():
    """Return a stream that nobody has connected, and what it tells."""
    settings, sink = resolve({"url": "http://127.0.0.1:9/v1/api/"}, {}), Sink()
    return WebSocket(settings, None, "DU1234567", lambda: "", lambda: True, sink), sink


def test_a_thread_that_begins_after_the_end_ends_at_once():
    """ibind looks whether it is to end and then begins a thread; the end may come in between."""
    stream, _ = closed()
    stream.transport.stop()
    late = threading.Thread(target=stream.transport.connect, daemon=True)
    late.start()
    late.join(ENDS_S)
    assert not late.is_alive()


def test_frames_keep_their_order_when_the_clock_is_set_back(clock):
    stream, sink = closed()
    for number in range(6):
        frame = {"topic": "smd+1", "conid": 1, "31": str(number)}
        stream.take(TransportMessage(message=json.dumps(frame)))
        clock.shift(-HOUR_S if number % 2 else 1.0)
    stream._runtime._event_handler.process_transport_queue()
    assert [int(event.data["31"]) for event in sink.events] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("by_s", [HOUR_S, -HOUR_S])
def test_durations_keep_their_length_when_the_clock_is_set(connect, sim, clock, by_s):
    connection = connect(sim)
    assert connection.subscribe(MarketData(265598)).wait(ENDS_S)
    socket = connection._stream._socket
    bindings = socket._runtime.subscription_controller._bindings
    clock.shift(by_s)
    connection._stream.watch(True)
    now, state = time.time(), socket._runtime._state_manager
    assert all(abs(now - each.last_attempt) < 60.0 for each in bindings.values())
    assert abs(now - state.last_heartbeat) < 60.0
    assert not socket._runtime._health_monitor.check_should_reset()


def test_a_heartbeat_counts_from_when_it_came(connect, sim):
    connection = connect(sim)
    state = connection._stream._socket._runtime._state_manager
    before = state.last_heartbeat
    sim.call(lambda world: sim.stream.broadcast({"topic": "system", "hb": 1000}))
    eventually(lambda: state.last_heartbeat != before)
    assert abs(time.time() - state.last_heartbeat) < 60.0


def test_a_server_that_takes_the_connection_and_says_nothing_is_left(monkeypatch):
    monkeypatch.setattr(wire, "HANDSHAKE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(ENDS_S)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1/api/"
        stream = WebSocket(resolve({"url": url}, {}), None, "DU1", lambda: "", lambda: True, Sink())
        thread = threading.Thread(target=stream.transport.connect)
        thread.start()
        taken = []
        try:
            taken = [silent.accept()[0] for _ in range(2)]  # it tries once more
        finally:
            stream.transport.disconnect()
            for each in taken:
                each.close()
            thread.join(ENDS_S)
    assert len(taken) == 2 and not thread.is_alive()
    assert wire.websocket.getdefaulttimeout() is None
