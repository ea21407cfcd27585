"""Fixtures for pytest: a running simulator, for the gateway and for OAuth.

In a ``conftest.py``: ``from backtrader.ibsim.fixtures import ibsim, ibsim_oauth``. Both take the
arguments of `Simulator` by indirect parametrisation, and `source` is one of them::

    @pytest.mark.parametrize("ibsim", [{"source": tape, "pacing": True}], indirect=True)

Pacing is off unless asked for: a test is not to wait for IBKR's limits. When a test ends, the
simulator must have had no failure of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .server import Simulator

__all__ = ["ibsim", "ibsim_oauth"]


@pytest.fixture
def ibsim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """A running simulator whose user came through the gateway and is logged in."""
    yield from _running(request, oauth=False)


@pytest.fixture
def ibsim_oauth(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Simulator]:
    """A running simulator that wants OAuth; its certificate is trusted while the test runs."""
    for simulator in _running(request, oauth=True):
        # With OAuth, ibind verifies certificates by what requests trusts, and takes no other.
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.certificate))
        monkeypatch.setenv("WEBSOCKET_CLIENT_CA_BUNDLE", str(simulator.certificate))
        yield simulator


def _running(request: pytest.FixtureRequest, oauth: bool) -> Iterator[Simulator]:
    settings = {"pacing": False, "oauth": oauth, **getattr(request, "param", {})}
    with Simulator(settings.pop("source", None), **settings) as simulator:
        yield simulator
        failures = simulator.failures()
    assert failures == [], f"the simulator itself failed: {failures}"
