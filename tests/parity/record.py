"""Run every scenario under upstream and keep the results in ``recorded/``.

``python -m tests.parity.record --upstream PYTHON`` with the interpreter that has upstream
installed; without it the environment variable UPSTREAM_PYTHON says which.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

if not __package__:  # run as a file
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "parity"

from .processes import record_under
from .recording import FOLDER, save


def record(upstream: str, names: list[str]) -> list[str]:
    """Record the named scenarios, or all, and return the names; a full run drops old ones."""
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        record_under(upstream, Path(folder), names, expect="upstream")
        paths = sorted(Path(folder).glob("*.json"))
        if not names:
            for old in FOLDER.glob("*.json.gz"):
                old.unlink()
        for path in paths:
            save(path.stem, json.loads(path.read_text(encoding="utf-8")))
    return [path.stem for path in paths]


def main() -> None:
    """Record what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upstream", default=os.environ.get("UPSTREAM_PYTHON"))
    parser.add_argument("names", nargs="*", help="scenarios; all when none is named")
    options = parser.parse_args()
    if not options.upstream:
        parser.error("name upstream's interpreter with --upstream or UPSTREAM_PYTHON")
    recorded = record(options.upstream, options.names)
    size = sum(path.stat().st_size for path in FOLDER.glob("*.json.gz"))
    print(f"{len(recorded)} scenarios recorded; the folder holds {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
