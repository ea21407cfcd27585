"""The guards by themselves: what they refuse, and what must hold whatever comes."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrader.brokers._ibguard import SAFETY_PARAMETERS
from backtrader.errors import ConnectionFailedError, ParameterError
from backtrader.stores._ib.alarm import Alarm
from backtrader.stores._ib.guards import (
    CHECKS,
    AccountFacts,
    Limits,
    OrderFacts,
    RateWindow,
    Working,
    closes,
    exposure,
    met,
    reasons,
    value_of,
)

units = st.integers(-200, 200).filter(bool).map(float)
sizes = st.integers(-200, 200).map(float)
prices = st.integers(1, 400).map(lambda n: n / 2)
money = st.integers(-5000, 5000).map(float)


def maybe(strategy):
    return st.none() | strategy


LIMITS = st.builds(
    Limits,
    max_order_size=maybe(st.integers(0, 200)),
    max_order_value=maybe(st.integers(0, 20_000)),
    max_position=maybe(st.integers(0, 300)),
    max_orders_per_minute=maybe(st.integers(0, 5)),
    max_daily_loss=maybe(st.integers(0, 3000)),
    max_price_distance=maybe(st.sampled_from([0.0, 0.05, 0.5])),
    only_open_market=st.booleans(),
    only_paper_account=st.booleans(),
)
ORDERS = st.builds(
    OrderFacts,
    size=maybe(units),
    cash=maybe(prices),
    prices=st.lists(prices, max_size=2).map(tuple),
    cap=maybe(prices),
    held=sizes,
    pending=st.just(0.0),
    last=maybe(prices),
    multiplier=st.sampled_from([1.0, 50.0]),
    rate=maybe(st.sampled_from([1.0, 1.25])),
    is_open=st.sampled_from([None, True, False]),
)
ACCOUNTS = st.builds(
    AccountFacts,
    is_paper=st.sampled_from([None, True, False]),
    daily_profit=maybe(money),
    sent_lately=st.integers(0, 6),
)


@given(LIMITS, ORDERS, ACCOUNTS)
def test_an_order_that_may_leave_breaks_no_limit(limits, order, account):
    if reasons(limits, order, account):
        return
    reducing = order.size is not None and abs(order.held + order.size) < abs(order.held)
    assert limits.max_order_size is None or abs(order.size) <= limits.max_order_size
    assert limits.max_order_value is None or value_of(order) <= limits.max_order_value
    if limits.max_position is not None and not reducing:
        assert abs(order.held + order.size) <= limits.max_position
    if limits.max_daily_loss is not None and not reducing:
        assert account.daily_profit > -limits.max_daily_loss
    rate = limits.max_orders_per_minute
    assert rate is None or account.sent_lately < rate
    if limits.max_price_distance is not None:
        far = [abs(price - order.last) / order.last for price in order.prices]
        assert max(far, default=0.0) <= limits.max_price_distance * (1 + 1e-12)
    assert order.is_open or not limits.only_open_market
    assert account.is_paper or not limits.only_paper_account


@given(LIMITS, ORDERS, ACCOUNTS, st.randoms(use_true_random=False))
def test_the_order_of_the_checks_does_not_matter(limits, order, account, chance: random.Random):
    shuffled = list(CHECKS)
    chance.shuffle(shuffled)
    found = reasons(limits, order, account, shuffled)
    assert sorted(found) == sorted(reasons(limits, order, account))


@given(ORDERS, ACCOUNTS)
def test_without_a_limit_everything_may_leave(order, account):
    assert reasons(Limits(), order, account) == ()


@given(units.filter(lambda n: n > 0), st.floats(0.01, 1.0), money)
def test_an_order_that_closes_is_not_stopped_by_position_and_loss(held, part, profit):
    order = OrderFacts(size=-held * part, held=held)
    limits = Limits(max_position=0, max_daily_loss=0)
    assert reasons(limits, order, AccountFacts(daily_profit=profit)) == ()


@given(sizes, st.integers(0, 300), st.lists(units, max_size=12))
def test_orders_let_through_one_by_one_stay_within_the_limit_together(held, limit, asked):
    limits, working = Limits(max_position=limit), []
    for number, size in enumerate(asked):
        order = Working(number, size)
        meets, pending = met(order, working, held)
        facts = OrderFacts(size=size, held=meets, pending=pending)
        if not reasons(limits, facts, AccountFacts()):
            working.append(order)
    most = max(limit, abs(held))
    for sign in (1, -1):
        assert abs(held + exposure(working, sign)) <= most


@given(st.lists(st.floats(0.0, 20.0), max_size=60), st.integers(1, 5))
def test_no_minute_has_more_orders_than_it_may(pauses, most):
    window, now, sent = RateWindow(), 0.0, []
    for pause in pauses:
        now += pause
        if window.count(now) < most:
            window.add(now)
            sent.append(now)
    for first in sent:
        assert sum(first <= each < first + 60.0 for each in sent) <= most


UNKNOWN = {
    "max_order_size": OrderFacts(None, cash=100.0),
    "max_order_value": OrderFacts(10.0),
    "max_position": OrderFacts(None, cash=100.0),
    "max_daily_loss": OrderFacts(10.0),
    "max_price_distance": OrderFacts(10.0, prices=(1.0,)),
    "only_open_market": OrderFacts(10.0),
    "only_paper_account": OrderFacts(10.0),
}


@pytest.mark.parametrize("guard", UNKNOWN)
def test_what_is_not_known_refuses_and_says_so(guard):
    limits = Limits(**{guard: True if guard.startswith("only") else 1e9})
    (reason,) = reasons(limits, UNKNOWN[guard], AccountFacts())
    assert reason.startswith(f"{guard}: ") and "not known" in reason


def test_all_reasons_are_given():
    limits = Limits(max_order_size=5, max_position=5)
    found = reasons(limits, OrderFacts(10.0), AccountFacts())
    assert found == (
        "max_order_size: 10 units are more than 5",
        "max_position: the position could become 10, more than 5",
    )


# -- what an order is worth


def test_a_limit_caps_what_a_purchase_costs():
    assert value_of(OrderFacts(10.0, prices=(90.0,), cap=90.0, last=100.0)) == 900.0


def test_a_sale_counts_at_the_highest_of_its_prices_and_the_last_one():
    assert value_of(OrderFacts(-10.0, prices=(90.0,), last=100.0)) == 1000.0
    assert value_of(OrderFacts(-10.0, prices=(110.0,), last=100.0)) == 1100.0


def test_multiplier_and_exchange_rate_count():
    assert value_of(OrderFacts(2.0, last=100.0, multiplier=50.0, rate=1.25)) == 12_500.0


# -- orders beside each other


def test_of_a_group_only_one_counts():
    pair = [Working(1, -10.0, group="a"), Working(2, -10.0, group="a")]
    assert exposure(pair, -1) == -10.0


def test_the_children_of_a_bracket_do_not_open_anything():
    family = [Working(1, 10.0), Working(2, -10.0, parent_id=1), Working(3, -10.0, parent_id=1)]
    assert exposure(family, 1) == 10.0 and exposure(family, -1) == 0.0


def test_a_child_that_is_larger_than_its_parent_counts_for_the_rest():
    family = [Working(1, 10.0), Working(2, -15.0, parent_id=1)]
    assert exposure(family, -1) == -5.0


def test_a_child_meets_what_its_parent_leaves():
    assert met(Working(2, -10.0, parent_id=1), [Working(1, 10.0)], 5.0) == (15.0, 0.0)


def test_closing_beside_a_stop_is_closing():
    held, pending = met(Working(2, -10.0), [Working(1, -10.0)], 10.0)
    assert closes(OrderFacts(-10.0, held=held, pending=pending))
    held, pending = met(Working(3, -10.0), [Working(1, -10.0), Working(2, -10.0)], 10.0)
    assert not closes(OrderFacts(-10.0, held=held, pending=pending))


class Params:
    """Parameters of a broker, all guards off."""

    def __init__(self, **given):
        vars(self).update(vars_of_limits() | given)


def vars_of_limits():
    return {name: getattr(Limits(), name) for name in Limits.__slots__}


@pytest.mark.parametrize("value", ["10", -1, float("nan"), True])
def test_a_limit_that_is_none_is_named(value):
    with pytest.raises(ParameterError, match="max_order_size"):
        Limits.of(Params(max_order_size=value))


# -- the alarm


def test_a_clearing_that_fails_is_told_and_the_next_call_is_heard():
    def clear(flatten):
        raise ConnectionFailedError("nobody answers")

    alarm = Alarm(clear)
    alarm.start()
    for _ in range(2):
        outcome = alarm.pull(False).wait(10.0)
        assert not outcome.cancelled and "nobody answers" in outcome.problems[0]
    alarm.stop()


# -- the documentation

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "live_trading_guards.md"


def test_the_guide_names_every_guard_and_its_code_can_be_read():
    text = GUIDE.read_text(encoding="utf-8")
    names = [name for name, _ in SAFETY_PARAMETERS]
    assert [name for name in names if name not in text] == []
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        compile(block, str(GUIDE), "exec")
