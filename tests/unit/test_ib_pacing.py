"""The pacing of requests, on a clock that the test moves."""

import threading

import pytest

from backtrader.errors import ConnectionFailedError, PacingError
from backtrader.stores._ib.pacing import MARGIN_S, Pacer


class Clock:
    """Time that passes when somebody waits."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def wait(self, seconds):
        assert seconds > 0.0
        self.now += seconds
        return False


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pacer(clock):
    return Pacer(clock=clock, wait=clock.wait)


def sent(pacer, clock, path, times=1, method="GET", longest_wait_s=1000.0):
    """Send requests; return when, in seconds after the first second."""
    moments = []
    for _ in range(times):
        with pacer.turn(method, path, longest_wait_s):
            moments.append(clock.now - 100.0)
    return moments


def test_ten_requests_a_second(pacer, clock):
    moments = sent(pacer, clock, "iserver/secdef/search", 107)
    assert moments[:7] == [0.0] * 7
    assert moments[-1] == pytest.approx(10.0, abs=0.01)
    gaps = [late - early for early, late in zip(moments[7:], moments[8:], strict=False)]
    assert min(gaps) == pytest.approx(0.1, abs=1e-3)


def test_orders_do_not_wait_behind_a_series_of_other_requests(pacer, clock):
    sent(pacer, clock, "iserver/marketdata/snapshot", 20)
    before = clock.now
    sent(pacer, clock, "iserver/account/DU1/orders", 3, "POST")
    assert clock.now == before
    sent(pacer, clock, "iserver/account/DU1/order/17", 1, "DELETE")
    assert clock.now == pytest.approx(before + 0.1, abs=1e-3)


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        ("tickle", 1.0),
        ("sso/validate", 60.0),
        ("iserver/account/orders", 5.0),
        ("/iserver/account/trades/", 5.0),
        ("portfolio/accounts", 5.0),
        ("iserver/account/pnl/partitioned", 5.0),
        ("fyi/notifications", 1.0),
        ("iserver/scanner/params", 900.0),
    ],
)
def test_paths_with_a_spacing_of_their_own(pacer, clock, path, seconds):
    moments = sent(pacer, clock, path, 3)
    assert moments == pytest.approx([0.0, seconds + MARGIN_S, 2 * (seconds + MARGIN_S)])


def test_a_spacing_holds_up_nothing_else(pacer, clock):
    sent(pacer, clock, "iserver/account/orders")
    assert sent(pacer, clock, "iserver/account/trades") == [0.0]
    assert sent(pacer, clock, "portfolio/DU1/positions/0", 2) == [0.0, 0.0]


def test_paths_that_share_a_rule_share_its_spacing(pacer, clock):
    sent(pacer, clock, "pa/performance")
    with pytest.raises(PacingError, match=r"900\.\d s"):
        sent(pacer, clock, "pa/transactions", longest_wait_s=10.0)


def test_who_cannot_wait_is_told_how_long_it_would_take(pacer, clock):
    sent(pacer, clock, "iserver/account/orders")
    with pytest.raises(PacingError, match=r"GET iserver/account/orders: .* 5\.\d s"):
        sent(pacer, clock, "iserver/account/orders", longest_wait_s=3.0)
    assert clock.now == 100.0


def test_a_penalty_rests_the_path_first_and_then_everything(pacer, clock):
    assert pacer.penalise("iserver/secdef/search") == 1.0
    assert sent(pacer, clock, "trsrv/stocks") == [0.0]
    assert sent(pacer, clock, "iserver/secdef/search") == [1.0]
    assert pacer.penalise("iserver/secdef/search") == 2.0
    assert sent(pacer, clock, "trsrv/stocks") == [3.0]


def test_penalties_grow_to_ten_minutes_and_are_forgotten_after_an_answer(pacer):
    assert [pacer.penalise("x") for _ in range(12)][-2:] == [600.0, 600.0]
    pacer.forgive()
    assert pacer.penalise("x") == 1.0


def test_without_pacing_only_a_penalty_makes_wait(clock):
    pacer = Pacer(enabled=False, clock=clock, wait=clock.wait)
    assert sent(pacer, clock, "iserver/account/orders", 50) == [0.0] * 50
    pacer.penalise("iserver/account/orders")
    assert sent(pacer, clock, "iserver/account/orders") == [1.0]


def test_five_requests_for_history_at_a_time(pacer):
    path = "iserver/marketdata/history"
    turns = [pacer.turn("GET", path, 0.0) for _ in range(6)]
    for turn in turns[:5]:
        turn.__enter__()
    with pytest.raises(PacingError, match="five"):
        turns[5].__enter__()
    turns[0].__exit__(None, None, None)
    with pacer.turn("GET", path, 0.0):
        pass
    for turn in turns[1:5]:
        turn.__exit__(None, None, None)


def test_a_failed_request_gives_its_place_back(pacer):
    for _ in range(6):
        with pytest.raises(ValueError, match="failed"), pacer.turn("GET", "hmds/history", 0.0):
            raise ValueError("failed")


def test_nobody_waits_any_longer_once_it_is_stopped(clock):
    stopped = threading.Event()
    pacer = Pacer(clock=clock, stopped=stopped, wait=lambda seconds: stopped.set() or True)
    sent(pacer, clock, "tickle")
    with pytest.raises(ConnectionFailedError, match="being closed"):
        sent(pacer, clock, "tickle")
