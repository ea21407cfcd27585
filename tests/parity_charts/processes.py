"""Run the recorder in another process, under an interpreter of choice."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

RECORDER = Path(__file__).resolve().parent / "recorder.py"


def record_under(python: str, folder: Path, *, foreign: bool) -> None:
    """Write what the scenarios draw into `folder`; `foreign` keeps our package out of the way."""
    environment = {**os.environ, "MPLBACKEND": "Agg"}
    if foreign:
        environment.pop("PYTHONPATH", None)
    command = [python, str(RECORDER), "--out", str(folder)]
    finished = subprocess.run(
        command, cwd=RECORDER.parent, env=environment, capture_output=True, text=True, check=False
    )
    if finished.returncode:
        raise RuntimeError(f"{command} failed:\n{finished.stderr[-4000:]}")
