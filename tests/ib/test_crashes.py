"""Processes are killed at any moment; the next one knows all that they did.

`make crashes` kills 300; the usual run of the tests a few.
"""

import os
import sys

import pytest

from .crashes import Crashes

KILLS = int(os.environ.get("BACKTRADER_CRASHES", "2"))
A_ROUND = 15  # kills on one journal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


@pytest.mark.parametrize("first", range(0, KILLS, A_ROUND))
def test_nothing_is_lost_or_doubled_by_kills(first, tmp_path):
    seed = int(os.environ.get("BACKTRADER_SEED", "0")) + first
    Crashes(tmp_path, seed, min(A_ROUND, KILLS - first)).go()
