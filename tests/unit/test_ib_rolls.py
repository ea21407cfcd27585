"""Which future is the front one, and when the next takes its place."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrader.errors import ContractError
from backtrader.ibsim.greeks import greeks_of, option_price
from backtrader.stores._ib.contracts import parse_name
from backtrader.stores._ib.rolls import front_of, roll_date

DATES = ["20260320", "20260619", "20260918"]


def day(text):
    return datetime.datetime.strptime(text, "%Y%m%d").date()


@pytest.mark.parametrize(
    ("today", "days", "front"),
    [
        ("20260101", 5, 0),
        ("20260314", 5, 0),
        ("20260315", 5, 1),
        ("20260319", 0, 0),
        ("20260320", 0, 1),
        ("20260312", 8, 1),
        ("20260913", 5, None),
    ],
)
def test_the_front_contract_is_the_first_that_does_not_end_soon(today, days, front):
    assert front_of(DATES, day(today), days) == front


@given(st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 9, 1)), st.integers(0, 30))
def test_the_next_contract_is_the_front_one_from_the_roll_date_on(today, days):
    front = front_of(DATES, today, days)
    if front is not None:
        rolls = roll_date(DATES[front], days)
        assert front_of(DATES, rolls, days) in (front + 1, None)
        assert front_of(DATES, rolls - datetime.timedelta(days=1), days) == front


def test_a_name_may_say_when_to_roll():
    assert parse_name("ES-CONTFUT-CME-USD").roll_days is None
    assert parse_name("ES-CONTFUT-CME-USD-8").roll_days == 8
    assert parse_name("ES-CONTFUT-CME-USD-0").roll_days == 0
    with pytest.raises(ContractError, match="no number of days"):
        parse_name("ES-CONTFUT-CME-USD-soon")


@given(
    st.floats(80.0, 120.0),
    st.floats(0.05, 1.0),
    st.floats(0.1, 1.5),
    st.sampled_from("CP"),
)
def test_the_simulators_greeks_are_slopes_of_its_price(spot, years, volatility, right):
    price = option_price(spot, 100.0, years, volatility, right)
    greeks = greeks_of(price, spot, 100.0, years, right)
    if greeks is None:  # nothing but the intrinsic value is left: no volatility shows in it
        assert price < 1e-3 + max(0.0, spot - 100.0 if right == "C" else 100.0 - spot)
        return
    step = 1e-3
    up, down = (
        option_price(spot + each, 100.0, years, greeks.volatility, right) for each in (step, -step)
    )
    assert greeks.delta == pytest.approx((up - down) / (2 * step), abs=1e-4)
    wider = option_price(spot, 100.0, years, greeks.volatility + 0.01, right)
    assert greeks.vega == pytest.approx(wider - price, rel=0.2, abs=1e-2)
