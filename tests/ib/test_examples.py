"""The examples and the sample run as they are, against the simulator."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ["complete_ibpy_migration_test", "oauth_migration_test", "real_oauth_test"]


def run(path, *arguments):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("IBKR_")}
    done = subprocess.run(
        [sys.executable, str(path), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_finds_nothing_wrong(name):
    assert "FAILED" not in run(ROOT / "examples" / f"{name}.py")


def test_the_sample_trades_to_its_end():
    printed = run(ROOT / "samples" / "ibkr" / "crossover.py", "--speed", "1500", "--trades", "1")
    assert "data   AAPL-STK-SMART-USD: LIVE" in printed
    assert "end    1 trades" in printed


def test_the_sample_ends_with_the_prices_where_its_trades_were_not_made():
    printed = run(ROOT / "samples" / "ibkr" / "crossover.py", "--speed", "6000", "--trades", "99")
    assert "\nend    " in printed
