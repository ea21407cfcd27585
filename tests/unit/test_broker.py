"""The simulated account: cash, value, leverage, interest and the fund."""

import datetime
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backtrader as bt
from backtrader.broker import BrokerBase
from backtrader.brokers import BackBroker
from backtrader.brokers._account import rests
from backtrader.comminfo import CommInfoBase


class Walk(bt.feed.DataBase):
    """Daily bars of a seeded random walk."""

    params = (("seed", 1), ("bars", 40))

    def start(self):
        super().start()
        self.random = random.Random(self.p.seed)
        self.price, self.count = 100.0, 0

    def _load(self):
        if self.count >= self.p.bars:
            return False
        opened = self.price
        self.price = close = round(opened * (1.0 + self.random.gauss(0.0, 0.02)), 2)
        lines = self.lines
        start = datetime.datetime(2005, 1, 3)
        lines.datetime[0] = bt.date2num(start + datetime.timedelta(days=self.count))
        lines.open[0], lines.close[0] = opened, close
        lines.high[0], lines.low[0] = max(opened, close) + 0.5, min(opened, close) - 0.5
        lines.volume[0], lines.openinterest[0] = 100.0, 0.0
        self.count += 1
        return True


def run(step, *, broker=None, datas=1, **options):
    """Run `step(strategy)` on every bar; return Cerebro."""

    class Stepping(bt.Strategy):
        def next(self):
            step(self)

    cerebro = bt.Cerebro(stdstats=False, **options)
    if broker is not None:
        cerebro.broker = broker
    for number in range(datas):
        cerebro.adddata(Walk(seed=number), name=f"feed{number}")
    cerebro.addstrategy(Stepping)
    cerebro.run()
    return cerebro


def test_figures_before_a_run():
    broker = BackBroker()
    assert (broker.getcash(), broker.getvalue(), broker.get_fundshares()) == (10000.0,) * 2 + (
        100.0,
    )
    broker.set_cash(500.0)
    assert (broker.cash, broker.startingcash, broker.getvalue(), broker.p.cash) == (500.0,) * 4
    assert broker.get_leverage() == 1.0
    assert broker.get_notification() is None


def test_value_is_cash_and_positions():
    def step(s):
        if len(s) == 1:
            s.buy(size=10)
        value = s.broker.getcash() + 10.0 * s.data.close[0] if s.position.size else 10000.0
        assert s.broker.getvalue() == value
        assert s.broker.getvalue([s.data]) == s.position.size * s.data.close[0]

    cerebro = run(step)
    assert cerebro.broker.getposition(cerebro.datas[0]).size == 10


@pytest.mark.parametrize("batch", [True, False])
def test_the_broker_rests_while_nothing_can_change(batch):
    seen = []

    def step(s):
        seen.append(s.broker._quiet)
        if len(s) == 5:
            s.buy()
            assert not s.broker._quiet
        if len(s) == 20:
            s.buy(exectype=bt.Order.Limit, price=1.0)

    run(step, runonce=batch)
    # no bar that is known beforehand gets down to the limit
    assert seen == [True] * 20 + [batch] * 20


@pytest.mark.parametrize("moved", ["price", "pricelimit", "valid", "cancelled", "another"])
def test_a_resting_broker_is_woken(moved):
    """What a script does to a waiting order is minded on the next bar."""
    sent, states = [], []

    def step(s):
        if len(s) == 3:
            stops = moved in ("price", "another")
            kind, price = (bt.Order.Stop, 1000.0) if stops else (bt.Order.Limit, 1.0)
            until = s.data.datetime[0] + 10.0 if moved == "valid" else None
            sent.append(s.buy(exectype=kind, price=price, valid=until))
        if len(s) == 9:
            assert s.broker._quiet
            if moved in ("price", "pricelimit"):
                setattr(sent[0].created, moved, s.data.close[0] + (0.0 if moved == "price" else 9))
            if moved == "cancelled":
                s.cancel(sent[0])
            if moved == "another":
                sent.append(s.buy(oco=sent[0]))
        states.append(sent[0].status if sent else None)

    run(step)
    ends = {"valid": bt.Order.Expired, "cancelled": bt.Order.Canceled, "another": bt.Order.Canceled}
    end = ends.get(moved, bt.Order.Completed)
    first = {"cancelled": 9, "valid": 14}.get(moved, 10)
    assert states.index(end) == first - 1
    assert set(states[first:]) == {end}


@pytest.mark.parametrize(
    ("terms", "calm"),
    [
        ({}, True),
        ({"commission": 0.001}, True),
        ({"margin": 10.0}, False),
        ({"interest": 0.01}, False),
    ],
)
def test_positions_that_move_cash_keep_the_broker_awake(terms, calm):
    broker = BackBroker()
    broker.setcommission(**terms)
    assert rests(broker.comminfo[None]) is calm
    seen = []

    def step(s):
        seen.append(s.broker._quiet)
        if len(s) == 1:
            s.buy()

    run(step, broker=broker)
    assert seen[5:] == [calm] * 35


def test_what_a_position_shows_while_the_broker_rests():
    def step(s):
        if len(s) == 1:
            s.buy(size=3)
        if len(s) == 10:
            s.close()
        position = s.position
        if 2 <= len(s) <= 10:
            assert position.adjbase == s.data.close[0]
            assert position.datetime == s.data.datetime.datetime(0)
        if len(s) > 11:
            assert position.adjbase == s.data.close[10 - len(s)]
            assert position.datetime == s.data.datetime.datetime(11 - len(s))

    run(step)


def test_futures_settle_in_cash_every_bar():
    broker = BackBroker()
    broker.setcommission(margin=100.0, mult=5.0, commission=2.0)
    cashes = []

    def step(s):
        if len(s) == 1:
            s.buy(size=2)
        cashes.append(s.broker.getcash())
        if len(s) > 2:
            move = s.data.close[0] - s.data.close[-1]
            assert cashes[-1] - cashes[-2] == pytest.approx(2 * 5.0 * move)
            assert s.broker.getvalue() == pytest.approx(cashes[-1] + 200.0)

    run(step, broker=broker)


def test_interest_is_charged_and_counted_in_the_trade():
    def trade_of(int2pnl):
        broker = BackBroker()
        broker.setcommission(interest=0.365)
        broker.set_int2pnl(int2pnl)
        trades = []

        class Short(bt.Strategy):
            def next(self):
                if len(self) == 1:
                    self.sell(size=10)
                if len(self) == 11:
                    self.close()

            def notify_trade(self, trade):
                if trade.isclosed:
                    trades.append(trade)

        cerebro = bt.Cerebro(stdstats=False)
        cerebro.broker = broker
        cerebro.adddata(Walk())
        cerebro.addstrategy(Short)
        cerebro.run()
        return trades[0], cerebro.broker.getcash()

    counted, cash = trade_of(True)
    apart, same_cash = trade_of(False)
    days = 10
    assert counted.commission == pytest.approx(days * 0.001 * 10 * counted.price)
    assert apart.commission == 0.0
    assert cash == same_cash == pytest.approx(10000.0 + counted.pnlcomm)


def test_leverage():
    broker = BackBroker()
    broker.setcommission(leverage=4.0)

    def step(s):
        if len(s) == 1:
            s.buy(size=300)

    cerebro = run(step, broker=broker)
    broker = cerebro.broker
    assert broker.getposition(cerebro.datas[0]).size == 300
    assert broker.get_leverage() > 1.0
    assert broker.getvalue(lever=True) > broker.getvalue()


def test_added_cash_issues_shares_of_the_fund():
    broker = BackBroker()
    broker.set_fundmode(True, 10.0)
    values = []

    def step(s):
        if len(s) == 1:
            s.buy(size=50)
        if len(s) == 5:
            s.broker.add_cash(5000.0)
        values.append((s.broker.get_fundvalue(), s.broker.get_fundshares(), s.data.close[0]))

    run(step, broker=broker)
    assert values[4][1] == 1000.0
    assert values[5][1] == pytest.approx(1000.0 + 5000.0 / values[4][0])
    change = 50 * (values[5][2] - values[4][2])
    assert values[5][0] == pytest.approx(values[4][0] + change / values[5][1])


def test_set_cash_during_a_run_is_the_value_until_the_next_bar():
    def step(s):
        if len(s) == 1:
            s.buy(size=10)
        if len(s) == 5:
            s.broker.set_cash(700.0)
            assert s.broker.getvalue() == 700.0
        if len(s) == 6:
            assert s.broker.getvalue() == pytest.approx(700.0 + 10 * s.data.close[0])

    run(step)


def test_value_of_some_datas_is_the_figure_of_the_account_until_the_next_bar():
    def step(s):
        if len(s) == 1:
            for data in s.datas:
                s.buy(data=data, size=5)
        if len(s) == 5:
            worth = [5 * data.close[0] for data in s.datas]
            cash = s.broker.getcash()
            assert s.broker.getvalue() == pytest.approx(cash + sum(worth))
            assert s.broker.getvalue(s.datas[:2]) == pytest.approx(cash + sum(worth[:2]))
            assert s.broker.getvalue() == pytest.approx(cash + sum(worth[:2]))
        if len(s) == 6:
            worth = [5 * data.close[0] for data in s.datas]
            assert s.broker.getvalue() == pytest.approx(s.broker.getcash() + sum(worth))

    run(step, datas=3)


def test_a_run_starts_from_the_cash_that_was_set():
    broker = BackBroker()
    broker.set_cash(5000.0)
    for _ in range(2):
        cerebro = run(lambda s: s.buy() if len(s) == 1 else None, broker=broker)
        assert cerebro.broker.startingcash == 5000.0
        assert cerebro.broker.getposition(cerebro.datas[0]).size == 1


def test_the_past_of_a_fund_is_its_value():
    broker = BackBroker()
    broker.set_fund_history([["2005-01-01", 110.0, 1000.0], ["2005-01-08T00:00:00", 120.0, 2000.0]])
    values = []
    run(lambda s: values.append((s.broker.getvalue(), s.broker.get_fundvalue())), broker=broker)
    assert values[:6] == [(1000.0, 110.0)] * 5 + [(2000.0, 120.0)]


def test_schemes_by_name():
    broker = BackBroker()
    broker.setcommission(commission=0.5, name="feed0")
    own = CommInfoBase()
    broker.addcommissioninfo(own, name="feed1")
    cerebro = run(lambda s: None, broker=broker, datas=3)
    first, second, third = cerebro.datas
    assert cerebro.broker.getcommissioninfo(first).p.commission == 0.5
    assert cerebro.broker.getcommissioninfo(second) is own
    assert cerebro.broker.getcommissioninfo(third) is broker.comminfo[None]


def test_a_broker_of_ones_own_gets_the_names_with_underscore():
    class Own(BrokerBase):
        def getcash(self):
            return 1.0

        def getvalue(self, datas=None):
            return 2.0

    own = Own()
    assert (own.get_cash(), own.get_value(), own.fundvalue, own.fundshares) == (1.0, 2.0, 2.0, 1.0)
    with pytest.raises(NotImplementedError, match="Own has no buy"):
        own.buy(None, None, 1)


class Random(bt.Strategy):
    """Issue random orders of all kinds; check the books on every bar."""

    params = (("seed", 0),)

    def __init__(self):
        self.random = random.Random(self.p.seed)
        self.sent, self.ended, self.filled = [], set(), {}
        self.booked = self.broker.startingcash

    def notify_order(self, order):
        assert order.executed.size + order.executed.remsize == order.created.size
        assert order.ref not in self.ended
        if order.status in (order.Canceled, order.Expired, order.Margin, order.Rejected):
            self.ended.add(order.ref)
        for bit in order.executed.iterpending():
            self.booked -= bit.size * bit.price + bit.comm

    def next(self):
        held = sum(self.getposition(data).size * data.close[0] for data in self.datas)
        assert self.broker.getcash() == pytest.approx(self.booked)
        assert self.broker.getvalue() == pytest.approx(self.booked + held)
        assert [order.ref for order in self.broker.get_orders_open(safe=True)] == [
            order.ref for order in self.broker.pending
        ]
        if self.random.random() < 0.5:
            self.issue(self.random.choice(self.datas))

    def issue(self, data):
        pick = self.random
        price = data.close[0] * (1.0 + pick.gauss(0.0, 0.02))
        kind = pick.randrange(7)
        deal = pick.choice([self.buy, self.sell])
        group = pick.choice(self.sent[-3:]) if self.sent and pick.random() < 0.3 else None
        self.sent.append(
            deal(
                data=data,
                size=pick.randrange(1, 60),
                exectype=kind,
                price=price,
                plimit=price * pick.choice([0.99, 1.01]),
                trailamount=1.0,
                valid=pick.choice([None, datetime.timedelta(days=3)]),
                oco=group,
            )
        )
        if pick.random() < 0.2:
            self.cancel(pick.choice(self.sent))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    slippage=st.sampled_from([0.0, 0.01]),
    filled=st.sampled_from([None, 7]),
    checked=st.booleans(),
)
def test_cash_and_value_move_by_what_is_executed_alone(seed, slippage, filled, checked):
    cerebro = bt.Cerebro(stdstats=False)
    for number in range(2):
        cerebro.adddata(Walk(seed=seed + number), name=f"feed{number}")
    cerebro.addstrategy(Random, seed=seed)
    broker = cerebro.broker
    broker.setcommission(commission=0.001)
    broker.set_slippage_perc(slippage)
    broker.set_checksubmit(checked)
    broker.set_filler(bt.fillers.FixedSize(size=filled) if filled else None)
    cerebro.run()


class Groups(Random):
    """Every order belongs to a group of those sent on one bar."""

    def issue(self, data):
        first = None
        for _ in range(3):
            price = data.close[0] * (1.0 + self.random.gauss(0.0, 0.02))
            kind = self.random.choice([bt.Order.Limit, bt.Order.Stop, bt.Order.Market])
            deal = self.random.choice([self.buy, self.sell])
            order = deal(data=data, size=5, exectype=kind, price=price, oco=first)
            first = first or order
            self.sent.append((first.ref, order))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_group_of_alternatives_is_filled_at_most_once(seed):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(Walk(seed=seed))
    cerebro.addstrategy(Groups, seed=seed)
    strategy = cerebro.run()[0]
    filled = [group for group, order in strategy.sent if order.status == order.Completed]
    assert len(filled) == len({*filled})
    assert strategy.sent


class Overreaching(Random):
    """Also issues orders for which there is no cash: they are looked at and refused."""

    params = (("reach", 0),)

    def issue(self, data):
        super().issue(data)
        for _ in range(self.p.reach):
            self.buy(data=data, size=10**9, exectype=bt.Order.Market)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), reach=st.integers(1, 3))
def test_an_order_that_is_looked_at_and_refused_changes_nothing(seed, reach):
    results = []
    for count in (0, reach):
        cerebro = bt.Cerebro(stdstats=False)
        cerebro.adddata(Walk(seed=seed))
        cerebro.addstrategy(Overreaching, seed=seed, reach=count)
        strategy = cerebro.run()[0]
        fills = [(order.executed.size, order.executed.price) for order in strategy.sent]
        results.append((cerebro.broker.getcash(), cerebro.broker.getvalue(), fills))
    assert results[0] == results[1]
