"""Time runs over feeds that are resampled, replayed or filtered, beside a reference implementation.

usage: python bench/resample.py --reference PYTHON [--candidate PYTHON] [--rows N] [--runs N]
       [--only NAME ...]

Each PYTHON is an interpreter that imports an implementation of `backtrader`. Every case reads a
file of made-up bars of one minute in a process of its own; its time is the processor time of
`Cerebro.run`, and its answer a sum over all bars that were delivered, each with the step at which
it came: where the two answers differ the case is WRONG. Ratios are what counts: seconds depend on
the machine.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MODES = {
    "batch": {},
    "preloaded": {"runonce": False},
    "event": {"runonce": False, "preload": False},
}


def write(path: Path, rows: int) -> None:
    """Write `rows` bars of one minute of the hours from 9:30 to 16:00 on weekdays."""
    chance = random.Random(1)
    price = 100.0
    when = datetime.datetime(2000, 1, 3, 9, 30)
    minute = datetime.timedelta(minutes=1)
    with path.open("w") as out:
        out.write("datetime,open,high,low,close,volume,openinterest\n")
        for _ in range(rows):
            opening, price = price, price * (1.0 + chance.gauss(0.0, 0.001))
            high = max(opening, price) * 1.0005
            low = min(opening, price) * 0.9995
            prices = f"{opening:.4f},{high:.4f},{low:.4f},{price:.4f}"
            out.write(f"{when:%Y-%m-%d %H:%M:%S},{prices},{chance.randrange(100, 10000)},0\n")
            when += minute
            if when.hour == 16:
                when += datetime.timedelta(hours=17, minutes=30)
                while when.weekday() > 4:
                    when += datetime.timedelta(days=1)


def feed(bt: Any, path: str, **kwargs: Any) -> Any:
    """Return a feed of the file."""
    terms = {"timeframe": bt.TimeFrame.Minutes, "dtformat": "%Y-%m-%d %H:%M:%S", **kwargs}
    return bt.feeds.GenericCSVData(dataname=path, **terms)


def _days_alone(bt: Any, cerebro: Any, path: str) -> None:
    cerebro.resampledata(feed(bt, path), timeframe=bt.TimeFrame.Days)


def _days_beside(bt: Any, cerebro: Any, path: str) -> None:
    data = feed(bt, path)
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Days)


def _several(bt: Any, cerebro: Any, path: str) -> None:
    data, other = feed(bt, path), feed(bt, path)
    cerebro.adddata(data)
    cerebro.adddata(other)
    for each in (data, other):
        cerebro.resampledata(each, timeframe=bt.TimeFrame.Days)


def _weeks(bt: Any, cerebro: Any, path: str) -> None:
    data = feed(bt, path)
    cerebro.adddata(data)
    for timeframe in (bt.TimeFrame.Weeks, bt.TimeFrame.Months):
        cerebro.resampledata(data, timeframe=timeframe)


def _counted(bt: Any, cerebro: Any, path: str) -> None:
    data = feed(bt, path)
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Minutes, compression=7, bar2edge=False)


def _replayed(bt: Any, cerebro: Any, path: str) -> None:
    cerebro.replaydata(feed(bt, path), timeframe=bt.TimeFrame.Days)


def _session(bt: Any, cerebro: Any, path: str) -> None:
    hours = {"sessionstart": datetime.time(10, 0), "sessionend": datetime.time(15, 0)}
    data = feed(bt, path, **hours)
    data.addfilter(bt.filters.SessionFilter)
    cerebro.adddata(data)


def _filtered(name: str, **terms: Any) -> Callable[..., None]:
    def add(bt: Any, cerebro: Any, path: str) -> None:
        data = feed(bt, path)
        data.addfilter(getattr(bt.filters, name), **terms)
        cerebro.adddata(data)

    return add


def _filled(bt: Any, cerebro: Any, path: str) -> None:
    data = feed(bt, path, sessionstart=datetime.time(9, 30), sessionend=datetime.time(16, 30))
    data.addfilter(bt.filters.SessionFiller)
    cerebro.adddata(data)


CASES: dict[str, tuple[Callable[..., None], tuple[str, ...]]] = {
    "days": (_days_alone, tuple(MODES)),
    "minutes-and-days": (_days_beside, tuple(MODES)),
    "two-sources": (_several, tuple(MODES)),
    "weeks-and-months": (_weeks, tuple(MODES)),
    "counted": (_counted, tuple(MODES)),
    "replay": (_replayed, ("batch", "event")),
    "session-filter": (_session, tuple(MODES)),
    "session-filler": (_filled, ("batch", "preloaded")),
    "heikin-ashi": (_filtered("HeikinAshi"), tuple(MODES)),
    "renko": (_filtered("Renko", size=0.25), ("batch", "preloaded")),
}


def case(name: str, path: str) -> dict[str, Any]:
    """Run a case, named with its mode, with the `backtrader` of this interpreter."""
    import backtrader as bt

    class Reader(bt.Strategy):  # type: ignore[misc]
        """Takes note of each new bar of the slowest feed."""

        def __init__(self) -> None:
            self.answer, self.seen = 0.0, 0

        def prenext(self) -> None:
            self.next()

        def next(self) -> None:
            data = self.datas[-1]
            if len(data) != self.seen:
                self.seen = len(data)
                self.answer += data.close[0] * (len(self) % 1000) + data.datetime[0] % 97.0

    kind, _, mode = name.partition("@")
    cerebro = bt.Cerebro(stdstats=False, **MODES[mode])
    CASES[kind][0](bt, cerebro, path)
    cerebro.addstrategy(Reader)
    started = time.process_time()
    (reader,) = cerebro.run()
    seconds = time.process_time() - started
    return {"seconds": seconds, "answer": reader.answer, "bars": reader.seen}


def run(python: str, name: str, path: Path) -> dict[str, Any]:
    """Run a case under an interpreter."""
    command = [python, str(Path(__file__).resolve()), "--case", name, "--data", str(path)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=tempfile.gettempdir(), check=False
    )
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def compare(options: argparse.Namespace, folder: Path) -> None:
    """Print a line for each case."""
    path = folder / f"minutes-{options.rows}.csv"
    if not path.exists():
        write(path, options.rows)
    names = [f"{kind}@{mode}" for kind, (_, modes) in CASES.items() for mode in modes]
    chosen = [name for name in names if not options.only or name.partition("@")[0] in options.only]
    print(f"{'case':28}{'reference s':>12}{'candidate s':>12}{'ratio':>8}")
    for name in chosen:
        pythons = (options.reference, options.candidate)
        results = [[run(python, name, path) for _ in range(options.runs)] for python in pythons]
        errors = [each["error"] for several in results for each in several if "error" in each]
        if errors:
            print(f"{name:28} FAILED {errors[0]}", flush=True)
            continue
        theirs, ours = (min(several, key=lambda each: each["seconds"]) for several in results)
        ratio = theirs["seconds"] / ours["seconds"]
        gap = abs(theirs["answer"] - ours["answer"])
        same = theirs["bars"] == ours["bars"] and gap <= 1e-9 * abs(theirs["answer"])
        told = "" if same else f"  WRONG {theirs} != {ours}"
        figures = f"{theirs['seconds']:12.2f}{ours['seconds']:12.2f}{ratio:8.1f}"
        print(f"{name:28}{figures}{told}", flush=True)


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", help="interpreter to compare with")
    parser.add_argument("--candidate", default=sys.executable)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="cases, without their modes")
    parser.add_argument("--data", default=tempfile.gettempdir(), help="folder for the file")
    parser.add_argument("--case", help="run one case and print its result")
    options = parser.parse_args()
    if options.case:
        print(json.dumps(case(options.case, options.data)))
        return
    if not options.reference:
        parser.error("name an interpreter to compare with: --reference")
    compare(options, Path(options.data))


if __name__ == "__main__":
    main()
