"""What is kept of a column of numbers too long to keep: enough to tell it from another one.

A sketch has the length, the places of NaN, some of the values, and sums over all of them under
weights that only chance knows. A single value that is off shows in the sums once it is off by more
than the tolerance times the number of values; those that are kept show at once.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

from .compare import ABSOLUTE, RELATIVE, near

SAMPLES = 8
SUMS = 3
DIGITS = 13
Sketch = list[Any]  # length, lengths of the runs without and with NaN in turn, samples, sums


def sketch(values: Sequence[float]) -> Sketch:
    """Return the sketch of `values`."""
    known = [value for value in values if not math.isnan(value)]
    sums = [math.fsum(terms) for terms in _weighted(known)]
    return [len(values), _runs(values), [*map(_cut, _samples(known))], [*map(_cut, sums)]]


def difference(expected: Sketch, values: Sequence[float]) -> str | None:
    """Return how `values` differ from those that `expected` is a sketch of, or None.

    Values agree within 1e-9 relative, as everywhere; sums within 1e-9 of what was added up.
    """
    length, runs, samples, sums = expected
    if len(values) != length:
        return f"length: {length} != {len(values)}"
    if _runs(values) != runs:
        return f"runs of values and NaN: {runs} != {_runs(values)}"
    known = [value for value in values if not math.isnan(value)]
    for place, (left, right) in enumerate(zip(samples, _samples(known), strict=True)):
        if not near(left, right):
            return f"sample {place} of {len(known)} values: {left} != {right}"
    for left, terms in zip(sums, _weighted(known), strict=True):
        allowed = RELATIVE * sum(map(abs, terms)) + ABSOLUTE * len(terms)
        if not abs(left - math.fsum(terms)) <= allowed and not near(left, math.fsum(terms)):
            return f"weighted sum: {left} != {math.fsum(terms)}, allowed {allowed}"
    return None


def _cut(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _runs(values: Sequence[float]) -> list[int]:
    runs, missing = [0], False
    for value in values:
        if math.isnan(value) != missing:
            missing = not missing
            runs.append(0)
        runs[-1] += 1
    return runs


def _samples(known: Sequence[float]) -> list[float]:
    """Return the first, the last and some values between, all where there are few."""
    last = len(known) - 1
    places = {round(last * step / (SAMPLES - 1)) for step in range(SAMPLES)} if known else ()
    return [known[place] for place in sorted(places)]


def _weighted(known: Sequence[float]) -> list[list[float]]:
    rows = []
    for seed in range(SUMS):
        chance = random.Random(seed)
        rows.append([value * chance.uniform(0.5, 1.0) * chance.choice((1, -1)) for value in known])
    return rows
