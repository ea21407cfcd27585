"""Every code block of the documentation runs; those on Interactive Brokers on the simulator.

A page says ``port=7497`` or ``port=5000`` as a user would; what is run has the simulator's port in
its place, and certificate and credentials in the variables of the environment that the pages name.
A live run is ended once the simulator's day is over.
"""

import ast
import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import threading

import pytest

import backtrader as bt

from ..needs import imported, need
from .blocks import ROOT, SHELL, all_blocks, python_runs

BLOCKS = all_blocks()
RUNS = python_runs()
KINDS = {"python", "text", "make", "toml", "xml", *SHELL}
THREADS_END_S = 20.0
_PORT = re.compile(r"port=(?:7497|4002|5000)\b")
_OAUTH = re.compile(r"use_oauth=True|oauth_config=|IBKR_OAUTH|enable_oauth")


def needed(code):
    """Return the optional packages that the code needs."""
    plots = {"matplotlib", "bokeh"} if ".plot(" in code else set()
    return imported(code) | plots | ({"pandas"} if "to_frame(" in code else set())


def trades_at_ib(code):
    return "IBStore" in code or "ibsim" in code


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to be in, with the sample data."""
    (tmp_path / "datas").symlink_to(ROOT / "datas", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("IBKR_", "IBIND_OAUTH"))]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def nothing_left():
    """No store, no figure and no thread, neither before nor after."""
    bt.stores.IBStore._singleton = None
    before = set(threading.enumerate())
    yield
    if (store := bt.stores.IBStore._singleton) is not None:
        store.stop()
    bt.stores.IBStore._singleton = None
    for thread in set(threading.enumerate()) - before:
        thread.join(THREADS_END_S)
        assert not thread.is_alive(), thread.name
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def simulator_for(code, monkeypatch):
    """Return a simulator that the code reaches by what the environment says."""
    from backtrader.ibsim import Simulator
    from backtrader.ibsim.samples import sample_tapes

    oauth = bool(_OAUTH.search(code))
    simulator = Simulator(sample_tapes(), oauth=oauth, speed=0, pacing=False).start()
    monkeypatch.setenv("IBIND_CACERT", str(simulator.certificate))
    if oauth:
        for name, value in simulator.oauth_settings.items():
            monkeypatch.setenv(f"IBKR_OAUTH_{name.upper()}", value)
        monkeypatch.setenv("IBIND_OAUTH1A_REST_URL", simulator.rest_url)
        monkeypatch.setenv("IBIND_OAUTH1A_WS_URL", simulator.ws_url)
    return simulator


def end_with_the_day(simulator, monkeypatch):
    """Have a live run stop when the simulator has replayed its day."""
    run = bt.Cerebro.run

    def ended(self, **kwargs):
        done = threading.Event()

        def watch():
            while not done.wait(0.05):
                if simulator.finished:
                    self.runstop()

        watcher = threading.Thread(target=watch, name="end of the day")
        watcher.start()
        try:
            return run(self, **kwargs)
        finally:
            done.set()
            watcher.join()

    monkeypatch.setattr(bt.Cerebro, "run", ended)


@pytest.mark.parametrize("run", RUNS, ids=[run[0].name for run in RUNS])
@pytest.mark.filterwarnings("default::DeprecationWarning")
def test_a_python_block_runs(run, folder, nothing_left, monkeypatch):
    code = "".join(block.code for block in run)
    for package in needed(code):
        pytest.importorskip(package)
    if '"openssl"' in code and shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    with contextlib.ExitStack() as stack:
        if trades_at_ib(code):
            need("ib")
            if "ibsim" not in code:
                simulator = simulator_for(code, monkeypatch)
                stack.callback(simulator.stop)
                end_with_the_day(simulator, monkeypatch)
                code = _PORT.sub(f"port={simulator.port}", code)
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        exec(compile(code, run[0].name, "exec"), {"__name__": "docs"})


@pytest.mark.parametrize("block", BLOCKS, ids=[block.name for block in BLOCKS])
def test_a_block_says_what_it_is(block):
    assert block.kind in KINDS
    if block.kind == "python":
        ast.parse(block.code)


def commands(block):
    """Return the commands of a shell block, each as a list of words."""
    text = block.code.replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    prompted = [line[2:] for line in lines if line.startswith("$ ")]
    return [shlex.split(line, comments=True) for line in prompted or lines]


COMMANDS = [
    pytest.param(words, id=f"{block.name} {' '.join(words)}")
    for block in BLOCKS
    if block.kind in SHELL and not block.why
    for words in commands(block)
]
TARGETS = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
EXTRAS = {"all", "dev", "docs", "ib", "metrics", "oanda", "plotting", "sim", "talib"}
PLAIN = {"cd", "chmod", "export", "git", "openssl", "source", "tox", "twine"}


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_is_one_that_there_is(words):
    program, *rest = words
    if program == "make":
        assert set(rest) <= TARGETS
    elif program == "pip":
        named = re.findall(r"\[([\w,]+)\]", " ".join(rest))
        assert {extra for names in named for extra in names.split(",")} <= EXTRAS
    elif program == "btrun" or rest[:2] == ["-m", "backtrader"]:
        understood(rest[2:] if program != "btrun" else rest)
    elif program == "python":
        python_command(rest)
    else:
        assert program in PLAIN, words


def understood(arguments):
    from backtrader.btrun.options import parser

    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        parser().parse_args(arguments)
        return
    assert "--help" in arguments, arguments


def python_command(rest):
    """What runs Python: the file or module is there, and it has the options that are named."""
    if rest[0] == "-m" and rest[1] in ("build", "pip", "pytest", "sphinx", "twine", "venv"):
        return
    if rest[0] == "-m":
        source, options = ROOT / rest[1].replace(".", "/") / "__main__.py", rest[2:]
    else:
        source, options = ROOT / rest[0], rest[1:]
    text = source.read_text(encoding="utf-8")
    for option in options:
        if option.startswith("--"):
            assert f'"{option.partition("=")[0]}"' in text


def test_what_is_not_run_says_why():
    reasons = [block.why for block in BLOCKS if block.why]
    assert all(len(why.split()) > 2 for why in reasons)
    assert len(reasons) <= 3, "more than there were: run them, or raise this number for a reason"
