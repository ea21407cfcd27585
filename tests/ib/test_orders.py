"""Orders of a strategy through the real ibind, against the simulator."""

import datetime

import pytest

import backtrader as bt

from .trading import MONDAY, Acting, Trading

Limit, Stop, Market = bt.Order.Limit, bt.Order.Stop, bt.Order.Market
# prices off the contract's grid go out as they are, for IBKR to refuse
AS_GIVEN = {"contract_rules": False}
CLIMB = [100.0, 101.0, 102.0, 103.0, 102.0, 101.0, 100.0, 99.0, 98.0, 99.0, 100.0, 101.0]


def market(strategy):
    strategy.keep("buy", strategy.buy(size=10))


def close(strategy):
    strategy.keep("close", strategy.close())


KINDS = {
    "market": dict(),
    "limit": dict(exectype=Limit, price=101.0),
    "limit below": dict(exectype=Limit, price=99.0),
    "stop": dict(exectype=Stop, price=103.0),
    "stop limit": dict(exectype=bt.Order.StopLimit, price=103.0, plimit=103.0),
    "stop limit later": dict(exectype=bt.Order.StopLimit, price=103.0, plimit=102.0),
    "trailing": dict(exectype=bt.Order.StopTrail, trailamount=1.5),
    "trailing percent": dict(exectype=bt.Order.StopTrail, trailpercent=0.02),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("side", ["buy", "sell"])
def test_each_kind_is_told_as_in_a_backtest(kind, side):
    def act(strategy):
        strategy.keep("order", getattr(strategy, side)(size=10, **KINDS[kind]))

    if side == "sell" and kind not in ("market", "trailing", "trailing percent", "limit"):
        pytest.skip("would trigger at once")
    acts = {2: act}
    with Trading(CLIMB) as trading:
        live = trading.run(Acting, acts=acts)
        tested = trading.backtest(Acting, acts=acts)
        assert live.statuses("order") == tested.statuses("order")
        assert live.told[-1][1:] == tested.told[-1][1:]
        assert len(trading.sim.orders()) == 1


def test_an_order_for_the_close():
    def act(strategy):
        strategy.keep("order", strategy.buy(size=10, exectype=bt.Order.Close))

    with Trading(CLIMB) as trading:
        strategy = trading.run(Acting, acts={2: act})
        (order,) = trading.sim.orders()
        assert (order.ticket.order_type, order.ticket.tif) == ("MOC", "DAY")
        assert strategy.statuses("order") == ["Submitted", "Accepted"]


def test_a_trade_and_its_commission():
    acts = {2: market, 5: close}
    with Trading(CLIMB) as trading:
        live = trading.run(Acting, acts=acts)
        tested = trading.backtest(Acting, acts=acts)
        assert live.told == tested.told
        assert live.trades == tested.trades
        charged = [float(each.commission) for each in trading.sim.executions()]
        booked = [live.orders[name].executed.comm for name in ("buy", "close")]
        assert booked == pytest.approx(charged) and min(booked) > 0.0
        assert live.broker.getcash() == pytest.approx(trading.sim.cash())


# -- families


def bracket(strategy, size=10, stop=98.0, limit=103.0):
    main, low, high = strategy.buy_bracket(
        size=size, exectype=Limit, price=101.0, stopprice=stop, limitprice=limit
    )
    for name, order in (("main", main), ("stop", low), ("limit", high)):
        strategy.keep(name, order)


@pytest.mark.parametrize("prices", [CLIMB, [100.0, 101.0, 101.0, 100.0, 99.0, 98.0, 97.0, 97.0]])
def test_a_bracket_is_told_as_in_a_backtest(prices):
    with Trading(prices) as trading:
        live = trading.run(Acting, acts={2: bracket})
        tested = trading.backtest(Acting, acts={2: bracket})
        for name in ("main", "stop", "limit"):
            assert live.statuses(name) == tested.statuses(name)
        assert live.position.size == tested.position.size == 0
        posts = [x for x in trading.sim.requests() if x.method == "POST" and "orders" in x.path]
        assert len(posts) == 1 and len(trading.sim.orders()) == 3
        assert [bool(x.ticket.client_id) for x in trading.sim.orders()] == [True, False, False]


def test_cancelling_the_parent_cancels_the_family():
    def cancel(strategy):
        strategy.cancel(strategy.orders["main"])

    def send(strategy):
        orders = strategy.buy_bracket(
            size=10, exectype=Limit, price=90.0, stopprice=80.0, limitprice=110.0
        )
        for name, order in zip(("main", "stop", "limit"), orders, strict=True):
            strategy.keep(name, order)

    with Trading(CLIMB, questions={"o163": True}) as trading:
        strategy = trading.run(Acting, acts={2: send, 4: cancel})
        for name in ("main", "stop", "limit"):
            assert strategy.statuses(name) == ["Submitted", "Accepted", "Canceled"]


def test_a_leg_that_is_refused_takes_the_family_with_it():
    with Trading(CLIMB, guards=AS_GIVEN) as trading:
        strategy = trading.run(Acting, acts={2: lambda s: bracket(s, stop=98.001)})
        for name in ("main", "stop", "limit"):
            assert strategy.statuses(name)[-1] == "Rejected", name
        assert "minimum price variation" in strategy.orders["stop"].info.reason
        assert all(x.status.value == "Cancelled" for x in trading.sim.orders())
        assert trading.sim.positions() == {}


def pair(strategy, **kwargs):
    first = strategy.buy(size=10, exectype=Limit, price=101.0, **kwargs)
    strategy.keep("first", first)
    strategy.keep("second", strategy.buy(size=10, exectype=Limit, price=100.5, oco=first))


@pytest.mark.parametrize("together", [False, True])
def test_of_a_group_one_is_executed(together):
    def act(strategy):
        pair(strategy, **({"transmit": False} if together else {}))

    with Trading(CLIMB) as trading:
        strategy = trading.run(Acting, acts={4: act})
        assert strategy.statuses("first") == ["Submitted", "Accepted", "Completed"]
        assert strategy.statuses("second") == ["Submitted", "Accepted", "Canceled"]
        assert strategy.position.size == 10
        assert [x.ticket.single_group for x in trading.sim.orders()] == [together] * 2


def test_cancelling_one_of_a_group_cancels_the_other():
    with Trading(CLIMB) as trading:
        acts = {4: pair, 5: lambda s: s.cancel(s.orders["second"])}
        trading.prices = CLIMB[:5] + [102.0] * 4
        strategy = trading.run(Acting, acts=acts)
        assert strategy.statuses("first")[-1] == "Canceled"
        assert strategy.statuses("second")[-1] == "Canceled"


def test_an_order_is_cancelled_before_it_is_transmitted():
    def send(strategy):
        order = strategy.buy(size=10, exectype=Limit, price=99.0, transmit=False)
        strategy.keep("order", order)

    acts = {2: send, 3: lambda s: s.cancel(s.orders["order"])}
    with Trading(CLIMB) as trading:
        strategy = trading.run(Acting, acts=acts)
        assert strategy.statuses("order") == ["Canceled"]
        assert trading.sim.orders() == []


# -- questions, refusals, margin


def far(strategy):
    strategy.keep("far", strategy.buy(size=10, exectype=Limit, price=90.0))


def test_a_question_that_is_declined_rejects_with_its_text():
    with Trading(CLIMB) as trading:
        strategy = trading.run(Acting, acts={2: far, 4: market})
        assert strategy.statuses("far") == ["Submitted", "Rejected"]
        assert "constraint of 3%" in strategy.orders["far"].info.reason
        assert any("constraint of 3%" in text for text in trading.store.notifications)
        replies = [x for x in trading.sim.requests() if "reply" in x.path]
        assert len(replies) == 1
        assert strategy.statuses("buy")[-1] == "Completed"
        assert len(trading.sim.orders()) == 1


@pytest.mark.parametrize("rule", ["o163", "percentage constraint"])
def test_a_question_that_is_allowed(rule):
    with Trading(CLIMB, questions={rule: True}) as trading:
        strategy = trading.run(Acting, acts={2: far})
        assert strategy.statuses("far") == ["Submitted", "Accepted"]


def test_a_chain_of_questions():
    asked = ("o163", "o383", "o451", "o10153")
    rules = {name: True for name in asked}
    with Trading(CLIMB, questions=rules, size_limit=5, value_limit=100.0) as trading:
        strategy = trading.run(Acting, acts={2: far})
        assert strategy.statuses("far") == ["Submitted", "Accepted"]
        assert len([x for x in trading.sim.requests() if "reply" in x.path]) >= 3


def test_a_size_question_is_declined_though_others_are_allowed():
    with Trading(CLIMB, questions={"o163": True}, size_limit=5) as trading:
        strategy = trading.run(Acting, acts={2: far})
        assert strategy.statuses("far") == ["Submitted", "Rejected"]
        assert "Size Limit" in strategy.orders["far"].info.reason


def test_a_refusal_has_its_text():
    def act(strategy):
        strategy.keep("odd", strategy.buy(size=10, exectype=Limit, price=100.001))

    with Trading(CLIMB, guards=AS_GIVEN) as trading:
        strategy = trading.run(Acting, acts={2: act})
        assert strategy.statuses("odd") == ["Submitted", "Rejected"]
        assert "minimum price variation" in strategy.orders["odd"].info.reason


def test_want_of_funds_is_margin():
    def act(strategy):
        strategy.keep("large", strategy.buy(size=100_000))

    with Trading(CLIMB) as trading:
        strategy = trading.run(Acting, acts={2: act})
        assert strategy.statuses("large") == ["Submitted", "Margin"]


def test_the_exchange_rejects_late():
    with Trading(CLIMB, exchange_reject_chance=1.0) as trading:
        strategy = trading.run(Acting, acts={2: market})
        assert strategy.statuses("buy")[-1] == "Rejected"
        assert strategy.position.size == 0


# -- executions in parts, cancellations, validity


def test_partial_executions_are_booked_one_by_one():
    prices = [100.0] * 12
    with Trading(prices, volume_share=0.004) as trading:
        strategy = trading.run(Acting, acts={2: market})
        sizes = [size for _, _, status, size, _ in strategy.told if status != "Submitted"]
        assert sizes == [0, 4, 8, 10]
        expected = ["Submitted", "Accepted", "Partial", "Partial", "Completed"]
        assert strategy.statuses("buy") == expected
        assert len(strategy.orders["buy"].executed.exbits) == len(trading.sim.executions()) == 3


def test_what_was_executed_before_the_cancellation_stays():
    acts = {2: market, 4: lambda s: s.cancel(s.orders["buy"])}
    with Trading([100.0] * 12, volume_share=0.004) as trading:
        strategy = trading.run(Acting, acts=acts)
        statuses = strategy.statuses("buy")
        assert statuses[-1] == "Canceled" and "Partial" in statuses
        assert strategy.position.size == sum(trading.sim.positions().values())


def test_an_execution_overtakes_the_cancellation():
    def act(strategy):
        strategy.keep("order", strategy.buy(size=10, exectype=Limit, price=101.0))

    prices = [102.0, 102.0, 102.0, 102.0, 100.0, 100.0, 100.0]
    acts = {2: act, 4: lambda s: s.cancel(s.orders["order"])}
    with Trading(prices, cancel_delay_ticks=2) as trading:
        strategy = trading.run(Acting, acts=acts)
        assert strategy.statuses("order") == ["Submitted", "Accepted", "Completed"]
        assert strategy.position.size == 10


def test_cancelling_what_is_done_is_harmless():
    acts = {2: market, 5: lambda s: s.cancel(s.orders["buy"])}
    with Trading(CLIMB) as trading:
        strategy = trading.run(Acting, acts=acts)
        assert strategy.statuses("buy") == ["Submitted", "Accepted", "Completed"]


def test_the_validity_ends():
    def act(strategy):
        until = datetime.timedelta(minutes=2)
        order = strategy.buy(size=10, exectype=Limit, price=99.5, valid=until)
        strategy.keep("order", order)

    acts = {2: act}
    with Trading([101.0] * 10) as trading:
        live = trading.run(Acting, acts=acts)
        tested = trading.backtest(Acting, acts=acts)
        assert live.statuses("order") == tested.statuses("order")
        assert live.statuses("order") == ["Submitted", "Accepted", "Expired"]
        assert trading.sim.orders()[0].ticket.tif == "GTC"


def test_the_validity_ends_by_the_clock_of_ibkr_where_no_bar_comes():
    def act(strategy):
        until = datetime.timedelta(minutes=30)
        order = strategy.buy(size=10, exectype=Limit, price=99.5, valid=until)
        strategy.keep("order", order)

    def clock_at(trading, moment):
        now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        trading.sim.desk.clock_ahead_s = (moment - now).total_seconds()

    def pass_over(strategy):
        clock_at(trading, MONDAY + datetime.timedelta(minutes=35))
        trading.store.connection.get("iserver/accounts")

    with Trading([101.0] * 8) as trading:
        clock_at(trading, MONDAY)
        acts = {2: act, 4: pass_over}
        told = [each[::2] for each in trading.run(Acting, acts=acts).told]
    assert [status for _, status, *_ in told] == ["Submitted", "Accepted", "Expired"]
    assert told[-1][0] > 4


def test_an_order_for_the_day_says_so():
    def act(strategy):
        order = strategy.buy(size=10, exectype=Limit, price=99.5, valid=bt.Order.DAY)
        strategy.keep("order", order)

    with Trading([101.0] * 6) as trading:
        trading.run(Acting, acts={2: act})
        assert trading.sim.orders()[0].ticket.tif == "DAY"


def test_extras_reach_the_ticket_and_the_info():
    def act(strategy):
        strategy.keep("order", strategy.buy(size=10, outsideRth=True, tif="IOC"))

    with Trading(CLIMB) as trading:
        strategy = trading.run(Acting, acts={2: act})
        ticket = trading.sim.orders()[0].ticket
        assert (ticket.outside_rth, ticket.tif) == (True, "IOC")
        assert strategy.orders["order"].info.outsideRth is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 10, "outsidRth": True},
        {"size": float("nan")},
        {"size": 10, "exectype": Limit, "price": float("inf")},
        {"size": 10, "m_displaySize": 5},
        {"size": 10, "exectype": bt.Order.Historical},
    ],
)
def test_what_cannot_be_sent_is_an_error_before_anything_is_sent(wrong):
    def act(strategy):
        with pytest.raises((bt.errors.OrderError, bt.errors.ParameterError)):
            strategy.buy(**wrong)

    with Trading(CLIMB[:4]) as trading:
        trading.run(Acting, acts={2: act})
        assert trading.sim.orders() == []
        assert [x for x in trading.sim.requests() if x.path.endswith("/orders")] == []


# -- changes


def test_a_changed_order():
    def act(strategy):
        strategy.keep("order", strategy.buy(size=10, exectype=Limit, price=99.5))

    def change(strategy):
        assert strategy.broker.replace(strategy.orders["order"], size=7, price=102.0)

    acts = {2: act, 4: change}
    prices = [103.0] * 6 + [101.0] * 3
    with Trading(prices, questions={"o163": True}) as trading:
        live = trading.run(Acting, acts=acts)
        tested = trading.backtest(Acting, acts=acts)
        expected = ["Submitted", "Accepted", "Accepted", "Completed"]
        assert live.statuses("order") == tested.statuses("order") == expected
        assert live.position.size == 7
        (order,) = trading.sim.orders()
        assert (float(order.ticket.quantity), order.ticket.price) == (7.0, 102.0)
        assert live.orders["order"].created.price == 102.0


def test_a_change_that_is_refused_changes_nothing():
    def act(strategy):
        strategy.keep("order", strategy.buy(size=10, exectype=Limit, price=99.5))

    acts = {2: act, 4: lambda s: s.broker.replace(s.orders["order"], price=99.001)}
    with Trading([101.0] * 8, guards=AS_GIVEN) as trading:
        strategy = trading.run(Acting, acts=acts)
        order = strategy.orders["order"]
        assert strategy.statuses("order") == ["Submitted", "Accepted"]
        assert order.created.price == 99.5 and order.m_lmtPrice == 99.5
        assert "minimum price variation" in order.info.problem


def test_a_data_without_a_contract_cannot_be_traded():
    def act(strategy):
        strategy.data.tradecontract = None
        with pytest.raises(bt.errors.OrderError, match="has no contract to trade"):
            strategy.buy(size=1)

    class Failing(Acting):
        def notify_cashvalue(self, cash, value):
            assert cash > 0.0

    with Trading(CLIMB[:3]) as trading:
        trading.run(Failing, acts={2: act})


def test_with_oauth(monkeypatch):
    trading = Trading(CLIMB, oauth=True)
    for name in ("REQUESTS_CA_BUNDLE", "WEBSOCKET_CLIENT_CA_BUNDLE"):
        monkeypatch.setenv(name, str(trading.sim.certificate))
    with trading:
        live = trading.run(Acting, acts={2: bracket})
        tested = trading.backtest(Acting, acts={2: bracket})
        for name in ("main", "stop", "limit"):
            assert live.statuses(name) == tested.statuses(name)
        assert live.position.size == 0
