"""The old path over TWS' socket, with a stand-in for IbPy."""

import importlib
import sys
import threading
import time

import pytest

import backtrader as bt
from backtrader.errors import MissingDependencyError

from . import ibpy

NAMES = (
    *("backtrader.stores.ibstore_legacy", "backtrader.stores._twsdesk_legacy"),
    *("backtrader.feeds.ibdata_legacy", "backtrader.brokers.ibbroker_legacy"),
)


@pytest.fixture
def legacy(monkeypatch):
    for name, module in ibpy.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    for name in NAMES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module(NAMES[0])
    for name in NAMES:
        sys.modules.pop(name, None)


@pytest.fixture
def store(legacy):
    made = legacy.IBStore(timeout=0.05, clientId=5)
    made.conn.world = ibpy.World(made.conn)
    yield made
    made.stop()
    made.conn.end()


class Watcher(bt.Strategy):
    params = (("script", None),)

    def __init__(self):
        self.closes, self.states, self.told, self.said = [], [], [], []
        self.step = 0
        self.order = None

    def next(self):
        self.closes.append(self.data.close[0])
        self.p.script(self)

    def notify_data(self, data, status, *args, **kwargs):
        self.states.append(data._getstatusname(status))
        self.p.script(self)

    def notify_order(self, order):
        self.told.append(order.getstatusname())
        self.executed = order.executed

    def notify_store(self, msg, *args, **kwargs):
        self.said.append(str(msg))


def run(legacy, script, broker=False, **kwargs):
    cerebro = bt.Cerebro(stdstats=False)
    kwargs = {"dataname": "AAPL", "timeframe": bt.TimeFrame.Minutes, **kwargs}
    cerebro.adddata(legacy.IBData(**kwargs))
    if broker:
        cerebro.setbroker(legacy.IBBroker())
    cerebro.addstrategy(Watcher, script=script)
    alarm = threading.Timer(15, cerebro.runstop)
    alarm.start()
    try:
        return cerebro.run()[0]
    finally:
        alarm.cancel()


def stream(store):
    """Return the number of the stream of ticks."""
    until = time.monotonic() + 5
    while not store.conn.named("reqMktData"):
        assert time.monotonic() < until
        time.sleep(0.005)
    return store.conn.named("reqMktData")[-1][0]


@pytest.mark.parametrize("name", NAMES)
def test_without_ibpy_the_import_says_what_to_install(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "ib", None)
    for each in NAMES:
        monkeypatch.delitem(sys.modules, each, raising=False)
    with pytest.raises(MissingDependencyError, match="pip install IbPy2"):
        importlib.import_module(name)


def test_nothing_imports_it():
    assert not [name for name in NAMES if name in sys.modules]


def test_history_alone(legacy, store):
    found = run(legacy, lambda watcher: None, historical=True)
    assert found.closes == [1.5] * 3
    (request,) = store.conn.named("reqHistoricalData")
    assert request[3:] == ("1 D", "1 min", "TRADES", 0, 2)
    assert store.conn.where == ("127.0.0.1", 7496, 5)


def test_long_history_is_asked_for_stretch_by_stretch(legacy, store):
    begin = bt.datetime.datetime(2026, 1, 5, 8)
    end = bt.datetime.datetime(2026, 1, 7, 20)
    run(legacy, lambda watcher: None, historical=True, fromdate=begin, todate=end)
    asked = [request[2:4] for request in store.conn.named("reqHistoricalData")]
    assert asked == [(f"202601{day:02} 08:00:00 GMT", "1 D") for day in (6, 7, 8)]


def test_history_that_a_lost_connection_cuts_off_is_asked_for_anew(legacy, store):
    def cut(*request):
        del store.conn.world.reqHistoricalData
        store.conn.drop()

    store.conn.world.reqHistoricalData = cut

    def script(watcher):
        if len(watcher.closes) == 3:
            watcher.env.runstop()

    assert run(legacy, script).states == ["DELAYED", "CONNBROKEN", "DELAYED"]


def test_history_then_ticks(legacy, store):
    def script(watcher):
        if len(watcher.closes) == 3 and watcher.step == 0:
            watcher.step = 1
            store.conn.world.tick(stream(store), 7.5, 100, 1_767_600_500)
        if len(watcher.closes) == 4:
            watcher.env.runstop()

    found = run(legacy, script)
    assert found.closes == [1.5, 1.5, 1.5, 7.5]
    assert found.states == ["DELAYED", "LIVE"]
    assert store.conn.named("cancelMktData") or not store.connected()


def test_an_unknown_contract_ends_the_feed(legacy, store):
    assert run(legacy, lambda watcher: None, dataname="NONE").states == ["DISCONNECTED"]


def test_a_lost_connection_is_restored(legacy, store):
    def script(watcher):
        tick = store.conn.world.tick
        if watcher.states[-1:] == ["LIVE"] and watcher.step == 0:
            watcher.step = 1
            store.conn.refuse = 1
            store.conn.drop()
        elif watcher.states[-1:] == ["DELAYED"] and watcher.step == 1:
            watcher.step = 2
            tick(stream(store), 8.5, 1, 1_767_600_600)
        elif watcher.closes[-1:] == [8.5]:
            watcher.env.runstop()

    def first():
        store.conn.world.tick(stream(store), 7.5, 1, 1_767_600_500)

    threading.Thread(target=first, daemon=True).start()
    found = run(legacy, script, backfill_start=False)
    assert found.states == ["LIVE", "CONNBROKEN", "DELAYED", "LIVE"]
    assert found.closes == [7.5, 8.5]
    assert len(store.conn.named("reqMktData")) == 2


def test_ticks_without_permission_end_the_feed(legacy, store):
    def refuse():
        store.conn.tell("error", id=stream(store), errorCode=354, errorMsg="not subscribed")

    threading.Thread(target=refuse, daemon=True).start()
    assert run(legacy, lambda w: None, backfill_start=False).states == ["NOTSUBSCRIBED"]


def test_an_order_is_executed(legacy, store):
    world = store.conn.world

    def script(watcher):
        if watcher.closes and watcher.step == 0:
            watcher.step = 1
            watcher.order = watcher.buy(size=10, exectype=bt.Order.Limit, price=9.5)
            world.execute(10, "BOT", 10, 9.25)
        if watcher.told[-1:] == ["Completed"]:
            assert watcher.position.size == 10
            watcher.env.runstop()
        elif watcher.closes:
            time.sleep(0.01)
            world.tick(stream(store), 7.5, 1, 1_767_600_500 + len(watcher.closes))

    found = run(legacy, script, broker=True)
    assert found.told == ["Submitted", "Accepted", "Completed"]
    assert (found.executed.price, found.executed.comm) == (9.25, 1.25)
    number, contract, order = store.conn.named("placeOrder")[0]
    assert (number, contract.m_conId, contract.m_symbol) == (10, 77, "AAPL")
    assert (order.m_action, order.m_orderType, order.m_lmtPrice) == ("BUY", "LMT", 9.5)
    assert (order.m_totalQuantity, order.m_tif, order.m_transmit) == (10, "GTC", True)


@pytest.mark.parametrize(("code", "status"), [(201, "Rejected"), (202, "Canceled")])
def test_a_refused_order_is_told(legacy, store, code, status):
    world = store.conn.world
    world.placeOrder = lambda *each: store.conn.tell(
        "error", id=10, errorCode=code, errorMsg="Order refused"
    )

    def script(watcher):
        if watcher.closes and watcher.step == 0:
            watcher.step = 1
            watcher.buy(size=1)
        if watcher.told[-1:] == [status]:
            watcher.env.runstop()
        elif watcher.closes:
            time.sleep(0.01)
            world.tick(stream(store), 7.5, 1, 1_767_600_500 + len(watcher.closes))

    assert run(legacy, script, broker=True).told == ["Submitted", status]


def test_cash_value_and_positions_come_from_tws(legacy, store):
    broker = legacy.IBBroker()
    contract = ibpy.Contract(m_conId=77)
    store.conn.world.reqPositions = lambda: store.conn.tell(
        "position", contract=contract, pos=4, avgCost=2.5, account="DU1"
    )
    store.start()
    store.reqPositions()
    broker.start()
    assert (broker.getcash(), broker.getvalue()) == (5000.5, 9000.0)
    assert store.getposition(contract).price == 2.5
    assert broker.positions[77].size == 4
    portfolio = {"contract": contract, "position": 6, "averageCost": 2.0}
    store.conn.tell("updatePortfolio", **portfolio)
    until = time.monotonic() + 5
    while broker.positions[77].size != 6:
        assert time.monotonic() < until
        broker.next()
