"""What ``import backtrader`` brings along."""

import subprocess
import sys

import pytest

OPTIONAL = ["aiohttp", "bokeh", "cryptography", "ibind", "matplotlib", "pandas", "requests"]
OPTIONAL += ["pyarrow", "pytz", "talib", "tqdm", "websocket"]
SLOW = ["http", "email", "ssl"]  # of the standard library, for few who load data from the web


@pytest.fixture(scope="module")
def brought_along():
    code = "import backtrader, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_numpy_comes_along(brought_along):
    assert "numpy" in brought_along


@pytest.mark.parametrize("package", OPTIONAL + SLOW)
def test_what_few_need_is_left_alone(package, brought_along):
    assert package not in brought_along
