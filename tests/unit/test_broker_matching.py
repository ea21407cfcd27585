"""Matching: the price a bar gives an order, as pure functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backtrader as bt
from backtrader.brokers import BackBroker
from backtrader.brokers._ledger import close_out, deal_shares, open_up
from backtrader.brokers._matching import limit_price, slipped, stop_limit_price, stop_price

PLAIN = BackBroker()
prices = st.integers(90, 110).map(float)


def slip(buys):
    return PLAIN._slip_up if buys else PLAIN._slip_down


@pytest.mark.parametrize(
    ("sign", "bound", "expected"), [(1.0, 10.0, 9.7), (1.0, 9.6, 9.6), (-1.0, 9.4, 9.4)]
)
def test_slippage_is_brought_back_into_the_bar(sign, bound, expected):
    assert slipped(sign, bound, 9.5, 0.0, 0.2, capped=True, out=False) == pytest.approx(expected)


def test_slippage_out_of_the_bar():
    assert slipped(1.0, 9.6, 9.5, 0.0, 0.2, capped=False, out=False) is None
    assert slipped(1.0, 9.6, 9.5, 0.0, 0.2, capped=True, out=True) == 9.7
    assert slipped(1.0, 200.0, 100.0, 0.01, 5.0, capped=True, out=False) == 101.0


@pytest.mark.parametrize(
    ("buys", "limit", "price"),
    [
        (True, 101.0, 100.0),
        (True, 99.0, 99.0),
        (True, 97.0, None),
        (False, 99.0, 100.0),
        (False, 102.0, 102.0),
        (False, 104.0, None),
    ],
)
def test_limit(buys, limit, price):
    assert limit_price(buys, 100.0, 103.0, 98.0, limit, slip(buys), False) == price


@pytest.mark.parametrize(
    ("buys", "stop", "price"),
    [
        (True, 99.0, 100.0),
        (True, 102.0, 102.0),
        (True, 104.0, None),
        (False, 101.0, 100.0),
        (False, 99.0, 99.0),
        (False, 97.0, None),
    ],
)
def test_stop(buys, stop, price):
    assert stop_price(buys, 100.0, 103.0, 98.0, stop, slip(buys), False) == price


def test_a_sale_may_slip_below_the_low_down_to_its_limit():
    broker = BackBroker()
    broker.set_slippage_fixed(1.5)
    assert limit_price(False, 99.0, 101.0, 98.0, 97.0, broker._slip_down, True) == 97.5
    assert limit_price(False, 99.0, 101.0, 98.0, 98.0, broker._slip_down, True) == 98.0


@pytest.mark.parametrize(
    ("buys", "bar", "stop", "limit", "expected"),
    [
        (True, (100.0, 103.0, 98.0, 102.0), 99.0, 101.0, (True, 100.0)),
        (True, (100.0, 103.0, 98.0, 102.0), 101.0, 102.0, (True, 101.0)),
        (True, (100.0, 103.0, 98.0, 102.0), 104.0, 105.0, (False, None)),
        # the limit lies below the stop: only a bar that fell is known to have come back
        (True, (100.0, 103.0, 98.0, 99.0), 102.0, 101.0, (True, 101.0)),
        (True, (100.0, 103.0, 98.0, 102.0), 101.0, 100.5, (True, None)),
        (False, (100.0, 103.0, 98.0, 101.0), 99.0, 100.5, (True, 100.5)),
        (False, (100.0, 103.0, 98.0, 99.0), 98.5, 98.7, (True, None)),
        # a bar without direction counts as one that rose
        (False, (100.0, 103.0, 98.0, 100.0), 99.0, 99.5, (True, 99.5)),
        (True, (100.0, 103.0, 98.0, 100.0), 101.0, 100.5, (True, None)),
    ],
)
def test_stop_with_a_limit(buys, bar, stop, limit, expected):
    assert stop_limit_price(buys, bar, stop, limit, slip(buys), False) == expected


@given(st.booleans(), st.lists(prices, min_size=4, max_size=4), prices, prices)
def test_prices_lie_in_the_bar_and_keep_to_the_limit(buys, four, stop, limit):
    low, opened, close, high = (min(four), four[0], four[1], max(four))
    better = (lambda price: price <= limit) if buys else (lambda price: price >= limit)
    price = limit_price(buys, opened, high, low, limit, slip(buys), False)
    assert price is None or (low <= price <= high and better(price))
    price = stop_price(buys, opened, high, low, stop, slip(buys), False)
    assert price is None or low <= price <= high
    bar = (opened, high, low, close)
    triggered, price = stop_limit_price(buys, bar, stop, limit, slip(buys), False)
    assert price is None or (triggered and low <= price <= high and better(price))


_units = st.one_of(st.integers(-50, 50), st.floats(-50, 50, allow_nan=False).map(lambda x: x or 0))
_prices = st.floats(-5.0, 500.0, allow_nan=False)


@given(
    held=_units,
    held_at=_prices,
    size=_units,
    price=_prices,
    cash=st.floats(-1e4, 1e6),
    leverage=st.sampled_from([1.0, 2.0, 3.5]),
    by_value=st.booleans(),
    rate=st.sampled_from([0.0, 0.001, 2.0]),
)
def test_dealing_shares_in_one_go_is_dealing_them_step_by_step(
    held, held_at, size, price, cash, leverage, by_value, rate
):
    kind = bt.CommInfoBase.COMM_PERC if by_value else bt.CommInfoBase.COMM_FIXED
    terms = bt.CommInfoBase(
        commission=rate, leverage=leverage, commtype=kind, stocklike=True, percabs=True
    )
    position = bt.Position(held, held_at)
    psize, pprice, opened, closed = position.pseudoupdate(size, price)
    pnl = terms.profitandloss(-closed, position.price, price)
    value = commission = opened_value = opened_commission = 0.0
    if closed:
        cash_kept, value, commission = close_out(
            terms, closed, position.price, price, pnl, cash, True
        )
    else:
        cash_kept = cash
    left = cash_kept
    if opened:
        left, opened_value, opened_commission = open_up(
            terms, terms, opened, price, cash_kept, True
        )
    expected = (psize, pprice, opened, closed, pnl, cash_kept, value, commission)
    costs = (terms.p.mult, leverage, by_value, terms.p.commission)
    dealt = deal_shares(held, position.price, size, price, cash, costs)
    assert dealt == (*expected, left, opened_value, opened_commission)
