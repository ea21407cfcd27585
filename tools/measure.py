"""Measure what MIGRATION_COMPLETE_SUMMARY.md says, and write it.

usage: python tools/measure.py [--upstream PYTHON] [--tests JUNIT | --no-tests] [--parity JUNIT]
       python tools/measure.py --page

Runs the tests (or reads a report of ``pytest --junitxml`` that a run has left), counts the names of
the API, the recorded results and the blocks of the documentation, and times a few things. PYTHON is
an interpreter with backtrader 1.9.78.123, for what is compared with it; --parity is the report of
``tox run -e parity -- --junitxml FILE``. The figures go to docs/figures.json, the text to the page.
What was not measured is said to be so. With --page nothing is measured: the page is written from
the figures that are there.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "docs" / "figures.json"
PAGE = ROOT / "MIGRATION_COMPLETE_SUMMARY.md"
RECORDED = ("tests.parity.test_recorded", "tests.parity.test_digests")
CHARTS = "tests.parity_charts.test_recorded"
_NOT = "not measured"


def output(*command: str) -> str:
    """Return what a command prints, run in the project."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr or done.stdout}")
    return done.stdout


def of_report(path: Path) -> list[tuple[str, str]]:
    """Return module and outcome of each test in a report of pytest."""
    rows = []
    for case in ElementTree.parse(path).iter("testcase"):
        kinds = {child.tag for child in case}
        bad = "failed" if kinds & {"failure", "error"} else "passed"
        rows.append((case.get("classname") or "", "skipped" if "skipped" in kinds else bad))
    return rows


def tests(report: Path | None) -> dict[str, Any]:
    """Count the tests by folder and outcome, and those against recorded results."""
    if report is None:
        report = Path(tempfile.mkdtemp()) / "tests.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", f"--junitxml={report}"]
        subprocess.run(command, cwd=ROOT, check=False)
    rows = of_report(report)
    folders = Counter(module.split(".")[1] for module, outcome in rows if outcome == "passed")
    passed = [module for module, outcome in rows if outcome == "passed"]
    return {
        "outcomes": dict(sorted(Counter(outcome for _, outcome in rows).items())),
        "folders": dict(sorted(folders.items())),
        "recorded": sum(module.startswith(RECORDED) for module in passed),
        "charts": sum(module.startswith(CHARTS) for module in passed),
    }


def api(upstream: str) -> dict[str, int]:
    """Count the names that upstream has, and those of them that are here."""
    script = str(ROOT / "tools" / "api_names.py")
    theirs = set(json.loads(output(upstream, script)))
    ours = set(json.loads(output(sys.executable, script, "--passed-on")))
    return {"upstream": len(theirs), "here": len(theirs & ours)}


def documentation() -> dict[str, int]:
    """Count the blocks of code."""
    code = (
        "import json; from tests.docs.blocks import *; blocks = all_blocks();"
        "python = [b for b in blocks if b.kind == 'python'];"
        "left = [b for b in blocks if b.why];"
        "print(json.dumps({'python': len(python), 'shell': sum(b.kind in SHELL for b in blocks),"
        " 'left': len(left)}))"
    )
    counts: dict[str, int] = json.loads(output(sys.executable, "-c", code))
    return counts


def speed(upstream: str | None) -> dict[str, Any]:
    """Time a crossover under both, the import, and the way of a tick."""
    script = str(ROOT / "bench" / "crossover.py")
    here = json.loads(output(sys.executable, script))
    found: dict[str, Any] = {"crossover": here}
    if upstream:
        found["upstream"] = json.loads(output(upstream, script))
    for name in ("import_time", "live_latency"):
        command = [sys.executable, str(ROOT / "bench" / f"{name}.py")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        found[name] = done.stdout.strip().splitlines()
    return found


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """Return all figures."""
    figures: dict[str, Any] = {
        "day": datetime.date.today().isoformat(),
        "commit": output("git", "rev-parse", "--short", "HEAD").strip(),
        "python": platform.python_version(),
        "machine": f"{platform.system()}, {platform.machine()}, {os.cpu_count()} processors",
        "tests": None if options.no_tests else tests(options.tests),
        "ibpy": output(sys.executable, "tools/check_ibpy.py").strip(),
        "documentation": documentation(),
        "speed": speed(options.upstream),
    }
    if options.upstream:
        figures["api"] = api(options.upstream)
    if options.parity:
        outcomes = Counter(outcome for _, outcome in of_report(options.parity))
        figures["parity"] = dict(sorted(outcomes.items()))
    return figures


def _outcomes(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {outcome}" for outcome, number in counts.items())


def _rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    found, timed = figures["tests"], figures["speed"]
    api_found, parity, blocks = figures.get("api"), figures.get("parity"), figures["documentation"]
    return [
        ("tests (`make test`)", _outcomes(found["outcomes"]) if found else _NOT),
        (
            "runs equal to those recorded from 1.9.78.123",
            f"{found['recorded']:,}" if found else _NOT,
        ),
        ("charts equal to those recorded from it", f"{found['charts']:,}" if found else _NOT),
        ("both side by side (`make parity`)", _outcomes(parity) if parity else _NOT),
        (
            "names of its API that are here (`tools/api_names.py`)",
            f"{api_found['here']:,} of {api_found['upstream']:,}" if api_found else _NOT,
        ),
        ("`tools/check_ibpy.py`", figures["ibpy"]),
        (
            "blocks of code in the docs",
            "{python} in Python, {shell} of the shell; {left} not run".format(**blocks),
        ),
        ("a crossover, " + _crossover(timed["crossover"]), _seconds(timed)),
        *((f"`bench/{n}.py`", "; ".join(timed[n])) for n in ("import_time", "live_latency")),
    ]


def _crossover(run: dict[str, Any]) -> str:
    return f"{run['bars']:,} bars (`bench/crossover.py`)"


def _seconds(timed: dict[str, Any]) -> str:
    here, there = timed["crossover"], timed.get("upstream")
    if there is None:
        return f"{here['seconds']:.2f} s"
    same = "the same value" if here["value"] == there["value"] else "ANOTHER VALUE"
    ratio = there["seconds"] / here["seconds"]
    took = f"{here['seconds']:.2f} s against {there['seconds']:.2f} s"
    return f"{took}: {ratio:.1f} times as fast, {same} at the end"


def _folders(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    rows = [f"| `tests/{folder}` | {number:,} |" for folder, number in found["folders"].items()]
    return ["Tests that passed, by folder:", "", "| folder | tests |", "|---|---|", *rows, ""]


def page(figures: dict[str, Any]) -> str:
    """Return the page."""
    lines = [
        "# What the migration came to",
        "",
        "Interactive Brokers over ibind in place of IbPy, in a package that takes the place of",
        "backtrader 1.9.78.123. The figures are written by `tools/measure.py` (`make figures`)",
        "from runs of its own; nothing on this page is typed in.",
        "",
        f"Measured on {figures['day']}, on commit {figures['commit']}, with Python"
        f" {figures['python']} on {figures['machine']}.",
        "",
        "| what | figure |",
        "|---|---|",
        *(f"| {what} | {figure} |" for what, figure in _rows(figures)),
        "",
        *_folders(figures["tests"]),
        "Seconds are those of that machine, busy or not; ratios carry further.",
        "",
        "What differs from 1.9.78.123 on purpose is in `docs/differences.md`, how to move in",
        "`IBPY_TO_IBIND_MIGRATION_GUIDE.md`, how to get credentials in `OAUTH_SETUP_GUIDE.md`.",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure, and write the figures and the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--upstream", help="interpreter with backtrader 1.9.78.123")
    parser.add_argument("--tests", type=Path, help="report of a run of all tests")
    parser.add_argument("--no-tests", action="store_true", help="leave the tests out")
    parser.add_argument("--parity", type=Path, help="report of a run side by side")
    parser.add_argument("--page", action="store_true", help="measure nothing, write the page")
    options = parser.parse_args()
    if options.page:
        figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    else:
        figures = measured(options)
        text = json.dumps(figures, indent=1, ensure_ascii=False) + "\n"
        FIGURES.write_text(text, encoding="utf-8")
    PAGE.write_text(page(figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
