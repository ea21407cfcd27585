"""Watching a connection: figures, log lines, Prometheus."""

import json
import logging
import sys
import urllib.request

import pytest

from backtrader.brokers.iborder_ibind import IBOrder
from backtrader.errors import MissingDependencyError, RequestRefusedError
from backtrader.ibsim import Fault, Simulator
from backtrader.ibsim.samples import sample_tapes
from backtrader.stores.ibwatch import JsonLines, StoreMetrics, serve_metrics

from .conftest import eventually
from .test_store import settings_of, store_class


@pytest.fixture(scope="module")
def tapes():
    return sample_tapes(seed=3, history_days=1)


@pytest.fixture
def simulator(tapes):
    with Simulator(tapes, pacing=False) as simulator:
        yield simulator
        assert simulator.failures() == []


@pytest.fixture
def store(simulator):
    store = store_class()(**settings_of(simulator))
    store.start()
    yield store
    store.stop()


def place(store, size, symbol="AAPL"):
    order = IBOrder("BUY", size, "MKT")
    store.placeOrder(store.nextOrderId(), store.resolve_symbol(symbol), order)


def test_figures_tell_of_requests_messages_and_orders(store, simulator):
    simulator.step(3)
    place(store, 1)
    place(store, 10_000_000)
    simulator.faults.add(Fault("unavailable", path="portfolio/*"))
    simulator.faults.add(Fault("too_many", path="iserver/accounts"))
    store._connection.get("portfolio/DU1234567/ledger")
    store._connection.get("iserver/accounts")

    def counted():
        simulator.step(3)
        figures = store.get_performance_metrics()
        return figures if figures["fills"] and figures["rejects"] else None

    figures = eventually(counted, 10.0, "a fill and a reject")
    assert figures["connected"] is True and figures["outages"] == 0
    assert (figures["orders"], figures["fills"], figures["rejects"]) == (1, 1, 1)
    assert (figures["repeats"], figures["too_many_requests"]) == (2, 1)
    assert figures["failed_requests"] >= 2
    assert sum(figures["latencies"].values()) == figures["requests"]
    assert 0.0 < figures["mean_latency_s"] <= figures["longest_latency_s"]
    assert figures["messages_by_kind"]["Orders"] >= 1
    assert figures["messages"] == sum(figures["messages_by_kind"].values())
    assert figures["silent_s"] >= 0.0 and abs(figures["clock_ahead_s"]) < 60.0


def test_losses_and_returns_are_counted(store, simulator):
    simulator.drop_sockets()
    eventually(lambda: store.get_performance_metrics()["reconnects"] == 1, 15.0, "the return")
    assert store.get_performance_metrics()["outages"] == 1


@pytest.fixture
def lines():
    """What is logged, line by line, as JSON."""
    found = []

    class Keeping(logging.Handler):
        def emit(self, record):
            found.append(json.loads(self.format(record)))

    handler = Keeping()
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("backtrader.stores")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield found
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def test_a_request_can_be_followed_by_its_id(lines, store, simulator):
    simulator.faults.add(Fault("unavailable", path="portfolio/*/ledger"))
    store._connection.get("portfolio/DU1234567/ledger")
    about = [line for line in lines if "ledger" in str(line)]
    first = about[0]["request_id"]
    told = [(line["text"], line.get("status")) for line in about if line["request_id"] == first]
    assert [text.partition(" after")[0] for text, _ in told] == [
        f"{first} GET portfolio/DU***567/ledger",
        f"{first} failed (503)",
        f"{first} GET portfolio/DU***567/ledger: 503 Service Unavailable; asking again",
    ]
    assert told[1][1] == 503
    again = [line for line in about if line["request_id"] != first]
    assert again[-1]["text"].startswith(f"{again[-1]['request_id']} answered")
    assert again[-1]["seconds"] > 0.0 and again[-1]["path"] == "portfolio/DU***567/ledger"
    rooms = {line["logger"].rpartition(".")[2] for line in lines}
    assert {"client", "asking", "session"} <= rooms


def test_a_traceback_is_part_of_the_line():
    try:
        raise RequestRefusedError("no")
    except RequestRefusedError:
        record = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "went %s", ("wrong",), sys.exc_info()
        )
    line = json.loads(JsonLines().format(record))
    assert line["text"] == "went wrong" and "RequestRefusedError: no" in line["traceback"]


def test_prometheus_reads_the_figures(store):
    store.get_account_info()
    server = serve_metrics(store, port=0)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics") as answer:
            text = answer.read().decode()
    finally:
        server.stop()
    samples = dict(line.rpartition(" ")[::2] for line in text.splitlines() if line[0] != "#")
    assert float(samples["backtrader_ib_connected"]) == 1.0
    requests = float(samples["backtrader_ib_requests_total"])
    assert requests > 0.0
    assert float(samples["backtrader_ib_latency_seconds_count"]) == requests
    assert float(samples['backtrader_ib_latency_seconds_bucket{le="+Inf"}']) == requests
    assert any(name.startswith("backtrader_ib_messages_total{kind=") for name in samples)


def test_prometheus_does_not_connect_a_store(simulator):
    store = store_class()(**settings_of(simulator))
    told = {family.name: family.samples[0].value for family in StoreMetrics(store).collect()}
    assert told == {"backtrader_ib_connected": 0.0}
    assert not store.connected()


def test_without_prometheus_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(MissingDependencyError, match=r"backtrader\[metrics\]"):
        serve_metrics(None)
