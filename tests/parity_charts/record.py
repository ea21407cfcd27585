"""Draw every scenario under upstream and keep the results in ``recorded.json.gz``.

``python -m tests.parity_charts.record --upstream PYTHON`` with the interpreter that has upstream
installed; without it the environment variable UPSTREAM_PYTHON says which.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

if not __package__:  # run as a file
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "parity_charts"

from .processes import record_under

KEPT = Path(__file__).resolve().parent / "recorded.json.gz"


def results(folder: Path) -> dict[str, Any]:
    """Return what the files in `folder` hold, by scenario."""
    paths = sorted(folder.glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def load() -> dict[str, Any]:
    """Return what upstream drew, by scenario."""
    return json.loads(gzip.decompress(KEPT.read_bytes()))


def main() -> None:
    """Record what upstream draws."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upstream", default=os.environ.get("UPSTREAM_PYTHON"))
    options = parser.parse_args()
    if not options.upstream:
        parser.error("name upstream's interpreter with --upstream or UPSTREAM_PYTHON")
    with tempfile.TemporaryDirectory(prefix="parity-charts-") as folder:
        record_under(options.upstream, Path(folder), foreign=True)
        found = results(Path(folder))
    text = json.dumps(found, separators=(",", ":"))
    KEPT.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"{len(found)} scenarios recorded, {KEPT.stat().st_size / 1e6:.2f} MB")
    for name, drawn in found.items():
        if "raises" in drawn:
            print(f"{name} raised {drawn['raises']}")


if __name__ == "__main__":
    main()
