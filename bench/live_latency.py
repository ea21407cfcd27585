"""Time how long a price takes from the stream to the strategy.

usage: python bench/live_latency.py [--ticks N] [--oauth]

The simulator of IBKR's Web API hands the frame of a trade to its socket; ibind's WebSocket client,
the store and the feed bring it to ``next()`` of a strategy, over TLS on this machine. The time in
between is printed in milliseconds: the median, the 99th percentile and the longest. Each trade
waits until the one before it has arrived. Exit status 1 where the median is above 2 ms or the 99th
percentile above 10 ms.
"""

from __future__ import annotations

import argparse
import datetime
import queue
import sys
import threading
import time
from typing import Any

import numpy as np

import backtrader as bt
from backtrader.ibsim import Simulator, Tape

MEDIAN_MS, LONG_MS = 2.0, 10.0
WARMING_UP = 50  # ticks that are not counted
BEGIN = datetime.datetime(2026, 3, 2, 15, 0)


class Arrivals(bt.Strategy):
    """Notes when each bar comes."""

    params = (("came", None),)

    def next(self) -> None:
        self.p.came.put(time.perf_counter())


def sent_times(simulator: Simulator) -> list[float]:
    """Return a list to which the moment is added at which a frame of prices is handed over."""
    moments: list[float] = []

    def note(frame: dict[str, Any]) -> None:
        if str(frame.get("topic", "")).startswith("smd"):
            moments.append(time.perf_counter())

    # asked about each frame right before it is queued for the socket
    simulator.faults.of_message = note  # type: ignore[assignment]
    return moments


def latencies(count: int, oauth: bool) -> list[float]:
    """Return the seconds that each of `count` trades took."""
    step = datetime.timedelta(seconds=1)
    total = count + WARMING_UP
    ticks = [(BEGIN + step * n, 100.0 + n % 7, 100) for n in range(total + 1)]
    came: queue.SimpleQueue[float] = queue.SimpleQueue()
    with Simulator(Tape("AAPL", ticks), oauth=oauth, pacing=False) as simulator:
        settings = {"oauth_config": simulator.oauth_settings} if oauth else {}
        store = bt.stores.IBStore(
            url=simulator.rest_url, cacert=str(simulator.certificate), **settings
        )
        cerebro = bt.Cerebro(stdstats=False)
        data = store.getdata(
            dataname="AAPL-STK-SMART-USD", timeframe=bt.TimeFrame.Ticks, backfill_start=False
        )
        cerebro.adddata(data)
        cerebro.addstrategy(Arrivals, came=came)
        run = threading.Thread(target=cerebro.run, name="cerebro")
        run.start()
        try:
            while data._phase.name != "LIVE":
                time.sleep(0.01)
            moments = sent_times(simulator)
            found = []
            for _ in range(total):
                simulator.step()
                arrived = came.get(timeout=10.0)
                found.append(arrived - moments[-1])
        finally:
            cerebro.runstop()
            run.join()
            store.stop()
    return found[WARMING_UP:]


def main() -> int:
    """Measure, print, and say whether it is quick enough."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--ticks", type=int, default=2000, help="how many to time (2000)")
    parser.add_argument("--oauth", action="store_true", help="log in with OAuth")
    arguments = parser.parse_args()
    times = np.array(latencies(arguments.ticks, arguments.oauth)) * 1000.0
    median, long = float(np.median(times)), float(np.percentile(times, 99))
    print(f"{len(times)} ticks: median {median:.2f} ms", end=", ")
    print(f"99th percentile {long:.2f} ms, longest {times.max():.2f} ms")
    return int(median > MEDIAN_MS or long > LONG_MS)


if __name__ == "__main__":
    sys.exit(main())
