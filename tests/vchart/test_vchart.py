"""Visual Chart with a stand-in for comtypes."""

import datetime
import sys
import threading
import types

import pytest

import backtrader as bt
from backtrader.errors import MissingDependencyError, OrderError, StoreError
from backtrader.feeds import vcdata
from backtrader.stores import vcstore
from backtrader.stores.vcstore import PumpEvents, VCStore

from .com import Thing, World, modules, wait_for

START = datetime.datetime(2026, 1, 5, 10)


def row(minute, last=2.0):
    date = START + datetime.timedelta(minutes=minute, seconds=59, milliseconds=999)
    return (date, 1.0, 3.0, 0.5, last)


@pytest.fixture
def world(monkeypatch):
    made = World()
    for name, module in modules(made).items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(vcdata, "_SETTLED_S", 0.15)
    VCStore._singleton = None
    yield made
    if VCStore._singleton is not None:
        VCStore._singleton.stop()
        VCStore._singleton = None
    assert not [each for each in threading.enumerate() if each.name == "vc-com"]


class Watcher(bt.Strategy):
    params = (("script", None),)

    def __init__(self):
        self.bars, self.states, self.told, self.said, self.trades = [], [], [], [], []
        self.step = 0

    def next(self):
        self.bars.append((self.data.num2date(), self.data.close[0], self.data.volume[0]))
        self.look()

    def notify_data(self, data, status, *args, **kwargs):
        self.states.append(data._getstatusname(status))
        self.look()

    def notify_order(self, order):
        self.told.append(order.getstatusname())
        self.executed = order.executed

    def notify_trade(self, trade):
        self.trades.append((trade.size, trade.pnl))

    def notify_store(self, msg, *args, **kwargs):
        self.said.append(msg)

    def look(self):
        if self.p.script is not None:
            self.p.script(self)


def run(script=None, broker=None, resample=None, **kwargs):
    cerebro = bt.Cerebro(stdstats=False)
    kwargs = {"dataname": "010ES", "timeframe": bt.TimeFrame.Minutes, "qcheck": 0.05, **kwargs}
    data = bt.feeds.VCData(**kwargs)
    if resample is None:
        cerebro.adddata(data)
    else:
        cerebro.resampledata(data, timeframe=resample)
    if broker is not None:
        cerebro.setbroker(bt.brokers.VCBroker(**broker))
    cerebro.addstrategy(Watcher, script=script)
    alarm = threading.Timer(15, cerebro.runstop)
    alarm.start()
    try:
        return cerebro.run()[0]
    finally:
        alarm.cancel()


def test_without_comtypes_the_remedy_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "comtypes", None)
    monkeypatch.setitem(sys.modules, "comtypes.client", None)
    VCStore._singleton = None
    with pytest.raises(MissingDependencyError, match="pip install comtypes"):
        bt.stores.VCStore()


def test_a_library_that_cannot_be_loaded_is_an_error(world):
    world.broken = "class not registered"
    with pytest.raises(StoreError, match="class not registered"):
        VCStore().start()


def test_the_folder_comes_from_the_registry(world, monkeypatch):
    class Key:
        def __enter__(self):
            return self

        def __exit__(self, *args):
            return False

    def open_key(root, name):
        assert name == VCStore.VC_KEYNAME
        if root == "user":
            raise OSError
        return Key()

    registry = types.ModuleType("winreg")
    registry.HKEY_CURRENT_USER, registry.HKEY_LOCAL_MACHINE = "user", "machine"
    registry.OpenKey = open_key
    registry.QueryValueEx = lambda key, name: ("/vc", 1)
    monkeypatch.setitem(sys.modules, "winreg", registry)
    assert VCStore().find_vchart().replace("\\", "/") == "/vc/bin"
    monkeypatch.setitem(sys.modules, "winreg", None)
    assert VCStore().find_vchart() is None


def test_history_alone_has_its_last_bar_too(world):
    world.rows = [row(n, last=n) for n in range(4)]
    found = run(historical=True)
    assert [bar[1] for bar in found.bars] == [0, 1, 2, 3]
    assert found.bars[0][0] == START + datetime.timedelta(minutes=1)
    assert world.series[0].asked[:3] == ("010ES", "Minutes", 1)
    assert world.deleted == 1


def test_times_can_be_left_as_they_are(world):
    world.rows = [(46027.5, 1.0, 1.0, 1.0, 1.0), row(1)]
    found = run(historical=True, millisecond=False)
    assert found.bars[0][0] == datetime.datetime(2026, 1, 5, 12)
    world.rows = [row(0), row(1)]
    late = run(historical=True, millisecond=False).bars[0][0]
    assert late.second == 59


def test_bars_are_delivered_as_they_are_complete(world):
    world.rows = [row(0), row(1)]

    def script(watcher):
        if watcher.states[-1:] == ["LIVE"] and watcher.step == 0:
            watcher.step = 1
            world.grow(row(2, last=7.0))
            world.grow(row(3, last=8.0))
        if watcher.bars and watcher.bars[-1][1] == 7.0:
            watcher.env.runstop()

    found = run(script)
    assert [bar[1] for bar in found.bars] == [2.0, 2.0, 7.0]
    assert found.states == ["DELAYED", "LIVE"]
    assert world.threads == {"vc-com"}


def test_ticks_follow_the_history_of_a_resampled_feed(world):
    world.rows = [row(0), row(1)]

    def script(watcher):
        if len(watcher.bars) == 1 and watcher.step == 0:
            watcher.step = 1
            world.ticks(9.5, 3, START + datetime.timedelta(minutes=5, seconds=1))
            world.ticks(9.0, 4, START + datetime.timedelta(minutes=5, seconds=2))
            world.ticks(8.0, 1, START + datetime.timedelta(minutes=6, seconds=2))
        if len(watcher.bars) == 2:
            assert world.feeds == ["010ES"]
            watcher.env.runstop()

    found = run(script, resample=bt.TimeFrame.Minutes)
    assert found.bars[1] == (START + datetime.timedelta(minutes=6), 9.0, 7)
    assert world.feeds == []


def test_an_unknown_symbol_is_told(world):
    assert run(dataname="none").states == ["NOTSUBSCRIBED"]


def test_a_lost_connection_is_told(world):
    world.rows = [row(0), row(1)]

    def script(watcher):
        if watcher.states[-1:] == ["LIVE"] and watcher.step == 0:
            watcher.step = 1
            world.soon("OnInternalEvent", 1, 0, 0)
        elif watcher.states[-1:] == ["CONNBROKEN"]:
            world.soon("OnInternalEvent", 1, 1, 0)
            world.grow(row(2))
        elif len(watcher.bars) == 2:
            watcher.env.runstop()

    found = run(script)
    assert found.states[:4] == ["DELAYED", "LIVE", "CONNBROKEN", "DELAYED"]
    assert found.said == [
        "Visual Chart: the connection is lost",
        "Visual Chart: the connection is back",
    ]


def growing(world, act):
    """Return a script: `act` is a generator function, one step a bar, and bars keep coming."""

    def script(watcher):
        if not watcher.bars:
            return
        if not watcher.step:
            watcher.steps = act(watcher)
        watcher.step += 1
        world.grow(row(watcher.step + 1))
        if next(watcher.steps, "over") == "over":
            watcher.env.runstop()

    return script


def until(condition):
    for _ in range(1000):
        if condition():
            return
        yield
    raise AssertionError("it did not come to pass")


def test_an_order_is_executed_in_parts(world):
    world.rows = [row(0), row(1)]

    def act(watcher):
        assert (watcher.broker.getcash(), watcher.broker.getvalue()) == (5000.0, 6000.0)
        watcher.buy(size=5, exectype=bt.Order.Limit, price=1.5)
        number = world.sent[0].OrderId
        world.soon("OnNewOrderLocation", Thing(OrderId=number))
        world.executed("OnPartialExecutedOrder", number, 2, 1.4)
        world.executed("OnTotalExecutedOrder", number, 3, 1.5)
        yield from until(lambda: watcher.told[-1:] == ["Completed"])
        assert watcher.position.size == 5
        watcher.sell(size=5)
        world.executed("OnTotalExecutedOrder", world.sent[1].OrderId, 5, 2.46)
        yield from until(lambda: watcher.told[-1:] == ["Completed"] and not watcher.position)
        world.balance.Cash = 5300.0
        world.soon("OnChangedBalance", world.account)
        yield from until(lambda: watcher.broker.getcash() == 5300.0)

    found = run(growing(world, act), broker={"account": "demo"})
    assert found.told[:4] == ["Submitted", "Accepted", "Partial", "Completed"]
    sent = world.sent[0]
    assert (sent.Account, sent.SymbolCode, sent.OrderType) == ("demo", "010ES", "OT_Limit")
    assert (sent.OrderSide, sent.Volume, sent.Price) == ("OS_Buy", 5, 1.5)
    assert sent.OrderRestriction == "TR_NoRestriction"
    assert found.trades[-1] == (0, pytest.approx(5 * (2.46 - 1.46) * 50))


def test_an_order_is_cancelled(world):
    world.rows = [row(0), row(1)]

    def act(watcher):
        order = watcher.buy(
            size=1, exectype=bt.Order.StopLimit, price=5, plimit=6, valid=START.date()
        )
        watcher.cancel(order)
        yield from until(lambda: watcher.told[-1:] == ["Canceled"])

    run(growing(world, act), broker={})
    sent = world.sent[0]
    assert (sent.StopPrice, sent.Price, sent.OrderType) == (5, 6, "OT_StopLimit")
    assert (sent.OrderRestriction, sent.Account) == ("TR_Date", "other")
    assert world.cancelled == [sent.OrderId]


def test_what_visual_chart_has_not_is_an_error(world):
    world.rows = [row(0), row(1)]

    def act(watcher):
        with pytest.raises(OrderError, match="StopTrail"):
            watcher.sell(size=1, exectype=bt.Order.StopTrail, price=5)
        with pytest.raises(OrderError, match="oco"):
            watcher.sell(size=1, oco=watcher.buy(size=1))
        yield

    run(growing(world, act), broker={})
    with pytest.raises(OrderError, match="There are: other, demo"):
        run(broker={"account": "none"})


def test_events_are_pumped_until_somebody_says_so(world):
    calls = []
    PumpEvents(cb=lambda: calls.append(1) or len(calls) == 3)
    assert len(calls) == 3
    over = threading.Event()
    over.set()
    PumpEvents(hevt=over)
    PumpEvents(timeout=0.01)


def test_an_error_of_com_reaches_who_asked(world):
    store = VCStore()
    store.start()
    world.CancelOrder = None
    with pytest.raises(TypeError):
        store._cancel(1)
    store.stop()
    wait_for(lambda: not store.connected())
    assert vcstore.RTEventSink(store).store is store
