"""Two thousand broken text files: what each implementation makes of them.

``python -m tests.parity.broken_files --upstream PYTHON`` records anew what upstream loads.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

if not __package__:  # run as a file: the package that it is part of must be found
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "parity"

import backtrader as bt

from .processes import run_under

COUNT = 2000
RECORDED = Path(__file__).resolve().parent / "recorded_files.json"
RAISED = "-"


def _row(form: str, number: int, *more: str) -> str:
    day = dt.datetime(2003, 1, 1) + dt.timedelta(days=number)
    prices = (f"{base + number:.2f}" for base in (4.31, 4.5, 4.3, 4.45))
    return ",".join([form.format(day), *prices, *more])


# class, its further parameters, and what makes a good row of a number
FORMS: tuple[tuple[str, dict[str, Any], Callable[[int], str]], ...] = (
    ("BacktraderCSVData", {}, lambda n: _row("{:%Y-%m-%d}", n, "100", "0")),
    ("BacktraderCSVData", {}, lambda n: _row("{:%Y-%m-%d,%H:%M:%S}", n, "100", "0")),
    (
        "GenericCSVData",
        {"dtformat": "%Y-%m-%d"},
        lambda n: _row("{:%Y-%m-%d}", n, "100", "0"),
    ),
    ("GenericCSVData", {"dtformat": 1}, lambda n: f"{1041379200 + 86400 * n},4,5,3,4,100,0"),
    (
        "GenericCSVData",
        {"dtformat": "%Y-%m-%d", "nullvalue": 0.0, "openinterest": -1},
        lambda n: _row("{:%Y-%m-%d}", n, "100"),
    ),
    ("SierraChartCSVData", {}, lambda n: _row("{:%Y/%m/%d}", n, "100", "0")),
    ("MT4CSVData", {}, lambda n: _row("{:%Y.%m.%d,%H:%M}", n, "100")),
    ("YahooFinanceCSVData", {}, lambda n: _row("{:%Y-%m-%d}", n, "2.225", "100")),
    (
        "YahooFinanceCSVData",
        {"reverse": True},
        lambda n: _row("{:%Y-%m-%d}", -n, "2.225", "100"),
    ),
    (
        "QuandlCSV",
        {"round": True},
        lambda n: _row("{:%Y-%m-%d}", n, "100", "0", "1", "2", "3", "1", "2", "200"),
    ),
    ("VChartCSVData", {}, lambda n: _row("S,D,{:%Y%m%d},0", n, "100", "0")),
)
RUBBISH = ("", " ", "null", "nan", "inf", "-inf", "1e999", "1e308", "-0", "0", "1_000", "0x10")
RUBBISH += ("+1", "\x00", "9" * 400, "2003-02-30", "0000-00-00", "9999-12-31", "10000-01-01")
RUBBISH += ("99999999999999999999", "\ufeff", '"4.5"', "4,5", ";", "\u0663", "caf\xe9", "4.5 ")
ENDS = (("\n",), ("\n",), ("\n",), ("\r\n",), ("\n", "\r\n"), ("\n", "\r"))
CODES = ("utf-8",) * 6 + ("utf-8-sig", "utf-16", "latin-1", "cp1252")


def _spoil(rng: random.Random, lines: list[str]) -> None:
    """Do one thing to the lines of a file."""
    place = rng.randrange(len(lines))
    kind = rng.choice(("field", "field", "field", "cut", "line", "twice", "swap", "gone", "more"))
    if kind == "field":
        fields = lines[place].split(",")
        fields[rng.randrange(len(fields))] = rng.choice(RUBBISH)
        lines[place] = ",".join(fields)
    elif kind == "cut":
        lines[place] = lines[place][: rng.randrange(len(lines[place]) + 1)]
    elif kind == "line":
        lines[place] = rng.choice(RUBBISH)
    elif kind == "twice":
        lines.insert(place, lines[place])
    elif kind == "swap":
        other = rng.randrange(len(lines))
        lines[place], lines[other] = lines[other], lines[place]
    elif kind == "gone" and len(lines) > 1:
        del lines[place]
    elif kind == "more":
        lines[place] += "," + rng.choice(RUBBISH)


def content(number: int) -> bytes:
    """Return the bytes of the file of this number."""
    rng = random.Random(number)
    good = FORMS[number % len(FORMS)][2]
    lines = ["Date,Open,High,Low,Close,Volume", *(good(row) for row in range(1, 9))]
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        _spoil(rng, lines)
    ends = rng.choice(ENDS)
    text = "".join(line + ends[place % len(ends)] for place, line in enumerate(lines))
    code = rng.choice(CODES)
    raw = text.encode(code, errors="replace")
    if rng.random() < 0.2:
        raw = raw[: rng.randrange(len(raw) + 1)]
    if rng.random() < 0.1:
        place = rng.randrange(len(raw) + 1)
        raw = raw[:place] + rng.randbytes(rng.randrange(1, 6)) + raw[place:]
    return raw


class Reader(bt.Strategy):
    """Takes note of each bar."""

    def __init__(self) -> None:
        self.bars: list[str] = []

    def next(self) -> None:
        values = (line[0] for line in list(self.data.lines)[:7])
        self.bars.append(" ".join(f"{value:.10g}" for value in values))


def run(number: int, path: Path) -> list[str]:
    """Write the file, run over it, and return its bars."""
    path.write_bytes(content(number))
    name, terms, _ = FORMS[number % len(FORMS)]
    modes: dict[str, Any] = {} if number % 3 else {"runonce": False, "preload": False}
    cerebro = bt.Cerebro(stdstats=False, **modes)
    cerebro.adddata(getattr(bt.feeds, name)(dataname=str(path), **terms))
    cerebro.addstrategy(Reader)
    return cerebro.run()[0].bars


def digest(bars: list[str]) -> str:
    """Return what is recorded of bars."""
    return f"{len(bars)}:{hashlib.sha256(chr(10).join(bars).encode()).hexdigest()[:10]}"


def outcomes() -> list[str]:
    """Return a digest of the bars of each file, or that it is refused."""
    found = []
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        for number in range(COUNT):
            try:
                found.append(digest(run(number, Path(folder) / "broken.csv")))
            except Exception:
                found.append(RAISED)
    return found


def outcomes_under(python: str) -> list[str]:
    """Return what upstream, under this interpreter, makes of the files."""
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        out = Path(folder) / "outcomes.json"
        run_under(python, Path(__file__), ["--out", str(out)], expect="upstream")
        return json.loads(out.read_text(encoding="utf-8"))


def load() -> list[str]:
    """Return what upstream was recorded to make of the files."""
    return json.loads(RECORDED.read_text(encoding="utf-8"))


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upstream", default=os.environ.get("UPSTREAM_PYTHON"))
    parser.add_argument("--out", type=Path, help="write the outcomes of this interpreter there")
    options = parser.parse_args()
    if options.out:
        options.out.write_text(json.dumps(outcomes()), encoding="utf-8")
        return
    if not options.upstream:
        parser.error("name upstream's interpreter with --upstream or UPSTREAM_PYTHON")
    text = json.dumps(outcomes_under(options.upstream), separators=(",", ":"))
    RECORDED.write_text(text.replace('",', '",\n') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
