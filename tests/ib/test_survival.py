"""Whatever goes wrong on the way: orders, account and bars are the same on both sides.

`make faults` runs 200 seeds; the usual run of the tests takes a few of them.
"""

import os
import threading

import pytest

from .survival import survive

SEEDS = int(os.environ.get("BACKTRADER_FAULT_SEEDS", "16"))
AT_ONCE = 4


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_runs_survive_all_faults(first):
    before = set(threading.enumerate())
    survive(range(first, min(first + AT_ONCE, SEEDS)))
    assert set(threading.enumerate()) == before


def test_a_run_ends_its_threads_itself():
    survive([1000])
