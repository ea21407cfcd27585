"""The environment of ibind, simulators as fixtures, and a watch on threads."""

import os
import threading
import time

import pytest

from ..needs import missing

# ibind reads its environment when it is imported, so this comes before anything imports it.
os.environ.update(
    IBIND_AUTO_REGISTER_SHUTDOWN="False",
    IBIND_LOG_TO_FILE="False",
    IBIND_WS_PING_INTERVAL="2",
)

if not missing("ib"):
    from backtrader.ibsim.fixtures import ibsim, ibsim_oauth  # noqa: F401

    from .connecting import both, connect, oauth_sim, sim  # noqa: F401

THREADS_END_S = 8.0


def eventually(condition, timeout_s=5.0, what="the condition"):
    """Wait until `condition()` is true and return what it returned; fail after `timeout_s`."""
    end = time.monotonic() + timeout_s
    while not (result := condition()):
        assert time.monotonic() < end, f"{what} did not come true within {timeout_s} s"
        time.sleep(0.005)
    return result


@pytest.fixture(autouse=True)
def no_thread_left():
    """Fail a test that leaves a thread behind."""
    before = set(threading.enumerate())
    yield

    def left():
        return sorted(t.name for t in threading.enumerate() if t not in before)

    end = time.monotonic() + THREADS_END_S
    while left() and time.monotonic() < end:
        time.sleep(0.005)
    assert left() == []
