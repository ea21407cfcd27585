"""Journals too many to keep: a hash of every few lines says whether ours is upstream's, and where
it is not.

``python -m tests.parity.digests --upstream PYTHON`` records anew; with names of cases it prints
where upstream and ours part instead.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

if not __package__:  # run as a file: the package that it is part of must be found
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "parity"

from .cases import CASES
from .journal import RAISED
from .processes import run_under

RECORDED = Path(__file__).resolve().parent / "recorded_digests.json.gz"
BLOCK = 50  # lines to a hash
BEFORE = 20  # lines shown before one that differs
BYTES = 5  # of a hash: a wrong block is taken for a right one once in 10**12


def digest(lines: list[str]) -> str:
    """Return the number of lines and a hash of every block of them, as a text."""
    blocks = ("\n".join(lines[at : at + BLOCK]) for at in range(0, len(lines), BLOCK))
    hashes = b"".join(hashlib.sha256(block.encode()).digest()[:BYTES] for block in blocks)
    return f"{len(lines)}:{base64.b85encode(hashes).decode()}"


def difference(expected: str, lines: list[str]) -> str | None:
    """Return where `lines` part from the journal with the digest `expected`, or None."""
    if digest(lines) == expected:
        return None
    count, _, encoded = expected.partition(":")
    want, have = base64.b85decode(encoded), base64.b85decode(digest(lines).partition(":")[2])
    places = range(0, max(len(want), len(have)), BYTES)
    parted = next(at for at in places if want[at : at + BYTES] != have[at : at + BYTES])
    first = parted // BYTES * BLOCK
    ours = "\n".join(lines[first : first + BLOCK]) or "(nothing)"
    return f"{len(lines)} lines against {count}; within these, or one is missing:\n{ours}"


def journals(names: Iterable[str]) -> dict[str, list[str]]:
    """Return the journal of each named case."""
    return {name: CASES[name]() for name in names}


def load() -> dict[str, str]:
    """Return the recorded digests by case."""
    return json.loads(gzip.decompress(RECORDED.read_bytes()))


def save(digests: dict[str, str]) -> None:
    """Write the digests; the same ones give the same bytes."""
    packed = json.dumps(digests, separators=(",", ":"), sort_keys=True).encode()
    RECORDED.write_bytes(gzip.compress(packed, compresslevel=9, mtime=0))


def journals_under(
    python: str, names: Iterable[str] = (), *, expect: str = ""
) -> dict[str, list[str]]:
    """Return the journals of the cases (all when none is named) under another interpreter."""
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        out = Path(folder) / "journals.json"
        run_under(python, Path(__file__), ["--out", str(out), *names], expect=expect)
        return json.loads(out.read_text(encoding="utf-8"))


def parting(theirs: list[str], ours: list[str]) -> str | None:
    """Return the first line in which two journals differ, with those before it, or None."""
    if theirs == ours:
        return None
    pairs = zip(theirs, ours, strict=False)
    shorter = min(len(theirs), len(ours))
    at = next((place for place, (left, right) in enumerate(pairs) if left != right), shorter)
    told = [f"line {at} of {len(theirs)}", *theirs[max(0, at - BEFORE) : at]]
    told += [f"upstream {line}" for line in theirs[at : at + 1]]
    told += [f"ours     {line}" for line in ours[at : at + 1]]
    return "\n   ".join(told)


def broken(lines: list[str]) -> bool:
    """Whether a run ended with an exception: upstream's come from reads beyond its buffers, where
    nothing can be held to it.
    """
    return lines[-1:] != [] and lines[-1].startswith(RAISED)


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upstream", default=os.environ.get("UPSTREAM_PYTHON"))
    parser.add_argument("--out", type=Path, help="write the journals of this interpreter there")
    parser.add_argument("names", nargs="*", help="cases to show; all are recorded when none is")
    options = parser.parse_args()
    if options.out:
        text = json.dumps(journals(options.names or CASES))
        options.out.write_text(text, encoding="utf-8")
        return
    if not options.upstream:
        parser.error("name upstream's interpreter with --upstream or UPSTREAM_PYTHON")
    theirs = journals_under(options.upstream, options.names, expect="upstream")
    if options.names:
        for name, ours in journals(options.names).items():
            print(f"{name}: {parting(theirs[name], ours) or 'the same'}")
        return
    digests = {name: digest(lines) for name, lines in theirs.items() if not broken(lines)}
    save(digests)
    size = RECORDED.stat().st_size / 1e6
    print(f"{len(digests)} of {len(theirs)} cases recorded; the file holds {size:.2f} MB")


if __name__ == "__main__":
    main()
