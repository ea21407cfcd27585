"""A run ends in the middle of its orders; the next one takes them up."""

import datetime
import json
import time

import pytest

import backtrader as bt
from backtrader.brokers.ibbroker import IBBroker
from backtrader.errors import JournalError
from backtrader.ibsim import Simulator
from backtrader.stores._ib.contracts import ContractDetails, makecontract
from backtrader.stores._ib.ids import client_order_id
from backtrader.stores._ib.journal import Journal
from backtrader.stores.ibstore import IBStore

from .trading import AAPL, MONDAY, QUICK, Acting, Store, Trading, connection_to, tape

Limit, Stop = bt.Order.Limit, bt.Order.Stop
MSFT = 272093


class Life(Trading):
    """One run against a simulator that outlives it."""

    def __init__(self, sim, path, prices, adopt=True, conid=AAPL):
        self.sim, self.path, self.prices = sim, path, prices
        self.adopt, self.conid = adopt, conid
        self.wait_for_commissions = True

    def live(self, acts, bars):
        """Run for some bars, after those that were before; return the strategy."""
        world, first = self, self.sim.call(lambda world: world.exchange.now_ms)
        began = datetime.datetime.fromtimestamp(first / 1000, datetime.timezone.utc)
        passed = round((began.replace(tzinfo=None) - MONDAY).total_seconds() / 60) + 1
        passed = max(passed, 0) if self.sim.call(lambda world: world.market.last) else 0

        class Kept(Store):
            def start(self, data=None, broker=None):
                if broker is not None:
                    self.broker = broker
                    self.connection.open()
                    journal = Journal(world.path, self.connection.account_id)
                    self.desk.keep(journal, world.adopt)
                    self.desk.start()

        store = self.store = Kept(connection_to(self.sim), QUICK)

        class Broker(IBBroker):
            StoreCls = staticmethod(lambda **kwargs: store)

        self.broker = Broker()
        cerebro = bt.Cerebro(stdstats=False, quicknotify=True)
        feed = Rest(world=self, prices=self.prices[passed : passed + bars], first=passed)
        contract = makecontract("AAPL", "STK", "SMART", "USD").clone(m_conId=self.conid)
        feed.tradecontract, feed.contractdetails = contract, ContractDetails(contract)
        cerebro.adddata(feed, name="AAPL")
        cerebro.setbroker(self.broker)
        cerebro.addstrategy(Remembering, acts=acts)
        try:
            return cerebro.run(live=True)[0]
        finally:
            store.stop()


class Rest(bt.feed.DataBase):
    """The prices that are left, each a tick of the simulator."""

    params = (("world", None), ("prices", ()), ("first", 0))

    def start(self):
        super().start()
        self.count = 0

    def _load(self):
        if self.count == len(self.p.prices):
            return False
        self.p.world.settle()
        self.p.world.sim.step()
        self.p.world.settle()
        moment = MONDAY + datetime.timedelta(minutes=self.p.first + self.count)
        self.lines.datetime[0] = bt.date2num(moment)
        for line in (self.lines.open, self.lines.high, self.lines.low, self.lines.close):
            line[0] = self.p.prices[self.count]
        self.count += 1
        return True


class Remembering(Acting):
    """Knows orders of a former run by what was attached to them."""

    def notify_order(self, order):
        if "name" in order.info:
            self.keep(order.info.name, order)
        super().notify_order(order)


class World:
    def __init__(self, path, prices, **settings):
        self.path, self.prices = path, prices
        self.sim = Simulator(tape(prices), pacing=False, **settings)

    def live(self, acts, bars=3, **life):
        self.life = Life(self.sim, self.path, self.prices, **life)
        return self.life.live(acts, bars)

    @property
    def said(self):
        return [str(each) for each in self.life.store.notifications]

    @property
    def broker(self):
        return self.life.broker

    def records(self):
        return [json.loads(line) for line in self.path.read_bytes().splitlines()][1:]

    def rewrite(self, records):
        head = self.path.read_bytes().splitlines(keepends=True)[0]
        lines = [json.dumps(record).encode() + b"\n" for record in records]
        self.path.write_bytes(head + b"".join(lines))

    def alive(self):
        return [each for each in self.sim.orders() if each.alive]


@pytest.fixture
def world_of(tmp_path):
    worlds = []

    def make(prices, **settings):
        world = World(tmp_path / "orders.jsonl", prices, **settings)
        worlds.append(world)
        world.sim.start()
        return world

    yield make
    for world in worlds:
        failures = world.sim.failures()
        world.sim.stop()
        assert failures == []


def named(strategy, name, order):
    order.addinfo(name=name)
    strategy.keep(name, order)
    return order


def resting(strategy):
    named(strategy, "order", strategy.buy(size=10, exectype=Limit, price=99.0, tradeid=7))


def nothing(strategy):
    pass


def test_an_open_order_is_taken_up_and_can_be_cancelled(world_of):
    world = world_of([100.0] * 9)
    first = world.live({1: resting})
    second = world.live({2: lambda s: s.cancel(s.broker.adopted[0])})
    (order,) = world.broker.adopted
    assert order.m_orderId == first.orders["order"].m_orderId
    assert (order.data, order.owner, order.tradeid) == (second.data, second, 7)
    assert (order.size, order.created.price, order.exectype) == (10, 99.0, Limit)
    assert order.info.name == "order" and order.ref != first.orders["order"].ref
    assert second.statuses("order") == ["Submitted", "Accepted", "Canceled"]
    assert len(world.sim.orders()) == 1 and world.alive() == []
    assert world.live({}).told == []


def test_what_was_filled_meanwhile_is_told_and_counted_once(world_of):
    world = world_of([100.0, 100.0, 100.0, 98.0, 100.0, 100.0, 100.0])
    world.live({1: resting})
    world.sim.step()
    second = world.live({})
    assert second.statuses("order") == ["Submitted", "Accepted", "Completed"]
    order = second.orders["order"]
    assert (order.executed.size, order.executed.price) == (10, 98.0)
    assert order.executed.comm == pytest.approx(float(world.sim.executions()[0].commission))
    assert order.executed.psize == 10
    assert second.position.size == 10 and not any("outside" in each for each in world.said)
    assert [trade[:2] for trade in second.trades] == [(True, False)]


def test_what_was_told_is_not_told_again(world_of):
    world = world_of(
        [100.0, 100.0, 98.0, 100.0, 100.0, 100.0, 98.0, 98.0, 98.0], volume_share=0.004
    )
    first = world.live({1: resting}, 4)
    assert first.orders["order"].executed.size == 4
    second = world.live({}, 4)
    order = second.orders["order"]
    # the former execution is on the order, and the two of this run
    assert [bit.size for bit in order.executed.exbits] == [4, 4, 2]
    assert order.executed.comm == pytest.approx(
        sum(float(each.commission) for each in world.sim.executions())
    )
    assert second.statuses("order") == ["Submitted", "Accepted", "Partial", "Completed"]
    assert second.position.size == 10
    assert [trade[:2] for trade in second.trades] == [(True, False)]


def bracket(strategy):
    orders = strategy.buy_bracket(
        size=10, exectype=Limit, price=100.0, stopprice=98.0, limitprice=102.0
    )
    for name, order in zip(("main", "stop", "limit"), orders, strict=True):
        named(strategy, name, order)


def test_the_children_of_a_bracket_are_whole_again(world_of):
    world = world_of([100.0] * 4 + [102.0] * 4)
    world.live({1: bracket})
    second = world.live({}, 4)
    stop, limit = second.orders["stop"], second.orders["limit"]
    assert [each.m_orderId for each in world.broker.adopted] == [stop.m_orderId, limit.m_orderId]
    assert stop.parent is limit.parent and stop.parent.status == bt.Order.Completed
    assert second.statuses("limit")[-1] == "Completed" and second.statuses("stop")[-1] == "Canceled"
    assert second.position.size == 0


def test_children_are_found_although_their_numbers_were_not_written(world_of):
    world = world_of([100.0] * 4 + [102.0] * 4)
    world.live({1: bracket})
    world.rewrite(each for each in world.records() if each["what"] == "place")
    second = world.live({}, 4)
    assert second.statuses("main") == ["Submitted", "Accepted", "Completed"]
    assert second.statuses("limit")[-1] == "Completed" and second.statuses("stop")[-1] == "Canceled"
    assert second.position.size == 0 and len(world.sim.orders()) == 3


@pytest.mark.parametrize(
    ("price", "filled", "other"), [(102.0, "limit", "stop"), (97.5, "stop", "limit")]
)
def test_a_leg_that_nobody_saw_is_found_by_its_execution_on_the_next_day(
    world_of, price, filled, other
):
    world = world_of([100.0] * 4 + [price] * 900)
    world.live({1: bracket})
    world.rewrite(each for each in world.records() if each["what"] == "place")
    world.sim.step(850)  # past midnight in New York: of yesterday's orders none is listed
    second = world.live({}, 4)
    assert second.statuses("main")[-1] == second.statuses(filled)[-1] == "Completed"
    assert second.statuses(other)[-1] == "Canceled"
    assert second.position.size == 0 and len(world.sim.orders()) == 3


def pair(strategy):
    low = strategy.buy(size=10, exectype=Limit, price=99.0)
    named(strategy, "low", low)
    named(strategy, "high", strategy.sell(size=10, exectype=Limit, price=101.0, oco=low))


@pytest.mark.parametrize("price", [99.0, 101.0])
def test_a_group_that_is_kept_here_is_whole_again(world_of, price):
    world = world_of([100.0] * 3 + [price] + [100.0] * 5)
    world.live({1: pair})
    world.sim.step()
    second = world.live({})
    filled, other = ("low", "high") if price < 100.0 else ("high", "low")
    assert second.statuses(filled)[-1] == "Completed"
    assert second.statuses(other)[-1] == "Canceled" and world.alive() == []


def test_a_group_is_ended_although_the_execution_was_told_before(world_of):
    world = world_of([100.0] * 9)
    world.live({1: pair})
    (low, high) = (
        each["id"] for x in world.records() if x["what"] == "place" for each in x["orders"]
    )
    records = world.records()
    booked = {"what": "booked", "id": low, "execution": "e", "size": 1, "comm": 1.0}
    world.rewrite([*records, {**booked, "bit": None, "margin": None}])
    second = world.live({})
    assert second.statuses("high")[-1] == "Canceled"


def test_what_never_arrived_is_told_as_rejected_and_not_sent(world_of):
    world = world_of([100.0] * 9)
    world.live({1: resting})
    place = next(each for each in world.records() if each["what"] == "place")
    order = place["orders"][0]
    other = {**order, "id": order["id"] + 2048, "ref": client_order_id(order["id"] + 2048)}
    other["asked"] = {**order["asked"], "info": {"name": "lost"}}
    world.rewrite([*world.records(), {**place, "orders": [other]}])
    second = world.live({}, 4)
    assert second.statuses("lost") == ["Submitted", "Rejected"]
    assert "never arrived" in second.orders["lost"].info.reason
    assert len(world.sim.orders()) == 1
    assert second.statuses("order") == ["Submitted", "Accepted"]


def test_orders_can_be_left_alone(world_of):
    world = world_of([100.0] * 12)
    world.live({1: resting})
    second = world.live({}, adopt=False)
    assert second.told == [] and world.broker.adopted == []
    assert len(world.alive()) == 1
    assert any("is left alone" in each and "BUY 10" in each for each in world.said)
    assert world.live({}).statuses("order") == ["Submitted", "Accepted"]


def test_an_order_without_a_data_is_left_alone(world_of):
    world = world_of([100.0] * 9)
    world.live({1: resting})
    second = world.live({}, conid=MSFT)
    assert second.told == [] and len(world.alive()) == 1
    assert any("no data has it" in each for each in world.said)


def test_a_cancellation_that_was_begun_is_done(world_of):
    world = world_of([100.0] * 9)
    world.live({1: resting})
    (number,) = (each["orders"][0]["id"] for each in world.records() if each["what"] == "place")
    world.rewrite([*world.records(), {"what": "cancel", "id": number}])
    assert world.live({}).statuses("order")[-1] == "Canceled"


def changed(strategy):
    strategy.broker.replace(strategy.orders["order"], size=12, price=98.5)


@pytest.mark.parametrize("taken", [True, False])
def test_a_change_counts_where_ibkr_has_taken_it(world_of, taken):
    world = world_of([100.0] * 12)
    world.live({1: resting, 2: changed}, 4)
    records = [each for each in world.records() if each["what"] != "changed"]
    if not taken:
        change = next(each for each in records if each["what"] == "change")
        change["ticket"].update(quantity=44, price=90.0)
    world.rewrite(records)
    order = world.live({}).orders["order"]
    assert (order.size, order.created.price) == ((12, 98.5) if taken else (10, 99.0))


def test_an_order_that_is_not_listed_any_more_has_ended(world_of):
    world = world_of([100.0] * 30)
    world.live({1: resting})
    (order,) = world.alive()
    world.sim.call(lambda w: w.exchange.cancel("DU1234567", order.order_id))
    # IBKR lists what ended today only
    world.sim.call(lambda w: setattr(w.exchange.orders[order.order_id], "changed_ms", 0))
    second = world.live({n: lambda s: time.sleep(0.3) for n in range(1, 8)}, 8)
    assert second.statuses("order") == ["Submitted", "Canceled"]
    assert "no longer listed" in second.orders["order"].info.reason


def test_a_second_process_is_refused(world_of):
    world = world_of([100.0] * 9)
    journal = Journal(world.path, "DU1234567")
    with pytest.raises(JournalError, match="another process"):
        world.live({})
    journal.close()


def test_numbers_go_on_where_the_clock_was_set_back(world_of):
    world = world_of([100.0] * 9)
    world.live({1: resting})
    ahead = (time.time_ns() // 1000 + 10**13) << 11
    records = json.loads(json.dumps(world.records()).replace(str(records_id(world)), str(ahead)))
    world.rewrite(records)
    second = world.live({1: resting})
    assert second.orders["order"].m_orderId > ahead


def records_id(world):
    return next(each["orders"][0]["id"] for each in world.records() if each["what"] == "place")


@pytest.mark.parametrize("journal", [None, True])
def test_a_store_keeps_a_journal_where_it_should(journal, world_of, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKTRADER_STATE", str(tmp_path / "state"))
    world = world_of([100.0] * 3)
    kind = type(IBStore)("_Store", (IBStore,), {})
    settings = {"url": world.sim.rest_url, "cacert": str(world.sim.certificate), "journal": journal}
    store = kind(**settings)
    store.start()
    found = list((tmp_path / "state").glob("*.jsonl"))
    assert len(found) == (journal is True)  # the simulator's account is a paper one
    store.stop()


def test_a_store_does_not_start_on_the_journal_of_another_process(world_of, tmp_path):
    world = world_of([100.0] * 3)
    journal = Journal(world.path, "DU1234567")
    kind = type(IBStore)("_Store", (IBStore,), {})
    store = kind(url=world.sim.rest_url, cacert=str(world.sim.certificate), journal=str(world.path))
    with pytest.raises(JournalError, match="another process"):
        store.start()
    assert not store.connected()
    journal.close()
    store.start()
    store.stop()


def timed(strategy):
    valid = datetime.timedelta(minutes=5)
    order = strategy.buy(size=10, exectype=Limit, price=99.0, valid=valid)
    named(strategy, "order", order)


def trailing(strategy):
    order = strategy.sell(size=10, exectype=bt.Order.StopTrail, trailpercent=0.02)
    named(strategy, "order", order)


def test_an_order_that_was_taken_up_expires(world_of):
    world = world_of([100.0] * 12)
    world.live({1: timed})
    assert world.live({}, 6).statuses("order") == ["Submitted", "Accepted", "Expired"]


def test_a_trailing_stop_is_taken_up_as_it_was(world_of):
    world = world_of([100.0] * 4 + [97.0] * 3)
    former = world.live({1: trailing}).orders["order"]
    second = world.live({}, 3)
    order = world.broker.adopted[0]
    assert (order.trailpercent, order.size) == (0.02, -10)
    assert order.created.price == former.created.price
    assert order.m_trailingPercent == 2.0
    assert second.statuses("order")[-1] == "Completed"


def busy(strategy):
    pair(strategy)
    bracket(strategy)
    resting(strategy)


def test_a_journal_cut_anywhere_leads_to_the_same_books(world_of):
    world = world_of([100.0] * 3 + [99.0] + [100.0] * 60)
    world.live({1: busy, 2: lambda s: s.cancel(s.orders["stop"])})
    world.sim.step()
    records = world.records()
    last = max(n for n, each in enumerate(records) if each["what"] == "place")
    for length in (len(records), last + 1, (len(records) + last) // 2):
        world.rewrite(records[:length])
        second = world.live({}, 5)
        assert second.position.size == world.sim.positions().get(AAPL, 0)
        known = {each.m_orderId: each for each in world.broker.adopted}
        assert sorted(each.m_orderId for each in known.values() if each.alive()) == sorted(
            entry.order_id
            for entry in world.life.store.desk.blotter.all()
            if entry.server_id in {each.order_id for each in world.alive()}
        )
