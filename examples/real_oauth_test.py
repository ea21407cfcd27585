"""The checks of ``complete_ibpy_migration_test.py`` against IBKR itself, by OAuth.

Needs ``IBKR_OAUTH_ACCESS_TOKEN``, ``IBKR_OAUTH_ACCESS_TOKEN_SECRET``, ``IBKR_OAUTH_CONSUMER_KEY``,
``IBKR_OAUTH_DH_PRIME``, ``IBKR_OAUTH_ENCRYPTION_KEY_FP`` and ``IBKR_OAUTH_SIGNATURE_KEY_FP`` in the
environment; without them it says so and runs against the simulator. A live account is refused
unless ``--real-money`` is given, and no order is sent unless ``--orders`` is.
"""

from __future__ import annotations

import os
import sys

import complete_ibpy_migration_test as checks

NEEDED = (
    "IBKR_OAUTH_ACCESS_TOKEN",
    "IBKR_OAUTH_ACCESS_TOKEN_SECRET",
    "IBKR_OAUTH_CONSUMER_KEY",
    "IBKR_OAUTH_DH_PRIME",
    "IBKR_OAUTH_ENCRYPTION_KEY_FP",
    "IBKR_OAUTH_SIGNATURE_KEY_FP",
)


def main() -> int:
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        print(f"not set: {', '.join(missing)}")
        print("running against the simulator")
    elif "--live" not in sys.argv:
        sys.argv.append("--live")
    return checks.main()


if __name__ == "__main__":
    sys.exit(main())
