"""The programs in ``contrib``."""

from __future__ import annotations

import runpy
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .record import difference
from .runner import SAMPLES

CONTRIB = SAMPLES.parent / "contrib"
EXPECTED = Path(__file__).resolve().parent / "expected-pair-trading.txt"
PROGRAMS = sorted(path.relative_to(CONTRIB).as_posix() for path in CONTRIB.rglob("*.py"))
ANSWER = (
    "2024-03-08 09:31:00,173.2,172.5,172.6,173.0,1000,1000,0,\r\n"
    "2024-03-11 09:31:00,172.9,172.1,172.8,172.3,1700,700,0,\r\n"
    "!ENDMSG!,\r\n"
)


def names_of(program: str) -> dict[str, Any]:
    return runpy.run_path(str(CONTRIB / program))


class Client:
    """Keeps what is written, in place of a database."""

    def __init__(self) -> None:
        self.batches: list[list[dict[str, Any]]] = []

    def write_points(self, points: list[dict[str, Any]]) -> None:
        self.batches.append(points)


@pytest.fixture
def iqfeed() -> Iterator[tuple[int, list[str]]]:
    """Answer one request on a port of this machine; yield the port, and what was asked."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                asked.append(connection.recv(1000).decode())
                text = "E,Invalid symbol.,\r\n!ENDMSG!,\r\n" if ",NONE," in asked[0] else ANSWER
                half = len(text) // 2
                connection.sendall(text[:half].encode())
                connection.sendall(text[half:].encode())

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1], asked
        thread.join()


def test_the_list_names_every_program() -> None:
    text = (CONTRIB / "README.rst").read_text(encoding="utf-8")
    assert [name for name in PROGRAMS if f"``{name}``" not in text] == []


@pytest.mark.parametrize("program", ["influxdb-import", "iqfeed-to-influxdb"])
def test_a_missing_client_is_named(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "influxdb", None)
    with pytest.raises(SystemExit, match=r'pip install "influxdb"'):
        names_of(f"utils/{program}.py")["main"]([])


def test_a_file_becomes_points(datas: Path) -> None:
    names = names_of("utils/influxdb-import.py")
    client = Client()
    written = names["write"](client, names["points_of"](datas / "2006-day-001.txt", "index"))
    assert written == 257
    assert client.batches[0][0] == {
        "measurement": "index",
        "time": "2006-01-02T00:00:00+00:00",
        "fields": {
            "open_p": 3445.65,
            "high_p": 3473.26,
            "low_p": 3423.96,
            "close_p": 3467.05,
            "volume": 0.0,
            "oi": 0.0,
        },
    }


def test_a_file_with_times_keeps_them(datas: Path) -> None:
    names = names_of("utils/influxdb-import.py")
    first, *_ = names["points_of"](datas / "2006-min-005.txt", "minutes")
    assert first["time"] == "2006-01-02T09:05:00+00:00"


def test_a_bad_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("date,open,high,low,close\n2006-01-02,1,1,1,1\n2006-01-03,1,x,1,1\n")
    names = names_of("utils/influxdb-import.py")
    with pytest.raises(names["BadFileError"], match=r"bad\.csv, line 3"):
        list(names["points_of"](path, "bad"))


def test_iqfeed_is_asked_and_understood(iqfeed: tuple[int, list[str]]) -> None:
    port, asked = iqfeed
    names = names_of("utils/iqfeed-to-influxdb.py")
    begin = names["datetime"].datetime(2024, 3, 8)
    first, second = names["fetch"]("127.0.0.1", port, "AAPL", 60, begin, None)
    assert asked == ["HIT,AAPL,60,20240308 000000,,,,,1\r\n"]
    # the clocks change between the two
    assert (first["time"], second["time"]) == (
        "2024-03-08T14:31:00+00:00",
        "2024-03-11T13:31:00+00:00",
    )
    assert first["fields"] == {
        "open_p": 172.6,
        "high_p": 173.2,
        "low_p": 172.5,
        "close_p": 173.0,
        "volume": 1000.0,
    }


def test_what_iqfeed_refuses_is_told(iqfeed: tuple[int, list[str]]) -> None:
    port, _ = iqfeed
    names = names_of("utils/iqfeed-to-influxdb.py")
    with pytest.raises(names["IQFeedError"], match=r"NONE: Invalid symbol\."):
        list(names["fetch"]("127.0.0.1", port, "NONE", 60, None, None))


def test_pair_trading(capsys: pytest.CaptureFixture[str]) -> None:
    names_of("samples/pair-trading/pair-trading.py")["main"]([])
    expected = EXPECTED.read_text(encoding="utf-8")
    assert difference(expected, capsys.readouterr().out) == ""
