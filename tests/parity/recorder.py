"""Run scenarios and write down everything observable, under the interpreter that runs this file.

``python recorder.py SCENARIO MODE`` prints one result; ``python recorder.py --out FOLDER
[SCENARIO ...]`` writes a file for each scenario with the results of all its modes.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import traceback
from pathlib import Path
from typing import Any

if not __package__:  # run as a file: the package that it is part of must be found
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "parity"

import backtrader as bt

from . import reading
from .encode import Plain
from .modes import MODES, Kept, kept
from .scenarios import SCENARIOS, Scenario
from .watching import Log, WatchingCerebro


def run(scenario: Scenario, mode: str) -> dict[str, Plain]:
    """Run a scenario in a mode twice, with its callbacks watched and without."""
    return {
        "watched": run_once(scenario, mode, watching=True),
        "plain": run_once(scenario, mode, watching=False),
    }


def run_once(scenario: Scenario, mode: str, *, watching: bool) -> dict[str, Plain]:
    """Run a scenario in a mode and return what it did; an exception is a result as well."""
    lines = kept(mode)
    log = Log(reads_lines=lines is not Kept.EVERYTHING)

    def make(**kwargs: Any) -> bt.Cerebro:
        if not watching:
            return bt.Cerebro(**{**kwargs, **MODES[mode]})
        cerebro = WatchingCerebro(**{**kwargs, **MODES[mode]})
        cerebro.log = log
        return cerebro

    outcome: dict[str, Plain] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        try:
            cerebro = scenario.build(make)
            results = cerebro.run()
            outcome["books"] = reading.books(cerebro)
            outcome["results"] = [reading.result(item, lines) for item in results]
        except Exception as error:
            outcome = _failure(error)
    seen = {"events": log.events, "seen": log.columns} if watching else {}
    return {**seen, "printed": printed.getvalue(), **outcome}


def _failure(error: Exception) -> dict[str, Plain]:
    """Return the kinds of an error; its words and place serve the reader, not the comparison."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
    kinds = [kind.__name__ for kind in type(error).__mro__]
    return {"raises": kinds, "message": f"{error} ({place})"}


def run_all_modes(scenario: Scenario) -> dict[str, Plain]:
    """Return the results of a scenario in each of its modes."""
    return {mode: run(scenario, mode) for mode in scenario.modes}


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="scenarios; one name and a mode prints")
    parser.add_argument("--out", type=Path, help="folder for one file a scenario")
    options = parser.parse_args()
    if options.out is None:
        name, mode = options.names
        print(json.dumps(run(SCENARIOS[name], mode), indent=1))
        return
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names or SCENARIOS:
        text = json.dumps(run_all_modes(SCENARIOS[name]))
        (options.out / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
