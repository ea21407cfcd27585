"""Time ``import backtrader``: ``python bench/import_time.py [RUNS]``.

Prints the least processor time of the runs, each in a process of its own, less what an interpreter
that imports nothing takes; and the same of numpy, which is a part of it. Exit status 1 where the
import takes 0.25 s or more.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys

LIMIT_S = 0.25
# what was compiled once stays compiled, as where a user has installed it
_COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def least(code: str, runs: int) -> float:
    """Return the least processor seconds of an interpreter that runs `code`."""
    works = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True, env=_COMPILED)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        works.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(works)


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    bare = least("pass", runs)
    taken = {}
    for name in ("numpy", "backtrader"):
        taken[name] = least(f"import {name}", runs) - bare
        print(f"{name} {taken[name]:.3f} s")
    return int(taken["backtrader"] >= LIMIT_S)


if __name__ == "__main__":
    sys.exit(main())
