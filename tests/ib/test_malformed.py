"""Answers of no use, with status 200: empty, HTML, cut, of another shape, of no figures, gigantic.

Whatever was asked was done: nothing may be sent again, and nothing that is known forgotten.
`make malformed` has each kind of them for each path; the usual run all paths in one for some kinds.
"""

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase

import pytest

from backtrader.errors import StoreError
from backtrader.ibsim import Fault, Simulator
from backtrader.ibsim.faults import SPOILED
from backtrader.ibsim.spoiling import HUGE
from backtrader.stores._ib.client import LARGEST_ANSWER

from .survival import HISTORIES, ONE_ORDER, ORDERS, PLACE, REPLY, TRADES, Run
from .trading import connection_to, tape

MATRIX = bool(os.environ.get("BACKTRADER_MALFORMED"))
AT_ONCE = 6
# one of each sort: nothing, no JSON, no figures
FEW = ("empty", "truncated", "mangled")
PATHS = (
    ("POST", PLACE),
    ("POST", ONE_ORDER),
    ("DELETE", ONE_ORDER),
    ("POST", REPLY),
    ("GET", TRADES),
    ("GET", ORDERS),
    ("GET", HISTORIES),
    ("GET", "portfolio/*/ledger"),
    ("*", "portfolio/*/positions/*"),
    ("POST", "iserver/auth/*"),
    ("POST", "tickle"),
    ("GET", "iserver/accounts"),
    ("GET", "portfolio/accounts"),
)
OPENING = ("tickle", "iserver/auth/status", "iserver/auth/ssodh/init", "iserver/accounts")
OPENING += ("portfolio/accounts",)


class Spoiled(Run):
    """A run with these faults alone, in which all that can be read is read again and again."""

    def __init__(self, seed, faults):
        super().__init__(seed, 50, faults, oauth=False, quiet=True, alone=False)

    def _happenings(self):
        again = [self.sim.drop_sockets, lambda: self.sim.nightly_reset(0.1)]
        read = [lambda: self.store.reqPositions(), lambda: self.store._account.recheck()]
        return [*again, *read, *again, *read]


@pytest.fixture(autouse=True)
def quiet_log():
    logging.getLogger("backtrader").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("backtrader").setLevel(logging.NOTSET)


def go(run):
    try:
        run.go()
    except BaseException as failure:
        return f"{[str(each) for each in run.sim.faults.happened]}: {failure!r}"
    return ""


@pytest.mark.skipif(MATRIX, reason="each path has a run of its own")
def test_runs_survive_answers_of_no_use():
    runs = []
    for number, kind in enumerate(FEW):
        faults = [Fault(kind, method, path, count=1) for method, path in PATHS]
        runs.append(Spoiled(700 + number, faults))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        failures = list(pool.map(go, runs))
    assert [each for each in failures if each] == []
    struck = {what.split()[1] for run in runs for _, what in run.sim.faults.happened}
    hit = {path for _, path in PATHS if any(fnmatchcase(each, path) for each in struck)}
    assert {PLACE, ORDERS, "portfolio/*/ledger"} <= hit


@pytest.mark.skipif(not MATRIX, reason="make malformed")
@pytest.mark.parametrize("kind", SPOILED)
def test_each_path_survives_answers_of_no_use(kind):
    runs = [
        Spoiled(800 + number, [Fault(kind, method, path, count=3)])
        for number, (method, path) in enumerate(PATHS)
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        failures = list(pool.map(go, runs))
    assert [each for each in failures if each] == []


@pytest.mark.parametrize("kind", SPOILED)
def test_opening_survives_answers_of_no_use_or_says_so(kind):
    with Simulator(tape([100.0]), pacing=False) as sim:
        sim.faults.add(*(Fault(kind, path=path) for path in OPENING))
        connection = connection_to(sim)
        try:
            connection.open()
            assert connection.connected and connection.account_id == "DU1234567"
        except StoreError as failure:
            assert str(failure)
        finally:
            connection.close()


def test_no_answer_is_read_that_is_larger_than_any_should_be():
    with Simulator(tape([100.0]), pacing=False) as sim:
        connection = connection_to(sim)
        connection.open()
        sim.faults.add(Fault("gigantic", path="iserver/account/orders", count=9))
        with pytest.raises(StoreError):
            connection.get("iserver/account/orders", timeout_s=0.5)
        assert LARGEST_ANSWER < HUGE
        assert connection.get("iserver/accounts")["accounts"] == ["DU1234567"]
        connection.close()
