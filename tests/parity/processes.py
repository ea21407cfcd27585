"""Run the recorder in another process, under an interpreter of choice."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from .encode import Plain

RECORDER = Path(__file__).resolve().parent / "recorder.py"
REFERENCE_VERSION = "1.9.78.123"


class WrongVersion(RuntimeError):
    """The interpreter has not the backtrader that it should have."""


def version_under(python: str) -> str:
    """Return the version of the backtrader that this interpreter imports."""
    code = "import backtrader; print(backtrader.__version__)"
    return _ran([python, "-c", code], foreign=True).strip()


def record_under(
    python: str, folder: Path, names: list[str] | None = None, *, expect: str = ""
) -> None:
    """Write the results of the scenarios into `folder`, one file each.

    Parameters
    ----------
    python : interpreter to run.
    folder : of the results.
    names : scenarios; all when empty.
    expect : "upstream" when the interpreter must have the reference version.

    Raises
    ------
    WrongVersion : the interpreter has another version than upstream's.
    """
    run_under(python, RECORDER, ["--out", str(folder), *(names or [])], expect=expect)


def outcomes_under(
    python: str, script: Path, names: Iterable[str] = (), *, expect: str = ""
) -> dict[str, Plain]:
    """Return what a script writes with ``--out FILE NAME ...``; the rest is as in `run_under`."""
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        out = Path(folder) / "outcomes.json"
        run_under(python, script, ["--out", str(out), *names], expect=expect)
        return json.loads(out.read_text(encoding="utf-8"))


def run_under(python: str, script: Path, arguments: list[str], *, expect: str = "") -> None:
    """Run a script of this package; `expect` and the error are those of `record_under`."""
    if expect == "upstream":
        found = version_under(python)
        if found != REFERENCE_VERSION:
            raise WrongVersion(f"{python} has backtrader {found}, not {REFERENCE_VERSION}")
    _ran([python, str(script), *arguments], foreign=expect == "upstream")


def _ran(command: list[str], *, foreign: bool) -> str:
    environment = dict(os.environ)
    if foreign:  # our own tree must not shadow upstream
        environment.pop("PYTHONPATH", None)
    finished = subprocess.run(
        command, cwd=RECORDER.parent, env=environment, capture_output=True, text=True, check=False
    )
    if finished.returncode:
        raise RuntimeError(f"{command} failed:\n{finished.stderr[-4000:]}")
    return finished.stdout
