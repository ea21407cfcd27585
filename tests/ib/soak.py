"""A day of ten contracts in half a minute, with everything going wrong that can.

The process that trades is one of its own, so that its memory and its threads can be watched. What
is late by the stream's own fault (`Fault("late_message")` of a quote) is left to `survival`, which
says what may follow from it: here each bar has to be exact.
"""

from __future__ import annotations

import bisect
import datetime
import itertools
import random
import threading
import time

from backtrader.ibsim import Fault, Simulator, Tape
from backtrader.ibsim.closes import account_day
from backtrader.ibsim.faults import FaultKind

from .crashes import PATIENCE_S, START, Crashes
from .data_store import bars_of

CONTRACTS = ("AAPL", "MSFT", "AMZN", "NVDA", "META", "TSLA", "NFLX", "INTC", "ORCL", "CSCO")
# hours of trading, UTC, from 10:00 in New York on: until 20:00, and from 04:00 of the next day on
SESSIONS = ((14.0, 24.0), (32.0, 56.0 - 8.0), (56.0, 72.0))
HISTORY_H = 0.25
INSTANT = datetime.timedelta(milliseconds=1)
# a day in less than a minute: in some hours tick after tick comes, in most of them many at once;
# the hours in which nobody trades take the process a moment, too
PAUSE_S = 0.004
BURSTS = (3, 8, 12, 16)
NIGHT_S = 1.5
LASTING = ("ib-", "ws_", "async_")
POOL = "ib-history"
NEVER = (FaultKind.TAKE_OVER, FaultKind.LATE_MESSAGE)


def tape(symbol, seed, hours):
    """A random walk in the hours of trading, no trade of it on a full minute.

    Two trades a minute, or as few as one in four minutes: some contracts are quiet.
    """
    chance, price, ticks = random.Random(f"{symbol} {seed}"), 10_000, []
    pace = chance.choice((1, 2, 4, 8))
    midnight = START.replace(hour=0)
    moment, end = 14.0 * 3600.0, (14.0 + hours) * 3600.0
    while moment < end:
        moment += pace * chance.randint(10, 55) + 0.0
        day_s = moment / 3600.0
        if not any(first <= day_s < last for first, last in SESSIONS):
            moment = next(first for first, _ in SESSIONS if first > day_s) * 3600.0
            continue
        price = max(price + chance.randint(-5, 5), 5_000)
        at = midnight + datetime.timedelta(seconds=moment + 0.1)
        ticks.append((at, price / 100.0, float(chance.randint(1, 9) * 100)))
    return ticks


class Soak(Crashes):
    """A run of some simulated hours by a seed.

    Parameters
    ----------
    folder
        For the journal and the diary.
    seed, hours, contracts
        Where chance begins, how long it takes in simulated time, and how many contracts there are.
    log
        File that all is written to which the process logs, at level DEBUG, and prints; none by
        default.
    """

    # few, so that memory grows no more after the first hours
    remembered = 200

    def __init__(self, folder, seed, hours=24.0, contracts=10, log=None):
        super().__init__(folder, seed, 0)
        self.hours = hours
        self.log = log
        self.oauth = seed % 3 == 2
        slack = 6.0  # to settle in
        self.ticks = {each: tape(each, seed, hours + slack) for each in CONTRACTS[:contracts]}
        every = itertools.chain.from_iterable(self.ticks.values())
        self.moments = sorted(moment.timestamp() * 1000 for moment, _, _ in every)
        pairs = enumerate(itertools.pairwise(self.moments), start=1)
        self.evenings = [n for n, (one, two) in pairs if two - one > 3.6e6]
        self.evenings.append(len(self.moments) + 1)
        began = START + datetime.timedelta(hours=HISTORY_H)
        tapes = [Tape(each, ticks, history_until=began) for each, ticks in self.ticks.items()]
        self.sim = Simulator(
            tapes,
            pacing=False,
            seed=seed,
            oauth=self.oauth,
            cash=10_000_000.0,
            partial_chance=0.2,
            cancel_delay_ticks=seed % 2,
            smd_life_ms=2 * 3600 * 1000,
        )
        self.healths = []
        self.happened = []

    def go(self):
        """Run, and check everything."""
        with self.sim:
            store = {"silence": 1.0, "account_refresh": 5.0, "_debug": self.log is not None}
            if self.oauth:
                store["oauth_config"] = self.sim.oauth_settings
            log = None if self.log is None else str(self.log)
            symbols = tuple(self.ticks)
            self._start(0, symbols=symbols, bars=True, most=1, store=store, log=log)
            try:
                self._until_live()
                self._pass_the_day()
                self._settle()
                self.pipe.send("end")
                self.process.join(PATIENCE_S)
                assert self.process.exitcode == 0
            finally:
                self.process.kill()
                self.process.join()
            assert self.sim.failures() == []
        self._check()
        self._check_bars()
        self._check_health()

    def _until_live(self):
        def live():
            self.sim.step(8)
            told = {
                x["name"] for x in self._lines() if x["what"] == "data" and x["status"] == "LIVE"
            }
            return told == set(self.ticks)

        self._wait(live, "live data of all contracts")

    # the day

    def _pass_the_day(self):
        sim = self.sim
        kinds = [kind for kind in FaultKind if kind not in NEVER]
        limit = round(8 * self.hours)
        sim.faults.random(self.seed, 0.006, kinds, limit=limit, delay_s=0.15)
        for topic in ("str", "sor"):
            late = Fault("late_message", topic=topic, count=5, skip=20, delay_s=0.5)
            sim.faults.add(late)
        begun_ms, due = self._now_ms(), self._happenings()
        due.sort(key=lambda each: each[0])
        end_ms = (START + datetime.timedelta(hours=self.hours)).timestamp() * 1000
        hour, burst = 0, 1
        while self._now_ms() < end_ms:
            self._advance(self.chance.randint(1, burst))
            passed_h = (self._now_ms() - begun_ms) / 3.6e6
            while due and due[0][0] <= passed_h:
                _, name, act = due.pop(0)
                self.happened.append(name)
                act()
            if passed_h >= hour:
                hour += 1
                burst = self.chance.choice(BURSTS)
                self._look()

    def _advance(self, ticks):
        """Let some ticks happen, but not before and after a night at once."""
        done = bisect.bisect_right(self.moments, self._now_ms())
        left = next(evening for evening in self.evenings if evening > done) - done
        self.sim.step(min(ticks, left))
        time.sleep(NIGHT_S if ticks >= left else PAUSE_S)

    def _now_ms(self):
        return self.sim.call(lambda world: world.now_ms)

    def _happenings(self):
        """What strikes all requests and streams, at moments of the seed."""
        sim, chance = self.sim, self.chance
        day = [
            ("dropped", sim.drop_sockets),
            ("dropped", sim.drop_sockets),
            ("closed", lambda: sim.drop_sockets(clean=True)),
            ("nightly reset", lambda: sim.nightly_reset(0.3)),
            ("network gone", self._lose_the_network),
            ("gateway restarted", self._restart_the_gateway),
            ("taken over", sim.take_over),
            ("logged out", self._log_out),
            ("streams expired", sim.expire_streams),
            ("streams expired", sim.expire_streams),
            ("clock set", self._set_the_clock),
            ("clock set", self._set_the_clock),
        ]
        parts = max(round(len(day) * min(self.hours / 24.0, 1.0)), 2)
        return [
            (chance.uniform(0.02, 0.95) * self.hours, *each) for each in chance.sample(day, parts)
        ]

    def _lose_the_network(self):
        """Nothing is to be reached for an hour."""
        self.sim.stop()
        end_ms = self._now_ms() + 3_600_000
        while self._now_ms() < end_ms:
            self.sim.call(lambda world: world.step())
        time.sleep(1.0)
        self.sim.start()

    def _restart_the_gateway(self):
        self.sim.stop()
        self.sim.call(lambda world: [world.step() for _ in range(20)])
        self.sim.start()

    def _log_out(self):
        """The login ends; with the gateway a human logs in again a little later."""
        self.sim.lose_session()
        if not self.oauth:
            timer = threading.Timer(1.0, self.sim.log_in)
            timer.start()
            timer.join()

    def _set_the_clock(self):
        """The computer of the user learns that its time was wrong: it goes back, or ahead."""
        by_s = self.chance.choice((0.5, 30.0, 3600.0)) * self.chance.choice((-1.0, 1.0))
        self.pipe.send(by_s)

    def _look(self):
        self.pipe.send("health")
        assert self.pipe.poll(PATIENCE_S), "no answer from the process"
        self.healths.append(self.pipe.recv())

    def _settle(self):
        self.sim.faults.clear()
        self.pipe.send("quiet")
        quiet = time.monotonic() + 2.0
        moving = threading.Thread(target=self._step, name="stepping")
        moving.start()
        try:
            self._wait(lambda: time.monotonic() > quiet and self._all_live(), "the end of losses")
            bars = self._bars_of_all()
            self._wait(lambda: self._bars_of_all() > bars + 3 * len(self.ticks), "more bars")
            self._wait(self._in_step, "the same books on both sides")
            self._look()
        finally:
            self._stopped.set()
            moving.join(PATIENCE_S)

    def _all_live(self):
        status = {x["name"]: x["status"] for x in self._lines() if x["what"] == "data"}
        return set(status.values()) == {"LIVE"}

    def _bars_of_all(self):
        return sum(x["what"] == "bar" for x in self._lines())

    # what must be true

    def _ended_unseen(self, order):
        """One whose answer was lost, which ended in vain, and which IBKR did not list any more when
        it could be asked again: for it lists those of the day.
        """
        past = account_day(order.changed_ms) < account_day(self._now_ms())
        return past and order.status.final and not order.filled

    @staticmethod
    def _end_of(moment, truth):
        """The end of a minute whose bar has a time; the last bar of a session that the first trade
        of the next one ends, as no clock went on in between, has the time at which it ended.
        """
        end = (moment + INSTANT).replace(microsecond=0)
        return end if end == moment else max(each for each in truth if each <= end)

    def _check_bars(self):
        bars = {name: [] for name in self.ticks}
        for line in self._lines():
            if line["what"] == "bar":
                bars[line["name"]].append(line["bar"])
        for name, found in bars.items():
            truth = bars_of(self.ticks[name], 1)
            ends = [self._end_of(datetime.datetime.fromisoformat(bar[0]), truth) for bar in found]
            wanted = [end for end in sorted(truth) if end <= ends[-1]]
            assert ends == wanted, (name, sorted({*ends} ^ {*wanted}), len(ends), len(wanted))
            wrong = [
                (bar, truth[end])
                for end, bar in zip(ends, found, strict=True)
                if tuple(bar[1:]) != truth[end]
            ]
            assert wrong == [], (name, wrong[:5], len(wrong))

    def _check_health(self):
        sizes, objects, names, orders = zip(*self.healths, strict=True)
        threads = [
            [each for each in some if each.startswith(LASTING) and not each.startswith(POOL)]
            for some in names
        ]
        assert threads[-1] == threads[0], threads
        # those that ask for history begin one after the other, and there are no more than five
        assert sum(each.startswith(POOL) for each in names[-1]) <= 5, names[-1]
        middle = len(sizes) // 2
        if len(sizes) >= 8:
            # thousands belong to what is under way; the last look is at a process that is quiet,
            # which on a day with few orders knows more of them than in the morning
            more = max(orders[-1] - max(orders[:middle]), 0)
            assert objects[-1] < max(objects[:middle]) + 2500 + 40 * more, (objects, orders)
            # what the system gives to a process is not given back wholly
            assert max(sizes[middle:]) < max(sizes[:middle]) * 1.12, sizes
