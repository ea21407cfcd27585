"""A store made of the real rooms, without the facade; and a feed that steps the simulator."""

import datetime
import threading
import time

import backtrader as bt
from backtrader.brokers.ibbroker import IBBroker
from backtrader.ibsim import Simulator
from backtrader.ibsim.prices import Tape
from backtrader.stores._ib.account import AccountBook
from backtrader.stores._ib.blotter import RANKS
from backtrader.stores._ib.contracts import ContractDetails, makecontract
from backtrader.stores._ib.desk import OrderDesk
from backtrader.stores._ib.dialogue import Job
from backtrader.stores._ib.inquiry import Timing
from backtrader.stores._ib.safety_calls import SafetyCalls
from backtrader.stores._ib.session import Connection
from backtrader.stores._ib.settings import resolve

from .conftest import eventually

AAPL = 265598
MONDAY = datetime.datetime(2026, 3, 2, 15, 0)
QUICK = Timing(poll_s=0.2, inquiry_s=0.05, arrival_s=0.4, again_s=0.2, patience_s=2.0, stream_s=0.1)


def tape(prices, symbol="AAPL", size=1000):
    """A trade a minute."""
    minute = datetime.timedelta(minutes=1)
    return Tape(symbol, [(MONDAY + n * minute, price, size) for n, price in enumerate(prices)])


def connection_to(sim, **params):
    given = {"url": sim.rest_url, "timeout": 2.0, "first_pause": 0.05, "longest_pause": 0.2}
    given["cacert"] = str(sim.certificate)
    given["request_timeout"] = 1.0
    if sim.sessions.oauth:
        given["oauth_config"] = sim.oauth_settings
    return Connection(resolve({**given, "pacing": False, **params}, {}))


class Barrier(Job):
    """Says when all that was queued before it is done."""

    def __init__(self):
        self.passed = threading.Event()

    def run(self):
        self.passed.set()

    def dropped(self):
        self.passed.set()


class Store(SafetyCalls):
    """What of the store the broker needs."""

    _desk = None

    def __init__(self, connection, timing=QUICK, questions=None):
        self.connection = connection
        self.account = AccountBook(connection, self, interval_s=60.0)
        self.desk = OrderDesk(connection, self, self.account, questions, timing)
        self._account, self._orders = self.account, self.desk
        self.notifications = []
        self.broker = None

    def _live(self):
        return self.connection

    def timeoffset(self):
        return self.connection.client.figures.ahead or datetime.timedelta()

    def start(self, data=None, broker=None):
        if broker is not None:
            self.broker = broker
            self.connection.open()
            self.desk.start()

    def stop(self):
        if self.broker is not None:
            self.broker.release()
        self.desk.stop()
        self.account.stop()
        self.connection.close()

    def connected(self):
        return self.connection.connected

    def put_notification(self, msg, *args, **kwargs):
        self.notifications.append(msg)

    def set_questions(self, questions):
        self.desk.set_questions(questions)

    def nextOrderId(self):
        return self.desk.next_order_id()

    def placeOrder(self, orderid, contract, order):
        self.desk.place(orderid, contract, order)

    def replaceOrder(self, orderid, order):
        self.desk.change(orderid, order)

    def cancelOrder(self, orderid):
        self.desk.cancel(orderid)

    def take_up_orders(self):
        if self.desk.recovery is not None:
            self.desk.recovery.begin()
        return self.desk.recovery

    def note_told(self, record):
        self.desk.journal.note(record)

    def reqAccountUpdates(self, subscribe=True, account=None):
        self.account.watch(subscribe, account)

    def get_acc_cash(self, account=None):
        return self.account.cash(account)

    def get_acc_value(self, account=None):
        return self.account.value(account)

    def get_positions(self):
        return self.account.holdings()

    def get_position_readings(self):
        return self.account.readings

    def getposition(self, contract, clone=False):
        return self.account.position(contract, clone)

    def reqPositions(self):
        self.desk.audit()

    def orderStatus(self, msg):
        self.broker.push_orderstatus(msg)

    def openOrder(self, msg):
        self.broker.push_orderstate(msg)

    def execDetails(self, msg):
        self.broker.push_execution(msg.execution)

    def commissionReport(self, msg):
        self.broker.push_commissionreport(msg.commissionReport)

    def error(self, msg):
        if msg.id == -1:
            self.put_notification(msg.errorMsg)
        else:
            self.broker.push_ordererror(msg)

    def updateAccountValue(self, msg):
        pass

    def updatePortfolio(self, msg):
        pass

    def accountDownloadEnd(self, msg):
        self.broker.push_portupdate()


class Stepped(bt.feed.DataBase):
    """Each bar is a tick of the simulator; all that it causes has arrived before the bar comes."""

    params = (("world", None), ("prices", ()))

    def start(self):
        super().start()
        self.count = 0

    def _load(self):
        if self.count == len(self.p.prices):
            return False
        if self.p.world is not None:
            self.p.world.settle()
            self.p.world.sim.step()
            self.p.world.settle()
        moment = MONDAY + datetime.timedelta(minutes=self.count)
        self.lines.datetime[0] = bt.date2num(moment)
        price = self.p.prices[self.count]
        for line in (self.lines.open, self.lines.high, self.lines.low, self.lines.close):
            line[0] = price
        self.lines.volume[0] = 1000
        self.count += 1
        return True


class Trading:
    """A simulator, a store and a broker, and a run of a strategy on them."""

    def __init__(
        self,
        prices,
        oauth=False,
        questions=None,
        timing=QUICK,
        connect=None,
        guards=None,
        analyzers=(),
        **settings,
    ):
        self.prices = prices
        self.guards, self.analyzers = guards or {}, analyzers
        settings.setdefault("pacing", False)
        self.sim = Simulator(tape(prices), oauth=oauth, **settings)
        self.questions = questions
        self.timing = timing
        self.connect = connect or {}
        self.wait_for_commissions = not settings.get("late_commissions")

    def __enter__(self):
        self.sim.start()
        store = self.store = Store(connection_to(self.sim, **self.connect), self.timing)

        class Broker(IBBroker):
            StoreCls = staticmethod(lambda **kwargs: store)

        self.broker = Broker(questions=self.questions, **self.guards)
        return self

    def __exit__(self, kind, failure, trace):
        self.store.stop()
        failures = self.sim.failures()
        self.sim.stop()
        if failure is None:
            assert failures == []

    @property
    def desk(self):
        return self.store.desk

    def barrier(self, timeout_s=10.0):
        barrier = Barrier()
        self.desk.dialogue.put(barrier)
        assert barrier.passed.wait(timeout_s), "the dialogue did not come to an end"

    def settle(self):
        """Wait until the desk knows what the simulator knows."""
        if not self.store.connected():
            eventually(self.store.connected, 10.0, "the connection")
        self.barrier()
        eventually(self.in_step, 5.0, "the same orders on both sides")

    def in_step(self):
        with self.desk.lock:
            return self._same_orders() and self._same_executions()

    def _same_orders(self):
        known = self.desk.blotter.all()
        held = {x.order_id for family in self.desk._held.values() for x in family}
        if any(x.server_id is None and not x.over and x.order_id not in held for x in known):
            return False  # it is being sent, or looked for
        entries = [x for x in known if x.server_id is not None]
        if self.desk.dialogue._jobs:
            return False
        if any(x.cancel_wanted and not x.ended and not x.cancel_taken for x in entries):
            return False
        # read last: a cancellation that IBKR took meanwhile shows in what the simulator says then
        orders = {x.order_id: x.status for x in self.sim.orders()}
        return all(self._same_status(x, orders[x.server_id]) for x in entries)

    @staticmethod
    def _same_status(entry, status):
        """What a change of an order leads back is further on in the blotter."""
        if status.final or entry.ended:
            return entry.status == status.value
        return RANKS.get(entry.status, -1) >= RANKS[status.value]

    def _same_executions(self):
        known = self.desk.blotter._executions
        for execution in self.sim.executions():
            row = known.get(execution.execution_id)
            if row is None or (self.wait_for_commissions and "commission" not in row):
                return False
        return True

    def run(self, strategy, **kwargs):
        cerebro = bt.Cerebro(stdstats=False)
        feed = Stepped(world=self, prices=self.prices)
        feed.tradecontract = makecontract("AAPL", "STK", "SMART", "USD").clone(m_conId=AAPL)
        feed.contractdetails = ContractDetails(
            feed.tradecontract, m_minTick=0.01, size_increment=1.0
        )
        cerebro.adddata(feed)
        cerebro.setbroker(self.broker)
        cerebro.addstrategy(strategy, **kwargs)
        for analyzer in self.analyzers:
            cerebro.addanalyzer(analyzer)
        return cerebro.run(live=True)[0]

    def backtest(self, strategy, **kwargs):
        """The same in the simulated broker, on the same prices."""
        cerebro = bt.Cerebro(stdstats=False)
        cerebro.adddata(Stepped(prices=self.prices))
        cerebro.broker.setcash(100_000.0)
        cerebro.addstrategy(strategy, **kwargs)
        return cerebro.run(live=True)[0]


class Acting(bt.Strategy):
    """Does on each bar what `acts` has for its number, and notes what it is told."""

    params = (("acts", {}),)

    def __init__(self):
        self.orders, self.told, self.trades, self.names = {}, [], [], {}

    def keep(self, name, order):
        self.orders[name] = order
        self.names[order.ref] = name

    def next(self):
        act = self.p.acts.get(len(self))
        if act is not None:
            act(self)

    def notify_order(self, order):
        name = self.names.get(order.ref, "?")
        done = (order.executed.size, round(order.executed.price, 6))
        self.told.append((len(self), name, order.getstatusname(), *done))

    def notify_trade(self, trade):
        self.trades.append((trade.justopened, trade.isclosed, round(trade.pnl, 6)))

    def statuses(self, name):
        return [status for _, told, status, *_ in self.told if told == name]


def wait(seconds):
    """Let real time pass, for what is about time."""
    end = time.monotonic() + seconds
    eventually(lambda: time.monotonic() > end, seconds + 1.0)
