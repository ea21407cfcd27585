"""Several accounts on one login: a store for each, and what IBKR reports of them."""

import datetime

import pytest

import backtrader as bt
from backtrader.errors import RequestRefusedError, SettingsError
from backtrader.ibsim import Simulator
from backtrader.stores.ibanalyzers import IBPerformance, IBPnL, IBTransactions

from .conftest import eventually
from .survival import own_classes
from .test_store import settings_of
from .trading import AAPL, Acting, Trading, tape

FIRST, SECOND = "DU1234567", "DU7654321"
BUY = {"conid": AAPL, "side": "BUY", "quantity": 10, "orderType": "MKT", "tif": "DAY"}


@pytest.fixture
def simulator():
    settings = dict(more_accounts=(SECOND,), pacing=False, rates={"EUR": 1.25})
    with Simulator(tape([100.0] * 6), oauth=True, **settings) as simulator:
        simulator.step()
        yield simulator
        assert simulator.failures() == []


@pytest.fixture
def stores(simulator):
    made = own_classes()[0]
    first = made(**settings_of(simulator))
    second = made(account_id=SECOND)
    first.start()
    second.start()
    yield first, second
    second.stop()
    first.stop()


def positions(simulator, account):
    return simulator.call(
        lambda world: {
            conid: float(held.size)
            for conid, held in world.exchange.accounts[account].positions.items()
        }
    )


def test_there_is_one_store_for_each_account_and_one_login(simulator, stores):
    first, second = stores
    made = type(first)
    assert made() is first and made(account_id=SECOND) is second
    assert made(account_id=FIRST) is first  # the account that the login chose
    assert first.get_accounts() == second.get_accounts() == [FIRST, SECOND]
    logins = [x for x in simulator.requests() if x.path == "oauth/live_session_token"]
    assert len(logins) == 1


def test_each_trades_and_reads_its_own_account(simulator, stores):
    first, second = stores
    answer = second.submit_order_with_confirmation(None, BUY)
    assert answer["status"] != "Rejected"
    simulator.step()
    assert positions(simulator, SECOND) == {AAPL: 10.0} and positions(simulator, FIRST) == {}
    second.reqAccountUpdates()
    assert [each.position for each in second.get_positions()] == [10.0]
    assert first.get_positions() == []
    assert second.get_acc_cash() == pytest.approx(98_999.0) and first.get_acc_cash() == 100_000.0
    assert [row["acct"] for row in second.get_live_orders()] == [SECOND]
    assert first.get_live_orders() == []


def test_the_accounts_below_the_login_are_told_page_by_page():
    names = tuple(f"DU{7654321 + n}" for n in range(24))
    with Simulator(tape([100.0]), pacing=False, more_accounts=names) as simulator:
        store = own_classes()[0](**settings_of(simulator))
        store.start()
        found = store.get_subaccounts()
        assert [each.account_id for each in found] == [FIRST, *names]
        assert {each.currency for each in found} == {"USD"}
        store.stop()


def test_one_store_that_stops_leaves_the_other_connected(simulator, stores):
    first, second = stores
    first.stop()
    assert second.connected() and not first.connected()
    assert second.submit_order_with_confirmation(None, BUY)["status"] != "Rejected"
    first.start()
    assert first.connected() and first.get_acc_cash() == 100_000.0


def test_feeds_and_brokers_of_a_store_are_of_its_account(stores):
    first, second = stores
    made = type(first)
    made.BrokerCls = type("_Broker", (bt.brokers.IBBroker,), {"StoreCls": made})
    assert second.getbroker().ib is second and first.getbroker().ib is first
    assert made.getbroker(account_id=SECOND).ib is second


def test_an_account_that_the_login_has_not_is_named(stores):
    with pytest.raises(SettingsError, match="is not one of this login"):
        type(stores[0])(account_id="DU9999999").start()


def test_clearing_an_account_leaves_the_others_alone(simulator, stores):
    first, second = stores
    waiting = {**BUY, "orderType": "LMT", "price": 98.0}
    for store in stores:
        store.submit_order_with_confirmation(None, waiting)
    job = second.clear_account(False, lambda text: None)
    assert job.done.wait(20.0) and job.outcome.cancelled
    alive = {order.account_id: order.alive for order in simulator.orders()}
    assert alive == {FIRST: True, SECOND: False}


# -- currencies


def test_rates_are_those_of_ibkr(stores):
    first, _ = stores
    assert first.get_base_currency() == "USD"
    assert first.get_exchange_rate("EUR") == 1.25
    assert first.get_exchange_rate("USD", "EUR") == 0.8
    with pytest.raises(RequestRefusedError, match="JPY"):
        first.get_exchange_rate("JPY")


EUROS = dict(currency="EUR", rates={"USD": 0.8})


def test_values_are_in_base_currency_at_the_rate_of_ibkr():
    def act(strategy):
        strategy.keep("half", strategy.order_target_percent(target=0.5))

    def look(strategy):
        strategy.worth = strategy.broker.getvalue([strategy.data])

    with Trading([100.0] * 8, **EUROS) as trading:
        strategy = trading.run(Acting, acts={2: act, 5: look})
        assert strategy.orders["half"].executed.size == 625
        assert strategy.worth == 50_000.0


@pytest.mark.parametrize("limit", [799.0, 800.0])
def test_the_largest_value_of_an_order_is_in_base_currency(limit):
    def act(strategy):
        strategy.keep("order", strategy.buy(size=10))

    with Trading([100.0] * 8, guards=dict(max_order_value=limit), **EUROS) as trading:
        strategy = trading.run(Acting, acts={2: act})
        last = "Completed" if limit == 800.0 else "Rejected"
        assert strategy.statuses("order")[-1] == last


# -- an adviser's groups

GROUPS = dict(more_accounts=(SECOND,), allocation_groups={"halves": ("E", (FIRST, SECOND))})


def test_an_order_to_a_group_is_shared_out_among_its_accounts():
    def act(strategy):
        order = strategy.buy(size=10, faGroup="halves", faMethod="E")
        strategy.keep("order", order)

    def read(strategy):
        # what fell to the account of the broker is read, not guessed
        eventually(lambda: strategy.broker.next() or strategy.position.size == 5, 10.0)

    with Trading([100.0] * 8, **GROUPS) as trading:
        strategy = trading.run(Acting, acts={2: act, 6: read})
        assert strategy.statuses("order")[-1] == "Completed"
        assert strategy.orders["order"].executed.size == 10
        for account in (FIRST, SECOND):
            assert positions(trading.sim, account) == {AAPL: 5.0}
        (post,) = [x for x in trading.sim.requests() if x.path.endswith("halves/orders")]
        assert post.method == "POST"


def test_cancel_all_reaches_an_order_to_a_group():
    def act(strategy):
        limit = dict(exectype=bt.Order.Limit, price=98.0)
        strategy.keep("order", strategy.buy(size=10, faGroup="halves", **limit))

    def clear(strategy):
        assert strategy.broker.cancel_all().wait(20.0).cancelled

    with Trading([100.0] * 8, **GROUPS) as trading:
        strategy = trading.run(Acting, acts={2: act, 4: clear})
        assert strategy.statuses("order")[-1] == "Canceled"


def test_the_groups_of_a_login_are_told():
    with Simulator(tape([100.0]), pacing=False, **GROUPS) as simulator:
        store = own_classes()[0](**settings_of(simulator))
        store.start()
        (group,) = store.get_allocation_groups()
        assert (group.name, group.method, group.accounts) == ("halves", "E", (FIRST, SECOND))
        assert store.get_accounts() == [FIRST, SECOND]  # "All" is none
        store.stop()


def test_the_last_trade_and_the_time_are_those_of_the_stream(simulator, stores):
    first, _ = stores
    contract = first.resolve_symbol("AAPL-STK-SMART-USD")
    assert first.get_last_trade(contract) is None and first.get_market_time(contract) is None
    ticks = first.reqMktData(contract)
    eventually(lambda: first.get_last_trade(contract) == 100.0, what="the last trade")
    there = simulator.call(lambda world: world.now_ms) / 1000.0
    assert abs(first.get_market_time(AAPL) - there) < 5.0
    first.cancelMktData(ticks)


# -- reports


def test_reports_are_records(simulator, stores):
    first, _ = stores
    first.submit_order_with_confirmation(None, BUY)
    simulator.step()
    (bought,) = first.transactions()
    assert (bought.kind, bought.conid, bought.size, bought.price) == ("Buy", AAPL, 10.0, 100.0)
    assert bought.amount == -1001.0 and bought.date == datetime.date(2026, 3, 2)
    assert first.transactions(conids=[1]) == ()
    report = first.performance("1M")
    assert report.dates[-1] == datetime.date(2026, 3, 2) and report.currency == "USD"
    assert report.values[-1] == pytest.approx(99_999.0)
    assert report.returns[-1] == pytest.approx(-1e-5)


def test_the_profit_of_the_day_is_asked_for_where_the_stream_has_not_told_it(simulator, stores):
    first, _ = stores
    assert first.get_daily_profit() is None
    assert first.daily_pnl().daily == 0.0
    first.submit_order_with_confirmation(None, BUY)
    first.reqAccountUpdates()
    simulator.step()
    eventually(lambda: first.get_daily_profit() == -1.0, what="the commission")


def test_analyzers_take_what_ibkr_reports():
    def act(strategy):
        strategy.buy(size=10)

    def known(strategy):
        eventually(lambda: strategy.broker.daily_pnl().daily == -1.0, what="the commission")

    analyzers = (IBPnL, IBPerformance, IBTransactions)
    with Trading([100.0] * 8, analyzers=analyzers) as trading:
        found = trading.run(Acting, acts={2: act, 6: known}).analyzers
        assert list(found.ibpnl.get_analysis().values())[-1]["value"] == 99_999.0
        (day,) = found.ibtransactions.get_analysis()
        assert found.ibtransactions.get_analysis()[day][0].size == 10.0
        assert found.ibperformance.get_analysis()[day] == pytest.approx(-1e-5)
