"""Time every indicator per bar, in a batch and step by step, beside a reference implementation.

usage: python bench/indicators.py --reference PYTHON [--bars N] [--runs N] [--write FILE]

PYTHON is an interpreter that imports the implementation to compare with; this package is timed in
the interpreter that runs the script. Each figure is the least processor time of the runs, with
several copies of the indicator on made-up daily bars, less that of the same run without any, for
one copy and bar. Ratios are what counts: seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import backtrader as bt

# what needs other inputs than one feed with default parameters, or a package of its own
_LEFT_OUT = {"CointN", "OLS_BetaN", "OLS_Slope_InterceptN", "OLS_TransformationN", "PivotPoint"}
_LEFT_OUT |= {"DemarkPivotPoint", "FibonacciPivotPoint", "Hurst", "HurstExponent"}
COPIES = 8


class Made(bt.feed.DataBase):
    """A random walk of daily bars, the same for every run."""

    params = (("bars", 5000),)

    def start(self) -> None:
        super().start()
        self.random = random.Random(1)
        self.count, self.price = 0, 100.0

    def _load(self) -> bool:
        if self.count >= self.p.bars:
            return False
        chance = self.random
        self.price *= 1.0 + chance.uniform(-0.02, 0.02)
        high, low = self.price * (1 + 0.01 * chance.random()), self.price * 0.99
        self.lines.datetime[0] = 730000.0 + self.count
        self.lines.open[0] = low + (high - low) * chance.random()
        self.lines.high[0], self.lines.low[0], self.lines.close[0] = high, low, self.price
        self.lines.volume[0] = float(chance.randint(100, 1000))
        self.lines.openinterest[0] = 0.0
        self.count += 1
        return True


class Holder(bt.Strategy):
    """Some copies of one indicator, or none; notes the processor time at three moments."""

    params = (("kind", None),)

    def __init__(self) -> None:
        if self.p.kind is not None:
            kind = getattr(bt.ind, self.p.kind)
            mindatas = getattr(kind, "_mindatas", 1)
            self.copies = [kind(*[self.data] * mindatas) for _ in range(COPIES)]
        self.first = 0.0

    def start(self) -> None:
        self.started = time.process_time()

    def prenext(self) -> None:
        self.next()

    def next(self) -> None:
        self.first = self.first or time.process_time()

    def stop(self) -> None:
        self.stopped = time.process_time()


def names() -> list[str]:
    """Return the indicators that can be had with one feed and default parameters."""
    found = {}
    for name, kind in sorted(vars(bt.ind).items()):
        if isinstance(kind, type) and issubclass(kind, bt.Indicator) and name not in _LEFT_OUT:
            found.setdefault(id(kind), kind.__name__)
    return sorted(name for name in found.values() if hasattr(bt.ind, name))


def seconds(kind: str | None, bars: int, batch: bool, runs: int) -> float:
    """Return the shortest time for `kind` (None: no indicator).

    In a batch that is the time between the start of the strategy and its first bar, for by then all
    is computed; otherwise the time until its end.
    """
    best = float("inf")
    for _ in range(runs):
        cerebro = bt.Cerebro(stdstats=False, runonce=batch, preload=True)
        cerebro.adddata(Made(bars=bars))
        cerebro.addstrategy(Holder, kind=kind)
        holder = cerebro.run()[0]
        best = min(best, (holder.first if batch else holder.stopped) - holder.started)
    return best


def measure(kinds: list[str], bars: int, runs: int) -> dict[str, Any]:
    """Return microseconds per bar by name: (batch, steps), None where it cannot be run."""
    empty = {batch: seconds(None, bars, batch, runs + 2) for batch in (True, False)}
    result: dict[str, Any] = {}
    for kind in kinds:
        try:
            times = [seconds(kind, bars, batch, runs) - empty[batch] for batch in (True, False)]
        except Exception as error:  # one that raises on this data is no reason to lose the rest
            result[kind] = str(error)
            continue
        result[kind] = [max(each, 1e-5) / bars / COPIES * 1e6 for each in times]
    return result


def table(ours: dict[str, Any], theirs: dict[str, Any], bars: int) -> str:
    """Return the table in Markdown, and what it comes to."""
    rows, ratios = [], []
    for name, mine in ours.items():
        other = theirs.get(name)
        if not isinstance(mine, list) or not isinstance(other, list):
            continue
        batch, steps = (theirs_us / mine_us for mine_us, theirs_us in zip(mine, other, strict=True))
        ratios.append((batch, steps))
        figures = " | ".join(f"{x:.3f}" for x in (other[0], mine[0]))
        figures += f" | {batch:.0f}x | " + " | ".join(f"{x:.2f}" for x in (other[1], mine[1]))
        rows.append(f"| {name} | {figures} | {steps:.1f}x |")
    batches, steps_all = zip(*ratios, strict=True)
    return "\n".join(
        [
            f"# Indicators: microseconds per bar ({bars} bars)",
            "",
            "Made by `bench/indicators.py`; the reference is backtrader 1.9.78.123.",
            "",
            f"{len(rows)} indicators. In a batch: median {statistics.median(batches):.0f} times as "
            f"fast, the least {min(batches):.1f}. Step by step: median "
            f"{statistics.median(steps_all):.1f}, the least {min(steps_all):.2f}.",
            "",
            "| indicator | reference, batch | here, batch | ratio | reference, steps | here, steps "
            "| ratio |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Measure here and there, and print or write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reference", help="interpreter with the implementation to compare with")
    parser.add_argument("--bars", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="names of indicators; default all")
    parser.add_argument("--write", type=Path, help="file for the table; default standard output")
    parser.add_argument("--json", action="store_true", help="measure this interpreter alone")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    kinds = options.only or names()
    ours = measure(kinds, options.bars, options.runs)
    if options.json:
        print(json.dumps(ours))
        return
    command = [options.reference or sys.executable, __file__, "--json", "--only", *kinds]
    command += ["--bars", str(options.bars), "--runs", str(options.runs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    text = table(ours, json.loads(done.stdout.splitlines()[-1]), options.bars)
    if options.write is None:
        print(text)
    else:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
