"""Write what the scripts of ``samples`` print into ``expected``: ``python -m tests.docs.record``.

With ``--upstream PYTHON`` the scripts run under upstream, too, and nothing is written of those that
print something else there.
"""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .cases import CASES, Case
from .runner import FAILED

RUNNER = Path(__file__).resolve().parent / "runner.py"


def printed_under(python: str, cases: list[Case]) -> dict[str, str]:
    """Return what each case prints under an interpreter, by its command; all in one process."""
    environment = {**os.environ, "MPLBACKEND": "Agg"}
    environment.pop("PYTHONPATH", None)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "cases.json"), Path(folder, "results.json")
        source.write_text(json.dumps([[case.script, case.arguments] for case in cases]))
        command = [python, str(RUNNER), str(source), str(target)]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command} failed:\n{done.stderr[-4000:]}")
        results: dict[str, str] = json.loads(target.read_text(encoding="utf-8"))
    return results


def difference(expected: str, printed: str) -> str:
    """Return the first lines in which two outputs differ; empty where they are equal."""
    lines = difflib.unified_diff(expected.splitlines(), printed.splitlines(), lineterm="", n=1)
    return "\n".join(list(lines)[:20])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--upstream", metavar="PYTHON", help="interpreter that has upstream")
    options = parser.parse_args()
    talib = importlib.util.find_spec("talib") is not None
    cases = [case for case in CASES if talib or not case.script.startswith("talib/")]
    ours = printed_under(sys.executable, cases)
    theirs = {}
    if options.upstream:
        theirs = printed_under(options.upstream, [case for case in cases if case.as_upstream])
    apart = 0
    for case in cases:
        found = difference(theirs.get(case.command, ours[case.command]), ours[case.command])
        if ours[case.command].startswith(FAILED):
            found = ours[case.command]
        if found:
            apart += 1
            print(f"{case.command}\n{found}\n")
            continue
        case.expected.parent.mkdir(parents=True, exist_ok=True)
        case.expected.write_text(ours[case.command], encoding="utf-8")
    print(f"{len(cases)} cases, {apart} failed or unlike upstream")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
