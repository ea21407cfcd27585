"""A live run waits on one flag, and what is queued reaches the strategy at once."""

from __future__ import annotations

import datetime
import pickle
import queue
import statistics
import threading
import time
from pathlib import Path

import time_machine

import backtrader as bt
from backtrader._core.wakeup import Wakeup

NOON = bt.date2num(datetime.datetime(2026, 9, 1, 12))
MINUTE = 1.0 / 1440.0
PATIENCE_S = 20.0
HISTORY = Path(__file__).resolve().parents[2] / "datas" / "2006-day-001.txt"


class Queued(bt.feed.DataBase):
    """Delivers the prices that are put into it, a minute apart; None ends it."""

    params = (("qcheck", 5.0),)
    _wakes = True

    def __init__(self):
        self.prices = queue.SimpleQueue()
        self.looks = 0

    def islive(self):
        return True

    def haslivedata(self):
        return True

    def put(self, price):
        self.prices.put(price)
        self._env._wakeup.set()

    def _load(self):
        self.looks += 1
        try:
            price = self.prices.get_nowait()
        except queue.Empty:
            return None
        if price is None:
            return False
        lines = self.lines
        lines.datetime[0] = NOON + len(self) * MINUTE
        lines.open[0] = lines.high[0] = lines.low[0] = lines.close[0] = price
        lines.volume[0] = lines.openinterest[0] = 0.0
        return True


class Blocking(Queued):
    """The same, but waits for the next price itself, as feeds of users do."""

    _wakes = False

    def put(self, price):
        self.prices.put(price)

    def _load(self):
        self.looks += 1
        try:
            price = self.prices.get(timeout=0.05)
        except queue.Empty:
            return None
        if price is None:
            return False
        self.lines.datetime[0] = NOON + len(self) * MINUTE
        self.lines.close[0] = price
        return True


class Listener(bt.Strategy):
    """Notes which prices came, and when."""

    params = (("seen", None),)

    def next(self):
        for data in self.datas:
            if len(data):
                self.p.seen.put((data.close[0], time.perf_counter()))

    prenext = next


class Run:
    """A run on a thread of its own."""

    def __init__(self, *datas, **kwargs):
        self.cerebro = bt.Cerebro(stdstats=False, **kwargs)
        for data in datas:
            self.cerebro.adddata(data)
        self.seen = queue.SimpleQueue()
        self.cerebro.addstrategy(Listener, seen=self.seen)
        self.thread = threading.Thread(target=self.cerebro.run, name="cerebro")

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exc):
        self.cerebro.runstop()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()

    def see(self, price):
        """Wait until the strategy saw `price`; return when it did."""
        while True:
            seen, moment = self.seen.get(timeout=PATIENCE_S)
            if seen == price:
                return moment


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_flag_that_was_set_before_is_seen_once():
    wakeup = Wakeup()
    wakeup.set()
    wakeup.set()
    assert wakeup.wait(PATIENCE_S)
    assert not wakeup.wait(0.0)


def test_wait_ends_when_another_thread_sets_the_flag():
    wakeup = Wakeup()
    timer = threading.Timer(0.01, wakeup.set)
    timer.start()
    assert wakeup.wait(PATIENCE_S)
    timer.join()


def test_flag_survives_pickling_as_a_new_one():
    wakeup = Wakeup()
    wakeup.set()
    assert not pickle.loads(pickle.dumps(wakeup)).wait(0.0)


def test_price_reaches_next_at_once():
    data = Queued()
    with Run(data) as run:
        latencies = []
        for price in range(1, 51):
            looks = data.looks
            started = time.perf_counter()
            data.put(float(price))
            latencies.append(run.see(float(price)) - started)
            wait_until(lambda before=looks: data.looks >= before + 2)
        data.put(None)
    # far above what it takes (0.1 ms), far below the five seconds of qcheck
    assert statistics.median(latencies) < 0.05


def test_run_does_not_poll_while_nothing_comes():
    data = Queued()
    with Run(data) as run:
        wait_until(lambda: data.looks == 1)
        data.put(1.0)
        run.see(1.0)
        wait_until(lambda: data.looks == 3)
        threading.Event().wait(0.1)
        assert data.looks == 3


def test_run_looks_at_the_clock_after_qcheck():
    data = Queued(qcheck=0.01)
    with Run(data):
        wait_until(lambda: data.looks > 5)


def test_runstop_wakes_the_run():
    data = Queued(qcheck=60.0)
    with Run(data) as run:
        wait_until(lambda: data.looks == 1)
        started = time.monotonic()
    assert time.monotonic() - started < 10.0
    assert run.cerebro._event_stop


def test_feed_that_waits_itself_is_not_kept_waiting():
    blocking, waking = Blocking(), Queued(qcheck=60.0)
    with Run(blocking, waking) as run:
        waking.put(1.0)
        run.see(1.0)
        blocking.put(2.0)
        run.see(2.0)


def test_bars_that_a_filter_set_aside_do_not_wait():
    data = Queued(qcheck=60.0)

    class Twice:
        def __init__(self, data):
            self.ready = False

        def __call__(self, data):
            return False

        def check(self, data, _forcedata=None):
            if len(data) == 1 and not self.ready:
                self.ready = True
                values = [data.lines[i][0] for i in range(data.lines.size())]
                values[data.DateTime] += MINUTE
                values[data.Close] = 7.0
                data._add2stack(values)

    data.addfilter(Twice)
    with Run(data) as run:
        data.put(1.0)
        run.see(7.0)


def test_clone_follows_without_waiting():
    data = Queued(qcheck=60.0)
    run = Run(data)
    run.cerebro.adddata(data.clone())
    with run:
        data.put(3.0)
        run.see(3.0)
        run.see(3.0)


class _Busy(bt.Strategy):
    """Sends several orders with each bar."""

    def notify_order(self, order):
        pass

    def next(self):
        for _ in range(20):
            self.buy(size=1)


def test_live_run_does_not_keep_every_change_of_an_order():
    """It may last for weeks; a run over history keeps them all, as upstream does."""
    kept = {}
    for live in (True, False):
        cerebro = bt.Cerebro(stdstats=False, live=live)
        cerebro.broker.setcash(1e9)
        feed = Queued() if live else bt.feeds.BacktraderCSVData(dataname=HISTORY)
        for price in [*[100.0] * 100, None] if live else ():
            feed.prices.put(price)
        cerebro.adddata(feed)
        cerebro.addstrategy(_Busy)
        [strategy] = cerebro.run()
        kept[live] = len(strategy._orders)
    assert 1000 <= kept[True] <= 2000
    assert kept[False] > 10_000


def test_clock_that_is_set_back_makes_no_feed_wait_longer():
    class Setting(Blocking):
        clock = None

        def _load(self):
            self.clock.shift(-3600.0)
            return super()._load()

    class Noting(Blocking):
        def __init__(self):
            super().__init__()
            self.waits = []

        def _load(self):
            self.waits.append(self._qcheck)
            return super()._load()

    first, second = Setting(), Noting()
    with time_machine.travel(time.time(), tick=True) as Setting.clock, Run(first, second):
        wait_until(lambda: len(second.waits) > 3)
    assert max(second.waits) <= second.p.qcheck
