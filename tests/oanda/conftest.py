"""Fixtures: the stand-in of OANDA's server, and a store on it."""

import threading
import time

import pytest

from backtrader.stores.oandastore import OandaStore

from ..needs import missing

if not missing("oanda"):
    from .stand_in import ACCOUNT, TOKEN, StandIn


@pytest.fixture
def server():
    stand_in = StandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture
def store(server):
    OandaStore._singleton = None
    made = OandaStore(token=TOKEN, account=ACCOUNT, url=server.url, stream_url=server.url)
    yield made
    made.stop()
    OandaStore._singleton = None
    until = time.monotonic() + 10
    while any(each.name.startswith("oanda-") for each in threading.enumerate()):
        assert time.monotonic() < until, "a thread of the store has not ended"
        time.sleep(0.01)


def eventually(condition, seconds=10.0):
    """Wait until a condition holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.005)
