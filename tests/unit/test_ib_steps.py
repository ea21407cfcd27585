"""Prices and sizes on the grid of a contract."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrader.stores._ib.contracts import Contract, ContractDetails
from backtrader.stores._ib.iborder import IBOrder
from backtrader.stores._ib.steps import fit_prices, on_grid, size_problem, step_at

STEPS = st.sampled_from([0.01, 0.05, 0.25, 0.0001, 1.0, 0.03125])


@given(st.floats(0.01, 1e5), STEPS, st.booleans())
def test_a_fitted_price_is_the_next_one_on_the_grid(price, step, up):
    fitted = on_grid(price, step, up)
    assert Decimal(repr(fitted)) % Decimal(repr(step)) == 0
    assert abs(fitted - price) < step * (1 + 1e-6)
    noise = step * 1e-5
    assert fitted >= price - noise if up else fitted <= price + noise
    assert on_grid(fitted, step, not up) == fitted


def test_noise_of_arithmetic_is_no_distance_from_the_grid():
    assert on_grid(0.1 + 0.2, 0.01, up=True) == 0.3
    assert on_grid(100.10000000000001, 0.01, up=True) == 100.1


def test_the_step_is_that_of_the_highest_edge_below_the_price():
    rules = ((0.0, 0.0001), (1.0, 0.01))
    assert step_at(0.5, 0.01, rules) == 0.0001 and step_at(5.0, 0.05, rules) == 0.01
    assert step_at(5.0, 0.05, ()) == 0.05


CENTS = SimpleNamespace(m_minTick=0.05, increment_rules=())
# type, attribute -> what a buy and a sale at 10.02 become
SAFE = {
    ("LMT", "m_lmtPrice"): (10.0, 10.05),
    ("STP", "m_auxPrice"): (10.05, 10.0),
    ("STP LMT", "m_auxPrice"): (10.05, 10.0),
    ("STP LMT", "m_lmtPrice"): (10.0, 10.05),
    ("MIT", "m_auxPrice"): (10.0, 10.05),
    ("TRAIL", "m_trailStopPrice"): (10.05, 10.0),
    ("TRAIL", "m_auxPrice"): (10.05, 10.05),
}


@pytest.mark.parametrize(("kind", "name"), SAFE)
@pytest.mark.parametrize("side", ["BUY", "SELL"])
def test_each_price_goes_the_safe_way(kind, name, side):
    order = IBOrder(side, 10, kind, **{name: 10.02})
    web = {"STP LMT": "STOP_LIMIT"}.get(kind, kind)
    (told,) = fit_prices(order, web, CENTS)
    fitted = SAFE[kind, name][side == "SELL"]
    assert getattr(order, name) == fitted
    assert told == f"{name[2:]} 10.02 is sent as {fitted:g} (steps of 0.05)"


def test_without_a_known_step_nothing_changes():
    order = IBOrder("BUY", 10, "LMT", 10.0212)
    assert fit_prices(order, "LMT", None) == [] and order.m_lmtPrice == 10.0212


@pytest.mark.parametrize(
    ("kind", "currency", "step", "size", "sound"),
    [
        ("STK", "USD", 40.0, 7, True),  # a round lot is no smallest size
        ("STK", "USD", 1.0, 7.5, False),
        ("STK", "JPY", 100.0, 150, False),
        ("CRYPTO", "USD", 0.001, 0.0125, False),
        ("CRYPTO", "USD", 0.001, 0.012, True),
        ("FUT", "USD", 1.0, 2, True),
        ("FUT", "USD", 0.0, 2.5, True),  # not known
    ],
)
def test_sizes_off_the_step_are_named(kind, currency, step, size, sound):
    contract = Contract("X", kind, "", currency)
    problem = size_problem(size, ContractDetails(contract, size_increment=step))
    assert (problem == "") == sound
    assert sound or f"{size:g} is no multiple of" in problem
