"""Every indicator with four sets of parameters on several series in every mode: what it is given,
and what its lines then hold.

``python indicator_matrix.py --out FILE [--modes MODE ...] [KIND ...]`` writes the outcomes under
the interpreter that runs it.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

if not __package__:  # run as a file: the package that it is part of must be found
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "parity"

import backtrader as bt

from .bars import Bar, walk, weekdays
from .encode import Plain
from .journal import Rows
from .modes import MODES, Kept, kept

# bases that compute nothing themselves
BASES = {"BaseApplyN", "Indicator", "MovingAverageBase", "OperationN", "OscillatorMixIn", "PeriodN"}
# what cannot be had without
NEEDED: dict[str, dict[str, Any]] = {
    "ApplyN": {"func": max},
    "ExponentialSmoothingDynamic": {"period": 5},
    "FindFirstIndex": {"_evalfunc": max},
    "FindLastIndex": {"_evalfunc": min},
    "ReduceN": {"period": 4},
}
WEIGHTS = (0.2, 0.3, 0.5, 0.1, 0.4, 0.6, 0.25, 0.15)
LONGEST = 100  # bars of a period, but for the year of DV2 by default
VARIANTS = ("default", "shorter", "longer", "others")


def _flat() -> list[Bar]:
    """A walk that gets nowhere, with stretches in which nothing moves."""
    rows = walk(22, weekdays(110), start=80.0, move=0.5)
    for first in (30, 70):
        still = rows[first]
        for place in range(first, first + 12):
            rows[place] = still._replace(when=rows[place].when, volume=rows[place].volume)
    return rows


def _constant() -> list[Bar]:
    return [Bar(when, 50.0, 50.0, 50.0, 50.0, 1000) for when in weekdays(70)]


SERIES: dict[str, Callable[[], list[Bar]]] = {
    "trend": lambda: walk(21, weekdays(280), drift=0.3),
    "flat": _flat,
    "gaps": lambda: walk(23, weekdays(110), move=1.0, gap=6.0),
    "constant": _constant,
    "short": lambda: walk(24, weekdays(12)),
}


@functools.cache
def rows(series: str, beside: bool = False) -> tuple[Bar, ...]:
    """Return the bars of a series, or those of the feed beside it."""
    made = SERIES[series]()
    if not beside or series == "constant":
        return tuple(made)
    return tuple(walk(31, [bar.when for bar in made], start=90.0, drift=0.1))


def kinds() -> dict[str, Any]:
    """Return the indicators by name, without aliases and bases."""
    found = {bt.studies.Fractal.__name__: bt.studies.Fractal}
    for kind in vars(bt.indicators).values():
        if not (isinstance(kind, type) and issubclass(kind, bt.Indicator)):
            continue
        if not vars(kind).get("aliased") and kind.__name__ not in BASES:
            found[kind.__name__] = kind
    return dict(sorted(found.items()))


def arguments(kind: Any, variant: str) -> dict[str, Any]:
    """Return the parameters of a variant: made from the defaults of the class itself."""
    needed = NEEDED.get(kind.__name__, {})
    if variant == "default":
        given = dict(needed)
    else:
        given = {}
        for name, default in kind.params._getpairs().items():
            value = _varied(needed.get(name, default), variant)
            if value is not None:
                given[name] = value
    if kind.__name__ == "WeightedAverage":
        given.setdefault("period", 3)
        given["weights"] = WEIGHTS[: given["period"]]
    return given


def _varied(value: Any, variant: str) -> Any:
    """Return another value of the sort of `value`; None where there is none to be had."""
    if isinstance(value, bool):
        return value if variant == "shorter" else not value
    if isinstance(value, int):
        return _other_length(value, variant)
    if isinstance(value, float):
        return (value * {"shorter": 0.75, "longer": 1.2, "others": 0.5}[variant]) or 1.5
    if isinstance(value, type):
        return _other_average(value) if variant == "others" else value
    return value


def _other_length(value: int, variant: str) -> int:
    if variant == "shorter":
        return value // 2 if value > 3 else value + 4
    if variant == "longer":
        return min(value + 3, LONGEST)
    return min(value + 1, LONGEST - 10)


def _other_average(kind: Any) -> Any:
    simple = kind.lines._getlines()[0] == "sma"
    return bt.indicators.ExponentialMovingAverage if simple else bt.indicators.MovingAverageSimple


class Holding(bt.Strategy):
    """Has one indicator in each of several forms, and reads their lines on every bar."""

    params = (("kind", None), ("variants", ()), ("reads", False))

    def __init__(self) -> None:
        self.held = {name: self.made(name) for name in self.p.variants}
        self.seen: dict[str, list[list[float]]] = {
            name: [[] for _ in one.lines] for name, one in self.held.items()
        }

    def made(self, variant: str) -> Any:
        """Return the indicator in this form."""
        kind, given = self.p.kind, arguments(self.p.kind, variant)
        datas = self.datas[: max(1, kind._mindatas)]
        if kind.__name__ == "Oscillator":
            datas = [self.data, bt.indicators.SMA(self.data, period=5 + len(variant))]
        if kind.__name__ == "ReduceN":
            return kind(*datas, max, **given)
        if kind.__name__ == "ExponentialSmoothingDynamic":
            given["alpha"] = self.data.close * 0.005
        return kind(*datas, **given)

    def prenext(self) -> None:
        self.next()

    def nextstart(self) -> None:
        self.next()

    def next(self) -> None:
        if self.p.reads:
            for name, one in self.held.items():
                for column, line in zip(self.seen[name], one.lines):  # noqa: B905
                    column.append(line[0])


def outcome(kind: Any, series: str, mode: str) -> dict[str, Plain]:
    """Return what came of each variant: its minimum period and lines, or the error that it raised.

    All go into one run; one each where that raises.
    """
    try:
        return _run(kind, series, mode, VARIANTS)
    except Exception:
        found = {}
        for variant in VARIANTS:
            try:
                found.update(_run(kind, series, mode, (variant,)))
            except Exception as error:
                found[variant] = {"raises": [each.__name__ for each in type(error).__mro__]}
        return found


def _run(kind: Any, series: str, mode: str, variants: Iterable[str]) -> dict[str, Plain]:
    reads = kept(mode) is not Kept.EVERYTHING
    cerebro = bt.Cerebro(stdstats=False, **MODES[mode])
    for beside in (False, True)[: max(1, kind._mindatas)]:
        cerebro.adddata(Rows(rows=rows(series, beside)))
    cerebro.addstrategy(Holding, kind=kind, variants=variants, reads=reads)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a period that is longer than the data
        (strategy,) = cerebro.run()
    return {
        name: {"period": one._minperiod, "lines": _lines(strategy, name, reads)}
        for name, one in strategy.held.items()
    }


def _lines(strategy: Any, name: str, reads: bool) -> dict[str, list[float]]:
    one = strategy.held[name]
    columns = strategy.seen[name] if reads else [list(line.array) for line in one.lines]
    # as floats: with bounded memory upstream's lines hold what was put in
    return {
        line: [float(value) for value in column]
        for line, column in zip(one.lines.getlinealiases(), columns)  # noqa: B905
    }


def outcomes(names: Iterable[str] = (), modes: Iterable[str] = ()) -> dict[str, Plain]:
    """Return the outcomes by kind, series and mode; of all kinds and modes where none is named."""
    every = kinds()
    return {
        name: {
            series: {mode: outcome(every[name], series, mode) for mode in modes or MODES}
            for series in SERIES
        }
        for name in names or every
    }


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="file for the outcomes")
    parser.add_argument("--modes", nargs="*", default=(), help="modes; all when none is named")
    parser.add_argument("names", nargs="*", help="indicators; all when none is named")
    options = parser.parse_args()
    text = json.dumps(outcomes(options.names, options.modes))
    options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
