"""The simulator's exchange: matching as in a backtest, groups, expiry, chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backtrader as bt
from backtrader.errors import ParameterError
from backtrader.ibsim.orders import Order, Status
from backtrader.ibsim.records import Instrument, Tick
from backtrader.ibsim.trading import Trading

ACCOUNT = "DU1234567"
STOCK = Instrument(265598, "AAPL", company="APPLE INC")
OTHER = Instrument(8314, "IBM", exchange="NYSE")
# Monday, 10:00 in New York
MONDAY_MS = int(datetime(2024, 3, 4, 15, 0, tzinfo=timezone.utc).timestamp() * 1000)
MINUTE_MS = 60_000


class Floor:
    """An exchange with two stocks, fed tick by tick; no question is asked."""

    def __init__(self, start_ms: int = MONDAY_MS, **options: Any) -> None:
        self.now_ms = start_ms
        catalogue = {STOCK.conid: STOCK, OTHER.conid: OTHER}
        options = {"questions": (), "check_funds": False, **options}
        self.trading = Trading(catalogue.get, lambda: self.now_ms, **options)
        self.exchange = self.trading.exchange
        self.account = self.trading.account

    def tick(
        self, price: float, size: float = 100.0, step_ms: int = MINUTE_MS, **more: Any
    ) -> None:
        self.now_ms += step_ms
        conid = more.pop("conid", STOCK.conid)
        self.trading.on_tick(Tick(self.now_ms, conid, price, size, **more))

    def send(self, *tickets: dict[str, Any]) -> list[dict[str, Any]]:
        base = {"conid": STOCK.conid, "side": "BUY", "quantity": 10, "tif": "GTC"}
        body = {"orders": [base | ticket for ticket in tickets]}
        answer = self.exchange.place(ACCOUNT, body, set())
        assert isinstance(answer, list), answer
        return answer

    def place(self, order_type: str, **fields: Any) -> Order:
        return self.exchange.orders[
            int(self.send({"orderType": order_type} | fields)[0]["order_id"])
        ]

    @property
    def fills(self) -> list[tuple[float, float]]:
        return [(float(e.signed_size), e.price) for e in self.exchange.executions]


def test_market_order_fills_at_the_next_tick() -> None:
    floor = Floor()
    floor.tick(100.0)
    order = floor.place("MKT")
    assert order.status is Status.SUBMITTED
    assert floor.fills == []
    floor.tick(101.0)
    assert floor.fills == [(10.0, 101.0)]
    assert order.status is Status.FILLED


def test_ticks_of_another_instrument_fill_nothing() -> None:
    floor = Floor()
    floor.place("MKT")
    floor.tick(50.0, conid=OTHER.conid)
    assert floor.fills == []


@pytest.mark.parametrize(
    ("fields", "prices", "expected"),
    [
        ({"orderType": "LMT", "price": 99.0}, (100.0, 98.5), 98.5),
        ({"orderType": "LMT", "price": 99.0, "side": "SELL"}, (98.0, 99.25), 99.25),
        ({"orderType": "STP", "price": 101.0}, (100.99, 103.0), 103.0),
        ({"orderType": "STP", "price": 99.0, "side": "SELL"}, (99.01, 97.0), 97.0),
        ({"orderType": "STOP_LIMIT", "auxPrice": 101.0, "price": 102.0}, (100.0, 101.5), 101.5),
        ({"orderType": "STOP_LIMIT", "auxPrice": 101.0, "price": 102.0}, (103.0, 102.0), 102.0),
        ({"orderType": "MIT", "price": 99.0}, (100.0, 98.0), 98.0),
        ({"orderType": "LIT", "auxPrice": 99.0, "price": 98.5}, (99.0, 98.0), 98.0),
        ({"orderType": "MIDPRICE", "price": 99.0}, (100.0, 98.0), 98.0),
        ({"orderType": "REL", "price": 99.0}, (100.0, 98.0), 98.0),
    ],
)
def test_order_waits_for_its_price(
    fields: dict[str, Any], prices: tuple[float, float], expected: float
) -> None:
    floor = Floor()
    floor.tick(100.0)
    floor.send(fields)
    floor.tick(prices[0])
    assert floor.fills == []
    floor.tick(prices[1])
    sign = -1 if fields.get("side") == "SELL" else 1
    assert floor.fills == [(sign * 10.0, expected)]


def test_stop_is_held_until_it_triggers_and_then_works() -> None:
    floor = Floor()
    order = floor.place("STOP_LIMIT", auxPrice=101.0, price=101.5)
    assert order.status is Status.PRE_SUBMITTED
    floor.tick(102.0)
    assert order.status is Status.SUBMITTED and floor.fills == []


@pytest.mark.parametrize(
    ("trail", "filled_at"),
    [
        ({"trailingType": "amt", "trailingAmt": 2.0}, 108.0),
        ({"trailingType": "%", "trailingAmt": 2.0}, 107.0),
    ],
)
def test_trailing_stop_follows_the_price_and_never_back(
    trail: dict[str, Any], filled_at: float
) -> None:
    floor = Floor()
    floor.tick(100.0)
    order = floor.place("TRAIL", side="SELL", **trail)
    assert order.stop == 98.0
    for price in (105.0, 110.0, 109.0, 108.0, 107.0):
        floor.tick(price)
    assert floor.fills == [(-10.0, filled_at)]


def test_trailing_limit_keeps_its_distance_from_the_stop() -> None:
    floor = Floor()
    floor.tick(100.0)
    trail = {"trailingType": "amt", "trailingAmt": 2.0, "auxPrice": 98.0, "price": 97.5}
    order = floor.place("TRAILLMT", side="SELL", **trail)
    floor.tick(110.0)
    assert (order.stop, order.limit) == (108.0, 107.5)
    floor.tick(107.0)
    assert order.triggered and floor.fills == []
    floor.tick(107.75)
    assert floor.fills == [(-10.0, 107.75)]


def test_market_order_pays_the_ask_when_asked_to() -> None:
    floor = Floor(at_quote=True)
    floor.place("MKT")
    floor.place("MKT", side="SELL")
    floor.tick(100.0, bid=99.9, ask=100.1)
    assert floor.fills == [(10.0, 100.1), (-10.0, 99.9)]


# -- sessions


def _at(hour: int, minute: int, day: int = 4) -> int:
    moment = datetime(2024, 3, day, hour, minute, tzinfo=timezone.utc)
    return int((moment + timedelta(hours=5)).timestamp() * 1000)


def test_order_at_the_close_fills_at_the_last_price_of_the_session() -> None:
    floor = Floor(_at(15, 0))
    order = floor.place("MOC", tif="DAY")
    floor.tick(100.0)
    floor.tick(101.0)
    assert floor.fills == []
    floor.tick(105.0, step_ms=_at(9, 30, day=5) - floor.now_ms)
    assert floor.fills == [(10.0, 101.0)]
    assert floor.exchange.executions[0].time_ms == _at(16, 0)
    assert order.status is Status.FILLED


def test_tick_at_the_close_itself_fills_orders_at_the_close() -> None:
    floor = Floor(_at(15, 0))
    floor.place("MOC", tif="DAY")
    floor.place("LOC", tif="DAY", price=99.0)
    floor.tick(100.0, step_ms=_at(16, 0) - floor.now_ms)
    assert floor.fills == [(10.0, 100.0)]
    floor.tick(98.0, step_ms=MINUTE_MS)
    assert len(floor.fills) == 1


def test_day_order_expires_after_its_session_for_a_told_reason() -> None:
    floor = Floor(_at(15, 0))
    order = floor.place("LMT", price=90.0, tif="DAY")
    kept = floor.place("LMT", price=89.0, tif="GTC")
    floor.tick(100.0, step_ms=_at(16, 0) - floor.now_ms)
    assert order.alive
    floor.tick(80.0, step_ms=_at(9, 30, day=5) - floor.now_ms)
    assert order.status is Status.CANCELLED
    assert order.reason == "Cancelled by System: order expired"
    assert kept.status is Status.FILLED


def test_day_order_sent_after_the_close_is_for_the_next_session() -> None:
    floor = Floor(_at(17, 0, day=8))  # a Friday
    order = floor.place("MKT", tif="DAY")
    assert order.close_ms == _at(16, 0, day=11) - 3600_000  # summer time began on Sunday


def test_opening_order_meets_only_the_first_tick_of_a_session() -> None:
    floor = Floor(_at(15, 0))
    floor.tick(100.0)
    floor.place("MKT", tif="OPG")
    missed = floor.place("LMT", price=99.0, tif="OPG")
    floor.tick(101.0)
    assert floor.fills == []
    floor.tick(102.0, step_ms=_at(9, 30, day=5) - floor.now_ms)
    assert floor.fills == [(10.0, 102.0)]
    assert missed.status is Status.CANCELLED


def test_regular_hours_hold_back_orders_that_do_not_say_otherwise() -> None:
    floor = Floor(_at(8, 0), regular_hours=True)
    floor.place("MKT")
    floor.place("MKT", outsideRTH=True, quantity=5)
    floor.tick(100.0)
    assert floor.fills == [(5.0, 100.0)]
    floor.tick(101.0, step_ms=_at(9, 30) - floor.now_ms)
    assert floor.fills == [(5.0, 100.0), (10.0, 101.0)]


def test_immediate_order_is_over_after_one_tick() -> None:
    floor = Floor(volume_share=0.05)
    order = floor.place("MKT", tif="IOC")
    floor.tick(100.0, size=100)
    assert floor.fills == [(5.0, 100.0)]
    assert order.status is Status.CANCELLED and order.filled == 5


# -- partial fills


def test_orders_share_a_part_of_the_volume_of_a_tick() -> None:
    floor = Floor(volume_share=0.1)
    first, second = floor.place("MKT"), floor.place("MKT")
    floor.tick(100.0, size=128)
    assert (first.filled, second.filled) == (10, 2)
    assert second.status is Status.SUBMITTED and second.average_price == 100.0
    floor.tick(101.0, size=1000)
    assert second.filled == 10 and second.average_price == pytest.approx(100.8)


def test_same_seed_gives_the_same_partial_fills() -> None:
    def fills(seed: int) -> list[tuple[float, float]]:
        floor = Floor(seed=seed, partial_chance=0.8)
        floor.place("MKT", quantity=1000)
        for number in range(30):
            floor.tick(100.0 + number)
        return floor.fills

    assert fills(3) == fills(3)
    assert len(fills(3)) > 1 and fills(3) != fills(4)


# -- brackets and groups


def _bracket(floor: Floor) -> list[Order]:
    rows = floor.send(
        {"orderType": "LMT", "price": 100.0, "cOID": "mother"},
        {"orderType": "STP", "price": 95.0, "side": "SELL", "parentId": "mother"},
        {"orderType": "LMT", "price": 105.0, "side": "SELL", "parentId": "mother"},
    )
    return [floor.exchange.orders[int(row["order_id"])] for row in rows]


def test_children_wait_for_their_parent_and_then_for_the_tick_after() -> None:
    floor = Floor()
    parent, stop, target = _bracket(floor)
    assert (stop.status, target.status) == (Status.PRE_SUBMITTED, Status.PRE_SUBMITTED)
    floor.tick(105.0)
    assert floor.fills == []
    floor.tick(94.0)
    assert floor.fills == [(10.0, 94.0)] and parent.status is Status.FILLED
    assert (stop.held, target.status) == (False, Status.SUBMITTED)
    floor.tick(106.0)
    assert floor.fills == [(10.0, 94.0), (-10.0, 106.0)]
    assert stop.status is Status.CANCELLED


def test_children_go_with_their_parent() -> None:
    floor = Floor()
    parent, stop, target = _bracket(floor)
    floor.exchange.cancel(ACCOUNT, parent.order_id)
    assert {o.status for o in (parent, stop, target)} == {Status.CANCELLED}


def test_partial_fill_of_the_parent_does_not_free_the_children() -> None:
    floor = Floor(volume_share=0.05)
    parent, stop, _ = _bracket(floor)
    floor.tick(99.0)
    assert parent.filled == 5 and stop.held
    floor.tick(99.0)
    assert not stop.held


def test_group_cancels_the_others_at_the_first_fill() -> None:
    floor = Floor()
    both = {"orderType": "LMT", "isSingleGroup": True}
    rows = floor.send({**both, "price": 99.0}, {**both, "price": 98.0})
    first, second = (floor.exchange.orders[int(row["order_id"])] for row in rows)
    assert first.oca_group == second.oca_group != ""
    floor.tick(97.0)
    assert len(floor.fills) == 1 and second.status is Status.CANCELLED


# -- cancelling and changing


def test_cancelled_order_cannot_fill() -> None:
    floor = Floor()
    order = floor.place("LMT", price=99.0)
    floor.exchange.cancel(ACCOUNT, order.order_id)
    floor.tick(90.0)
    assert order.status is Status.CANCELLED and floor.fills == []


def test_slow_cancellation_lets_a_fill_through() -> None:
    floor = Floor(cancel_delay_ticks=1)
    filled, gone = floor.place("LMT", price=99.0), floor.place("LMT", price=50.0)
    floor.exchange.cancel(ACCOUNT, filled.order_id)
    floor.exchange.cancel(ACCOUNT, gone.order_id)
    assert filled.status is Status.PENDING_CANCEL
    floor.tick(98.0)
    assert filled.status is Status.FILLED and gone.status is Status.CANCELLED


def test_minus_one_cancels_everything_that_is_alive() -> None:
    floor = Floor()
    done = floor.place("MKT")
    floor.tick(100.0)
    others = [floor.place("LMT", price=90.0), *_bracket(floor)]
    assert floor.exchange.cancel(ACCOUNT, -1) is None
    assert {order.status for order in others} == {Status.CANCELLED}
    assert done.status is Status.FILLED


def test_changed_order_keeps_its_id_and_works_at_its_new_price() -> None:
    floor = Floor()
    order = floor.place("LMT", price=90.0)
    ticket = {"conid": STOCK.conid, "side": "BUY", "quantity": 20, "orderType": "LMT"}
    answer = floor.exchange.modify(ACCOUNT, order.order_id, ticket | {"price": 99.0}, set())
    assert answer[0]["order_id"] == str(order.order_id)
    floor.tick(98.0)
    assert floor.fills == [(20.0, 98.0)]


def test_order_can_be_refused_by_the_exchange_after_its_acceptance() -> None:
    floor = Floor(exchange_reject_chance=1.0)
    order = floor.place("MKT")
    assert order.status is Status.CANCELLED and "rejected" in order.reason


def test_unknown_setting_is_named_with_its_neighbour() -> None:
    with pytest.raises(ParameterError, match="volume_share"):
        Floor(volume_shares=0.1)


# -- the same fills as a backtest


@dataclass
class Intent:
    """An order that both sides send after the same tick."""

    after: int
    kind: str
    is_buy: bool
    size: int
    offset: float
    second: float = 0.5
    sent: list[Any] = field(default_factory=list)


_KINDS = ("MKT", "LMT", "STP", "STOP_LIMIT", "TRAIL", "TRAILLMT", "BRACKET")
_EXEC = {"MKT": bt.Order.Market, "LMT": bt.Order.Limit, "STP": bt.Order.Stop}
_EXEC |= {"STOP_LIMIT": bt.Order.StopLimit, "TRAIL": bt.Order.StopTrail}
_EXEC |= {"TRAILLMT": bt.Order.StopTrailLimit}


class Sender(bt.Strategy):
    params = (("intents", ()), ("fills", None))

    def next(self) -> None:
        for intent in self.p.intents:
            if intent.after == len(self) - 1:
                self.send(intent, round(self.data.close[0], 2))

    def send(self, intent: Intent, price: float) -> None:
        act = self.buy if intent.is_buy else self.sell
        sign = 1 if intent.is_buy else -1
        stop, limit = round(price + sign * intent.offset, 2), round(price - sign * intent.offset, 2)
        kind, size = intent.kind, intent.size
        if kind == "BRACKET":
            make = self.buy_bracket if intent.is_buy else self.sell_bracket
            far = round(price - sign * (intent.offset + intent.second), 2)
            # the stop of a long bracket lies below, its target above
            make(size=size, price=limit, stopprice=far, limitprice=stop)
            return
        prices: dict[str, Any] = {}
        if kind in ("LMT", "STP"):
            prices["price"] = limit if kind == "LMT" else stop
        if kind == "STOP_LIMIT":
            prices = {"price": stop, "plimit": round(stop + sign * intent.second, 2)}
        if kind in ("TRAIL", "TRAILLMT"):
            # a backtest takes the price that the stop trails, a ticket the stop itself
            prices = {"price": price, "trailamount": intent.offset}
        if kind == "TRAILLMT":
            prices["plimit"] = price + sign * intent.second
        act(size=size, exectype=_EXEC[kind], **prices)

    def notify_order(self, order: bt.Order) -> None:
        if order.status == order.Completed:
            bar = len(self) - 1
            self.p.fills.append((bar, order.executed.size, order.executed.price))


def _backtest(prices: list[float], intents: list[Intent]) -> list[tuple[int, float, float]]:
    pd = pytest.importorskip("pandas")

    frame = pd.DataFrame(
        {name: prices for name in ("open", "high", "low", "close")} | {"volume": 100.0},
        index=pd.date_range("2024-03-04 15:01", periods=len(prices), freq="min"),
    )
    fills: list[tuple[int, float, float]] = []
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(bt.feeds.PandasData(dataname=frame))
    cerebro.broker.setcash(1e9)
    cerebro.addstrategy(Sender, intents=intents, fills=fills)
    cerebro.run()
    return fills


def _tickets(intent: Intent, price: float) -> list[dict[str, Any]]:
    sign = 1 if intent.is_buy else -1
    side, against = ("BUY", "SELL") if intent.is_buy else ("SELL", "BUY")
    stop, limit = round(price + sign * intent.offset, 2), round(price - sign * intent.offset, 2)
    beyond = round(stop + sign * intent.second, 2)
    ticket: dict[str, Any] = {"orderType": intent.kind, "side": side, "quantity": intent.size}
    trail = {"trailingType": "amt", "trailingAmt": intent.offset}
    if intent.kind == "BRACKET":
        far = round(price - sign * (intent.offset + intent.second), 2)
        name = f"bracket {id(intent)}"
        return [
            ticket | {"orderType": "LMT", "price": limit, "cOID": name},
            ticket | {"orderType": "STP", "price": far, "side": against, "parentId": name},
            ticket | {"orderType": "LMT", "price": stop, "side": against, "parentId": name},
        ]
    extra = {
        "MKT": {},
        "LMT": {"price": limit},
        "STP": {"price": stop},
        "STOP_LIMIT": {"auxPrice": stop, "price": beyond},
        "TRAIL": {"price": stop, **trail},
        "TRAILLMT": {"auxPrice": stop, "price": beyond, **trail},
    }
    return [ticket | extra[intent.kind]]


def _simulated(prices: list[float], intents: list[Intent]) -> list[tuple[int, float, float]]:
    floor = Floor()
    for number, price in enumerate(prices):
        floor.tick(price)
        for intent in intents:
            if intent.after == number:
                floor.send(*_tickets(intent, price))
    bars = ((e.time_ms - MONDAY_MS) // MINUTE_MS - 1 for e in floor.exchange.executions)
    return [(bar, *fill) for bar, fill in zip(bars, floor.fills, strict=True)]


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("is_buy", [True, False])
def test_fills_are_those_of_a_backtest(kind: str, is_buy: bool) -> None:
    random = np.random.default_rng(_KINDS.index(kind) * 2 + is_buy)
    count = 0
    for _ in range(8):
        # quarters: sums of them are exact, so that both sides meet every tie alike
        walk = np.round(4 * (100 + random.normal(0, 0.8, 80).cumsum())) / 4
        prices = [float(price) for price in walk]
        intents = [
            Intent(int(after), kind, is_buy, 10, float(random.integers(1, 10)) / 4)
            for after in random.choice(60, 4, replace=False)
        ]
        ours, theirs = _simulated(prices, intents), _backtest(prices, intents)
        assert sorted(ours) == [
            (bar, size, pytest.approx(p, rel=1e-12)) for bar, size, p in sorted(theirs)
        ]
        count += len(theirs)
    assert count > 8


# -- whatever happens

_ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("tick"), st.integers(9000, 11000), st.integers(1, 60)),
        st.tuples(st.just("single"), st.sampled_from(["MKT", "LMT", "STP"]), st.integers(1, 40)),
        st.tuples(st.just("group"), st.integers(9000, 11000), st.integers(1, 40)),
        st.tuples(st.just("bracket"), st.integers(9000, 11000), st.integers(1, 40)),
        st.tuples(st.just("cancel"), st.integers(0, 30), st.just(0)),
    ),
    max_size=40,
)


def _act(floor: Floor, action: tuple[str, Any, int], number: int) -> None:
    kind, value, size = action
    if kind == "tick":
        floor.tick(value / 100, size=size)
    elif kind == "single":
        price = {} if value == "MKT" else {"price": 100.0}
        floor.place(value, quantity=size, side="BUY" if number % 2 else "SELL", **price)
    elif kind == "group":
        leg = {"orderType": "LMT", "price": value / 100, "quantity": size, "isSingleGroup": True}
        floor.send(leg, leg | {"side": "SELL"})
    elif kind == "bracket":
        leg = {"orderType": "LMT", "price": value / 100, "quantity": size}
        child = leg | {"side": "SELL", "parentId": f"p{number}"}
        floor.send(leg | {"cOID": f"p{number}"}, child | {"orderType": "STP"}, child)
    elif floor.exchange.orders:
        order = list(floor.exchange.orders.values())[value % len(floor.exchange.orders)]
        if order.alive and order.status is not Status.PENDING_CANCEL:
            floor.exchange.cancel(ACCOUNT, order.order_id)


@settings(max_examples=150, deadline=None)
@given(actions=_ACTIONS, seed=st.integers(0, 5), share=st.sampled_from([None, 0.3]))
def test_no_order_fills_too_much_and_no_group_twice(
    actions: list[Any], seed: int, share: float | None
) -> None:
    floor = Floor(seed=seed, volume_share=share, partial_chance=0.3, cancel_delay_ticks=seed % 2)
    for number, action in enumerate(actions):
        _act(floor, action, number)
    filled: dict[int, Decimal] = {}
    for execution in floor.exchange.executions:
        key = execution.order.order_id
        filled[key] = filled.get(key, Decimal(0)) + execution.size
    for key, order in floor.exchange.orders.items():
        assert order.filled == filled.get(key, 0) <= order.ticket.quantity
        assert (order.status is Status.FILLED) == (order.remaining == 0)
    groups = [o.oca_group for o in floor.exchange.orders.values() if o.oca_group and o.filled]
    assert len(groups) == len(set(groups))
    ids = [execution.execution_id for execution in floor.exchange.executions]
    assert len(ids) == len(set(ids))
