"""Draw scenarios and write down what was drawn, under the interpreter that runs this file.

``python recorder.py --out FOLDER [SCENARIO ...]`` writes a file for each scenario.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

if not __package__:  # run as a file: the package that it is part of must be found
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "parity_charts"

import contextlib
from collections.abc import Iterator

import matplotlib
import matplotlib.pyplot as pyplot

import backtrader as bt

from .figures import figure
from .scenarios import SCENARIOS


def run(name: str) -> dict[str, Any]:
    """Return what a scenario draws; an exception is a result as well."""
    cerebro, options = SCENARIOS[name](bt)
    with _without_windows():
        import backtrader.plot as plot

        # upstream's plotters share one scheme, and keep what any of them was told
        plot.Plot.params.scheme.__init__()
        try:
            drawn = cerebro.plot(**{"iplot": False, **options})
            for item in pyplot.get_fignums():
                pyplot.figure(item).canvas.draw()
            return {"figures": [[figure(fig) for fig in figs] for figs in drawn]}
        except Exception as error:
            return {"raises": f"{type(error).__name__}: {error}"}
        finally:
            pyplot.close("all")


@contextlib.contextmanager
def _without_windows() -> Iterator[None]:
    """Draw without windows: upstream asks for them as soon as it is imported."""
    matplotlib.use("Agg")
    switch, matplotlib.use = matplotlib.use, lambda *args, **kwargs: None
    try:
        yield
    finally:
        matplotlib.use = switch


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names or SCENARIOS:
        text = json.dumps(run(name))
        (options.out / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
