"""Run every script under upstream and keep what it prints in ``recorded.json.gz``.

``python -m tests.usage.record --upstream PYTHON`` with the interpreter that has upstream installed;
without it the environment variable UPSTREAM_PYTHON says which. With names of runs it shows where
ours parts from upstream, and keeps nothing.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import json
import os
import sys
import tempfile
from pathlib import Path

if not __package__:  # run as a file
    sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)
    __package__ = "tests.usage"

from ..parity.compare import spelt_alike
from ..parity.processes import run_under
from .runner import failed, printed

HERE = Path(__file__).resolve().parent
KEPT = HERE / "recorded.json.gz"
RUNNER = HERE / "runner.py"


def prints_under(python: str, runs: list[str] | None = None, *, expect: str = "") -> dict[str, str]:
    """Return what runs print under an interpreter; `expect` is that of `run_under`."""
    with tempfile.TemporaryDirectory(prefix="usage-") as folder:
        out = Path(folder) / "printed.json"
        run_under(python, RUNNER, ["--out", str(out), *(runs or [])], expect=expect)
        return json.loads(out.read_text(encoding="utf-8"))


def load() -> dict[str, str]:
    """Return what upstream prints, by run."""
    return json.loads(gzip.decompress(KEPT.read_bytes()))


def parting(theirs: str, ours: str) -> str:
    """Return the lines in which two prints differ, nothing if they are the same."""
    lines = spelt_alike(theirs).splitlines(), spelt_alike(ours).splitlines()
    return "\n".join(difflib.unified_diff(*lines, "upstream", "ours", n=1, lineterm=""))


def main() -> None:
    """Record all runs, or compare those that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upstream", default=os.environ.get("UPSTREAM_PYTHON"))
    parser.add_argument("runs", nargs="*", help="to compare; all are recorded when none is named")
    options = parser.parse_args()
    if not options.upstream:
        parser.error("name upstream's interpreter with --upstream or UPSTREAM_PYTHON")
    theirs = prints_under(options.upstream, options.runs, expect="upstream")
    for run, text in theirs.items():
        if failed(text):
            print(f"{run} fails upstream:", *text.splitlines()[-8:], sep="\n")
        elif options.runs:
            print(f"{run}: {parting(text, printed(run)) or 'the same'}")
    if not options.runs:
        kept = json.dumps(theirs, separators=(",", ":"), sort_keys=True)
        KEPT.write_bytes(gzip.compress(kept.encode(), compresslevel=9, mtime=0))
        print(f"{len(theirs)} runs recorded, {KEPT.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
