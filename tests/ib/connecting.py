"""Connections to simulators, and what they tell."""

import socket

import pytest

from backtrader.ibsim import Simulator
from backtrader.ibsim.records import Reply
from backtrader.stores._ib.callbacks import EVENTS
from backtrader.stores._ib.session import Connection
from backtrader.stores._ib.settings import resolve
from backtrader.stores._ib.topics import MarketData

from .stand_in import Counting, StandIn

AAPL = MarketData(265598)
MSFT = MarketData(272093)


class Noting(Counting):
    """Counts what is subscribed and unsubscribed, by target."""

    def __init__(self):
        super().__init__()
        self.asked = []
        self.targets = set()

    def subscribe(self, subscriber, target, args):
        self.asked.append(f"+{target}")
        self.targets.add(target)
        super().subscribe(subscriber, target, args)

    def unsubscribe(self, subscriber, target, args):
        self.asked.append(f"-{target}")
        self.targets.discard(target)
        super().unsubscribe(subscriber, target, args)


class Bank(StandIn):
    """A world whose accounts a test chooses."""

    def __init__(self, accounts=("DU1234567",), paper=True):
        super().__init__()
        self.names = list(accounts)
        self.paper = paper
        self.ticks = self.topics["smd"] = Noting()
        self.topics["sor"] = Noting()

    def accounts(self, world, session, call):
        session.warm.add("accounts")
        answer = {"accounts": self.names, "selectedAccount": self.names[0]}
        return Reply(answer if self.paper is None else {**answer, "isPaper": self.paper})


class Ears:
    """What a connection told."""

    def __init__(self, connection):
        self.told = []
        for event in EVENTS:
            connection.on(event, lambda *args, event=event: self.told.append((event, args)))

    def of(self, event):
        return [args for name, args in list(self.told) if name == event]

    def outages(self):
        return [name for name, _args in list(self.told) if name in ("lost", "ready")]


@pytest.fixture
def connect():
    """Return a function that makes a connection to a simulator; all are closed at the end."""
    made = []

    def make(sim, opened=True, **params):
        given = {"url": sim.rest_url, "timeout": 2.0, "first_pause": 0.05, "longest_pause": 0.3}
        if sim.tls:
            given["cacert"] = str(sim.certificate)
        if sim.sessions.oauth:
            given["oauth_config"] = sim.oauth_settings
        connection = Connection(resolve({**given, "pacing": False, **params}, {}))
        connection.ears = Ears(connection)
        made.append(connection)
        if opened:
            connection.open()
        return connection

    yield make
    for connection in made:
        connection.close()


@pytest.fixture(params=["gateway", "oauth"])
def both(request):
    """A simulator, for the gateway and again for OAuth."""
    with Simulator(Bank(), oauth=request.param == "oauth", pacing=False) as simulator:
        yield simulator
        assert simulator.failures() == []


@pytest.fixture
def sim():
    with Simulator(Bank(), pacing=False) as simulator:
        yield simulator


@pytest.fixture
def oauth_sim():
    with Simulator(Bank(), oauth=True, pacing=False) as simulator:
        yield simulator


def asked(sim, path):
    return [one for one in sim.requests() if one.path == path]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_back(connection):
    return lambda: connection.connected and connection.ears.outages()[-1:] == ["ready"]
