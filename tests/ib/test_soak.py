"""A day of trading ten contracts, in which everything goes wrong that can.

`make soak` runs whole days of some seeds, `BACKTRADER_SOAKS` of them from `BACKTRADER_SEED` on; the
usual run of the tests half an hour of one, another one each day.
"""

import datetime
import os
import sys

import pytest

from .soak import Soak

SOAKS = int(os.environ.get("BACKTRADER_SOAKS", "0"))
HOURS = float(os.environ.get("BACKTRADER_SOAK_HOURS", "24" if SOAKS else "0.1"))
FIRST = int(os.environ.get("BACKTRADER_SEED", datetime.date.today().toordinal() % 1000))

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="it looks into /proc"),
    # asyncio tells of a TLS handshake that is under way when the simulator stops
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(SOAKS, 1)))
def test_a_day_loses_no_order_and_no_bar(seed, tmp_path):
    Soak(tmp_path, seed, HOURS, contracts=10).go()
