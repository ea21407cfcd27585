"""The five kinds of order in both directions, their life, and the methods that make them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import backtrader as bt

from ..modes import ALL, COMMON
from .registry import Make, family, scenario
from .setting import Crossing, Scripted, feed, setting

Order = bt.Order
Script = dict[int, list[tuple[str, dict[str, Any]]]]


def scripted(make: Make, script: Script, *names: str, cash: float | None = None) -> bt.Cerebro:
    """Return a Cerebro with a strategy that follows the script."""
    cerebro = setting(make, *names)
    if cash is not None:
        cerebro.broker.setcash(cash)
    cerebro.addstrategy(Scripted, script=script)
    return cerebro


def every(step: int, bars: int, *calls: tuple[str, dict[str, Any]]) -> Script:
    """Return a script that makes one call each `step` bars, in turns."""
    numbers = range(3, bars, step)
    return {bar: [calls[place % len(calls)]] for place, bar in enumerate(numbers)}


@scenario(ALL)
def crossing(make: Make) -> bt.Cerebro:
    cerebro = setting(make, stdstats=True)
    cerebro.addstrategy(Crossing)
    return cerebro


@scenario(ALL)
def market_orders(make: Make) -> bt.Cerebro:
    script: Script = {
        2: [("buy", {})],
        5: [("buy", {"size": 10})],
        9: [("sell", {"size": 11})],
        12: [("sell", {"size": 4, "exectype": Order.Market})],
        20: [("buy", {"size": 4})],
        129: [("buy", {})],
        130: [("buy", {})],
    }
    return scripted(make, script)


@scenario(COMMON)
def close_orders(make: Make) -> bt.Cerebro:
    calls = [
        ("buy", {"exectype": Order.Close, "size": 3}),
        ("sell", {"exectype": Order.Close, "size": 5}),
        ("buy", {"exectype": Order.Close, "size": 2}),
    ]
    return scripted(make, every(4, 130, *calls))


@scenario(COMMON)
def close_orders_within_sessions(make: Make) -> bt.Cerebro:
    calls = [
        ("buy", {"exectype": Order.Close, "size": 3}),
        ("sell", {"exectype": Order.Close, "size": 5}),
    ]
    return scripted(make, every(14, 120, *calls), "five_minutes")


@family(COMMON, calm=("day",), gaps=("gappy",), minutes=("five_minutes",))
def limit_orders(make: Make, name: str) -> bt.Cerebro:
    calls = [
        (way, {"exectype": Order.Limit, "price": price, "size": 2})
        for price in (98.0, 99.5, 100.5, 102.0, 104.0)
        for way in ("buy", "sell")
    ]
    return scripted(make, every(5, 130, *calls), name)


@family(COMMON, calm=("day",), gaps=("gappy",), minutes=("five_minutes",))
def stop_orders(make: Make, name: str) -> bt.Cerebro:
    calls = [
        (way, {"exectype": Order.Stop, "price": price, "size": 2})
        for price in (98.0, 99.5, 100.5, 102.0, 104.0)
        for way in ("buy", "sell")
    ]
    return scripted(make, every(5, 130, *calls), name)


@family(COMMON, calm=("day",), gaps=("gappy",))
def stop_limit_orders(make: Make, name: str) -> bt.Cerebro:
    calls = [
        (way, {"exectype": Order.StopLimit, "price": price, "plimit": price + apart})
        for price in (99.0, 101.0, 103.0)
        for apart in (-1.5, 0.0, 1.5)
        for way in ("buy", "sell")
    ]
    return scripted(make, every(4, 130, *calls), name)


class RelativeOrders(bt.Strategy):
    """Every third bar an order near the last close, of each kind and way in turns."""

    kinds = (Order.Limit, Order.Stop, Order.StopLimit, Order.Close, Order.Market)

    def next(self) -> None:
        if len(self) % 3:
            return
        turn = len(self) // 3
        kind = self.kinds[turn % 5]
        act = self.buy if turn % 2 else self.sell
        near = self.data.close[0] * (1 + (turn % 7 - 3) / 200)
        plimit = near * (1 + (turn % 3 - 1) / 100) if kind == Order.StopLimit else None
        price = None if kind in (Order.Market, Order.Close) else near
        act(exectype=kind, price=price, plimit=plimit, size=1 + turn % 4)


@family(COMMON, day=("day",), gappy=("gappy",), constant=("constant",), penny=("penny",))
def relative_orders(make: Make, name: str) -> bt.Cerebro:
    cerebro = setting(make, name)
    cerebro.addstrategy(RelativeOrders)
    return cerebro


@scenario(COMMON)
def valid_as_timedelta(make: Make) -> bt.Cerebro:
    far = {"exectype": Order.Limit, "price": 97.0}
    script: Script = {
        4: [("buy", {**far, "valid": dt.timedelta(days=3)})],
        10: [("buy", {**far, "valid": dt.timedelta(days=200)})],
        14: [("sell", {"exectype": Order.Stop, "price": 90.0, "valid": dt.timedelta(hours=30)})],
        20: [("sell", {**far, "price": 120.0, "valid": dt.timedelta()})],
    }
    return scripted(make, script)


@scenario(COMMON)
def valid_as_date(make: Make) -> bt.Cerebro:
    far = {"exectype": Order.Limit, "price": 97.0}
    script: Script = {
        4: [("buy", {**far, "valid": dt.datetime(2005, 1, 20)})],
        5: [("buy", {**far, "valid": dt.date(2005, 2, 1)})],
        10: [("buy", {**far, "after_days": 5})],
        12: [("sell", {**far, "price": 104.5, "valid": dt.datetime(2005, 2, 10, 12, 30)})],
        30: [("buy", {**far, "valid": dt.datetime(2005, 1, 5)})],
        40: [("buy", {**far, "valid": bt.date2num(dt.datetime(2005, 3, 10))})],
    }
    return scripted(make, script)


@family(COMMON, day=("day",), minutes=("five_minutes",))
def valid_for_the_day(make: Make, name: str) -> bt.Cerebro:
    far = {"exectype": Order.Limit, "price": 97.0}
    script: Script = {
        4: [("buy", {**far, "valid": 0})],
        8: [("sell", {"exectype": Order.Stop, "price": 99.0, "valid": Order.DAY})],
        12: [("buy", {**far, "valid": None})],
        35: [("sell", {**far, "price": 120.0, "valid": 0})],
        59: [("sell", {**far, "price": 120.0, "valid": 0})],
    }
    return scripted(make, script, name)


@scenario(COMMON)
def valid_of_close_and_stop_limit(make: Make) -> bt.Cerebro:
    script: Script = {
        4: [
            ("buy", {"exectype": Order.Close, "valid": dt.timedelta(days=1)}),
            ("buy", {"exectype": Order.Market, "valid": dt.timedelta(days=1)}),
        ],
        9: [
            (
                "buy",
                {
                    "exectype": Order.StopLimit,
                    "price": 104.0,
                    "plimit": 100.0,
                    "valid": dt.timedelta(days=9),
                },
            )
        ],
    }
    return scripted(make, script)


@scenario(ALL)
def cancelled_orders(make: Make) -> bt.Cerebro:
    far = {"exectype": Order.Limit, "price": 90.0}
    script: Script = {
        3: [("buy", far), ("sell", {**far, "price": 120.0})],
        5: [("cancel", {"order": 0})],
        7: [("cancel", {"order": 0})],
        8: [("buy", {}), ("cancel", {"order": 2})],
        10: [("buy", {})],
        12: [("cancel", {"order": 3})],
        20: [("cancel", {"order": 1})],
    }
    return scripted(make, script)


@scenario(COMMON)
def several_orders_a_bar(make: Make) -> bt.Cerebro:
    burst = [
        ("buy", {"size": 3}),
        ("sell", {"size": 5, "exectype": Order.Limit, "price": 101.0}),
        ("buy", {"size": 2, "exectype": Order.Stop, "price": 101.0}),
        ("buy", {"size": 1, "exectype": Order.Close}),
        ("sell", {"size": 1}),
        ("sell", {"size": 4, "exectype": Order.StopLimit, "price": 101.0, "plimit": 100.0}),
    ]
    return scripted(make, {bar: list(burst) for bar in (2, 3, 17, 40, 41, 42)})


@scenario(ALL)
def short_selling(make: Make) -> bt.Cerebro:
    script: Script = {
        3: [("sell", {"size": 10})],
        9: [("sell", {"size": 5})],
        15: [("buy", {"size": 12})],
        21: [("buy", {"size": 3})],
    }
    return scripted(make, script)


@family(COMMON, rise=("rise",), fall=("fall",), day=("day",))
def reversal(make: Make, name: str) -> bt.Cerebro:
    calls = [
        ("buy", {"size": 7}),
        ("sell", {"size": 12}),
        ("sell", {"size": 2}),
        ("buy", {"size": 9}),
    ]
    return scripted(make, every(6, 80, *calls), name)


@scenario(COMMON)
def long_and_short(make: Make) -> bt.Cerebro:
    cerebro = setting(make, stdstats=True)
    cerebro.addstrategy(Crossing, fast=3, slow=8, short=True, size=20)
    return cerebro


@scenario(COMMON)
def closing(make: Make) -> bt.Cerebro:
    script: Script = {
        2: [("close", {})],
        4: [("buy", {"size": 9})],
        8: [("close", {"size": 4})],
        12: [("close", {})],
        14: [("sell", {"size": 6})],
        18: [("close", {"exectype": Order.Limit, "price": 102.5})],
        30: [("close", {})],
        40: [("buy", {"size": 1})],
        41: [("close", {})],
    }
    return scripted(make, script)


@family(
    COMMON,
    size=("order_target_size", (5, 12, -3, -3, 0, 4)),
    value=("order_target_value", (5000.0, 2000.0, -3000.0, 0.0, 850.5, 120.0)),
    percent=("order_target_percent", (0.5, 0.25, -0.3, -0.6, 0.0, 0.95)),
)
def target(make: Make, method: str, targets: tuple[float, ...]) -> bt.Cerebro:
    calls = [(method, {"target": amount}) for amount in targets]
    return scripted(make, every(7, 130, *calls), "day", cash=20_000.0)


@scenario()
def target_on_the_second_data(make: Make) -> bt.Cerebro:
    calls = [
        ("order_target_percent", {"target": 0.3, "data": 1}),
        ("order_target_value", {"target": 2000.0, "data": 0}),
        ("order_target_size", {"target": -2, "data": 1, "exectype": Order.Close}),
        ("order_target_value", {"target": -1500.0, "data": 1, "price": 55.0}),
    ]
    return scripted(make, every(5, 130, *calls), "day", "day_b")


@scenario(COMMON)
def trade_ids(make: Make) -> bt.Cerebro:
    script: Script = {
        3: [("buy", {"size": 3, "tradeid": 1}), ("buy", {"size": 2, "tradeid": 2})],
        8: [("sell", {"size": 3, "tradeid": 1})],
        12: [("sell", {"size": 2, "tradeid": 3})],
        15: [("sell", {"size": 2, "tradeid": 2})],
        18: [("buy", {"size": 2, "tradeid": 3})],
        22: [("buy", {"size": 1})],
        24: [("close", {"tradeid": 0})],
    }
    return scripted(make, script)


@scenario()
def order_information(make: Make) -> bt.Cerebro:
    script: Script = {
        3: [("buy", {"reason": "first", "level": 2})],
        5: [("sell", {"reason": "second", "exectype": Order.Limit, "price": 101.0})],
    }
    return scripted(make, script)


@scenario()
def nothing_to_order(make: Make) -> bt.Cerebro:
    script: Script = {3: [("buy", {"size": 0})], 5: [("sell", {"size": 0})], 6: [("close", {})]}
    return scripted(make, script)


@scenario()
def orders_without_a_price(make: Make) -> bt.Cerebro:
    script: Script = {
        3: [("buy", {"exectype": Order.Limit})],
        20: [("sell", {"exectype": Order.Stop})],
        30: [("buy", {"exectype": Order.Market, "price": 50.0})],
        40: [("sell", {"exectype": Order.StopLimit, "price": 101.0})],
    }
    return scripted(make, script)


class Growing(bt.Sizer):
    """One unit more for each bar, fewer when selling."""

    params = {"divisor": 4}

    def _getsizing(self, comminfo: Any, cash: float, data: Any, isbuy: bool) -> int:
        size = 1 + len(data) // self.p.divisor
        return size if isbuy else size // 2


def _sized(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    script = every(9, 130, ("buy", {}), ("sell", {}), ("close", {}))
    cerebro.addstrategy(Scripted, script=script)
    return cerebro


@scenario()
def sizer_of_fixed_size(make: Make) -> bt.Cerebro:
    cerebro = _sized(make)
    cerebro.addsizer(bt.sizers.FixedSize, stake=7)
    return cerebro


@scenario()
def sizer_of_the_user(make: Make) -> bt.Cerebro:
    cerebro = _sized(make)
    cerebro.addsizer(Growing, divisor=6)
    return cerebro


@scenario()
def sizer_by_strategy(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    script = every(9, 130, ("buy", {}), ("sell", {}), ("close", {}))
    cerebro.addstrategy(Scripted, script=script)
    place = cerebro.addstrategy(Scripted, script=script)
    cerebro.addsizer_byidx(place, Growing)
    cerebro.addsizer(bt.sizers.FixedSize, stake=3)
    return cerebro


class OwnSizer(Scripted):
    """Sets its own sizer while it is built."""

    def __init__(self) -> None:
        super().__init__()
        self.setsizer(bt.sizers.FixedSize(stake=11))


@scenario()
def sizer_set_by_strategy(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(OwnSizer, script=every(9, 130, ("buy", {}), ("sell", {}), ("close", {})))
    return cerebro


class Chained(bt.Strategy):
    """Sends the next order from `notify_order`, and stops a position from `notify_trade`."""

    def next(self) -> None:
        if len(self) in (3, 30, 60):
            self.buy(size=4)

    def notify_order(self, order: Any) -> None:
        if order.status == order.Completed and order.isbuy() and self.position.size >= 4:
            self.sell(exectype=Order.Limit, price=order.executed.price * 1.01, size=2)
            self.sell(exectype=Order.Stop, price=order.executed.price * 0.99, size=2)

    def notify_trade(self, trade: Any) -> None:
        if trade.isclosed:
            self.buy(size=1)


@scenario(COMMON)
def orders_from_notifications(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(Chained)
    return cerebro


class EarlyOrders(bt.Strategy):
    """Orders before the minimum period is reached, and in `start` and `stop`."""

    def __init__(self) -> None:
        self.mean = bt.indicators.SMA(period=20)

    def prenext(self) -> None:
        if len(self) in (2, 9):
            self.buy()

    def nextstart(self) -> None:
        self.sell(size=3)

    def stop(self) -> None:
        self.buy(size=9)


@scenario(COMMON)
def orders_before_next(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(EarlyOrders)
    return cerebro


class History(Crossing):
    """Asks for the history of its trades."""

    def __init__(self) -> None:
        super().__init__()
        self.set_tradehistory(True)

    def notify_trade(self, trade: Any) -> None:
        for entry in trade.history:
            print(entry.status.size, entry.status.price, entry.event.size, entry.event.price)


@scenario()
def trade_history(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.addstrategy(History)
    return cerebro


@scenario()
def orders_by_data_name(make: Make) -> bt.Cerebro:
    cerebro = make(stdstats=False)
    cerebro.adddata(feed("day"), name="first")
    cerebro.adddata(feed("day_b"), name="second")
    cerebro.addstrategy(ByName)
    return cerebro


class ByName(bt.Strategy):
    """Finds its datas and positions by name."""

    def next(self) -> None:
        if len(self) == 4:
            self.buy(data=self.getdatabyname("second"), size=3)
            self.sell(data="first", size=2)
        elif len(self) == 9:
            print([name for name in self.getdatanames()])
            print(self.getpositionbyname("second").size, self.getpositionbyname("first").size)
            print(self.dnames.second.close[0], self.positionsbyname["first"].price)
            self.close(data="first")
