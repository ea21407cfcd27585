"""Orders while things go wrong: nothing is sent twice, lost or made up."""

import random
import threading
import time
from dataclasses import replace

import pytest

import backtrader as bt
from backtrader.errors import StoreError
from backtrader.ibsim import Fault
from backtrader.ibsim.faults import FaultKind
from backtrader.stores._ib.blotter import Entry
from backtrader.stores._ib.desk import OrderDesk
from backtrader.stores._ib.iborder import IBOrder
from backtrader.stores._ib.ids import client_order_id
from backtrader.stores._ib.messages import NOT_CANCELLED, OrderProblem

from .conftest import eventually
from .trading import AAPL, QUICK, Acting, Trading, wait

Limit = bt.Order.Limit
FLAT = [100.0] * 10
PLACE = "iserver/account/*/orders"
REPLY = "iserver/reply/*"
CANCEL = "iserver/account/*/order/*"


def market(strategy):
    strategy.keep("buy", strategy.buy(size=10))


def resting(strategy):
    strategy.keep("order", strategy.buy(size=10, exectype=Limit, price=99.0))


def bracket(strategy):
    orders = strategy.buy_bracket(
        size=10, exectype=Limit, price=100.0, stopprice=98.0, limitprice=102.0
    )
    for name, order in zip(("main", "stop", "limit"), orders, strict=True):
        strategy.keep(name, order)


def posts(sim):
    return [x for x in sim.requests() if x.method == "POST" and x.path.endswith("/orders")]


def assert_same_on_both_sides(trading, strategy):
    held = trading.sim.positions()
    assert strategy.position.size == held.get(AAPL, 0)
    booked = [bit for order in strategy.orders.values() for bit in order.executed.exbits]
    assert len(booked) == len(trading.sim.executions())
    assert sum(bit.size for bit in booked) == held.get(AAPL, 0)
    references = [x.ticket.client_id for x in trading.sim.orders() if x.ticket.client_id]
    assert len(references) == len(set(references))


@pytest.mark.parametrize("kind", ["lost_answer", "unavailable_after", "late_answer"])
@pytest.mark.parametrize("act", [market, bracket])
def test_an_order_whose_answer_is_lost_is_found_by_asking(kind, act):
    with Trading(FLAT) as trading:
        trading.sim.faults.add(Fault(kind, "POST", PLACE, delay_s=1.3))
        strategy = trading.run(Acting, acts={2: act})
        name = "buy" if act is market else "main"
        assert strategy.statuses(name) == ["Submitted", "Accepted", "Completed"]
        assert len(posts(trading.sim)) == 1
        assert len(trading.sim.orders()) == (1 if act is market else 3)
        assert_same_on_both_sides(trading, strategy)


@pytest.mark.parametrize("act", [market, bracket])
def test_an_order_that_never_arrived_is_rejected_and_not_sent_again(act):
    with Trading(FLAT) as trading:
        trading.sim.faults.add(Fault("unavailable", "POST", PLACE))
        strategy = trading.run(Acting, acts={2: act})
        for name in strategy.orders:
            assert strategy.statuses(name) == ["Submitted", "Rejected"]
            assert "never arrived" in strategy.orders[name].info.reason
        assert len(posts(trading.sim)) == 1 and trading.sim.orders() == []


@pytest.mark.parametrize("kind", ["unauthorized", "too_many"])
def test_what_the_server_turned_away_is_rejected_at_once(kind):
    with Trading(FLAT) as trading:
        trading.sim.faults.add(Fault(kind, "POST", PLACE))
        strategy = trading.run(Acting, acts={2: market})
        assert strategy.statuses("buy") == ["Submitted", "Rejected"]
        assert len(posts(trading.sim)) == 1 and trading.sim.orders() == []


@pytest.mark.parametrize("kind", ["lost_answer", "unavailable_after", "late_answer"])
def test_a_reply_whose_answer_is_lost(kind):
    def far(strategy):
        strategy.keep("far", strategy.buy(size=10, exectype=Limit, price=90.0))

    with Trading(FLAT, questions={"o163": True}) as trading:
        trading.sim.faults.add(Fault(kind, "POST", REPLY, delay_s=1.3))
        strategy = trading.run(Acting, acts={2: far})
        assert strategy.statuses("far") == ["Submitted", "Accepted"]
        assert len(trading.sim.orders()) == 1


def test_a_reply_that_never_arrived():
    def far(strategy):
        strategy.keep("far", strategy.buy(size=10, exectype=Limit, price=90.0))

    with Trading(FLAT, questions={"o163": True}) as trading:
        trading.sim.faults.add(Fault("unavailable", "POST", REPLY))
        strategy = trading.run(Acting, acts={2: far, 4: market})
        assert strategy.statuses("far") == ["Submitted", "Rejected"]
        assert strategy.statuses("buy")[-1] == "Completed"
        assert len(trading.sim.orders()) == 1


def test_a_decline_that_is_lost_leaves_nothing_behind():
    def far(strategy):
        strategy.keep("far", strategy.buy(size=10, exectype=Limit, price=90.0))

    with Trading(FLAT) as trading:
        trading.sim.faults.add(Fault("lost_answer", "POST", REPLY))
        strategy = trading.run(Acting, acts={2: far})
        assert strategy.statuses("far") == ["Submitted", "Rejected"]
        assert "constraint of 3%" in strategy.orders["far"].info.reason
        assert trading.sim.orders() == []


@pytest.mark.parametrize("kind", ["lost_answer", "unavailable", "late_answer", "too_many"])
def test_a_cancellation_whose_answer_is_lost_is_asked_for_again(kind):
    acts = {2: resting, 4: lambda s: s.cancel(s.orders["order"])}
    with Trading(FLAT) as trading:
        trading.sim.faults.add(Fault(kind, "DELETE", CANCEL, delay_s=1.3))
        strategy = trading.run(Acting, acts=acts)
        assert strategy.statuses("order") == ["Submitted", "Accepted", "Canceled"]
        assert_same_on_both_sides(trading, strategy)


@pytest.mark.parametrize("kind", ["lost_answer", "unavailable", "unavailable_after"])
def test_a_change_whose_answer_is_lost(kind):
    acts = {2: resting, 4: lambda s: s.broker.replace(s.orders["order"], size=7)}
    with Trading(FLAT) as trading:
        trading.sim.faults.add(Fault(kind, "POST", CANCEL))
        strategy = trading.run(Acting, acts=acts)
        assert strategy.statuses("order") == ["Submitted", "Accepted", "Accepted"]
        (order,) = trading.sim.orders()
        assert float(order.ticket.quantity) == 7.0 == strategy.orders["order"].size


@pytest.mark.parametrize("topic", ["sor", "str"])
@pytest.mark.parametrize("kind", ["repeated_message", "late_message"])
def test_messages_that_come_again_or_late(kind, topic):
    acts = {2: market, 5: lambda s: s.keep("close", s.close())}
    with Trading(FLAT) as trading:
        trading.sim.faults.add(Fault(kind, topic=topic, count=12, delay_s=0.1))
        strategy = trading.run(Acting, acts=acts)
        expected = ["Submitted", "Accepted", "Completed"]
        assert strategy.statuses("buy") == strategy.statuses("close") == expected
        assert [closed for _, closed, _ in strategy.trades] == [False, True]
        assert_same_on_both_sides(trading, strategy)


def test_without_the_topic_of_orders():
    acts = {2: market, 4: resting, 6: lambda s: s.cancel(s.orders["order"])}
    with Trading(FLAT, order_topic=False) as trading:
        strategy = trading.run(Acting, acts=acts)
        assert strategy.statuses("buy") == ["Submitted", "Accepted", "Completed"]
        assert strategy.statuses("order") == ["Submitted", "Accepted", "Canceled"]


@pytest.mark.parametrize("topic", ["sor", "str"])
def test_what_a_lost_socket_kept_back_is_read(topic):
    with Trading(FLAT) as trading:
        trading.sim.faults.add(Fault("lost_socket", topic=topic, skip=2))
        strategy = trading.run(Acting, acts={2: market})
        assert strategy.statuses("buy") == ["Submitted", "Accepted", "Completed"]
        assert_same_on_both_sides(trading, strategy)


def test_executions_without_the_stream_are_read():
    def cut(strategy):
        trading.sim.drop_sockets()
        trading.sim.step()

    with Trading([*FLAT, 100.0]) as trading:
        trading.prices = FLAT
        strategy = trading.run(Acting, acts={2: market, 3: cut, 4: market})
        assert len(trading.sim.executions()) == 2
        assert strategy.position.size == 20


def test_a_commission_that_is_late_is_corrected(monkeypatch):
    monkeypatch.setattr("backtrader.stores._ib.progress.COMMISSION_S", 0.0)
    with Trading(FLAT, late_commissions=True) as trading:
        strategy = trading.run(Acting, acts={2: market})
        charged = float(trading.sim.executions()[0].commission)
        order = strategy.orders["buy"]
        assert strategy.statuses("buy") == ["Submitted", "Accepted", "Completed"]
        assert order.executed.comm == pytest.approx(charged)
        assert order.executed.exbits[0].openedcomm == pytest.approx(charged)
        assert any("commission" in text for text in trading.store.notifications)


# -- the account


def test_positions_from_before_are_there_at_once():
    seen = []

    class Looking(Acting):
        def start(self):
            seen.append((self.position.size, self.position.price))
            seen.append((self.broker.getcash(), self.broker.getvalue()))

    with Trading(FLAT) as trading:
        deal_elsewhere(trading, 10)
        (charged,) = (float(x.commission) for x in trading.sim.executions())
        trading.run(Looking)
        # IBKR's mean price has the commission in it
        assert seen[0] == (10, pytest.approx(100.0 + charged / 10))
        assert seen[1] == (pytest.approx(trading.sim.cash()), pytest.approx(100_000.0 - charged))


def deal_elsewhere(trading, quantity):
    """Deal past the store, as another program of the user does."""
    ticket = {"conid": AAPL, "side": "BUY", "orderType": "MKT", "quantity": quantity}
    body = {"orders": [{**ticket, "tif": "DAY"}]}
    trading.sim.call(lambda w: w.exchange.place(trading.sim.account_id, body, set()))
    trading.sim.step()


def test_a_position_that_somebody_else_changes_is_taken_over():
    def elsewhere(strategy):
        deal_elsewhere(trading, 5)
        eventually(changed, 10.0, "the position from outside")

    def changed():
        trading.broker.next()
        return trading.broker.positions[AAPL].size == 15

    with Trading([*FLAT, 100.0, 100.0]) as trading:
        trading.prices = FLAT
        strategy = trading.run(Acting, acts={2: market, 5: elsewhere})
        assert strategy.statuses("buy") == ["Submitted", "Accepted", "Completed"]
        assert strategy.position.size == 15
        assert any("from outside" in text for text in trading.store.notifications)


def test_cash_and_value_follow_executions():
    def look(strategy):
        eventually(follows, 5.0, "the cash")

    def follows():
        trading.broker.next()
        return trading.broker.getcash() == pytest.approx(trading.sim.cash())

    with Trading(FLAT) as trading:
        strategy = trading.run(Acting, acts={2: market, 4: look})
        assert strategy.broker.getcash() < 99_000.0
        assert strategy.broker.startingcash == 100_000.0


def test_a_reading_that_fails_raises():
    with Trading(FLAT, connect={"patience": 0.2}) as trading:
        trading.store.connection.open()
        book = trading.store.account
        trading.sim.faults.add(Fault("unavailable", "GET", "portfolio/*", count=10_000))
        for read in (book.cash, book.value, book.holdings, book.summary):
            with pytest.raises(StoreError):
                read()


# -- ends


def test_an_order_that_was_given_up_and_turns_up_is_cancelled():
    with Trading(FLAT) as trading:
        store = trading.store
        store.start(broker=trading.broker)
        order = IBOrder("BUY", 10, "LMT", 99.0)
        entry = Entry(1 << 11, client_order_id(1 << 11), {"side": "BUY", "quantity": 10}, 0, AAPL)
        entry.order = order
        with store.desk.lock:
            store.desk.blotter.register(entry)
            entry.doubtful_until = time.monotonic() + 30.0
            store.desk.tell(store.desk.blotter.refuse(entry.order_id, "never arrived"))
        ticket = {"conid": AAPL, "side": "BUY", "orderType": "LMT", "price": 99.0, "quantity": 10}
        ticket["cOID"] = entry.reference
        body = {"orders": [{**ticket, "tif": "GTC"}]}
        trading.sim.call(lambda w: w.exchange.place(trading.sim.account_id, body, set()))
        store.desk.dialogue.nudge()
        eventually(lambda: trading.sim.orders()[0].status.value == "Cancelled", 5.0)
        assert any("turned up" in text for text in store.notifications)


def test_stopping_ends_the_threads_and_sends_nothing_more():
    with Trading(FLAT) as trading:
        store = trading.store
        store.start(broker=trading.broker)
        trading.sim.faults.add(Fault("late_answer", "POST", PLACE, delay_s=0.5))
        for number in range(3):
            order = IBOrder("BUY", 1, "LMT", 99.0)
            store.placeOrder(store.nextOrderId() + number, AAPL, order)
        eventually(lambda: posts(trading.sim) or trading.sim.orders())
        store.stop()
        assert len(trading.sim.orders()) == 1
        assert not [t for t in threading.enumerate() if t.name in ("ib-orders", "ib-account")]


def test_a_reply_id_is_not_disturbed_by_another_order():
    def several(strategy):
        for number in range(4):
            order = strategy.buy(size=1, exectype=Limit, price=90.0 + number)
            strategy.keep(f"order{number}", order)

    with Trading(FLAT, questions={"o163": True}) as trading:
        strategy = trading.run(Acting, acts={2: several})
        assert {strategy.statuses(name)[-1] for name in strategy.orders} == {"Accepted"}
        prices = [x.ticket.price for x in trading.sim.orders()]
        assert prices == [90.0, 91.0, 92.0, 93.0]


def test_the_connection_is_gone_while_an_order_is_on_its_way():
    with Trading(FLAT) as trading:
        store = trading.store
        store.start(broker=trading.broker)
        trading.sim.stop()
        order = IBOrder("BUY", 1, "LMT", 99.0)
        number = store.nextOrderId()
        store.placeOrder(number, AAPL, order)
        wait(1.0)
        entry = store.desk.blotter.find(number)
        assert not entry.over
        trading.sim.start()
        eventually(lambda: entry.over, 20.0, "the end of the inquiry")
        assert trading.sim.orders() == [] and entry.refused


# -- orders past the broker


def request(quantity=3, **fields):
    ticket = {"conid": AAPL, "side": "BUY", "orderType": "LMT", "price": 99.0}
    return {**ticket, "quantity": quantity, "tif": "DAY", **fields}


@pytest.fixture
def desk_of():
    """A store that is started without a run."""
    with Trading(FLAT) as trading:
        trading.broker.start()
        yield trading


def test_a_ticket_of_the_callers_own(desk_of):
    (row,) = desk_of.desk.submit(None, request())
    (order,) = desk_of.sim.orders()
    assert row["order_id"] == str(order.order_id)
    assert row["local_order_id"] == order.ticket.client_id


def test_a_request_of_ibind(desk_of):
    made = IBOrder("BUY", 3, "LMT", 99.0, "DAY").to_ibind_order(AAPL)
    (row,) = desk_of.desk.submit(desk_of.sim.account_id, made)
    assert row["order_status"] in ("PendingSubmit", "Submitted", "PreSubmitted")
    assert desk_of.sim.orders()[0].ticket.tif == "DAY"


def test_a_ticket_that_is_refused_raises_its_text(desk_of):
    with pytest.raises(StoreError, match="minimum price variation"):
        desk_of.desk.submit(None, request(price=99.001))


def test_without_confirmation_all_questions_are_declined(desk_of):
    desk_of.sim.step()
    desk_of.desk.set_questions({"o163": True})
    with pytest.raises(StoreError, match="constraint of 3%"):
        desk_of.desk.submit(None, request(price=90.0), confirm=False)
    assert desk_of.desk.submit(None, request(price=90.0))


def test_a_ticket_whose_answer_is_lost_is_found(desk_of):
    desk_of.sim.faults.add(Fault("lost_answer", "POST", PLACE))
    assert len(desk_of.desk.submit(None, request())) == 1
    assert len(posts(desk_of.sim)) == 1


def test_an_execution_past_the_broker_shows_in_the_positions(desk_of):
    desk_of.desk.submit(None, request(price=101.0))
    desk_of.sim.step()

    def shows():
        desk_of.broker.next()
        return desk_of.broker.positions[AAPL].size == 3

    eventually(shows, 10.0, "the position")


def test_live_orders_of_all_sessions_are_listed(desk_of):
    body = {"orders": [request(cOID="mine")]}
    desk_of.sim.call(lambda w: w.exchange.place(desk_of.sim.account_id, body, set()))
    desk_of.desk.submit(None, request())
    rows = desk_of.desk.live_orders()
    assert [row["order_ref"] == "mine" for row in rows] == [True, False]


def test_what_the_account_says_of_itself(desk_of):
    book = desk_of.store.account
    assert book.summary()["netliquidation"]["amount"] == pytest.approx(100_000.0)
    assert book.info()["currency"] == "USD"
    assert book.values()["NetLiquidation"]["BASE"] == pytest.approx(100_000.0)
    assert "nav" in book.performance(period="1M")
    assert book.transactions() == {"transactions": []}
    deal_elsewhere(desk_of, 4)
    (row,) = book.transactions(days=7)["transactions"]
    assert (row["conid"], row["qty"]) == (AAPL, 4)


# -- everything at random


class Restless(Acting):
    """Deals at random, by a seed."""

    params = (("seed", 0), ("sim", None))

    def start(self):
        self.chance = random.Random(self.p.seed)
        # a session that is taken over twice is given up: that is for the store to tell
        kinds = [kind for kind in FaultKind if kind is not FaultKind.TAKE_OVER]
        self.p.sim.faults.random(self.p.seed, 0.1, kinds, limit=12, delay_s=0.1)

    def next(self):
        if len(self) > 24:
            return
        draw = self.chance.random()
        name = f"order{len(self)}"
        side = self.chance.choice([self.buy, self.sell])
        waiting = [x for x in self.orders.values() if x.alive()]
        if draw < 0.4:
            self.keep(name, side(size=self.chance.randint(1, 9)))
        elif draw < 0.6:
            price = self.data.close[0] + self.chance.choice([-1.0, 0.0, 1.0])
            self.keep(name, side(size=5, exectype=Limit, price=price))
        elif draw < 0.7:
            orders = self.buy_bracket(size=3, price=100.0, stopprice=99.0, limitprice=101.0)
            for number, order in enumerate(orders):
                self.keep(f"{name}.{number}", order)
        elif waiting and draw < 0.85:
            self.cancel(self.chance.choice(waiting))
        elif waiting:
            self.broker.replace(self.chance.choice(waiting), size=10)


@pytest.mark.parametrize("seed", range(8))
def test_with_random_faults_both_sides_end_the_same(seed):
    chance = random.Random(seed)
    prices = [100.0 + chance.choice([-1.0, 0.0, 1.0]) for _ in range(30)]
    with Trading(prices, seed=seed, partial_chance=0.3, connect={"timeout": 5.0}) as trading:
        strategy = trading.run(Restless, seed=seed, sim=trading.sim)
        assert_same_on_both_sides(trading, strategy)
        ended = {x.ticket.client_id for x in trading.sim.orders() if not x.alive}
        for order in strategy.orders.values():
            reference = client_order_id(order.m_orderId)
            assert not (order.alive() and reference in ended), order
        statuses = [told[2] for told in strategy.told]
        assert statuses.count("Submitted") == len(strategy.orders)


# -- what came to light in runs with faults by the hundred; see test_survival


def until_sent(trading, **terms):
    """Wait until the simulator has an order with such terms."""

    def there():
        tickets = [each.ticket for each in trading.sim.orders()]
        return any(all(getattr(x, k) == v for k, v in terms.items()) for x in tickets)

    eventually(there, 5.0, f"an order with {terms}")


def test_a_new_session_answers_about_the_account_only_after_its_accounts_were_asked_for():
    with Trading(FLAT) as trading:
        store = trading.store
        store.start(broker=trading.broker)
        deal_elsewhere(trading, 10)
        trading.sim.nightly_reset()
        eventually(lambda: trading.sim.sessions.brokerage is not None, 10.0, "a new session")
        eventually(lambda: store.connected(), 10.0, "the connection")
        (held,) = store.account.read_positions()
        assert held.position == 10
        trading.sim.call(lambda world: trading.sim.sessions.brokerage.warm.clear())
        assert store.account.read_ledger(trading.sim.account_id)["BASE"]


@pytest.mark.parametrize(
    ("act", "statuses"),
    [
        (lambda s: s.cancel(s.orders["order"]), ["Submitted", "Accepted", "Canceled"]),
        (
            lambda s: s.broker.replace(s.orders["order"], size=7),
            ["Submitted", "Accepted", "Accepted"],
        ),
    ],
    ids=["cancel", "replace"],
)
def test_an_order_is_reached_in_a_new_session_whose_accounts_were_not_asked_for(act, statuses):
    def acted(strategy):
        trading.sim.call(lambda world: trading.sim.sessions.brokerage.warm.clear())
        act(strategy)

    with Trading(FLAT) as trading:
        strategy = trading.run(Acting, acts={2: resting, 4: acted})
        assert strategy.statuses("order") == statuses
        assert_same_on_both_sides(trading, strategy)


def test_a_change_of_an_order_whose_end_was_not_told_yet():
    def act(strategy):
        order = strategy.buy(size=10)
        strategy.keep("order", order)
        trading.settle()
        trading.sim.step()
        trading.settle()  # the desk knows that it is filled, the broker has not looked yet
        assert strategy.broker.replace(order, size=12)

    with Trading([*FLAT, 100.0]) as trading:
        trading.prices = FLAT
        strategy = trading.run(Acting, acts={2: act})
        assert strategy.statuses("order") == ["Submitted", "Accepted", "Completed"]
        assert "it is done" in strategy.orders["order"].info.problem


def test_a_cancellation_that_is_refused_does_not_undo_a_change():
    def change(strategy):
        order = strategy.orders["order"]
        strategy.broker.replace(order, size=7)
        strategy.broker.push_ordererror(OrderProblem(order.m_orderId, NOT_CANCELLED, "no"))

    with Trading(FLAT) as trading:
        strategy = trading.run(Acting, acts={2: resting, 4: change})
        assert strategy.statuses("order") == ["Submitted", "Accepted", "Accepted"]
        assert strategy.orders["order"].size == 7


def test_a_change_keeps_what_the_change_before_it_asked_for():
    def change(strategy):
        order = strategy.orders["order"]
        strategy.broker.replace(order, size=7)
        strategy.broker.replace(order, price=98.5)

    with Trading(FLAT) as trading:
        strategy = trading.run(Acting, acts={2: resting, 4: change})
        assert strategy.statuses("order") == ["Submitted", "Accepted", "Accepted", "Accepted"]
        ticket = trading.sim.orders()[0].ticket
        order = strategy.orders["order"]
        assert (order.size, order.created.price) == (7, 98.5)
        assert (float(ticket.quantity), ticket.price) == (7.0, 98.5)


@pytest.mark.parametrize("kind", ["late_answer", "unavailable_after"])
@pytest.mark.parametrize("late_s", [0.0, 1.0])
def test_an_execution_overtakes_the_answer_to_a_change(kind, late_s):
    """The answer is late or lost; and the stream tells of the execution before or after it."""

    def change(strategy):
        late = [Fault("late_message", topic=x, count=20, delay_s=late_s) for x in ("sor", "str")]
        trading.sim.faults.add(Fault(kind, "POST", CANCEL, delay_s=0.5), *late)
        strategy.broker.replace(strategy.orders["order"], size=12)
        until_sent(trading, quantity=12)
        trading.sim.step()  # fills all twelve, and then comes what became of the change
        if not late_s:
            eventually(lambda: trading.desk.blotter._executions, 0.3, "the execution")
        trading.broker.next()
        assert strategy.orders["order"].status == bt.Order.Accepted

    timing = replace(QUICK, inquiry_s=0.5)
    with Trading([100.0] * 4 + [98.0] + [100.0] * 6, timing=timing) as trading:
        trading.prices = FLAT
        strategy = trading.run(Acting, acts={2: resting, 4: change})
        told = [(status, size) for _, _, status, size, _ in strategy.told]
        assert told[2:] == [("Accepted", 0), ("Completed", 12)]
        assert strategy.orders["order"].size == 12 == strategy.position.size


def test_a_change_of_price_that_was_taken_and_then_refused():
    def change(strategy):
        trading.sim.faults.add(
            Fault("lost_answer", "POST", CANCEL), Fault("too_many", "POST", CANCEL)
        )
        strategy.broker.replace(strategy.orders["order"], price=98.5)

    with Trading(FLAT) as trading:
        strategy = trading.run(Acting, acts={2: resting, 4: change})
        assert strategy.statuses("order") == ["Submitted", "Accepted", "Accepted"]
        price = strategy.orders["order"].created.price
        assert price == 98.5 == trading.sim.orders()[0].ticket.price


def test_executions_that_are_read_are_told_in_the_order_in_which_they_happened():
    class Listener:
        def __init__(self):
            self.told = []

        def orderStatus(self, msg):
            pass

        commissionReport = orderStatus

        def execDetails(self, msg):
            self.told.append(msg.execution.m_execId)

    with Trading(FLAT) as trading:
        listener = Listener()
        desk = OrderDesk(trading.store.connection, listener, trading.store.account)
        entry = Entry(1, "bt1", {"side": "BUY", "quantity": 10})
        desk.blotter.register(entry)
        desk.blotter.bind(1, 77)
        row = {"order_id": 77, "side": "B", "size": 2.0, "price": "100.0"}
        rows = [
            {**row, "execution_id": name, "trade_time_r": moment}
            for name, moment in (("d", 3000), ("c", 2000), ("b", 1000), ("a", 1000))
        ]
        desk.take_trades(rows)  # as a reading lists them: the latest first
        assert listener.told == ["a", "b", "c", "d"]
