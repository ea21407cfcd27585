"""All analyzers and observers in forty settings more than the scenarios have: every shape of datas
with an account of every sort.

``python report_matrix.py --out FILE [NAME ...]`` writes the outcomes under the interpreter that
runs it; with ``--record UPSTREAM`` it keeps sketches of those of that interpreter.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import hashlib
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

if not __package__:  # run as a file: the package that it is part of must be found
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "parity"

import backtrader as bt

from . import reading, sketches
from .encode import Plain
from .modes import MODES, Kept
from .processes import outcomes_under
from .scenarios.reports import Trading, analyzed, observed, with_stats
from .scenarios.setting import setting

RECORDED = Path(__file__).resolve().parent / "recorded_reports.json.gz"
RUN_IN = ("default", "runonce=False", "preload=False")  # by turns
TINY = 1e-9  # below that a number counts as none: what is left of it is rounding

DATAS: dict[str, tuple[str, ...]] = {
    "day": ("day_b",),
    "week": ("week",),
    "minutes": ("five_minutes",),
    "short": ("short",),
    "days_and_weeks": ("day_b", "week"),
    "minutes_and_days": ("five_minutes", "day"),
    "three": ("day_c", "holes", "late"),
    "ends_early": ("day", "early_end"),
}
ACCOUNTS: dict[str, Callable[[bt.Cerebro], object]] = {
    "idle": lambda cerebro: cerebro.addstrategy(bt.Strategy),
    "fund": lambda cerebro: (
        cerebro.broker.set_fundmode(True, 10.0),
        cerebro.addstrategy(Trading, slow=5, cash=2000.0),
    ),
    "leverage": lambda cerebro: (
        cerebro.broker.setcommission(commission=0.001, leverage=4.0, interest=0.05),
        cerebro.addstrategy(Trading, slow=5, size=90),
    ),
    "slippage": lambda cerebro: (
        cerebro.broker.set_slippage_perc(0.002),
        cerebro.addstrategy(Trading, slow=4, cash=-500.0),
    ),
    "at_close": lambda cerebro: (
        cerebro.broker.set_coc(True),
        cerebro.broker.set_fundmode(True),
        cerebro.addstrategy(Trading, slow=6, short=False),
    ),
}
CASES = {f"{datas}_{account}": (datas, account) for datas in DATAS for account in ACCOUNTS}


def outcome(name: str) -> dict[str, Plain]:
    """Return the analyses and the observers' lines of a case, by name."""
    datas, account = CASES[name]
    mode = RUN_IN[list(CASES).index(name) % len(RUN_IN)]

    def make(**kwargs: Any) -> bt.Cerebro:
        return bt.Cerebro(**{**kwargs, **MODES[mode]})

    cerebro = setting(with_stats(make), *DATAS[datas])
    ACCOUNTS[account](cerebro)
    try:
        (strategy,) = observed(analyzed(cerebro)).run()
    except Exception as error:
        return {"raises": [each.__name__ for each in type(error).__mro__]}
    observers = [reading.observer(each, Kept.EVERYTHING) for each in strategy.getobservers()]
    named = {f"{place} {each['class']}": each for place, each in enumerate(observers)}
    return {**reading.analyses(strategy), **named}


def outcomes(names: list[str]) -> dict[str, Plain]:
    """Return the outcomes of the named cases, or of all."""
    return {name: outcome(name) for name in names or CASES}


def sketched(value: Plain) -> list[Plain]:
    """Return what is kept of one result: a hash of all but its floats, and a sketch of those.

    Values of all sizes are among them, so it is of their logarithms too: there each counts alike.
    """
    floats: list[float] = []
    frame = json.dumps(_framed(value, floats))
    logs = [_log(each) for each in floats]
    return [hashlib.sha256(frame.encode()).hexdigest()[:12], *map(sketches.sketch, (floats, logs))]


def difference(expected: list[Plain], value: Plain) -> str | None:
    """Return how a result differs from the one that `expected` was made of, or None."""
    floats: list[float] = []
    frame = json.dumps(_framed(value, floats))
    if hashlib.sha256(frame.encode()).hexdigest()[:12] != expected[0]:
        return f"another frame: {frame[:300]}"
    logs = [_log(each) for each in floats]
    return sketches.difference(expected[1], floats) or sketches.difference(expected[2], logs)


def _log(value: float) -> float:
    return value if math.isnan(value) else math.log(abs(value)) if abs(value) > TINY else 0.0


def _framed(value: Plain, floats: list[float]) -> Plain:
    """Return `value` with signs for floats, which are added to `floats`."""
    if isinstance(value, dict):
        return [[key, _framed(item, floats)] for key, item in value.items()]
    if isinstance(value, list):
        return [_framed(item, floats) for item in value]
    if isinstance(value, float):
        floats.append(value)
        return "-" if value < -TINY else "+"
    return value


@functools.cache
def load() -> dict[str, Plain]:
    """Return what is recorded by case and result."""
    return json.loads(gzip.decompress(RECORDED.read_bytes()))


def record(python: str) -> None:
    """Keep sketches of what upstream does."""
    theirs = outcomes_under(python, Path(__file__), expect="upstream")
    kept = {
        name: {key: sketched(value) for key, value in results.items()}
        for name, results in theirs.items()
    }
    text = json.dumps(kept, separators=(",", ":"))
    RECORDED.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"{len(kept)} cases; the file holds {RECORDED.stat().st_size / 1e6:.2f} MB")


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", metavar="UPSTREAM", help="interpreter that has upstream")
    parser.add_argument("--out", type=Path, help="file for the outcomes")
    parser.add_argument("names", nargs="*", help="cases; all when none is named")
    options = parser.parse_args()
    if options.record:
        record(options.record)
    elif options.out:
        options.out.write_text(json.dumps(outcomes(options.names)), encoding="utf-8")
    else:
        parser.error("give --record or --out")


if __name__ == "__main__":
    main()
