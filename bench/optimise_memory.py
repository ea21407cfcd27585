"""Measure what memory an optimisation takes, for more and more combinations.

usage: python bench/optimise_memory.py [--counts 100 1000] [--bars N] [--cpus N]

For each number of combinations a process of its own runs them. It tells the most memory that it
and, with several processes, any worker held, and what a result comes to when pickled. The results
are all that may grow: some 20 KB each as objects.
"""

from __future__ import annotations

import argparse
import pickle
import resource
import subprocess
import sys

from indicators import Made

import backtrader as bt


class Crossing(bt.Strategy):
    """Trades the crossing of two means."""

    params = (("fast", 5), ("slow", 20))

    def __init__(self) -> None:
        fast = bt.ind.SMA(period=self.p.fast)
        self.cross = bt.ind.CrossOver(fast, bt.ind.SMA(period=self.p.slow))

    def next(self) -> None:
        if self.cross > 0:
            self.buy()
        elif self.cross < 0 and self.position:
            self.close()


def run(count: int, bars: int, cpus: int) -> str:
    """Run so many combinations and return what they took."""
    cerebro = bt.Cerebro(stdstats=False, maxcpus=cpus)
    cerebro.adddata(Made(bars=bars))
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer)
    cerebro.optstrategy(Crossing, fast=range(2, 12), slow=range(12, 12 + count // 10))
    results = cerebro.run()
    if len(results) != count:
        raise SystemExit(f"{len(results)} results of {count}")
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    size = sum(len(pickle.dumps(result)) for result in results) / count
    return f"| {count} | {held:.1f} | {workers:.1f} | {size:.0f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="*", default=[10, 100, 1000])
    parser.add_argument("--bars", type=int, default=250)
    parser.add_argument("--cpus", type=int, default=1)
    parser.add_argument("--count", type=int, help="run these combinations in this process")
    options = parser.parse_args()
    if options.count:
        print(run(options.count, options.bars, options.cpus))
        return
    print("| combinations | this process, MB | largest worker, MB | bytes a result |")
    print("|---:|---:|---:|---:|")
    for count in options.counts:
        command = [sys.executable, __file__, "--count", str(count)]
        command += ["--bars", str(options.bars), "--cpus", str(options.cpus)]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")


if __name__ == "__main__":
    main()
