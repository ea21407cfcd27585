"""The simulator's account: money is exact, and counted once."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrader.ibsim.account import Account, AccountSettings, Position, Rates
from backtrader.ibsim.account_rows import ledger, position_row, summary
from backtrader.ibsim.orders import exact
from backtrader.ibsim.records import Instrument, Tick
from backtrader.ibsim.trading import Trading

ACCOUNT = "DU1234567"
STOCK = Instrument(265598, "AAPL", company="APPLE INC")
FUTURE = Instrument(
    495512563,
    "ES",
    sec_type="FUT",
    exchange="CME",
    multiplier=50.0,
    increment=0.25,
    margin=12_000.0,
)
OPTION = Instrument(700001, "AAPL", sec_type="OPT", multiplier=100.0, strike=150.0, right="C")
PAIR = Instrument(12087792, "EUR", sec_type="CASH", exchange="IDEALPRO", increment=0.00005)
EURO_STOCK = Instrument(14121, "SAP", exchange="IBIS", currency="EUR")
CATALOGUE = {i.conid: i for i in (STOCK, FUTURE, OPTION, PAIR, EURO_STOCK)}
START_MS = int(datetime(2024, 3, 4, 15, 0, tzinfo=timezone.utc).timestamp() * 1000)


class Desk:
    """An account that trades at the prices it is told."""

    def __init__(self, **options: Any) -> None:
        self.now_ms = START_MS
        options = {"questions": (), **options}
        self.trading = Trading(CATALOGUE.get, lambda: self.now_ms, **options)
        self.exchange, self.account = self.trading.exchange, self.trading.account

    def tick(self, instrument: Instrument, price: float, step_ms: int = 60_000) -> None:
        self.now_ms += step_ms
        self.trading.on_tick(Tick(self.now_ms, instrument.conid, price, 100.0))

    def order(self, instrument: Instrument, size: float) -> Any:
        side = "BUY" if size > 0 else "SELL"
        ticket = {"conid": instrument.conid, "side": side, "quantity": abs(size)}
        body = {"orders": [ticket | {"orderType": "MKT", "tif": "GTC"}]}
        return self.exchange.place(ACCOUNT, body, set())

    def trade(self, instrument: Instrument, size: float, price: float) -> None:
        answer = self.order(instrument, size)
        assert isinstance(answer, list), answer
        self.tick(instrument, price)


def test_stock_is_paid_and_its_cost_holds_the_commission() -> None:
    desk = Desk()
    desk.trade(STOCK, 100, 50.0)
    assert desk.account.cash == 100_000 - 5000 - 1
    position = desk.account.positions[STOCK.conid]
    assert (position.size, position.average_cost) == (100, 50.01)
    desk.tick(STOCK, 51.0)
    assert desk.account.net_liquidation == 100_000 + 100 - 1
    assert desk.account.total_profit(realized=False) == pytest.approx(99.0)


def test_profit_of_a_round_trip_is_realized_after_all_commissions() -> None:
    desk = Desk()
    desk.trade(STOCK, 100, 50.0)
    desk.trade(STOCK, -60, 52.0)
    left = desk.account.positions[STOCK.conid]
    assert (left.size, left.average_cost) == (40, 50.01)
    assert left.realized == exact(60 * 2 - 0.6 - 1)
    desk.trade(STOCK, -40, 49.0)
    assert STOCK.conid not in desk.account.positions
    assert desk.account.total_profit(realized=True) == pytest.approx(60 * 2 - 40 * 1 - 3)
    assert desk.account.cash == pytest.approx(100_000 + 80 - 3)


def test_short_turns_into_long_at_the_price_of_the_turn() -> None:
    desk = Desk(commission_per_unit=0.0, commission_minimum=0.0)
    desk.trade(STOCK, -100, 50.0)
    assert desk.account.cash == 105_000
    assert desk.account.positions[STOCK.conid].average_cost == 50.0
    desk.trade(STOCK, 150, 48.0)
    position = desk.account.positions[STOCK.conid]
    assert (position.size, position.average_cost, position.realized) == (50, 48.0, 200)


@pytest.mark.parametrize(("size", "due"), [(10, 1.0), (200, 1.0), (1000, 5.0)])
def test_commission_has_a_minimum_per_order(size: int, due: float) -> None:
    assert float(AccountSettings().commission(Decimal(size))) == due


def test_parts_of_an_order_pay_the_minimum_once() -> None:
    desk = Desk(volume_share=0.5)
    desk.order(STOCK, 400)
    for _ in range(8):
        desk.tick(STOCK, 10.0)
    charged = [float(e.commission) for e in desk.exchange.executions]
    assert charged == [1.0, 0.0, 0.0, 0.0, 0.25, 0.25, 0.25, 0.25]


def test_future_binds_margin_and_brings_its_profit_when_closed() -> None:
    desk = Desk(commission_per_unit=2.0, commission_minimum=0.0)
    desk.trade(FUTURE, 2, 5000.0)
    assert desk.account.cash == 100_000 - 4
    desk.tick(FUTURE, 5010.0)
    assert desk.account.net_liquidation == 100_000 - 4 + 1000
    assert desk.account.initial_margin == 24_000
    assert desk.account.available_funds == 100_996 - 24_000
    position = desk.account.positions[FUTURE.conid]
    assert (position.average_cost, position.average_price) == (250_002.0, 5000.04)
    desk.trade(FUTURE, -2, 5020.0)
    assert desk.account.cash == 100_000 + 2000 - 8


def test_option_is_paid_with_its_multiplier_and_lends_nothing() -> None:
    desk = Desk(commission_per_unit=0.0, commission_minimum=0.0)
    desk.trade(OPTION, 3, 2.5)
    assert desk.account.cash == 100_000 - 750
    assert desk.account.net_liquidation == 100_000
    assert desk.account.equity_with_loan == 100_000 - 750


def test_currency_pair_exchanges_cash() -> None:
    desk = Desk(commission_per_unit=0.0, commission_minimum=2.0)
    desk.tick(PAIR, 1.08)
    desk.trade(PAIR, 10_000, 1.1)
    assert desk.account.balances == {"USD": exact(100_000 - 11_000 - 2), "EUR": 10_000}
    assert desk.account.net_liquidation == 100_000 - 2
    assert ledger(desk.account, desk.now_ms)["EUR"]["exchangerate"] == 1.1


def test_stock_in_a_currency_without_a_rate_is_refused() -> None:
    desk = Desk()
    assert "No exchange rate" in desk.order(EURO_STOCK, 1)["error"]


def test_stock_in_another_currency_counts_at_its_rate() -> None:
    desk = Desk(rates={"EUR": 1.25}, commission_per_unit=0.0, commission_minimum=0.0)
    desk.trade(EURO_STOCK, 10, 100.0)
    desk.tick(EURO_STOCK, 110.0)
    assert desk.account.balances["EUR"] == -1000
    assert desk.account.net_liquidation == pytest.approx(100_000 + 100 * 1.25)


def test_order_that_the_account_cannot_carry_is_refused() -> None:
    desk = Desk(margin_rate=1.0)
    desk.tick(STOCK, 50.0)
    assert "Cash needed for this order" in desk.order(STOCK, 2001)["error"]
    assert isinstance(desk.order(STOCK, 1500), list)
    assert "other pending orders" in desk.order(STOCK, 600)["error"]
    assert desk.exchange.executions == [] and desk.account.cash == 100_000


def test_margin_account_carries_more_than_its_cash_and_always_less() -> None:
    desk = Desk(margin_rate=0.25)
    desk.trade(STOCK, 4000, 50.0)
    assert desk.account.cash < 0
    assert desk.account.buying_power == pytest.approx(4 * (99_980 - 50_000))
    assert isinstance(desk.order(STOCK, -4000), list)


def test_cash_in_a_currency_without_a_rate_is_an_error_at_once() -> None:
    with pytest.raises(ValueError, match="EUR"):
        Desk(cash={"USD": 1.0, "EUR": 2.0})


def test_day_begins_with_what_the_last_one_ended_with() -> None:
    desk = Desk(commission_per_unit=0.0, commission_minimum=0.0)
    desk.trade(STOCK, 100, 50.0)
    desk.tick(STOCK, 53.0)
    desk.tick(STOCK, 54.0, step_ms=24 * 3600 * 1000)
    assert desk.account.day_opening == 100_300
    assert desk.account.daily_values == {"20240304": 100_000, "20240305": 100_300}


def test_summary_has_the_keys_that_clients_look_for() -> None:
    desk = Desk()
    desk.trade(STOCK, 100, 50.0)
    rows = summary(desk.account, desk.now_ms, "20240304")
    assert len(rows) == 143
    assert rows["netliquidation"]["amount"] == rows["netliquidation-s"]["amount"] == 99_999
    assert rows["totalcashvalue"]["amount"] == 94_999
    assert rows["accountcode"]["value"] == ACCOUNT


@pytest.mark.parametrize("enriched", [False, True])
def test_position_row_of_an_option(enriched: bool) -> None:
    desk = Desk()
    desk.trade(OPTION, 1, 2.5)
    row = position_row(desk.account, desk.account.positions[OPTION.conid], enriched)
    assert row["multiplier"] == 100.0
    assert row["strike"] == ("150" if enriched else 150.0)
    assert ("name" in row) is enriched


# -- whatever is traded, nothing is lost

_FILLS = st.lists(
    st.tuples(
        st.sampled_from([STOCK, FUTURE, OPTION, PAIR]),
        st.integers(-500, 500).filter(bool),
        st.integers(1, 2_000_000).map(lambda cents: cents / 100) | st.floats(1e-3, 1e5),
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(fills=_FILLS, per_unit=st.sampled_from([0.0, 0.005, 0.85]))
def test_cash_and_costs_and_profits_sum_to_what_was_there(
    fills: list[tuple[Instrument, int, float]], per_unit: float
) -> None:
    options = {"commission_per_unit": per_unit, "commission_minimum": 1.0 if per_unit else 0.0}
    desk = Desk(check_funds=False, rates={"EUR": 1.0}, **options)
    for instrument, size, price in fills:
        desk.trade(instrument, size, price)
    account = desk.account
    with localcontext() as context:
        context.prec = 60  # so that the sums of this test do not round
        spent = sum((e.commission for e in desk.exchange.executions), Decimal(0))
        assert spent == sum(account.commissions.values(), Decimal(0))
        value = account.balances["USD"]
        for position in (*account.positions.values(), *account.closed.values()):
            value += position.fees - position.realized
            if position.instrument.sec_type != "FUT":
                value += position.cost
        assert value == 100_000
    assert account.balances.get("EUR", 0) == _held(account, PAIR)
    for instrument in (STOCK, FUTURE, OPTION, PAIR):
        assert _held(account, instrument) == sum(n for i, n, _ in fills if i is instrument)


def _held(account: Account, instrument: Instrument) -> Decimal:
    position = account.positions.get(instrument.conid)
    return position.size if position else Decimal(0)


@given(fills=st.lists(st.tuples(st.integers(-9, 9).filter(bool), st.integers(1, 99)), max_size=30))
def test_position_is_the_sum_of_its_fills(fills: list[tuple[int, int]]) -> None:
    position = Position(STOCK)
    paid = Decimal(0)
    for size, price in fills:
        position.add(Decimal(size), Decimal(price), Decimal(1))
        paid += Decimal(size) * price + 1
    assert position.size == sum(size for size, _ in fills)
    assert position.cost + position.fees - position.realized == paid
    assert position.size or not position.cost


def test_rates_learn_from_pairs_in_both_directions() -> None:
    rates = Rates("USD")
    rates.see(PAIR, 1.25)
    rates.see(Instrument(15016059, "USD", sec_type="CASH", currency="JPY"), 160.0)
    assert (float(rates["EUR"]), float(rates["JPY"])) == (1.25, 0.00625)
