"""Time every indicator per bar, in a batch and step by step, beside a reference implementation.

usage: python bench/indicators.py --reference PYTHON [--batch-bars N] [--bars N] [--runs N]
       [--write FILE]

The table that is kept is bench/indicators_table.md.

PYTHON is an interpreter that imports the implementation to compare with; this package is timed in
the interpreter that runs the script. Each figure is the least processor time of the runs, with
several copies of the indicator on made-up daily bars, less that of the same run without any, for
one copy and bar. Ratios are what counts: seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import random
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import backtrader as bt

# bases that compute nothing, and what needs statsmodels
_LEFT_OUT = {"Indicator", "BaseApplyN", "MovingAverageBase", "OperationN", "OscillatorMixIn"}
_LEFT_OUT |= {"PeriodN", "CointN", "OLS_BetaN", "OLS_Slope_InterceptN", "OLS_TransformationN"}
# what cannot be had without, and periods for what has one bar by default
_NEEDED: dict[str, dict[str, Any]] = {
    "ApplyN": {"func": max, "period": 10},
    "ExponentialSmoothing": {"period": 10},
    "ExponentialSmoothingDynamic": {"period": 10},
    "FindFirstIndex": {"_evalfunc": max, "period": 10},
    "FindLastIndex": {"_evalfunc": min, "period": 10},
    "ReduceN": {"period": 10},
    "WeightedAverage": {"period": 4, "weights": (0.1, 0.2, 0.3, 0.4)},
}
_PERIOD = 10
COPIES = 8
# what takes so much less in a batch than by step has it done bar by bar, after the first bar was
# timed: HeikinAshi of the reference
_NO_BATCH = 500


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
            self.copies = [self.made(getattr(bt.ind, self.p.kind)) for _ in range(COPIES)]
        self.first = 0.0

    def made(self, kind: Any) -> Any:
        """Return an indicator of this kind."""
        name, given = kind.__name__, dict(_NEEDED.get(kind.__name__, {}))
        if kind.params._getpairs().get("period") == 1:
            given.setdefault("period", _PERIOD)
        if name == "ExponentialSmoothingDynamic":
            given["alpha"] = self.data.close * 0.0 + 0.1
        if name == "Oscillator":
            return kind(self.data, self.data.open)
        datas = [self.data, self.data.open][: max(1, kind._mindatas)]
        return kind(*datas, *([max] if name == "ReduceN" else []), **given)

    def start(self) -> None:
        self.started = time.process_time()

    def prenext(self) -> None:
        self.next()

    def next(self) -> None:
        self.first = self.first or time.process_time()

    def stop(self) -> None:
        self.stopped = time.process_time()


def names() -> list[str]:
    """Return the indicators without their aliases."""
    return sorted(
        {
            kind.__name__
            for kind in vars(bt.ind).values()
            if isinstance(kind, type) and issubclass(kind, bt.Indicator)
            if not vars(kind).get("aliased") and kind.__name__ not in _LEFT_OUT
        }
    )


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


def measure(kinds: list[str], bars: dict[bool, int], runs: int) -> dict[str, Any]:
    """Return microseconds per bar by name: (batch, steps), None where it cannot be run.

    `bars` is how many there are in a batch (True) and step by step (False).
    """
    empty = {batch: seconds(None, bars[batch], batch, runs + 2) for batch in (True, False)}
    result: dict[str, Any] = {}
    for kind in kinds:
        try:
            times = [
                (seconds(kind, bars[batch], batch, runs) - empty[batch]) / bars[batch]
                for batch in (True, False)
            ]
        except Exception as error:  # one that raises on this data is no reason to lose the rest
            result[kind] = str(error)
            continue
        result[kind] = [max(each, 1e-9) / COPIES * 1e6 for each in times]
    return result


def table(ours: dict[str, Any], theirs: dict[str, Any], bars: dict[bool, int]) -> str:
    """Return the table in Markdown, and what it comes to."""
    rows, ratios = [], []
    for name, mine in ours.items():
        other = theirs.get(name)
        if not isinstance(mine, list) or not isinstance(other, list):
            continue
        if other[0] * _NO_BATCH < other[1]:
            other = [other[1], other[1]]
        batch, steps = (theirs_us / mine_us for mine_us, theirs_us in zip(mine, other, strict=True))
        ratios.append((batch, steps))
        figures = " | ".join(f"{x:.3f}" for x in (other[0], mine[0]))
        figures += f" | {batch:{'.0f' if batch >= 10 else '.1f'}}x | " + " | ".join(
            f"{x:.2f}" for x in (other[1], mine[1])
        )
        rows.append(f"| {name} | {figures} | {steps:.1f}x |")
    batches, steps_all = zip(*ratios, strict=True)
    slower = sum(min(pair) < 1.0 for pair in ratios)
    failed = sorted(set(ours) - {row.split()[1] for row in rows})
    told = [
        f"Made by `bench/indicators.py` on {datetime.date.today()} with Python "
        f"{platform.python_version()}; the reference is backtrader 1.9.78.123.",
        "Seconds depend on the machine, ratios hardly.",
        "",
        f"{len(rows)} indicators, of which {slower} slower than the reference in either mode.",
        f"In a batch: median {statistics.median(batches):.0f} times as fast, the least "
        f"{min(batches):.1f}.",
        f"Step by step: median {statistics.median(steps_all):.1f}, the least {min(steps_all):.2f}.",
        *([f"Not measured: {', '.join(failed)}."] if failed else []),
    ]
    return "\n".join(
        [
            f"# Indicators: microseconds per bar ({bars[True]:,} bars in a batch, {bars[False]:,} "
            "step by step)",
            "",
            *told,
            "",
            "| indicator | reference, batch | here, batch | ratio | reference, steps | here, steps "
            "| ratio |",
            "|---|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Measure here and there, and print or write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reference", help="interpreter with the implementation to compare with")
    parser.add_argument("--batch-bars", type=int, default=20000, help="bars in a batch")
    parser.add_argument("--bars", type=int, default=2000, help="bars step by step")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="names of indicators; default all")
    parser.add_argument("--write", type=Path, help="file for the table; default standard output")
    parser.add_argument("--json", action="store_true", help="measure this interpreter alone")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    kinds = options.only or names()
    bars = {True: options.batch_bars, False: options.bars}
    ours = measure(kinds, bars, options.runs)
    if options.json:
        print(json.dumps(ours))
        return
    command = [options.reference or sys.executable, __file__, "--json", "--only", *kinds]
    command += ["--batch-bars", str(options.batch_bars), "--bars", str(options.bars)]
    command += ["--runs", str(options.runs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    text = table(ours, json.loads(done.stdout.splitlines()[-1]), bars)
    if options.write is None:
        print(text)
    else:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
