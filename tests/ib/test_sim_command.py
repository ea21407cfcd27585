"""The simulator as a command."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
import requests

from backtrader.ibsim.__main__ import main

from .conftest import eventually


class Command:
    """A running command, and the lines it printed."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "backtrader.ibsim", "--port", "0", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def until(self, text, timeout_s=20.0):
        def found():
            assert self.process.poll() is None or text in self.text, self.text
            return text in self.text

        eventually(found, timeout_s, f"{text!r} in the output")

    @property
    def text(self):
        return "".join(self.lines)

    @property
    def environment(self):
        return dict(re.findall(r"^  export (\w+)=(.*)$", self.text, re.MULTILINE))

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_how_to_reach_it_and_ends_when_asked(number):
    with Command() as command:
        command.until("Ctrl-C ends it.")
        settings = command.environment
        answer = requests.post(
            settings["IBIND_REST_URL"] + "tickle", verify=settings["IBIND_CACERT"], timeout=5
        )
        assert answer.json()["session"]
        assert settings["IBIND_ACCOUNT_ID"] == "DU1234567"
        began = time.monotonic()
        command.process.send_signal(number)
        assert command.process.wait(5) == 0
        assert time.monotonic() - began < 2.0
        assert not os.path.exists(settings["IBIND_CACERT"])


IBIND = """
from ibind import IbkrClient
client = IbkrClient()
assert client.check_auth_status()
print(client.stock_conid_by_symbol("AAPL").data)
client.close()
"""


def test_ibind_works_with_the_environment_that_it_prints_for_oauth():
    with Command("--oauth") as command:
        command.until("Ctrl-C ends it.")
        ran = subprocess.run(
            [sys.executable, "-c", IBIND],
            env={**os.environ, **command.environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert "{'AAPL': 265598}" in ran.stdout, ran.stderr


def test_it_replays_a_file_to_its_end_and_stops(datas):
    path = datas / "2005-2006-day-001.txt"
    with Command("--speed", 0, "--until-end", f"SPY={path}") as command:
        command.process.wait(60)
        command.reader.join()
        assert command.process.returncode == 0
        assert command.text.splitlines()[-2:] == ["the tapes are at their end", "stopped"]


def test_a_file_that_is_not_there_is_named(capsys):
    assert main(["nowhere.csv"]) == 2
    assert capsys.readouterr().err == "ibsim: no such file: nowhere.csv\n"


def test_a_file_that_is_none_of_bars_is_named(capsys, tmp_path):
    path = tmp_path / "letter.csv"
    path.write_text("Dear reader\n\nthese are no prices\n")
    assert main([str(path)]) == 2
    assert "letter.csv" in capsys.readouterr().err


def test_an_option_that_makes_no_sense_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--speed", "-1"])
    assert "0 or more" in capsys.readouterr().err


def test_an_address_that_is_not_of_this_machine_is_refused():
    with Command("--host", "203.0.113.1") as command:
        assert command.process.wait(30) == 2
        text = command.process.stderr.read()
    assert text.startswith("ibsim: ")
    assert "Traceback" not in text


def test_help_names_all_options(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    for option in ("--speed", "--port", "--oauth", "--seed", "--no-tls", "SYMBOL"):
        assert option in text
