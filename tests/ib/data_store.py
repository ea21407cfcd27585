"""Runs of Cerebro on data of the simulator, and what they should deliver."""

from __future__ import annotations

import datetime
import queue
import threading
import time

import backtrader as bt
from backtrader.feeds.ibdata import IBData
from backtrader.stores.ibstore import IBStore

UTC = datetime.timezone.utc
PATIENCE_S = 20.0


def make_store(simulator, silence_s=120.0):
    """Return a store of its own kind, so that each test has its own."""
    kind = type(IBStore)("_Store", (IBStore,), {})
    return kind(
        host="127.0.0.1",
        port=simulator.port,
        cacert=str(simulator.certificate),
        first_pause=0.1,
        silence=silence_s,
    )


def feed_class(simulator, silence_s=120.0):
    """Return a class of feeds on a store of their own."""
    store = make_store(simulator, silence_s)
    return type("_Feed", (IBData,), {"_store": type(store)})


class Watcher(bt.Strategy):
    """Notes what it is told, and the bars."""

    params = (("log", None),)

    def __init__(self):
        self.log = self.p.log

    def notify_data(self, data, status, *args, **kwargs):
        self.log.statuses.append(data._getstatusname(status))

    def notify_store(self, msg, *args, **kwargs):
        self.log.said.append(str(msg))

    def next(self):
        data = self.data
        values = (data.open[0], data.high[0], data.low[0], data.close[0], data.volume[0])
        self.log.bars.append((data.datetime.datetime(), *values))
        self.log.came.put(time.perf_counter())


class Live:
    """A run on a thread of its own, with what happened in it."""

    def __init__(self, feed, add=None, **cerebro):
        self.feed = feed
        self.statuses, self.said, self.bars = [], [], []
        self.came = queue.SimpleQueue()
        self.failure = None
        self.cerebro = bt.Cerebro(stdstats=False, **cerebro)
        (add or (lambda cerebro: cerebro.adddata(feed)))(self.cerebro)
        self.cerebro.addstrategy(Watcher, log=self)
        self.thread = threading.Thread(target=self._run, name="cerebro")

    def _run(self):
        try:
            self.cerebro.run()
        except BaseException as failure:
            self.failure = failure

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exc):
        self.cerebro.runstop()
        self.join()

    def join(self):
        """Wait for the end of the run."""
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()
        if self.failure is not None:
            raise self.failure

    def until(self, condition, what):
        """Wait for something to be true."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if self.failure is not None:
                raise self.failure
            state = (self.feed._phase, self.statuses, self.said, self.bars[-3:])
            assert time.monotonic() < end, f"{what} did not come about: {state}"
            time.sleep(0.005)

    def until_phase(self, name):
        self.until(lambda: self.feed._phase.name == name, f"phase {name}")

    def until_drained(self):
        """Wait until the last tick that the server has was delivered."""
        self.until(
            lambda: self.feed._phase.name == "LIVE" and not self.feed.haslivedata(),
            "the delivery of all ticks",
        )


def grouped(ticks, label_of):
    """The bars that ticks (moment, price, size) make, by the label of the moment of each."""
    bars = {}
    for moment, price, size in ticks:
        bar = bars.setdefault(label_of(moment), [price, price, price, price, 0.0])
        bar[1], bar[2], bar[3] = max(bar[1], price), min(bar[2], price), price
        bar[4] += size
    return {label: tuple(bar) for label, bar in bars.items()}


def bars_of(ticks, minutes):
    """The bars that ticks make, by the time at which they end."""

    def end_of(moment):
        naive = moment.astimezone(UTC).replace(tzinfo=None)
        start = naive.replace(minute=naive.minute // minutes * minutes, second=0, microsecond=0)
        return start + datetime.timedelta(minutes=minutes)

    return grouped(ticks, end_of)
