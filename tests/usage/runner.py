"""Run users' scripts and keep what they print, under the interpreter that runs this file.

``python runner.py --out FILE [RUN ...]`` writes the prints by run as JSON. Most scripts run here,
one after the other, each as ``__main__`` in a folder of its own; a few need a process each.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import json
import logging
import os
import random
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE / "scripts"
DATAS = HERE.parent.parent / "datas"

# what is put on the command line of a script, besides nothing
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "argparse_modes": (
        "--cerebro runonce=False,stdstats=False --strat verbose=True",
        "--cerebro exactbars=1 --sizer stake=3 --broker cash=90000.0,coc=True",
        "--fromdate 2006-03-01 --todate 2006-09-30T12:00:00 --strat period=20,verbose=True",
    ),
}
# scripts that start processes, or must see a fresh interpreter
ALONE = {"opt_processes", "flushfile_and_imports", "pickle_results"}


def runs() -> list[str]:
    """Return the names of all runs: a script's, with its arguments if it is given any."""
    found = []
    for path in sorted(SCRIPTS.glob("*.py")):
        found += [f"{path.stem} {given}".strip() for given in ("", *ARGUMENTS.get(path.stem, ()))]
    return found


def printed(run: str) -> str:
    """Return what a run prints; a failure is printed as its traceback."""
    script, *given = run.split()
    with tempfile.TemporaryDirectory(prefix="usage-") as folder:
        if script in ALONE:
            return _in_process(script, given, folder)
        with _as_if_alone(script, given, folder), contextlib.redirect_stdout(io.StringIO()) as out:
            try:
                runpy.run_path(str(SCRIPTS / f"{script}.py"), run_name="__main__")
            except SystemExit as end:
                if end.code:
                    print(f"Traceback: exit {end.code}")
            except Exception:
                print(traceback.format_exc())
        return out.getvalue()


def failed(text: str) -> bool:
    """Say whether a run ended with an exception."""
    return any(line.startswith("Traceback") for line in text.splitlines())


def _in_process(script: str, given: list[str], folder: str) -> str:
    command = [sys.executable, str(SCRIPTS / f"{script}.py"), *given]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "DATAS": str(DATAS)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + (done.stderr if done.returncode else "")


@contextlib.contextmanager
def _as_if_alone(script: str, given: list[str], folder: str) -> Iterator[None]:
    """Give a script its command line, environment and folder; put back what it may change."""
    import backtrader as bt

    before = os.getcwd(), sys.argv, dict(os.environ)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    bt.order.OrderBase.refbasis, bt.Trade.refbasis = itertools.count(1), itertools.count(1)
    random.seed(0)
    root.handlers = []
    os.chdir(folder)
    sys.argv = [f"{script}.py", *given]
    os.environ["DATAS"] = str(DATAS)
    try:
        yield
    finally:
        os.chdir(before[0])
        sys.argv = before[1]
        os.environ.clear()
        os.environ.update(before[2])
        root.handlers = handlers
        root.setLevel(level)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="*", help="all when none is named")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    found = {run: printed(run) for run in options.runs or runs()}
    options.out.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
