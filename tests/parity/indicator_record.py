"""Upstream's outcomes of the indicator matrix, kept as sketches, and what counts as the same.

``python -m tests.parity.indicator_record --upstream PYTHON`` records anew; PYTHON needs pandas and
statsmodels as well, which upstream cannot regress without.
"""

from __future__ import annotations

import argparse
import fnmatch
import functools
import gzip
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

if not __package__:  # run as a file: the package that it is part of must be found
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "parity"

from . import sketches
from .compare import first_difference
from .encode import Plain
from .modes import MODES
from .processes import outcomes_under

MATRIX = Path(__file__).resolve().parent / "indicator_matrix.py"
RECORDED = Path(__file__).resolve().parent / "recorded_indicators.json.gz"
TOO_SHORT = "IndexError"  # what upstream raises in a batch that is shorter than the period


@dataclass(frozen=True)
class Intended:
    """Outcomes that differ on purpose; docs/differences.md has a row on each.

    Attributes
    ----------
    kinds, series : patterns of names.
    modes : modes in which they differ.
    like : the mode of upstream's that we are to agree with; None where there is none.
    reason : the row of docs/differences.md.
    """

    kinds: str
    modes: tuple[str, ...]
    like: str | None
    reason: str
    series: str = "*"


_STEPS = tuple(mode for mode in MODES if mode != "default")
_EVERY = tuple(MODES)

INTENDED = (
    Intended("Accum", ("exactbars=1",), "exactbars=-1", "bounded memory"),
    Intended("ExponentialSmoothing", ("exactbars=1",), "exactbars=-1", "bounded memory"),
    Intended("NonZeroDifference", ("exactbars=1",), "exactbars=-1", "bounded memory"),
    Intended("ZeroLagIndicator*", ("exactbars=1",), "exactbars=-1", "bounded memory"),
    Intended("Ichimoku", ("exactbars=1",), "exactbars=-1", "bounded memory"),
    Intended("Ichimoku", ("default",), "runonce=False", "looking ahead at the end of a batch"),
    Intended("DemarkPivotPoint", _STEPS, "default", "CmpEx bar by bar"),
    Intended("OLS_BetaN", _EVERY, None, "OLS indicators"),
    Intended(
        "OLS_*", _EVERY, None, "OLS indicators where the second data stands still", "constant"
    ),
    Intended(
        "OLS_TransformationN",
        _EVERY,
        None,
        "OLS indicators where the second data stands still",
        "flat",
    ),
)


def intended(kind: str, series: str, mode: str) -> Intended | None:
    """Return why an outcome may differ, or None."""
    for each in INTENDED:
        names = fnmatch.fnmatchcase(kind, each.kinds) and fnmatch.fnmatchcase(series, each.series)
        if names and mode in each.modes:
            return each
    return None


Compare = Callable[[Plain, Plain], "str | None"]


def difference(
    theirs: dict[str, Plain], ours: dict[str, Plain], place: tuple[str, str, str], same: Compare
) -> str | None:
    """Return the first difference of our outcome from upstream's, or None.

    Parameters
    ----------
    theirs : upstream's outcomes by mode, of all variants.
    ours : our outcome in the mode asked for, of all variants.
    place : names of kind, series and mode.
    same : compares two outcomes of a variant; tells how they differ.
    """
    kind, series, mode = place
    meant = intended(kind, series, mode)
    if meant and meant.like is None:
        return None
    for variant, actual in ours.items():
        expected = theirs[meant.like if meant and meant.like else mode][variant]
        if expected.get("raises", [""])[0] == TOO_SHORT and "raises" not in actual:
            expected = theirs["runonce=False"][variant]
        found = same(expected, actual)
        if found:
            return f"{kind}, {series}, {mode}, {variant}: {found}"
    return None


def same_values(expected: Plain, actual: Plain) -> str | None:
    """Compare two outcomes value by value."""
    return first_difference(expected, actual)


def same_sketches(expected: Plain, actual: Plain) -> str | None:
    """Compare the sketch of an outcome with another outcome."""
    if "raises" in expected or "raises" in actual:
        return first_difference(expected, actual)
    if expected["period"] != actual["period"]:
        return f"minimum period: {expected['period']} != {actual['period']}"
    if list(expected["lines"]) != list(actual["lines"]):
        return f"lines: {list(expected['lines'])} != {list(actual['lines'])}"
    for line, drawn in expected["lines"].items():
        found = sketches.difference(drawn, actual["lines"][line])
        if found:
            return f"{line}: {found}"
    return None


def sketched(outcome: Plain) -> Plain:
    """Return an outcome of a variant with sketches for its lines."""
    if "raises" in outcome:
        return {"raises": outcome["raises"]}
    lines = {name: sketches.sketch(column) for name, column in outcome["lines"].items()}
    return {"period": outcome["period"], "lines": lines}


def pack(outcomes: dict[str, Plain]) -> dict[str, Plain]:
    """Return the outcomes as sketches by kind, series and variant, each with its modes.

    Upstream's modes differ in the last digits: an outcome that agrees with another is not kept.
    """
    return {
        kind: {
            series: {variant: _by_modes(modes, variant) for variant in modes["default"]}
            for series, modes in of_kind.items()
        }
        for kind, of_kind in outcomes.items()
    }


def _by_modes(modes: dict[str, Plain], variant: str) -> list[list[Plain]]:
    apart: list[tuple[list[str], Plain]] = []
    for mode, outcome in modes.items():
        for names, kept in apart:
            if first_difference(kept, outcome[variant]) is None:
                names.append(mode)
                break
        else:
            apart.append(([mode], outcome[variant]))
    return [[names, sketched(outcome)] for names, outcome in apart]


def unpack(packed: dict[str, Plain]) -> dict[str, Plain]:
    """Return the sketches by kind, series, mode and variant."""
    return {
        kind: {
            series: {mode: _in_mode(variants, mode) for mode in MODES}
            for series, variants in of_kind.items()
        }
        for kind, of_kind in packed.items()
    }


def _in_mode(variants: dict[str, Plain], mode: str) -> dict[str, Plain]:
    return {
        variant: next(drawn for names, drawn in apart if mode in names)
        for variant, apart in variants.items()
    }


@functools.cache
def load() -> dict[str, Plain]:
    """Return what is recorded: sketches by kind, series, mode and variant."""
    return unpack(json.loads(gzip.decompress(RECORDED.read_bytes())))


def main() -> None:
    """Record what upstream does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upstream", default=os.environ.get("UPSTREAM_PYTHON"))
    options = parser.parse_args()
    if not options.upstream:
        parser.error("name upstream's interpreter with --upstream or UPSTREAM_PYTHON")
    theirs = outcomes_under(options.upstream, MATRIX, expect="upstream")
    text = json.dumps(pack(theirs), separators=(",", ":"), sort_keys=False)
    RECORDED.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"{len(theirs)} indicators; the file holds {RECORDED.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
