"""Clearing an account while all goes wrong that can: at the end nothing is alive and nothing held.

`BACKTRADER_FAULT_SEEDS` says how many runs; few by default.
"""

import os
import random
import threading

import pytest

from backtrader.ibsim.faults import FaultKind
from backtrader.stores._ib.inquiry import Timing

from .trading import AAPL, Trading

SEEDS = int(os.environ.get("BACKTRADER_FAULT_SEEDS", "2"))
# an answer that takes longer than a second is given up for lost
TIMING = Timing(
    poll_s=0.2, inquiry_s=0.05, arrival_s=1.2, again_s=0.3, patience_s=2.0, stream_s=0.1
)
PATIENCE_S = 60.0


class Placing:
    """Has orders of all kinds work at the simulator, by a seed."""

    def __init__(self, seed, desk):
        self.chance = random.Random(f"clearing {seed}")
        self.desk = desk

    def send(self, side, kind, price=None):
        ticket = {"conid": AAPL, "side": side, "orderType": kind, "tif": "DAY"}
        ticket |= {"quantity": self.chance.randint(1, 20)}
        ticket |= {} if price is None else {"price": price}
        self.desk.submit(None, ticket)

    def all(self):
        self.send(self.chance.choice(["BUY", "SELL"]), "MKT")
        for _ in range(4):
            near = self.chance.randint(-100, 100) / 100.0
            side = self.chance.choice(["BUY", "SELL"])
            above = (near > 0) == (side == "BUY")
            self.send(side, "STP" if above else "LMT", round(100.0 + near, 2))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_it_nothing_is_alive_and_nothing_held(seed):
    chance = random.Random(f"prices {seed}")
    prices = [round(100.0 + chance.randint(-150, 150) / 100.0, 2) for _ in range(20_000)]
    said, stop = [], threading.Event()
    with Trading(prices, timing=TIMING) as trading:
        sim, store = trading.sim, trading.store
        trading.store.broker = Deaf(said)
        store.connection.open()
        store.desk.start()
        sim.step(2)
        Placing(seed, store.desk).all()
        ticker = threading.Thread(target=tick, args=(sim, chance, stop))
        ticker.start()
        kinds = [kind for kind in FaultKind if kind is not FaultKind.TAKE_OVER]
        sim.faults.random(seed, 0.1, kinds, limit=12, delay_s=0.15)
        jobs = [store.clear_account(True, said.append) for _ in range(2)]
        try:
            assert all(job.done.wait(PATIENCE_S) for job in jobs), said
        finally:
            sim.faults.clear()
            stop.set()
            ticker.join()
        assert not [each for each in sim.orders() if each.alive], said
        assert sim.positions() == {}, said
        assert jobs[-1].outcome.left == {}, said


def tick(sim, chance, stop):
    while not stop.wait(0.005 + chance.random() * 0.03):
        sim.step()


class Deaf:
    """A broker that nobody trades with."""

    def __init__(self, said):
        self.said = said

    def release(self):
        pass

    def push_orderstatus(self, msg):
        pass

    push_orderstate = push_execution = push_commissionreport = push_orderstatus

    def push_ordererror(self, msg):
        self.said.append(msg.errorMsg)

    def push_portupdate(self):
        pass
