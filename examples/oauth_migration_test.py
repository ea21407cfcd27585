"""OAuth 1.0a from end to end: settings, live session token, signed requests, renewal.

Runs offline, against the simulator that comes with the package, with credentials that the simulator
makes. Nothing of them is printed. See ``real_oauth_test.py`` for IBKR itself.
"""

from __future__ import annotations

import sys

from complete_ibpy_migration_test import Checks

import backtrader as bt
from backtrader.errors import AuthenticationError, SettingsError
from backtrader.ibsim import Simulator
from backtrader.ibsim.samples import sample_tapes


def expects(kind: type[Exception], action) -> str:
    """Return what `action` raises, which must be a `kind`."""
    try:
        action()
    except kind as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError(f"no {kind.__name__} was raised")


def fresh(**parameters):
    """A store with other parameters than the one before: there is one store in a program."""
    bt.stores.IBStore._singleton = None
    return bt.stores.IBStore(**parameters)


def main() -> int:
    checks = Checks()
    with Simulator(sample_tapes(), oauth=True, pacing=False) as simulator:
        common = {"url": simulator.rest_url, "cacert": str(simulator.certificate)}
        credentials = simulator.oauth_settings

        missing = fresh(**common, use_oauth=True)
        checks("missing settings are named", lambda: expects(SettingsError, missing.start))

        wrong = fresh(**common, oauth_config={**credentials, "access_token": "nobody"})
        checks("wrong credentials", lambda: expects(AuthenticationError, wrong.start))

        store = fresh(**common, oauth_config=credentials)
        checks("live session token and login", lambda: store.start() or store.connected())
        checks("a signed request", lambda: store.get_account_info()["currency"])
        simulator.lose_session()
        checks("a session that was lost comes back", lambda: store.get_account_info()["currency"])
        store.stop()

        late = fresh(**common)
        checks("switched on later", lambda: late.enable_oauth_authentication(credentials))
        checks("oauth_init", late.oauth_init)
        late.stop()
    return len(checks.failed)


if __name__ == "__main__":
    sys.exit(main())
