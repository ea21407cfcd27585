"""Runs in which all that can go wrong does, by a seed; and what must be true after each.

The bars must be those of the tape, none missing and none twice. One thing cannot be had: a message
of the stream that comes after one that was sent later. Its trade lacks in the bar of its minute if
that was delivered already; its size is in the later message, hence in that one's bar; and what that
one left out, since the late one had said it, is known wrongly until the late one comes. So a bar of
a minute between that of the late message and that of the last message before it came has its place
in the series and prices that were traded then or just before; and the volume of all such minutes is
what was traded in them, give or take the size of the late ones. All other bars are exact.
"""

from __future__ import annotations

import collections
import contextlib
import datetime
import logging
import random
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

import backtrader as bt
from backtrader.brokers.ibbroker import IBBroker
from backtrader.feeds.ibdata import IBData
from backtrader.ibsim import Fault, Simulator, Tape
from backtrader.ibsim.faults import FaultKind
from backtrader.stores._ib.inquiry import Timing
from backtrader.stores.ibstore import IBStore

from .data_store import UTC, bars_of
from .trading import AAPL, RANKS, Barrier

START = datetime.datetime(2026, 9, 1, 14, 0, tzinfo=UTC)  # a Tuesday, in the regular session
MINUTE = datetime.timedelta(minutes=1)
EVERY = datetime.timedelta(seconds=7.5)
HISTORY = 80  # ticks
PATIENCE_S = 40.0
ENDING_S = 2.0
LATEST_S = 1.5  # after which nothing comes that was sent late
FINAL = ("Completed", "Canceled", "Rejected", "Margin", "Expired")
# the answer of a request that took longer than a second is given up for lost
TIMING = Timing(
    poll_s=0.2, inquiry_s=0.05, arrival_s=1.2, again_s=0.3, patience_s=2.0, stream_s=0.1
)
PLACE, ONE_ORDER = "iserver/account/*/orders", "iserver/account/*/order/*"
REPLY, TRADES = "iserver/reply/*", "iserver/account/trades*"
ORDERS, HISTORIES = "iserver/account/orders", "iserver/marketdata/history"
LOSSES = ("lost_answer", "unavailable", "unavailable_after", "too_many", "unauthorized")


def make_ticks(seed, count=1600):
    """A random walk of trades, none of them on a minute."""
    chance, price, ticks = random.Random(f"ticks {seed}"), 10_000, []
    for n in range(count):
        price += chance.randint(-6, 6)
        moment = START + datetime.timedelta(seconds=0.1) + EVERY * n
        ticks.append((moment, price / 100.0, float(chance.randint(1, 9) * 100)))
    return ticks


def own_classes():
    """Return classes of store, feed and broker that belong together, and to nobody else."""
    store = type(IBStore)("_Store", (IBStore,), {})
    feed = type("_Feed", (IBData,), {"_store": store})
    broker = type("_Broker", (IBBroker,), {"StoreCls": store})
    return store, feed, broker


@dataclass
class Log:
    """What the strategy was told."""

    bars: list = field(default_factory=list)
    statuses: list = field(default_factory=list)
    said: list = field(default_factory=list)
    orders: dict = field(default_factory=dict)  # ref -> order as returned by buy() or sell()
    told: dict = field(default_factory=lambda: collections.defaultdict(list))
    trades: list = field(default_factory=list)
    arrivals: list = field(
        default_factory=list
    )  # of ticks: when, and the server's time; None: loss
    acting: bool = True


class Trader(bt.Strategy):
    """Deals at random on each live bar."""

    params = (("seed", 0), ("log", None))

    def __init__(self):
        self.log = self.p.log
        self.chance = random.Random(f"trader {self.p.seed}")
        self.live = False

    def start(self):
        connection = self.data.ib._connection
        connection.on("tick", lambda conid, updated_ms, fields: self.arrived(updated_ms))
        connection.on("lost", lambda reason: self.arrived(None))

    def arrived(self, updated_ms):
        self.log.arrivals.append((time.monotonic(), updated_ms))

    def notify_data(self, data, status, *args, **kwargs):
        self.live = status == data.LIVE
        self.log.statuses.append(data._getstatusname(status))

    def notify_store(self, msg, *args, **kwargs):
        self.log.said.append(str(msg))

    def notify_order(self, order):
        executed = order.executed
        self.log.told[order.ref].append((order.getstatusname(), executed.size, order.size))

    def notify_trade(self, trade):
        self.log.trades.append((trade.ref, trade.justopened, trade.isclosed))

    def keep(self, *orders):
        self.log.orders.update((order.ref, order) for order in orders)

    def next(self):
        data = self.data
        values = (data.open[0], data.high[0], data.low[0], data.close[0], data.volume[0])
        self.log.bars.append((data.datetime.datetime(), *values))
        if self.live and self.log.acting:
            for _ in range(self.chance.randint(0, 2)):
                self.act()

    def act(self):
        acts = (
            self.market,
            self.limit,
            self.stop_order,
            self.bracket,
            self.pair,
            self.end,
            self.change,
        )
        self.chance.choices(acts, (4, 3, 2, 2, 2, 3, 3))[0]()

    def near(self, most=0.4):
        return round(self.data.close[0] + self.chance.uniform(-most, most), 2)

    def side(self):
        return self.chance.choice([self.buy, self.sell])

    def market(self):
        if self.position and self.chance.random() < 0.3:
            self.keep(self.close())
        else:
            self.keep(self.side()(size=self.chance.randint(1, 9)))

    def limit(self):
        size = self.chance.randint(1, 9)
        self.keep(self.side()(size=size, exectype=bt.Order.Limit, price=self.near()))

    def stop_order(self):
        away = self.chance.uniform(0.05, 0.3)
        act, away = self.chance.choice([(self.buy, away), (self.sell, -away)])
        price = round(self.data.close[0] + away, 2)
        self.keep(act(size=self.chance.randint(1, 9), exectype=bt.Order.Stop, price=price))

    def bracket(self):
        price, far = self.near(0.1), 0.15 + self.chance.random() * 0.2
        down, up = round(price - far, 2), round(price + far, 2)
        size = self.chance.randint(1, 5)
        if self.chance.random() < 0.5:
            self.keep(*self.buy_bracket(size=size, price=price, stopprice=down, limitprice=up))
        else:
            self.keep(*self.sell_bracket(size=size, price=price, stopprice=up, limitprice=down))

    def pair(self):
        size, kind = self.chance.randint(1, 5), bt.Order.Limit
        together = self.chance.random() < 0.5
        low = self.buy(size=size, exectype=kind, price=self.near(), transmit=not together)
        self.keep(low, self.sell(size=size, exectype=kind, price=self.near(), oco=low))

    def end(self):
        waiting = [order for order in self.log.orders.values() if order.alive()]
        if waiting:
            self.cancel(self.chance.choice(waiting))

    def change(self):
        waiting = [
            order
            for order in self.log.orders.values()
            if order.alive() and order.exectype == bt.Order.Limit and order.oco is None
        ]
        if waiting:
            order = self.chance.choice(waiting)
            size = None if order.parent else abs(order.created.size) + 1
            self.broker.replace(order, size=size, price=self.near())


class Run:
    """A run of one seed.

    Parameters
    ----------
    strikes
        Faults to begin with, in place of those of the seed.
    quiet
        Let nothing go wrong beside those.
    alone
        Whether nothing else runs: then it is known whose the threads are that are left.
    """

    def __init__(self, seed, steps=70, strikes=None, oauth=None, quiet=False, alone=True):
        self.seed, self.steps, self.quiet, self.alone = seed, steps, quiet, alone
        self.chance = random.Random(f"run {seed}")
        self.ticks = make_ticks(seed)
        self.strikes = self._strikes() if strikes is None and not quiet else strikes or []
        self.log = Log()
        self.failure = None
        self.ended_s = None
        tape = Tape("AAPL", self.ticks, history_until=self.ticks[HISTORY][0])
        self.oauth = seed % 8 == 7 if oauth is None else oauth
        chances = {"partial_chance": 0.25, "cancel_delay_ticks": seed % 3 == 0}
        self.sim = Simulator(tape, oauth=self.oauth, pacing=False, seed=seed, **chances)

    def _strikes(self):
        """Faults of requests that matter and seldom happen by chance."""
        choice, skip = self.chance.choice, self.chance.randint
        strikes = []
        for method, path in (("POST", PLACE), ("DELETE", ONE_ORDER), ("POST", ONE_ORDER)):
            strikes += [Fault(choice(LOSSES), method, path, skip=skip(0, 5)) for _ in range(2)]
        for path in (TRADES, ORDERS, HISTORIES, REPLY):
            strikes.append(Fault(choice(LOSSES), path=path, skip=skip(0, 3)))
        late = Fault("late_answer", "POST", PLACE, skip=skip(0, 9), delay_s=1.3)
        return [*strikes, late] if self.chance.random() < 0.3 else strikes

    # the run

    def go(self):
        """Run, and check everything."""
        before = set(threading.enumerate())
        with self.sim:
            self._assemble()
            self.thread.start()
            try:
                self._drive()
                self._settle()
            except BaseException:
                with contextlib.suppress(Exception):
                    self._end()
                raise
            self.figures, self.entries = self._figures(), self._entries()
            self._end()
            left = [each.name for each in set(threading.enumerate()) - before]
            assert left == ["ibsim"] or not self.alone, left
            assert self.sim.failures() == []
            self._check()

    def _assemble(self):
        made, feed_class, broker_class = own_classes()
        settings = {"url": self.sim.rest_url, "cacert": str(self.sim.certificate)}
        settings.update(first_pause=0.05, longest_pause=0.2, pacing=False, order_timing=TIMING)
        settings.update(request_timeout=1.0, timeout=20.0)
        if self.oauth:
            settings["oauth_config"] = self.sim.oauth_settings
        self.store = made(**settings)
        self.feed = feed_class(
            dataname="AAPL-STK-SMART-USD",
            timeframe=bt.TimeFrame.Minutes,
            compression=1,
            tz="UTC",
            fromdate=START.replace(tzinfo=None),
            qcheck=0.05,
        )
        self.broker = broker_class(questions={"o163": True})
        self.cerebro = bt.Cerebro(stdstats=False, quicknotify=True)
        self.cerebro.resampledata(self.feed, timeframe=bt.TimeFrame.Minutes, compression=1)
        self.cerebro.setbroker(self.broker)
        self.cerebro.addstrategy(Trader, seed=self.seed, log=self.log)
        self.thread = threading.Thread(target=self._run, name="cerebro")

    def _run(self):
        try:
            (self.strategy,) = self.cerebro.run()
        except BaseException as failure:
            self.failure = failure

    def _until(self, condition, what):
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if self.failure is not None:
                raise self.failure
            assert time.monotonic() < end, f"{what} did not come about: {self._state()}"
            time.sleep(0.01)

    def _state(self):
        log = self.log
        connection = self.store._connection
        return (
            connection and connection.state,
            self.feed._phase,
            log.statuses[-4:],
            log.said[-4:],
            log.bars[-1:],
            [(each.reference, each.status) for each in self._entries() if not each.over],
            [str(what) for what, _ in self.sim.faults.happened],
            self._where(),
        )

    def _where(self):
        """The innermost frames of the thread of Cerebro."""
        frame = sys._current_frames().get(self.thread.ident)
        return [] if frame is None else traceback.format_stack(frame)[-8:]

    def _entries(self):
        desk = self.store._orders
        with desk.lock:
            return list(desk.blotter.all())

    def _drive(self):
        sim, chance = self.sim, self.chance
        self._until(lambda: self.feed.qlive is not None, "the stream")
        self._until(self._goes_live, "the beginning")
        if not self.quiet:
            kinds = [kind for kind in FaultKind if kind is not FaultKind.TAKE_OVER]
            sim.faults.random(self.seed, 0.012, kinds, limit=14, delay_s=0.15)
        sim.faults.add(*self.strikes)
        moments = {step: what for what in self._happenings() for step in [chance.randrange(50)]}
        for step in range(self.steps):
            sim.step(chance.randint(1, 6))
            time.sleep(chance.random() * 0.05)  # the moments are to be any
            if step in moments:
                moments[step]()

    def _goes_live(self):
        self.sim.step(1)
        return "LIVE" in self.log.statuses

    def _happenings(self):
        """What strikes all requests and streams, at moments of the seed."""
        if self.quiet:
            return []
        sim, chance = self.sim, self.chance
        kinds = [sim.drop_sockets, lambda: sim.drop_sockets(clean=True)]
        kinds.append(lambda: sim.nightly_reset(chance.random() * 0.5))
        if self.oauth:
            kinds.append(sim.lose_session)
        # one that comes back again and again is given up to: that is said, and has its own test
        once = [sim.take_over] if chance.random() < 0.4 else []
        return [chance.choice(kinds) for _ in range(chance.randint(0, 3))] + once

    def _settle(self):
        """Let everything go well, until both sides know the same."""
        self.log.acting = False
        self.sim.faults.clear()

        def live():
            self.sim.step(1)
            ready = self.store.connected() and self.feed._phase.name == "LIVE"
            return ready and time.monotonic() > quiet

        quiet = time.monotonic() + 0.4  # messages that are late have come
        self._until(live, "the end of all losses")
        delivered = len(self.log.bars)
        self._until(lambda: self.sim.step(4) and len(self.log.bars) > delivered + 1, "two bars")
        barrier = Barrier()
        self.store._orders.dialogue.put(barrier)
        self._until(barrier.passed.is_set, "the end of the dialogue")
        self._until(self._in_step, "the same on both sides")
        self._until(lambda: self._figures()[0] == self._figures()[1], "the same account")

    def _in_step(self):
        desk = self.store._orders
        with desk.lock:
            if desk.dialogue._jobs or self.broker._inbox or not self.broker._progress.settled:
                return False
            orders = {each.order_id: each for each in self.sim.orders()}
            known = desk.blotter._executions
            executed = all(
                "commission" in known.get(each.execution_id, ()) for each in self.sim.executions()
            )
            return executed and all(
                self._same_status(each, orders)
                for each in desk.blotter.all()
                if each.server_id is not None
            )

    @staticmethod
    def _same_status(entry, orders):
        status = orders[entry.server_id].status
        if status.final or entry.ended:
            return entry.status == status.value and entry.over
        return RANKS.get(entry.status, -1) >= RANKS[status.value] and not (
            entry.cancel_wanted and not entry.cancel_taken
        )

    def _figures(self):
        """Position, cash and executions here and there."""
        position = self.broker.positions[AAPL]
        ours = [
            (bit.size, bit.price, round(bit.comm, 9))
            for order in self.log.orders.values()
            for bit in order.executed.exbits
        ]
        theirs = [
            (float(each.signed_size), each.price, round(float(each.commission), 9))
            for each in self.sim.executions()
        ]
        cash = self.broker.cash if self.broker.cash is not None else float("nan")
        here = (position.size, round(cash, 6), sorted(ours))
        return here, (
            self.sim.positions().get(AAPL, 0),
            round(self.sim.cash(), 6),
            sorted(theirs),
        )

    def _end(self):
        began = time.monotonic()
        self.cerebro.runstop()
        self.thread.join(10.0)
        self.ended_s = time.monotonic() - began
        if self.failure is not None:
            raise self.failure
        assert self.ended_s < ENDING_S, f"the end took {self.ended_s:.1f} s"

    # what must be true

    def _check(self):
        self._check_orders()
        self._check_notifications()
        self._check_trades()
        self._check_bars()

    def _check_orders(self):
        """Each order of the strategy is at the simulator once, or was refused."""
        desk = self.entries
        here, there = self.figures
        assert here == there
        numbers = [each.server_id for each in desk if each.server_id is not None]
        missing = {each.order_id: each for each in self.sim.orders()}
        assert sorted(numbers) == sorted(missing), [
            each.ticket for key, each in missing.items() if key not in numbers
        ]
        references = [each.ticket.client_id for each in self.sim.orders()]
        references = [each for each in references if each]
        assert len(references) == len(set(references))
        by_number = {each.order_id: each for each in desk}
        assert set(by_number) == {each.m_orderId for each in self.log.orders.values()}
        for order in self.log.orders.values():
            entry = by_number[order.m_orderId]
            status = order.getstatusname()
            if entry.server_id is None:
                assert status in ("Rejected", "Canceled", "Margin"), (status, order)
                assert not order.executed.size
            else:
                self._check_order(order, entry)

    def _check_order(self, order, entry):
        theirs = next(each for each in self.sim.orders() if each.order_id == entry.server_id)
        executed = [
            float(each.signed_size)
            for each in self.sim.executions()
            if each.order.order_id == entry.server_id
        ]
        assert sorted(bit.size for bit in order.executed.exbits) == sorted(executed)
        assert theirs.ticket.side == ("BUY" if order.isbuy() else "SELL")
        assert float(theirs.ticket.quantity) == abs(order.size), (theirs, order.size, self.log.told)
        assert theirs.alive == order.alive(), (theirs.status, order)
        if order.getstatusname() == "Completed":
            assert theirs.status.value == "Filled"
        if order.alive() and order.exectype == bt.Order.Limit:
            assert theirs.ticket.price == order.created.price, (theirs.ticket, order)

    def _check_notifications(self):
        assert set(self.log.told) <= set(self.log.orders)
        for ref, order in self.log.orders.items():
            told = self.log.told[ref]
            names = [name for name, _, _ in told]
            if not names:
                assert not order.alive() or order.status == bt.Order.Created
                continue
            if names != ["Canceled"]:  # cancelled before it was to be transmitted
                assert names[0] == "Submitted" and names.count("Submitted") == 1, names
            assert all(name not in FINAL for name in names[:-1]), names
            sizes = [abs(size) for _, size, _ in told]
            assert sizes == sorted(sizes), told
            assert all(abs(done) <= abs(size) for _, done, size in told), told
            for name, done, size in told:
                assert name != "Completed" or done == size, told
                assert name != "Partial" or 0 < abs(done) < abs(size), told
            assert names[-1] == order.getstatusname(), (names, order.getstatusname())

    def _check_trades(self):
        """The trades are what the executions make, one after the other."""
        data = self.strategy.data
        trades = [each for found in self.strategy._trades[data].values() for each in found]
        position, paid = self.broker.positions[AAPL], 0.0
        for each in self.sim.executions():
            paid += float(each.signed_size) * each.price
        assert sum(each.isopen for each in trades) == bool(position.size)
        assert sum(each.size for each in trades) == position.size
        # in whatever order the executions came
        profit = position.size * position.price - paid
        assert sum(each.pnl for each in trades) == pytest.approx(profit, abs=1e-6)
        if trades and trades[-1].isopen:
            assert trades[-1].price == pytest.approx(position.price)
        charged = sum(float(each.commission) for each in self.sim.executions())
        if not any("late:" in said for said in self.log.said):
            assert sum(each.commission for each in trades) == pytest.approx(charged, abs=1e-6)
        # one after the other, each told when it was opened and when it was closed
        told = [(each.ref, closed) for each in trades for closed in (False, True)]
        told = told[: len(self.log.trades)]
        assert [(ref, closed) for ref, _, closed in self.log.trades] == told
        assert len(told) == 2 * len(trades) - bool(position.size)

    def _check_bars(self):
        truth = bars_of(self.ticks, 1)
        ends = [bar[0] for bar in self.log.bars]
        assert len(ends) >= 15
        wanted = [end for end in sorted(truth) if end <= ends[-1]]
        assert ends == wanted, sorted({*ends} ^ {*wanted})
        touched = self._touched()
        wrong = {
            bar[0]: (bar[1:], truth[bar[0]])
            for bar in self.log.bars
            if bar[1:] != truth[bar[0]] and not any(low <= bar[0] <= high for low, high in touched)
        }
        assert wrong == {}, (wrong, touched, self.log.statuses)
        for low, high in touched:
            self._check_touched(low, high, truth)

    def _touched(self):
        """The stretches of minutes that late messages make uncertain, by the ends of their bars."""
        stretches = []
        for first, sent_at in self._late():
            stretches.append((_end_of(first), _end_of(self._last_before(first, sent_at))))
        merged = []
        for low, high in sorted(stretches):
            if merged and low <= merged[-1][1] + MINUTE:
                merged[-1] = (merged[-1][0], max(merged[-1][1], high))
            else:
                merged.append((low, high))
        return merged

    def _late(self):
        """Time on the server of each late tick, and when it should have come."""
        for kind, frame, moment in self.sim.faults.messages:
            if kind is FaultKind.LATE_MESSAGE and frame["topic"].startswith("smd"):
                yield frame["_updated"], moment

    def _last_before(self, first, sent_at):
        """The time on the server of the latest message that came before the late one of time
        `first` did, or before the stream was lost.
        """
        latest = first
        for moment, updated in self.log.arrivals:
            if sent_at <= moment <= sent_at + LATEST_S:
                if updated is None or updated == first:
                    break
                latest = max(latest, updated)
        return latest

    def _check_touched(self, low, high, truth):
        bars = [bar for bar in self.log.bars if low <= bar[0] <= high]
        near = [truth[end] for end in truth if low - MINUTE <= end <= high]
        least, most = min(bar[2] for bar in near), max(bar[1] for bar in near)
        for bar in bars:
            assert all(least <= price <= most for price in bar[1:5]), (bar, least, most)
        volume = sum(bar[5] for bar in bars)
        traded = sum(truth[bar[0]][4] for bar in bars)
        sizes = {round(moment.timestamp() * 1000): size for moment, _, size in self.ticks}
        late = [sizes[first] for first, _ in self._late() if low <= _end_of(first) <= high]
        assert abs(volume - traded) <= sum(late), (low, high, volume, traded, bars)


def _end_of(epoch_ms):
    """When the bar of the minute of a moment ends, naive UTC."""
    moment = datetime.datetime.fromtimestamp(epoch_ms / 1000.0, UTC).replace(tzinfo=None)
    return moment.replace(second=0, microsecond=0) + MINUTE


def survive(seeds):
    """Run some seeds at once, which mostly wait, and check what came of each."""
    logging.getLogger("backtrader").setLevel(logging.CRITICAL)
    try:
        runs = [Run(seed, alone=len(seeds) == 1) for seed in seeds]
        with ThreadPoolExecutor(len(runs)) as pool:
            under_way = [pool.submit(run.go) for run in runs]
        failures = [(run.seed, each.exception()) for run, each in zip(runs, under_way, strict=True)]
    finally:
        logging.getLogger("backtrader").setLevel(logging.NOTSET)
    for seed, failure in failures:
        if failure is not None:
            raise AssertionError(f"seed {seed}: {failure!r}") from failure
