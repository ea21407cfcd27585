"""Processes that trade against a simulator in this one, and are killed at any moment.

What must be true after each restart, and at the end of all: no order was sent twice, lost or made
up, each execution was told, groups are whole, and the books are those of the simulator.
"""

from __future__ import annotations

import collections
import contextlib
import datetime
import functools
import gc
import json
import multiprocessing
import os
import random
import signal
import threading
import time
from pathlib import Path

import time_machine

import backtrader as bt
from backtrader._core import notices
from backtrader.brokers.ibbroker import IBBroker
from backtrader.feeds.ibdata import IBData
from backtrader.ibsim import Simulator, Tape
from backtrader.stores._ib import blotter, progress
from backtrader.stores._ib.ids import order_id_of
from backtrader.stores._ib.inquiry import Timing
from backtrader.stores.ibstore import IBStore

from .secrecy import everything_into

SYMBOLS = ("AAPL",)
START = datetime.datetime(2026, 9, 1, 14, 0, tzinfo=datetime.timezone.utc)  # a Tuesday
PATIENCE_S = 40.0
STILL_S = 1.0
TIMING = {"poll_s": 0.2, "inquiry_s": 0.05, "arrival_s": 0.6, "again_s": 0.3, "patience_s": 2.0}
TIMING["stream_s"] = 0.1
FINAL = ("Completed", "Canceled", "Expired", "Margin", "Rejected")


# -- the process that trades


class Diary:
    """Writes lines that outlive the process."""

    def __init__(self, path):
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._lock = threading.Lock()

    def write(self, **facts):
        with self._lock:
            os.write(self._file, json.dumps(facts).encode() + b"\n")


class Trader(bt.Strategy):
    """Deals at random on each live bar until it is told not to, and writes down what it is told."""

    params = (("settings", None), ("diary", None), ("acting", None))

    def __init__(self):
        self.chance = random.Random(self.p.settings["seed"])
        self.live = set()
        self.mine = {}
        self.seen = dict.fromkeys(self.datas, 0)

    def start(self):
        if self.p.settings["dies"]:
            dies_at(self.data.ib, self.broker, *self.p.settings["dies"])

    def notify_data(self, data, status, *args, **kwargs):
        name = data._getstatusname(status)
        self.live.discard(data)
        if name == "LIVE":
            self.live.add(data)
        self.p.diary.write(what="data", name=data._name, status=name)

    def notify_store(self, msg, *args, **kwargs):
        self.p.diary.write(what="said", text=str(msg))

    def notify_order(self, order):
        self.mine[order.ref] = order
        if not order.alive():
            del self.mine[order.ref]
        bits = [[bit.size, bit.price] for bit in order.executed.exbits]
        self.p.diary.write(
            what="order",
            id=order.m_orderId,
            status=order.getstatusname(),
            executed=order.executed.size,
            size=order.size,
            bits=bits,
        )

    def prenext(self):
        self.next()

    def next(self):
        if self.p.settings["bars"]:
            self.write_bars()
        live = [data for data in self.datas if data in self.live and len(data)]
        if live and self.p.acting.is_set():
            for _ in range(self.chance.randint(0, self.p.settings["most"])):
                self.target = self.chance.choice(live)
                self.act()

    def write_bars(self):
        for data in self.datas:
            if len(data) > self.seen[data]:
                assert len(data) == self.seen[data] + 1
                self.seen[data] += 1
                prices = (data.open[0], data.high[0], data.low[0], data.close[0])
                moment = data.datetime.datetime().isoformat()
                bar = [moment, *prices, data.volume[0]]
                self.p.diary.write(what="bar", name=data._name, bar=bar)

    def near(self):
        return round(self.target.close[0] + self.chance.uniform(-0.15, 0.15), 2)

    def act(self):
        acts = (self.market, self.limit, self.bracket, self.pair, self.end, self.change)
        self.chance.choices(acts, (3, 4, 3, 3, 2, 2))[0]()

    def keep(self, *orders):
        for order in orders:
            self.mine[order.ref] = order
            self.p.diary.write(what="asked", id=order.m_orderId, size=order.size)

    def side(self):
        return functools.partial(self.chance.choice([self.buy, self.sell]), data=self.target)

    def market(self):
        self.keep(self.side()(size=self.chance.randint(1, 9)))

    def limit(self):
        size = self.chance.randint(1, 9)
        self.keep(self.side()(size=size, exectype=bt.Order.Limit, price=self.near()))

    def bracket(self):
        price, size = self.near(), self.chance.randint(1, 5)
        down, up = round(price - 0.2, 2), round(price + 0.2, 2)
        legs = {"price": price, "stopprice": down, "limitprice": up}
        self.keep(*self.buy_bracket(data=self.target, size=size, **legs))

    def pair(self):
        size, kind = self.chance.randint(1, 5), bt.Order.Limit
        together = self.chance.random() < 0.5
        asked = {"data": self.target, "size": size, "exectype": kind}
        low = self.buy(**asked, price=self.near(), transmit=not together)
        self.keep(low, self.sell(**asked, price=self.near(), oco=low))

    def waiting(self):
        return [order for order in self.mine.values() if order.alive()]

    def end(self):
        waiting = self.waiting()
        if waiting:
            self.cancel(self.chance.choice(waiting))

    def change(self):
        free = [
            order
            for order in self.waiting()
            if order.exectype == bt.Order.Limit and not order.m_ocaGroup and not order.parent
        ]
        if free:
            order = self.chance.choice(free)
            self.target = order.data
            self.broker.replace(order, price=self.near())


class Dying:
    """Kills its process before or after the n-th call of a method of an object."""

    def __init__(self, target, name, count, before):
        self._act = getattr(target, name)
        self._count, self._before = count, before
        self._lock = threading.Lock()
        setattr(target, name, self)

    def __call__(self, *args, **kwargs):
        with self._lock:
            self._count -= 1
            now = self._count == 0
        if now and self._before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = self._act(*args, **kwargs)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def dies_at(store, broker, where, count, before):
    """Have this process killed at a place of the code."""
    desk = store._orders
    targets = {
        "promise": (desk.journal, "promise"),
        "note": (desk.journal, "note"),
        "post": (store._connection, "post"),
        "delete": (store._connection, "delete"),
        "tell": (desk, "tell"),
        "notify": (broker, "notify"),
    }
    Dying(*targets[where], count, before)


PLACES = ("promise", "note", "post", "delete", "tell", "notify")


def trade(settings, orders):
    """Run until the other end of the pipe `orders` says to end."""
    os.environ.update(IBIND_LOG_TO_FILE="False", IBIND_AUTO_REGISTER_SHUTDOWN="False")
    blotter._REMEMBERED = progress._REMEMBERED = notices._KEPT_LIVE = settings["remembered"]
    store_class = type(IBStore)("_Store", (IBStore,), {})
    store_class(
        url=settings["url"],
        cacert=settings["cacert"],
        journal=settings["journal"],
        first_pause=0.05,
        longest_pause=0.2,
        pacing=False,
        order_timing=Timing(**TIMING),
        request_timeout=1.0,
        timeout=20.0,
        **settings["store"],
    )
    feed_class = type("_Feed", (IBData,), {"_store": store_class})
    broker = type("_Broker", (IBBroker,), {"StoreCls": store_class})(questions={"o163": True})
    diary, acting = Diary(settings["diary"]), threading.Event()
    acting.set()
    cerebro = bt.Cerebro(stdstats=False, quicknotify=settings["quick"])
    for symbol in settings["symbols"]:
        feed = feed_class(
            dataname=f"{symbol}-STK-SMART-USD",
            timeframe=bt.TimeFrame.Minutes,
            compression=1,
            tz="UTC",
            fromdate=START.replace(tzinfo=None),
            backfill_start=settings["bars"],
            qcheck=0.05,
        )
        size = {"timeframe": bt.TimeFrame.Minutes, "compression": 1}
        cerebro.resampledata(feed, name=symbol, **size)
    cerebro.setbroker(broker)
    cerebro.addstrategy(Trader, settings=settings, diary=diary, acting=acting)
    listener = threading.Thread(target=_listen, args=(orders, cerebro, acting, broker), daemon=True)
    listener.start()
    gc.freeze()  # what was imported stays: `health` need not look at it
    diary.write(what="begun")
    log = settings["log"]
    with everything_into(Path(log)) if log else contextlib.nullcontext():
        cerebro.run()
    diary.write(what="ended")


def _listen(orders, cerebro, acting, broker):
    """Do what the other process says; a number is by how many seconds to set the clock."""
    clock = Clock()
    while True:
        word = orders.recv()
        if word == "quiet":
            acting.clear()
        elif word == "books":
            orders.send(books(cerebro, broker))
        elif word == "health":
            orders.send(health(broker))
        elif isinstance(word, float):
            clock.set(word)
        else:
            cerebro.runstop()
            return


class Clock:
    """The time of day as this process sees it."""

    def __init__(self):
        self._machine = None

    def set(self, by_s):
        if self._machine is None:
            self._machine = time_machine.travel(time.time(), tick=True).start()
        self._machine.shift(by_s)


def health(broker):
    """Return the memory that this process has, in megabytes, how many objects, its threads, and how
    many orders it knows.
    """
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    size = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    names = sorted(each.name for each in threading.enumerate())
    return size, len(gc.get_objects()), names, len(broker.ib._orders.blotter.all())


def books(cerebro, broker):
    """Return what the process knows of its orders and positions."""
    untold = any(each._orderspending for each in cerebro.runningstrats) or bool(broker.notifs)
    desk = broker.ib._orders
    with desk.lock:
        entries = {
            each.server_id: (each.order_id, each.status, each.over)
            for each in desk.blotter.all()
            if each.server_id is not None
        }
        waits = any(
            each.cancel_wanted and not each.cancel_taken and not each.ended and not each.over
            for each in desk.blotter.all()
        )
        unknown = [
            each.reference
            for each in desk.blotter.all()
            if each.server_id is None and not each.over
        ]
        known = len(desk.blotter.all())
    busy = [bool(desk.dialogue._jobs), bool(broker._inbox), not broker._progress.settled, waits]
    return {
        "busy": [*busy, bool(broker._progress.receipts._waiting), bool(unknown), untold],
        "positions": {conid: held.size for conid, held in broker.positions.items() if held.size},
        "cash": broker.cash,
        "entries": entries,
        "known": known,
        "alive": sorted(order.m_orderId for order in broker.get_orders()),
    }


# -- the process that kills


def ticks(seed, count):
    """Return a random walk of trades."""
    chance, price, rows = random.Random(f"ticks {seed}"), 10_000, []
    for n in range(count):
        price = max(price + chance.randint(-5, 5), 5_000)
        moment = START + datetime.timedelta(seconds=7.5) * n
        rows.append((moment, price / 100.0, float(chance.randint(1, 9) * 100)))
    return rows


class Crashes:
    """A simulator, and a process after the other that trades against it until it is killed.

    Parameters
    ----------
    folder
        For the journal and the diary.
    seed, kills
        Where chance begins, and how often a process is killed.
    """

    # orders that have ended which a process knows more of than the number
    remembered = 1000

    def __init__(self, folder: Path, seed: int, kills: int) -> None:
        self.chance = random.Random(f"crashes {seed}")
        self.kills = kills
        self.journal, self.diary = folder / "orders.jsonl", folder / "diary.jsonl"
        self.seed = seed
        self.sim = Simulator(
            Tape("AAPL", ticks(seed, 4000 + 600 * kills)),
            pacing=False,
            seed=seed,
            partial_chance=0.3,
            cancel_delay_ticks=seed % 3 == 0,
        )
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload([__name__])
        self.process = self.pipe = None
        self.books = None
        self._known, self._read = [], 0
        self._stopped, self._moving = threading.Event(), threading.Event()
        self._moving.set()

    def go(self):
        """Kill, restart, and compare."""
        with self.sim:
            stepping = threading.Thread(target=self._step, name="stepping")
            stepping.start()
            try:
                for number in range(self.kills):
                    self._live_and_die(number)
                self._survive()
            finally:
                self._stopped.set()
                stepping.join(PATIENCE_S)
                self.process.kill()
                self.process.join()
            assert self.sim.failures() == []

    def _step(self):
        while not self._stopped.is_set():
            if self._moving.wait(0.05):
                self.sim.step(2)
                time.sleep(0.01)

    def _start(self, number, **more):
        self.pipe, theirs = self.context.Pipe()
        settings = {
            "url": self.sim.rest_url,
            "cacert": str(self.sim.certificate),
            "journal": str(self.journal),
            "diary": str(self.diary),
            "seed": f"{self.seed} {number}",
            "quick": self.seed % 2 == 0,
            "dies": None,
            "log": None,
            "symbols": SYMBOLS,
            "bars": False,
            "most": 3,
            "remembered": self.remembered,
            "store": {},
            **more,
        }
        self.process = self.context.Process(target=trade, args=(settings, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def _live_and_die(self, number):
        chance = self.chance
        if chance.random() < 0.5:
            place = (chance.choice(PLACES), chance.randint(1, 25), chance.random() < 0.5)
            self._start(number, dies=place)
            self.process.join(chance.uniform(3.0, 5.0))
        else:
            self._start(number)
            self.process.join(chance.uniform(0.3, 3.0))
        assert self.process.exitcode in (None, -signal.SIGKILL), self.process.exitcode
        self.process.kill()
        self.process.join()

    def _survive(self):
        """Start once more, let everything come to an end, and compare the books."""
        begun = sum(line["what"] == "begun" for line in self._lines())
        self._start(self.kills)
        self._wait(lambda: sum(x["what"] == "begun" for x in self._lines()) > begun, "a process")
        self._wait(self._is_told_of_an_order, "an order")
        self.pipe.send("quiet")
        self._wait(self._in_step, "the same books on both sides")
        self.pipe.send("end")
        self.process.join(PATIENCE_S)
        assert self.process.exitcode == 0
        self._check()

    def _is_told_of_an_order(self):
        """Whether the process that runs now was told of an order: it writes when it begins."""
        for line in reversed(self._lines()):
            if line["what"] in ("order", "begun"):
                return line["what"] == "order"
        return False

    def _wait(self, condition, what):
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert self.process.exitcode is None, f"{what}: exit {self.process.exitcode}"
            if time.monotonic() > end:
                raise AssertionError(f"{what} did not come about: {self._state()}")
            time.sleep(0.05)

    def _state(self):
        said = [each["text"] for each in self._lines() if each["what"] == "said"][-5:]
        return self.books and self._differences(), said

    def _in_step(self):
        """Let time stand still, and wait for both sides to know the same."""
        self._moving.clear()
        end = time.monotonic() + STILL_S
        while time.monotonic() < end:
            self.pipe.send("books")
            assert self.pipe.poll(PATIENCE_S), "no answer from the process"
            self.books = self.pipe.recv()
            if self._same_books():
                return True
            time.sleep(0.05)
        self._moving.set()
        return False

    def _same_books(self):
        return not self._differences()

    def _differences(self):
        """What the two sides do not agree on, or the process still works at."""
        books, orders = self.books, {each.order_id: each for each in self.sim.orders()}
        found = [f"busy: {books['busy']}"] if any(books["busy"]) else []
        unknown = [each for n, each in orders.items() if n not in books["entries"]]
        if books["known"] >= self.remembered:  # of some that ended only the numbers are known
            unknown = [each for each in unknown if each.alive]
        found += [f"unknown there: {each}" for each in unknown]
        for number, (_, status, over) in books["entries"].items():
            theirs = orders[number].status
            if theirs.final != over or (theirs.final and status != theirs.value):
                found.append(f"{number}: {status}, over {over}, and not {theirs.value}")
        if books["positions"] != self.sim.positions():
            found.append(f"positions: {books['positions']}, and not {self.sim.positions()}")
        if round(books["cash"] - self.sim.cash(), 6):
            found.append(f"cash: {books['cash']}, and not {self.sim.cash()}")
        return found

    # what must be true

    def _check(self):
        orders = {each.order_id: each for each in self.sim.orders()}
        records = [json.loads(line) for line in self.journal.read_bytes().splitlines()][1:]
        placed = {each["id"]: each for x in records if x["what"] == "place" for each in x["orders"]}
        bound = {each["id"]: each["server"] for each in records if each["what"] == "bound"}
        sent = {*bound.values()}
        assert len(sent) == len(bound) and sent <= {*orders}  # none twice
        assert set(bound) <= set(placed)  # none made up
        lost = [each for number, each in orders.items() if number not in sent]
        assert [each for each in lost if not self._ended_unseen(each)] == []
        references = [order_id_of(each.client_id) for each in orders.values() if each.client_id]
        assert len(references) == len(set(references)) and set(references) <= set(placed)
        self._check_groups(placed, {number: orders[bound[number]] for number in bound})
        told = collections.defaultdict(list)
        for line in self._lines():
            if line["what"] == "order":
                told[line["id"]].append(line)
        done = collections.defaultdict(list)
        for each in self.sim.executions():
            done[each.order.order_id].append([float(each.signed_size), each.price])
        for number, record in placed.items():
            theirs = orders.get(bound.get(number))
            self._check_order(record, theirs, told[number], done)

    def _ended_unseen(self, order):
        """Whether nobody could have heard of an order at IBKR."""
        return False

    def _check_order(self, record, theirs, told, done):
        """What the strategies were told of an order is what happened to it."""
        assert told, record
        last = told[-1]
        if theirs is None:
            assert last["status"] in FINAL[1:] and not last["executed"], (record, told)
            return
        filled = float(theirs.filled * theirs.ticket.sign)
        assert max(told, key=lambda line: abs(line["executed"]))["executed"] == filled, (
            theirs,
            told,
        )
        fullest = max(told, key=lambda line: len(line["bits"]))["bits"]
        assert sorted(fullest) == sorted(done[theirs.order_id]), (theirs, told)
        if theirs.alive:
            assert last["status"] not in FINAL, (theirs, told)
        else:
            assert (last["status"] == "Completed") == (theirs.status.value == "Filled"), told
            assert last["status"] in FINAL, (theirs, told)

    @staticmethod
    def _check_groups(placed, orders):
        """Of a group of which a member was executed or has ended, nobody is at work."""
        groups = collections.defaultdict(list)
        for number, record in placed.items():
            if record["group"]:
                groups[record["group"]].append(number)
        for members in groups.values():
            known = [orders[number] for number in members if number in orders]
            if len(members) > 1 and any(not each.alive or each.filled for each in known):
                at_work = [each for each in known if each.alive and not each.filled]
                assert {each.status.value for each in at_work} <= {"PendingCancel"}, known
        for order in orders.values():
            if order.parent is not None and order.parent.status.value == "Cancelled":
                assert order.filled or not order.alive or order.parent.filled

    def _lines(self):
        """What is in the diary; each line is parsed once."""
        if self.diary.exists():
            with self.diary.open("rb") as file:
                file.seek(self._read)
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    self._read += len(line)
                    self._known.append(json.loads(line))
        return self._known
