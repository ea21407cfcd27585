"""The command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from backtrader.btrun import btrun

ROOT = Path(__file__).resolve().parents[2]
DATA = str(ROOT / "datas" / "2005-2006-day-001.txt")

MODULE = """
import backtrader as bt

class First(bt.Strategy):
    params = (("x", 1), ("frame", None))
    def stop(self):
        print(type(self).__name__, self.p.x, self.p.frame, len(self), self.broker.getvalue())

class Second(First):
    pass

class Rises(bt.Indicator):
    lines = ("signal",)
    def __init__(self):
        self.lines.signal = self.data - bt.ind.SMA(period=20)

def hook(cerebro, cash=1.0):
    cerebro.broker.setcash(cash)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    btrun(["--data", DATA, "--csvformat", "btcsv", *arguments])


def test_a_strategy_of_the_package_runs_and_its_analyzers_are_printed(capsys):
    run("--strategy", ":SMA_CrossOver", "--analyzer", ":SQN", "--pranalyzer")
    assert "SQN:" in capsys.readouterr().out


def test_the_first_class_of_a_file_is_taken_without_a_name(folder, capsys):
    run("--strategy", "mine::x=3", "--fromdate", "2006-01-02", "--cash", "500")
    assert capsys.readouterr().out.startswith("First 3 None ")


def test_a_class_is_named_and_its_arguments_are_expressions(folder, capsys):
    run("--strategy", "mine:Second:x='a',frame=bt.TimeFrame.Weeks")
    assert capsys.readouterr().out.startswith("Second a 6 516 10000.0")


def test_bars_are_resampled(folder, capsys):
    run("--strategy", "mine:Second", "--resample", "weeks:1")
    assert capsys.readouterr().out.startswith("Second 1 None 10")


def test_a_hook_gets_cerebro(folder, capsys):
    run("--strategy", "mine", "--hook", "mine:hook:cash=777.0")
    assert capsys.readouterr().out.rstrip().endswith(" 777.0")


def test_a_signal_trades(folder, capsys):
    run("--signal", "long+mine:Rises", "--writer", "--cerebro", "stdstats=False")
    assert "SignalStrategy" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--strategy", ":Nothing"], "No class Nothing"),
        (["--strategy", "nothing"], "Failed to load module nothing"),
        (["--strategy", "mine:First:x="], "is no list of arguments"),
        (["--fromdate", "2006-13-01"], "is no moment"),
        (["--resample", "fortnights:1"], "the timeframe is one of"),
        (["--signal", "sideways+mine:Rises"], "there is no signal 'sideways'"),
        (["--hook", "mine:nothing"], "No function nothing"),
    ],
)
def test_a_mistake_ends_with_a_message(folder, arguments, message):
    with pytest.raises(SystemExit) as caught:
        run(*arguments)
    assert message in str(caught.value)


def test_it_is_a_module_and_a_script(tmp_path):
    for command in (["-m", "backtrader"], [str(ROOT / "tools" / "bt-run.py")]):
        done = subprocess.run(
            [sys.executable, *command, "--data", DATA, "-an", ":DrawDown", "--ppranalyzer"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "##########\ndrawdown\n" in done.stdout
