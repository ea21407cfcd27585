"""Time ``import backtrader``: ``python bench/import_time.py [RUNS]``.

Prints the least wall and processor time of the runs, each in a process of its own, less what an
interpreter that imports nothing takes; and the same of numpy, which is most of it. Exit status 1
where the import takes 0.25 s or more.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

LIMIT_S = 0.25


def least(code: str, runs: int) -> tuple[float, float]:
    """Return the least wall and processor seconds of an interpreter that runs `code`."""
    walls, works = [], []
    for _ in range(runs):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        walls.append(time.perf_counter() - began)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        works.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(walls), min(works)


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    bare = least("pass", runs)
    taken = {}
    for name in ("numpy", "backtrader"):
        wall, work = (x - y for x, y in zip(least(f"import {name}", runs), bare, strict=True))
        taken[name] = wall
        print(f"{name:12} {wall:.3f} s, {work:.3f} s of the processor")
    return int(taken["backtrader"] >= LIMIT_S)


if __name__ == "__main__":
    sys.exit(main())
